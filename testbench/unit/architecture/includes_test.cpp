// Dependencies between the rooms point one way; an include against the order is a defect.
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

namespace fs = std::filesystem;

namespace {

const std::map<std::string, std::set<std::string>> kMayUse = {
    {"golden", {"golden"}},
    {"hw", {"golden", "hw"}},
    {"quantizer", {"golden", "quantizer"}},
    {"sim", {"golden", "hw", "sim"}},
    {"reports", {"golden", "hw", "sim", "reports"}},
    {"cli", {"golden", "hw", "quantizer", "sim", "reports", "cli"}},
};

// "room/file: includes other/file" for each include that `room` may not make.
std::vector<std::string> violations(const std::string& room, const std::string& name, std::istream& text) {
    static const std::regex include(R"re(^\s*#\s*include\s*"([^/"]+)/)re");
    std::vector<std::string> found;
    for (std::string line; std::getline(text, line);) {
        std::smatch match;
        if (!std::regex_search(line, match, include)) continue;
        std::string used = match[1];
        bool embedded = used == "embedded";
        if (!embedded && !kMayUse.at(room).contains(used)) found.push_back(name + ": " + line);
    }
    return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(architecture)

BOOST_AUTO_TEST_CASE(no_room_includes_a_room_that_it_may_not_use) {
    std::size_t files = 0;
    for (const auto& [room, allowed] : kMayUse) {
        fs::path folder = macaw::testing::source_folder() / room;
        if (!fs::exists(folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            auto extension = entry.path().extension();
            if (extension != ".cpp" && extension != ".hpp") continue;
            ++files;
            std::ifstream text(entry.path());
            for (const std::string& line : violations(room, entry.path().string(), text)) BOOST_ERROR(line);
        }
    }
    BOOST_TEST(files > 20U);
}

BOOST_AUTO_TEST_CASE(an_include_against_the_order_is_found) {
    std::istringstream text("#include <vector>\n#include \"hw/array/array_config.hpp\"\n");
    BOOST_TEST(violations("golden", "golden/x.hpp", text).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
