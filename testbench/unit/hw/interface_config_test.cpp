#include "hw/stream/interface_config.hpp"

#include <boost/test/unit_test.hpp>

namespace macaw::hw {

namespace {

struct Read {
    InterfaceConfig interface;
    Errors errors;
};

Read read(const std::string& text) {
    Read result;
    result.interface =
        read_interface(YamlMapping(YAML::Load(text), "test.yaml", "interface", result.errors), {});
    return result;
}

std::string top_of(const InterfaceConfig& interface) {
    golden::Datapath datapath;
    datapath.products_per_check = 16;
    auto design = generate_interface(interface, datapath, {});
    BOOST_REQUIRE(design.has_value());
    return *design ? (*design)->top().name() : "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interface_config_suite)

BOOST_AUTO_TEST_CASE(every_key_is_read_and_written) {
    Read result = read(
        "{axi: true, requantize: {bias_bits: 20, multiplier_bits: 12, largest_shift: 15, rounding: half_up, "
        "output_bits: 6, output_signedness: unsigned}}");
    BOOST_TEST(result.errors.empty());
    BOOST_TEST(
        (result.interface.requantize == golden::Requantization{golden::BitWidth(20), golden::BitWidth(12), 15,
                                                               golden::Rounding::HalfUp, golden::BitWidth(6),
                                                               golden::Signedness::Unsigned}));
    BOOST_TEST((read(to_json(result.interface).dump()).interface == result.interface));
}

BOOST_AUTO_TEST_CASE(problems_have_their_place) {
    Read result = read("{axis: true, requantize: {largest_shift: 99, rounding: up}}");
    BOOST_TEST(result.errors.size() == 3U);
}

BOOST_AUTO_TEST_CASE(the_design_is_what_was_asked_for) {
    BOOST_TEST(top_of({}) == "");
    BOOST_TEST(top_of({true, {}}) == "macaw_axi");
    BOOST_TEST(top_of({false, golden::Requantization{}}) == "macaw_requantizer");
    BOOST_TEST(top_of({true, golden::Requantization{}}) == "macaw_axi");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
