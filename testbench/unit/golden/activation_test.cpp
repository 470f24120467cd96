#include "golden/activation.hpp"

#include <cmath>
#include <vector>

#include "testbench/support/property.hpp"
#include "testbench/support/random_datapath.hpp"

using namespace macaw::golden;

namespace {

std::vector<ActivationCode> codes_of(const std::vector<float>& x, const Datapath& datapath,
                                     TokenScale& scale) {
    std::vector<ActivationCode> codes(x.size());
    scale = quantize_token(x, default_coding(datapath), codes);
    return codes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(activation)

BOOST_AUTO_TEST_CASE(ties_go_to_even_and_the_largest_magnitude_gets_the_largest_code) {
    TokenScale scale;
    auto codes = codes_of({127.0F, 0.5F, 1.5F, 2.5F, -0.5F, -127.0F}, Datapath{}, scale);
    BOOST_TEST(scale.scale == 1.0F);
    BOOST_TEST((codes == std::vector<ActivationCode>{127, 0, 2, 2, 0, -127}));
}

BOOST_AUTO_TEST_CASE(an_all_zero_token_has_scale_one) {
    TokenScale scale;
    auto codes = codes_of({0.0F, -0.0F}, Datapath{}, scale);
    BOOST_TEST(scale.scale == 1.0F);
    BOOST_TEST((codes == std::vector<ActivationCode>{0, 0}));
}

BOOST_AUTO_TEST_CASE(unsigned_codes_cover_min_to_max_with_zero_inside) {
    Datapath datapath;
    datapath.activation_signedness = Signedness::Unsigned;
    TokenScale scale;
    auto codes = codes_of({-55.0F, 0.0F, 200.0F}, datapath, scale);
    BOOST_TEST(scale.scale == 1.0F);
    BOOST_TEST(scale.zero_point == 55);
    BOOST_TEST((codes == std::vector<ActivationCode>{0, 55, 255}));
}

BOOST_AUTO_TEST_CASE(signed_asymmetric_codes_cover_min_to_max) {
    ActivationCoding coding{{-128, 127}, ZeroPoint::Asymmetric, 1.0F, {}};
    std::vector<float> x{-55.0F, 0.0F, 200.0F};
    std::vector<ActivationCode> codes(3);
    TokenScale scale = quantize_token(x, coding, codes);
    BOOST_TEST(scale.scale == 1.0F);
    BOOST_TEST(scale.zero_point == -73);  // -128 + 55
    BOOST_TEST((codes == std::vector<ActivationCode>{-128, -73, 127}));
}

BOOST_AUTO_TEST_CASE(fewer_codes_and_a_shorter_reach_clip_the_largest_values) {
    std::vector<float> x{10.0F, -4.0F, 1.0F};
    std::vector<ActivationCode> codes(3);
    TokenScale narrow = quantize_token(x, {{-5, 5}, ZeroPoint::Symmetric, 1.0F, {}}, codes);
    BOOST_TEST(narrow.scale == 2.0F);
    BOOST_TEST((codes == std::vector<ActivationCode>{5, -2, 0}));
    TokenScale clipped = quantize_token(x, {{-5, 5}, ZeroPoint::Symmetric, 0.5F, {}}, codes);
    BOOST_TEST(clipped.scale == 1.0F);
    BOOST_TEST((codes == std::vector<ActivationCode>{5, -4, 1}));
}

BOOST_AUTO_TEST_CASE(a_fixed_scale_does_not_look_at_the_token) {
    ActivationCoding coding{{-8, 7}, ZeroPoint::Asymmetric, 1.0F, TokenScale{0.5F, -3}};
    std::vector<float> x{100.0F, 0.0F, 1.0F};
    std::vector<ActivationCode> codes(3);
    BOOST_TEST((quantize_token(x, coding, codes) == *coding.fixed));
    BOOST_TEST((codes == std::vector<ActivationCode>{7, -3, -1}));
}

BOOST_AUTO_TEST_CASE(codings_that_the_datapath_does_not_have_are_refused) {
    Datapath datapath;  // signed, 8 bits
    BOOST_TEST(problem_of(default_coding(datapath), datapath).empty());
    BOOST_TEST(!problem_of({{-129, 127}, ZeroPoint::Symmetric, 1.0F, {}}, datapath).empty());
    BOOST_TEST(!problem_of({{0, 127}, ZeroPoint::Symmetric, 1.0F, {}}, datapath).empty());
    BOOST_TEST(!problem_of({{-128, 127}, ZeroPoint::Symmetric, 0.0F, {}}, datapath).empty());
    BOOST_TEST(!problem_of({{-4, 4}, ZeroPoint::Asymmetric, 1.0F, TokenScale{1.0F, 5}}, datapath).empty());
}

BOOST_AUTO_TEST_CASE(a_value_that_is_not_finite_is_refused) {
    TokenScale scale;
    BOOST_CHECK_THROW(codes_of({1.0F, std::nanf("")}, Datapath{}, scale), std::domain_error);
}

BOOST_AUTO_TEST_CASE(codes_equal_rint_and_stay_in_range) {
    macaw::testing::check_property("code == clamp(rint(x / s) + z)", [] {
        Datapath datapath = macaw::testing::pick_datapath();
        auto thousandths = *rc::gen::container<std::vector<int>>(8, rc::gen::inRange(-9000, 9000));
        std::vector<float> x;
        for (int value : thousandths) x.push_back(static_cast<float>(value) / 1000.0F);
        TokenScale scale;
        auto codes = codes_of(x, datapath, scale);
        Range range = datapath.activation_range();
        for (std::size_t i = 0; i < x.size(); ++i) {
            double exact = static_cast<double>(std::nearbyint(x[i] / scale.scale)) + scale.zero_point;
            double clamped =
                std::min(std::max(exact, static_cast<double>(range.min)), static_cast<double>(range.max));
            RC_ASSERT(static_cast<double>(codes[i]) == clamped);
        }
    });
}

BOOST_AUTO_TEST_SUITE_END()
