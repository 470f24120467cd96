#include "golden/datapath.hpp"

#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"
#include "testbench/support/random_datapath.hpp"

using namespace macaw;
using namespace macaw::golden;

namespace {

Errors errors_of(const std::string& text) {
    Errors errors;
    read_datapath(YamlMapping(YAML::Load(text), "test.yaml", "datapath", errors));
    return errors;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(datapath)

BOOST_AUTO_TEST_CASE(all_mistakes_are_reported_at_once_with_their_places) {
    Errors errors =
        errors_of("weight_bits: nine\ninner_bits: 16\nouter_bits: 14\ninner_overflow: clip\ntiles: 64\n");
    std::string text = to_text(errors);
    BOOST_TEST(errors.size() == 4U);
    BOOST_TEST(text.find("test.yaml:1:14: error: datapath.weight_bits: \"nine\" is not an integer") !=
               std::string::npos);
    BOOST_TEST(text.find("test.yaml:3:13: error: datapath.outer_bits: 14 is narrower than inner_bits 16") !=
               std::string::npos);
    BOOST_TEST(text.find("hint: one of: wrap, saturate, trap") != std::string::npos);
    BOOST_TEST(
        text.find("test.yaml:5:1: error: unknown key \"datapath.tiles\"\nhint: did you mean \"tile\"?") !=
        std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_legal_mapping_has_no_errors) {
    BOOST_TEST(errors_of("weight_bits: 4\ninner_bits: 15\nouter_bits: 19\n").empty());
}

BOOST_AUTO_TEST_CASE(json_round_trip_is_exact) {
    testing::check_property("datapath_from_json(to_json(d)) == d", [] {
        Datapath datapath = testing::pick_datapath();
        auto back = datapath_from_json(to_json(datapath), "memory");
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == datapath);
    });
}

BOOST_AUTO_TEST_CASE(weights_are_signed_and_symmetric_unless_they_are_unsigned) {
    Errors errors;
    Datapath datapath = read_datapath(YamlMapping(YAML::Load("{weight_bits: 8, weight_signedness: unsigned}"),
                                                  "test.yaml", "datapath", errors));
    BOOST_TEST(errors.empty());
    BOOST_TEST((datapath.weight_range() == Range{0, 255}));
    BOOST_TEST((datapath.weight_port_range() == Range{0, 255}));
    BOOST_TEST(to_string(datapath).starts_with("W8uA8 "));
    datapath.weight_signedness = Signedness::Signed;
    BOOST_TEST((datapath.weight_range() == Range{-127, 127}));
    BOOST_TEST((datapath.weight_port_range() == Range{-128, 127}));
}

// Certificates and manifests from before the key.
BOOST_AUTO_TEST_CASE(json_without_a_signedness_of_weights_means_signed_ones) {
    Json json = to_json(Datapath{});
    BOOST_TEST(json.erase("weight_signedness") == 1U);
    auto back = datapath_from_json(json, "memory");
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST((*back == Datapath{}));
    json["weight_signedness"] = "both";
    BOOST_TEST(!datapath_from_json(json, "memory").has_value());
}

BOOST_AUTO_TEST_CASE(an_inner_accumulator_below_one_product_is_legal_and_warned_of) {
    Datapath narrow;
    narrow.inner_bits = BitWidth(10);  // 7 * 128 = 896 needs 11 bits
    BOOST_TEST(validate(narrow).empty());
    BOOST_TEST(warnings(narrow).size() == 1U);
    narrow.inner_bits = BitWidth(11);
    BOOST_TEST(warnings(narrow).empty());
}

BOOST_AUTO_TEST_SUITE_END()
