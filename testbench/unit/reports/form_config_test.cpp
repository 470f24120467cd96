// Reading a comparison of arithmetic forms, and what is wrong with one.
#include "reports/forms/form_config.hpp"

#include <boost/test/unit_test.hpp>

#include "reports/forms/form_point.hpp"
#include "testbench/support/files.hpp"

namespace {

using namespace macaw;

tl::expected<reports::FormsConfig, Errors> read(const std::string& yaml) {
    testing::ScratchFolder folder;
    BOOST_REQUIRE(write_text(folder.path() / "forms.yaml", yaml).has_value());
    BOOST_REQUIRE(write_text(folder.path() / "unit.sv", "module unit; endmodule").has_value());
    return reports::read_forms_config(folder.path() / "forms.yaml");
}

std::string errors_of(const std::string& yaml) {
    auto config = read(yaml);
    BOOST_REQUIRE(!config.has_value());
    return to_text(config.error());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(form_config)

BOOST_AUTO_TEST_CASE(values_of_a_unit_are_combined) {
    auto config = read(
        "{name: a, units: [{lanes: [4, 8], weight_bits: 3, activation_bits: 5, accumulator_bits: [10, 12]},"
        "{lanes: 4, weight_bits: 3, activation_bits: 5, accumulator_bits: 10}],"
        " libraries: [osu018, [one.lib, two.lib]], recipes: [fastest], plain: unit.sv,"
        " structural: {multiplier: booth, reduction: [dadda, three_greedy], adder: operator}}");
    BOOST_REQUIRE(config.has_value());
    BOOST_TEST(config->units.size() == 4U);  // the second item is in the first
    BOOST_TEST(reports::to_string(config->units[1]) == "L = 4, W3A5, P = 12");
    BOOST_TEST(config->libraries.size() == 2U);
    BOOST_TEST(config->libraries[1][0].starts_with("/"));
    BOOST_TEST(config->structural.size() == 4U);  // two reductions, resolved and carry-save
    // Behavioural and plain, with and without alumacc, and the structural forms.
    BOOST_TEST(reports::points_of(*config).size() == 2U * 4U * (4U + 4U));
}

BOOST_AUTO_TEST_CASE(what_is_left_out_is_all_recipes_and_no_structural_form) {
    auto config = read("{name: a, units: [{lanes: 4}]}");
    BOOST_REQUIRE(config.has_value());
    BOOST_TEST(config->recipes.size() == reports::recipe_words().size());
    BOOST_TEST(config->structural.empty());
    BOOST_TEST(config->behavioural);
    BOOST_TEST(config->libraries[0][0] == "osu018");
}

BOOST_AUTO_TEST_CASE(an_unsigned_unit_has_no_plain_form) {
    for (const char* key : {"activation_signedness", "weight_signedness"}) {
        auto config =
            read(fmt::format("{{name: a, plain: unit.sv, units: [{{lanes: 4, {}: unsigned}}]}}", key));
        BOOST_REQUIRE(config.has_value());
        for (const reports::FormPoint& point : reports::points_of(*config))
            BOOST_TEST((point.variant.kind == reports::FormKind::Behavioural));
    }
}

BOOST_AUTO_TEST_CASE(all_errors_are_reported_at_once_with_their_place) {
    std::string text = errors_of(
        "name: a\nunits:\n  - {lanes: 0, weight_bits: 9, acumulator_bits: 4}\nlibraries: [osu81]\n"
        "recipes: [quick]\nplain: none.sv\nstructural: {reduction: [data]}\n");
    for (const char* part :
         {"units[0].lanes: 0 is outside 1..1024", "weight_bits: 9", "did you mean \"accumulator_bits\"",
          "osu81", "\"quick\" is not known", "none.sv is not a file", "\"data\" is not known", "three_greedy",
          "forms.yaml:3:13: error"})
        BOOST_TEST(text.find(part) != std::string::npos, part << " in " << text);
}

BOOST_AUTO_TEST_CASE(a_comparison_without_a_form_or_unit_is_refused) {
    BOOST_TEST(errors_of("{name: a, behavioural: false, units: [{lanes: 4}]}").find("no form") !=
               std::string::npos);
    BOOST_TEST(errors_of("{name: a}").find("units") != std::string::npos);
    BOOST_TEST(errors_of("{name: a, units: []}").find("empty") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_committed_comparison_is_read) {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(testing::source_folder() / "configs/forms"))
        if (entry.path().extension() == ".yaml") {
            auto config = reports::read_forms_config(entry.path());
            std::string problem = config ? "" : to_text(config.error());
            BOOST_TEST(problem == "");
            ++files;
        }
    BOOST_TEST(files >= 4);
}

BOOST_AUTO_TEST_SUITE_END()
