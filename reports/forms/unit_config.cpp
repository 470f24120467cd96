#include "reports/forms/unit_config.hpp"

#include <algorithm>

#include "hw/arith/form_words.hpp"

namespace macaw::reports {

namespace {

bool in_range(YamlMapping& yaml, const std::string& key, const std::vector<int>& values, int least,
              int most) {
    bool good = true;
    for (int value : values) {
        if (value >= least && value <= most) continue;
        yaml.error(key, fmt::format("{} is outside {}..{}", value, least, most));
        good = false;
    }
    return good;
}

golden::Signedness read_signedness(YamlMapping& yaml, const char* key) {
    auto signedness = golden::Signedness::Signed;
    yaml.read_word(key, signedness,
                   {{"signed", golden::Signedness::Signed}, {"unsigned", golden::Signedness::Unsigned}});
    return signedness;
}

void read_unit(YamlMapping& yaml, std::vector<hw::DotProductShape>& units) {
    const std::vector<int> lanes = read_values<int>(yaml, "lanes", {16});
    const std::vector<int> weights = read_values<int>(yaml, "weight_bits", {4});
    const std::vector<int> activations = read_values<int>(yaml, "activation_bits", {8});
    const std::vector<int> accumulators = read_values<int>(yaml, "accumulator_bits", {16});
    const golden::Signedness weight_signedness = read_signedness(yaml, "weight_signedness");
    const golden::Signedness activation_signedness = read_signedness(yaml, "activation_signedness");
    bool good = in_range(yaml, "weight_bits", weights, 2, 8);
    good = in_range(yaml, "activation_bits", activations, 2, 16) && good;
    good = in_range(yaml, "lanes", lanes, 1, 1024) && good;
    good = in_range(yaml, "accumulator_bits", accumulators, 2, 62) && good;
    yaml.finish();
    if (!good) return;
    for (int lane : lanes)
        for (int weight : weights)
            for (int activation : activations)
                for (int bits : accumulators) {
                    hw::DotProductShape unit{lane,
                                             golden::BitWidth(activation),
                                             activation_signedness,
                                             golden::BitWidth(weight),
                                             golden::BitWidth(bits),
                                             golden::OverflowMode::Wrap,
                                             weight_signedness};
                    if (std::ranges::find(units, unit) == units.end()) units.push_back(unit);
                }
}

}  // namespace

std::vector<hw::StructuralForm> read_structural(YamlMapping& root) {
    std::vector<hw::StructuralForm> forms;
    std::optional<YamlMapping> yaml = root.mapping("structural");
    if (!yaml) return forms;
    auto multipliers = read_words(*yaml, "multiplier", hw::kMultipliers, all_words(hw::kMultipliers));
    auto reductions = read_words(*yaml, "reduction", hw::kReductions, all_words(hw::kReductions));
    auto adders = read_words(*yaml, "adder", hw::kAdders, all_words(hw::kAdders));
    auto accumulations = read_words(*yaml, "accumulation", hw::kAccumulations, all_words(hw::kAccumulations));
    yaml->finish();
    for (hw::Multiplier multiplier : multipliers)
        for (hw::Reduction reduction : reductions)
            for (hw::FinalAdder adder : adders)
                for (hw::Accumulation accumulation : accumulations)
                    forms.push_back({multiplier, reduction, adder, accumulation});
    return forms;
}

std::vector<hw::DotProductShape> read_units(YamlMapping& root) {
    std::vector<hw::DotProductShape> units;
    if (!root.has("units")) root.error({}, "key \"units\" is missing", "a list of vector MAC units");
    const std::size_t errors_before = root.errors().size();
    for (YamlMapping& unit : root.sequence("units")) read_unit(unit, units);
    if (root.has("units") && units.empty() && root.errors().size() == errors_before)
        root.error("units", "is an empty list");
    return units;
}

}  // namespace macaw::reports
