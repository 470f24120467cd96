#include "quantizer/options.hpp"

#include <cmath>
#include <vector>

namespace macaw::quantizer {

namespace {

using AlgorithmWords = std::vector<std::pair<std::string, Algorithm>>;
using ConstraintWords = std::vector<std::pair<std::string, Constraint>>;
using PresetWords = std::vector<std::pair<std::string, Preset>>;

const AlgorithmWords kAlgorithms{{"optq", Algorithm::Optq}, {"rtn", Algorithm::Rtn}};
const ConstraintWords kConstraints{{"axe", Constraint::Axe}, {"none", Constraint::None}};
const PresetWords kPresets{{"paper", Preset::Paper}, {"clipped_error", Preset::ClippedError}};

template <typename Words, typename Enum>
std::string word_of(const Words& words, Enum value) {
    for (const auto& [word, meaning] : words)
        if (meaning == value) return word;
    throw std::logic_error("an option without a word");
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

QuantizerOptions read_quantizer_options(YamlMapping yaml) {
    QuantizerOptions options;
    yaml.read_word("algorithm", options.algorithm, kAlgorithms);
    yaml.read_word("constraint", options.constraint, kConstraints);
    yaml.read_word("preset", options.preset, kPresets);
    yaml.read("act_order", options.act_order);
    if (yaml.read("damping", options.damping) && !(options.damping > 0 && options.damping <= 1))
        yaml.error("damping", fmt::format("{} is outside (0, 1]", options.damping),
                   "a share of the mean diagonal of the Hessian; 0.01 is usual");
    if (yaml.read("block", options.block) && options.block < 1)
        yaml.error("block", fmt::format("{} is not a number of columns", options.block), "128 is usual");
    if (yaml.read("calibration_windows", options.calibration_windows) && options.calibration_windows < 1)
        yaml.error("calibration_windows", fmt::format("{} is less than one", options.calibration_windows));
    if (yaml.read("window", options.window) && options.window < 2)
        yaml.error("window", fmt::format("{} tokens are too few for a window", options.window),
                   "at most the model's context");
    yaml.finish();
    return options;
}

Json to_json(const QuantizerOptions& options) {
    return {{"algorithm", to_string(options.algorithm)},
            {"constraint", to_string(options.constraint)},
            {"preset", to_string(options.preset)},
            {"act_order", options.act_order},
            {"damping", options.damping},
            {"block", options.block},
            {"calibration_windows", options.calibration_windows},
            {"window", options.window}};
}

}  // namespace macaw::quantizer
