#include "quantizer/options.hpp"

#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

QuantizerOptions read(const std::string& text, macaw::Errors& errors) {
    return read_quantizer_options(macaw::YamlMapping(YAML::Load(text), "test.yaml", "quantizer", errors));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(options)

BOOST_AUTO_TEST_CASE(yaml_and_json_agree) {
    macaw::Errors errors;
    QuantizerOptions options = read(
        "{algorithm: rtn, constraint: none, preset: clipped_error, act_order: false, damping: 0.05, block: "
        "32, scale_factors: [0.5, 1], activation: {scale: per_tensor, zero_point: asymmetric}, "
        "calibration_windows: 7, window: 128}",
        errors);
    BOOST_TEST(errors.empty());
    BOOST_TEST((options.algorithm == Algorithm::Rtn && options.constraint == Constraint::None));
    BOOST_TEST(options.block == 32);
    BOOST_TEST((read(to_json(options).dump(), errors) == options));  // JSON is YAML
    BOOST_TEST(errors.empty());
}

BOOST_AUTO_TEST_CASE(a_preset_sets_what_it_decides_and_a_key_overrides_it) {
    macaw::Errors errors;
    QuantizerOptions paper = read("{preset: paper}", errors);
    BOOST_TEST((paper == options_of(Preset::Paper)));
    BOOST_TEST((paper.budget == BudgetForm::Split && paper.error == ErrorTarget::BeforeConstraint));
    QuantizerOptions changed = read("{budget: exact, preset: clipped_error}", errors);
    BOOST_TEST((changed.budget == BudgetForm::Exact && changed.error == ErrorTarget::AfterConstraint));
    BOOST_TEST(read("{preset: macaw, local_search: 0}", errors).local_search == 0);
    BOOST_TEST(errors.empty());
}

BOOST_AUTO_TEST_CASE(absent_keys_keep_their_defaults) {
    macaw::Errors errors;
    BOOST_TEST((read("{}", errors) == QuantizerOptions{}));
    BOOST_TEST(errors.empty());
}

BOOST_AUTO_TEST_CASE(all_errors_are_reported_at_once_with_their_place) {
    macaw::Errors errors;
    read("{algorithm: gptq, damping: 0,\n block: -1, window: 1, calibration_windows: 0, actorder: true}",
         errors);
    BOOST_TEST(errors.size() == 6U);
    std::string text = to_text(errors);
    for (const char* part : {"test.yaml:1:13: error: quantizer.algorithm: \"gptq\" is not known",
                             "one of: optq, gpfq, qronos, rtn", "quantizer.damping: 0 is outside (0, 1]",
                             "test.yaml:2:9", "unknown key", "did you mean \"act_order\"?"})
        BOOST_TEST(text.find(part) != std::string::npos, part << " in\n" << text);
}

BOOST_AUTO_TEST_SUITE_END()
