// macaw generate and macaw synth as a user types them: the interface is synthesised where the configuration
// has one.
#include <boost/test/unit_test.hpp>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "testbench/support/files.hpp"

using namespace macaw;
namespace fs = std::filesystem;

namespace {

// Generates and synthesises an array of one vector MAC; the figures.
Json figures(const fs::path& folder, const std::string& interface) {
    const std::string config = (folder / "c.yaml").string(), rtl = (folder / "rtl").string(),
                      out = (folder / "out").string();
    BOOST_REQUIRE(write_text(config,
                             "name: one\ndatapath: {weight_bits: 4, activation_bits: 4, tile: 8, inner_bits: "
                             "11, outer_bits: 13}\narray: {rows: 1, columns: 1, lanes: 2}\n" +
                                 interface)
                      .has_value());
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"generate", config, "-o", rtl},
          std::vector<std::string>{"synth", config, "--rtl", rtl, "-o", out}}) {
        std::vector<std::string> command = {MACAW_PROGRAM};
        command.insert(command.end(), arguments.begin(), arguments.end());
        auto result = run_process(command);
        BOOST_REQUIRE(result.has_value());
        BOOST_REQUIRE_MESSAGE(result->exit_code == 0, result->output);
    }
    auto json = read_json(folder / "out/metrics.json");
    BOOST_REQUIRE(json.has_value());
    return *json;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(synth_interface)

BOOST_AUTO_TEST_CASE(synth_reports_the_interface_of_a_configuration_that_has_one) {
    testing::ScratchFolder scratch;
    const Json json = figures(scratch.path(), "interface: {axi: true}\n");
    for (const char* key :
         {"synth__area__trap__um2", "synth__area__wrapped__um2", "timing__period__wrapped__min_ns",
          "synth__area__interface__um2", "synth__area__interface__registers__um2"})
        BOOST_TEST(json.contains(key), key);
    BOOST_TEST(fs::exists(scratch.path() / "out/interface/area_by_module.csv"));
}

BOOST_AUTO_TEST_CASE(synth_reports_no_interface_where_none_was_generated) {
    testing::ScratchFolder scratch;
    const Json json = figures(scratch.path(), "");
    BOOST_TEST(json.contains("synth__area__trap__um2"));
    BOOST_TEST(!json.contains("synth__area__wrapped__um2"));
    BOOST_TEST(!fs::exists(scratch.path() / "out/interface"));
}

BOOST_AUTO_TEST_SUITE_END()
