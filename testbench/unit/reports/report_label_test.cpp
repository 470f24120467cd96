// Labels, units and numbers as a reader sees them.
#include <cmath>

#include <boost/test/unit_test.hpp>

#include "reports/html/label.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
using namespace macaw::reports;

BOOST_AUTO_TEST_SUITE(report_label)

BOOST_AUTO_TEST_CASE(headline_keys_have_labels_of_their_own) {
    BOOST_TEST(label_of("model__ppl__datapath") == "perplexity in the integer datapath");
    BOOST_TEST(label_of("energy__per_mac__pj") == "energy per MAC");
}

BOOST_AUTO_TEST_CASE(other_keys_are_read_as_words_without_their_unit) {
    BOOST_TEST(label_of("synth__area__pe__um2") == "synth area pe");
    BOOST_TEST(label_of("cosim__worst_case__narrower__flags__count") == "cosim worst case narrower flags");
    BOOST_TEST(label_of("cosim__speed__mac_per_s") == "cosim speed");
    BOOST_TEST(label_of("timing__slack__max_ns") == "timing slack max");
}

BOOST_AUTO_TEST_CASE(a_key_with_an_unknown_unit_keeps_all_its_words) {
    BOOST_TEST(label_of("model__tokens__read") == "model tokens read");
    BOOST_TEST(unit_of("model__tokens__read", Medium::Html) == "");
    BOOST_TEST(label_of("plain") == "plain");
}

BOOST_AUTO_TEST_CASE(units_follow_the_medium) {
    BOOST_TEST(unit_of("synth__area__um2", Medium::Html) == "µm²");
    BOOST_TEST(unit_of("synth__area__um2", Medium::Terminal) == "um2");
    BOOST_TEST(unit_of("timing__period__min_ns", Medium::Html) == "ns");
    BOOST_TEST(unit_of("cosim__speed__mac_per_s", Medium::Html) == "MAC/s");
    BOOST_TEST(unit_of("model__ppl__float", Medium::Html) == "");
}

BOOST_AUTO_TEST_CASE(numbers_have_grouped_digits_or_five_significant_ones) {
    BOOST_TEST(number_text(7864320, Medium::Terminal) == "7 864 320");
    BOOST_TEST(number_text(7864320, Medium::Html) == "7\u202F864\u202F320");
    BOOST_TEST(number_text(-12345, Medium::Terminal) == "-12 345");
    BOOST_TEST(number_text(1234, Medium::Terminal) == "1234");
    BOOST_TEST(number_text(27.9051, Medium::Terminal) == "27.905");
    BOOST_TEST(number_text(8123456.4, Medium::Terminal) == "8 123 456");
    BOOST_TEST(number_text(7.7e-6, Medium::Terminal) == "7.70e-06");
    BOOST_TEST(number_text(0.0, Medium::Terminal) == "0");
    BOOST_TEST(number_text(1.0 / 0.0, Medium::Terminal) == "not a number");
}

BOOST_AUTO_TEST_CASE(a_shortened_number_is_within_one_part_in_ten_thousand) {
    testing::check_property("number_text reads back to 4 digits", [] {
        const double value = *rc::gen::arbitrary<int>() * 1e-3;
        std::string text = number_text(value, Medium::Terminal);
        std::erase(text, ' ');
        const auto read = parse_number(text);
        RC_ASSERT(read.has_value());
        RC_ASSERT(std::abs(*read - value) <= 1e-4 * std::abs(value) + 5e-6);
    });
}

BOOST_AUTO_TEST_CASE(ratios_are_percentages_unless_they_are_tiny) {
    BOOST_TEST(value_text("bound__inner__headroom__ratio", 0.0312, Medium::Terminal) == "3.12 %");
    BOOST_TEST(value_text("cosim__overflow__ratio", 7.7e-6, Medium::Terminal) == "7.70e-06");
    BOOST_TEST(value_text("x__y__count", 0.5, Medium::Terminal) == "0.5");
}

BOOST_AUTO_TEST_CASE(values_that_are_not_numbers_are_said_so) {
    BOOST_TEST(value_text("a__b__ns", nullptr, Medium::Html) == "not a number");
    BOOST_TEST(value_text("a__b__name", "osu018", Medium::Html) == "osu018");
    BOOST_TEST(value_text("a__b__flag", true, Medium::Html) == "yes");
}

BOOST_AUTO_TEST_CASE(only_a_whole_finite_number_is_a_number) {
    BOOST_TEST(parse_number("-1.5e3").value() == -1500);
    for (const char* text : {"", "1x", " 1", "nan", "inf", "layer.0"})
        BOOST_TEST(!parse_number(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
