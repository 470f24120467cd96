// Reading the options of the silicon step, and what is wrong with them.
#include <boost/test/unit_test.hpp>

#include "reports/silicon/library.hpp"
#include "reports/silicon/options.hpp"

namespace {

using namespace macaw;

struct ReadResult {
    reports::SiliconOptions options;
    Errors errors;
};

ReadResult read(const std::string& yaml) {
    ReadResult result;
    YamlMapping root(YAML::Load(yaml), "run.yaml", "silicon", result.errors);
    result.options = reports::read_silicon_options(root);
    return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(silicon_options)

BOOST_AUTO_TEST_CASE(all_keys_are_read) {
    ReadResult result = read(
        "{library: [a/one.lib, a/two.lib.gz], recipe: least_area, clock_mhz: 250, power: {segments: 192, "
        "cycles: 10, seed: 7, layers: [mlp]}}");
    BOOST_TEST(to_text(result.errors) == "");
    BOOST_TEST(result.options.library.size() == 2U);
    BOOST_TEST(reports::to_string(result.options.recipe) == "least_area");
    BOOST_TEST(!result.options.best_recipe);
    BOOST_TEST(read("{recipe: best}").options.best_recipe);
    BOOST_TEST(reports::to_json(read("{recipe: best}").options).at("recipe") == "best");
    BOOST_TEST(result.options.clock_mhz == 250.0);
    BOOST_TEST((result.options.power == reports::PowerSample{192, 10, 7, false, {"mlp"}}));
}

BOOST_AUTO_TEST_CASE(an_empty_mapping_gives_the_defaults) {
    ReadResult result = read("{}");
    BOOST_TEST(to_text(result.errors) == "");
    BOOST_TEST((result.options == reports::SiliconOptions{}));
}

BOOST_AUTO_TEST_CASE(all_errors_are_reported_at_once_with_place_and_hint) {
    ReadResult result =
        read("{library: osu180, recipe: quick, clock_mhz: -1, power: {segments: 100, cycle: 5}}");
    std::string text = to_text(result.errors);
    BOOST_TEST(result.errors.size() == 5U, text);
    for (const char* part : {"osu180", "osu018, osu035, osu050", "quick", "clock_mhz", "multiple of 64",
                             "silicon.power.cycle", "run.yaml:1:"})
        BOOST_TEST(text.find(part) != std::string::npos, part << " in " << text);
}

BOOST_AUTO_TEST_CASE(json_repeats_every_option) {
    BOOST_TEST(
        reports::to_json(reports::SiliconOptions{}).dump() ==
        R"({"library":["osu018"],"recipe":"balanced","clock_mhz":100.0,"power":{"segments":128,"cycles":512,"seed":1,"saif":false,"layers":[]},"trap_twin":true})");
}

BOOST_AUTO_TEST_SUITE_END()
