#include "quantizer/options.hpp"

#include <algorithm>
#include <cmath>

namespace macaw::quantizer {

namespace {

template <typename Enum>
using Words = std::vector<std::pair<std::string, Enum>>;

const Words<Algorithm> kAlgorithms{{"optq", Algorithm::Optq},
                                   {"gpfq", Algorithm::Gpfq},
                                   {"qronos", Algorithm::Qronos},
                                   {"rtn", Algorithm::Rtn}};
const Words<Constraint> kConstraints{{"axe", Constraint::Axe},
                                     {"hard", Constraint::HardOnly},
                                     {"ep_init", Constraint::EpInit},
                                     {"datatype", Constraint::DataType},
                                     {"none", Constraint::None}};
const Words<Preset> kPresets{{"exact", Preset::Exact},
                             {"paper", Preset::Paper},
                             {"clipped_error", Preset::ClippedError},
                             {"macaw", Preset::Macaw}};
const Words<BudgetForm> kBudgets{{"exact", BudgetForm::Exact}, {"split", BudgetForm::Split}};
const Words<ErrorTarget> kTargets{{"before_constraint", ErrorTarget::BeforeConstraint},
                                  {"after_constraint", ErrorTarget::AfterConstraint}};
const Words<WeightRounding> kRoundings{{"nearest", WeightRounding::Nearest},
                                       {"toward_zero", WeightRounding::TowardZero}};
const Words<ScaleBase> kScaleBases{{"largest", ScaleBase::Largest}, {"budget", ScaleBase::Budget}};
const Words<golden::ZeroPoint> kZeroPoints{{"symmetric", golden::ZeroPoint::Symmetric},
                                           {"asymmetric", golden::ZeroPoint::Asymmetric}};
const Words<bool> kScalings{{"per_token", false}, {"per_tensor", true}};

template <typename Enum>
std::string word_of(const Words<Enum>& words, Enum value) {
    for (const auto& [word, meaning] : words)
        if (meaning == value) return word;
    throw std::logic_error("an option without a word");
}

// A list of factors, all positive and at most `most`.
void read_factors(YamlMapping& yaml, const std::string& key, std::vector<double>& factors, double least,
                  double most) {
    if (!yaml.read(key, factors)) return;
    if (factors.empty()) yaml.error(key, "an empty list leaves nothing to try", "[1] changes nothing");
    for (double factor : factors)
        if (!(factor >= least && factor <= most))
            yaml.error(key, fmt::format("{} is outside {}..{}", factor, least, most));
}

void read_activation(YamlMapping yaml, ActivationOptions& options) {
    golden::ZeroPoint zero_point{};
    if (yaml.read_word("zero_point", zero_point, kZeroPoints)) options.zero_point = zero_point;
    yaml.read_word("scale", options.per_tensor, kScalings);
    if (yaml.read("percentile", options.percentile) &&
        !(options.percentile > 50 && options.percentile <= 100))
        yaml.error("percentile", fmt::format("{} is outside (50, 100]", options.percentile),
                   "of the calibration values, for scale: per_tensor");
    read_factors(yaml, "levels", options.levels, 0.01, 1.0);
    read_factors(yaml, "reach", options.reach, 0.05, 1.0);
    yaml.finish();
}

void check_at_least(YamlMapping& yaml, const std::string& key, std::int64_t value, std::int64_t least,
                    const std::string& hint = {}) {
    if (yaml.has(key) && value < least) yaml.error(key, fmt::format("{} is below {}", value, least), hint);
}

}  // namespace

std::string to_string(Algorithm algorithm) {
    return word_of(kAlgorithms, algorithm);
}

std::string to_string(Constraint constraint) {
    return word_of(kConstraints, constraint);
}

std::string to_string(Preset preset) {
    return word_of(kPresets, preset);
}

QuantizerOptions options_of(Preset preset) {
    QuantizerOptions options;
    options.preset = preset;
    if (preset == Preset::Paper || preset == Preset::ClippedError) options.budget = BudgetForm::Split;
    if (preset == Preset::ClippedError) options.error = ErrorTarget::AfterConstraint;
    if (preset == Preset::Macaw) {
        options.algorithm = Algorithm::Qronos;
        options.scale_base = ScaleBase::Budget;
        options.scale_factors = {0.45, 0.6, 0.75, 0.9, 1.0};
        options.threshold_factors = {0.0, 1.0};
        options.refit_scale = true;
        options.local_search = 4;
        options.activation.levels = {1.0, 0.7, 0.5, 0.35, 0.25, 0.18, 0.125, 0.09, 0.0625};
        options.activation.reach = {1.0, 0.85, 0.7};
        options.preparation.fold_norms = true;
        options.preparation.rotate_residual = true;
        options.preparation.rotate_heads = true;
        options.preparation.rotate_down_input = true;
    }
    return options;
}

QuantizerOptions read_quantizer_options(YamlMapping yaml) {
    Preset preset = Preset::Exact;
    yaml.read_word("preset", preset, kPresets);
    QuantizerOptions options = options_of(preset);
    yaml.read_word("algorithm", options.algorithm, kAlgorithms);
    yaml.read_word("constraint", options.constraint, kConstraints);
    yaml.read_word("budget", options.budget, kBudgets);
    yaml.read_word("error", options.error, kTargets);
    yaml.read_word("rounding", options.rounding, kRoundings);
    yaml.read_word("scale_base", options.scale_base, kScaleBases);
    read_factors(yaml, "scale_factors", options.scale_factors, 0.01, 10.0);
    read_factors(yaml, "threshold_factors", options.threshold_factors, 0.0, 10.0);
    yaml.read("refit_scale", options.refit_scale);
    yaml.read("local_search", options.local_search);
    check_at_least(yaml, "local_search", options.local_search, 0, "0 switches it off");
    yaml.read("act_order", options.act_order);
    if (yaml.read("damping", options.damping) && !(options.damping > 0 && options.damping <= 1))
        yaml.error("damping", fmt::format("{} is outside (0, 1]", options.damping),
                   "a share of the mean diagonal of the Hessian; 0.01 is usual");
    yaml.read("block", options.block);
    check_at_least(yaml, "block", options.block, 1, "128 columns are usual");
    if (auto activation = yaml.mapping("activation")) read_activation(*activation, options.activation);
    if (auto preparation = yaml.mapping("preparation"))
        options.preparation = read_preparation_options(*preparation, options.preparation);
    yaml.read("calibration_windows", options.calibration_windows);
    check_at_least(yaml, "calibration_windows", options.calibration_windows, 1);
    yaml.read("window", options.window);
    check_at_least(yaml, "window", options.window, 2, "tokens, at most the model's context");
    yaml.finish();
    return options;
}

Json to_json(const QuantizerOptions& options) {
    Json activation = {{"scale", word_of(kScalings, options.activation.per_tensor)},
                       {"percentile", options.activation.percentile},
                       {"levels", options.activation.levels},
                       {"reach", options.activation.reach}};
    if (options.activation.zero_point)
        activation["zero_point"] = word_of(kZeroPoints, *options.activation.zero_point);
    return {{"algorithm", to_string(options.algorithm)},
            {"constraint", to_string(options.constraint)},
            {"preset", to_string(options.preset)},
            {"budget", word_of(kBudgets, options.budget)},
            {"error", word_of(kTargets, options.error)},
            {"rounding", word_of(kRoundings, options.rounding)},
            {"scale_base", word_of(kScaleBases, options.scale_base)},
            {"scale_factors", options.scale_factors},
            {"threshold_factors", options.threshold_factors},
            {"refit_scale", options.refit_scale},
            {"local_search", options.local_search},
            {"act_order", options.act_order},
            {"damping", options.damping},
            {"block", options.block},
            {"activation", activation},
            {"preparation", to_json(options.preparation)},
            {"calibration_windows", options.calibration_windows},
            {"window", options.window}};
}

}  // namespace macaw::quantizer
