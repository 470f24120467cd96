#include "golden/datapath.hpp"

#include <algorithm>

#include "golden/bit_width_config.hpp"

namespace macaw::golden {

namespace {

constexpr int kMaxTile = 1 << 20;

const std::vector<std::pair<std::string, Signedness>> kSignednessWords = {{"signed", Signedness::Signed},
                                                                          {"unsigned", Signedness::Unsigned}};
const std::vector<std::pair<std::string, OverflowMode>> kModeWords = {
    {"wrap", OverflowMode::Wrap}, {"saturate", OverflowMode::Saturate}, {"trap", OverflowMode::Trap}};

template <typename Enum>
Expected<Enum> word_from_json(const Json& json, const std::string& key,
                              const std::vector<std::pair<std::string, Enum>>& words,
                              const std::filesystem::path& file) {
    MACAW_TRY(auto text, json_member<std::string>(json, key, file));
    for (const auto& [word, meaning] : words)
        if (word == text) return meaning;
    return fail(Error{
        ErrorKind::BadInput, fmt::format("key \"{}\": \"{}\" is not known", key, text), {}, {file.string()}});
}

}  // namespace

std::vector<DatapathProblem> validate(const Datapath& datapath) {
    std::vector<DatapathProblem> problems;
    auto problem = [&](std::string field, std::string message, std::string hint = {}) {
        problems.push_back({std::move(field), std::move(message), std::move(hint)});
    };
    int weight = datapath.weight_bits.bits();
    int activation = datapath.activation_bits.bits();
    int inner = datapath.inner_bits.bits();
    int outer = datapath.outer_bits.bits();
    if (weight < 2 || weight > 8)
        problem("weight_bits", fmt::format("{} is outside 2..8", weight), "codes are stored as bytes");
    if (activation < 2 || activation > 16)
        problem("activation_bits", fmt::format("{} is outside 2..16", activation));
    if (datapath.tile < 1 || datapath.tile > kMaxTile)
        problem("tile", fmt::format("{} is outside 1..{}", datapath.tile, kMaxTile));
    if (outer < inner)
        problem("outer_bits", fmt::format("{} is narrower than inner_bits {}", outer, inner),
                fmt::format("{} + ceil(log2(number of tiles)) is always safe", inner));
    if (datapath.products_per_check < 1)
        problem("products_per_check", fmt::format("{} is not positive", datapath.products_per_check));
    else if (datapath.tile >= 1 && datapath.tile % datapath.products_per_check != 0)
        problem("products_per_check",
                fmt::format("{} does not divide the tile of {}", datapath.products_per_check, datapath.tile));
    return problems;
}

std::vector<std::string> warnings(const Datapath& datapath) {
    std::vector<std::string> texts;
    Range activation = datapath.activation_range();
    std::int64_t reach = std::max(activation.max, -activation.min);
    std::int64_t product = datapath.weight_range().max * reach;
    if (!range_of(datapath.inner_bits, Signedness::Signed).contains(product))
        texts.push_back(
            fmt::format("inner_bits {} does not hold one product of {} bits; the certificate decides",
                        datapath.inner_bits.bits(), bits_needed({-product, product}).bits()));
    return texts;
}

Datapath read_datapath(YamlMapping yaml) {
    Datapath datapath;
    read_width(yaml, "weight_bits", datapath.weight_bits);
    read_width(yaml, "activation_bits", datapath.activation_bits);
    yaml.read_word("weight_signedness", datapath.weight_signedness, kSignednessWords);
    yaml.read_word("activation_signedness", datapath.activation_signedness, kSignednessWords);
    yaml.read("tile", datapath.tile);
    read_width(yaml, "inner_bits", datapath.inner_bits);
    read_width(yaml, "outer_bits", datapath.outer_bits);
    yaml.read_word("inner_overflow", datapath.inner_overflow, kModeWords);
    yaml.read_word("outer_overflow", datapath.outer_overflow, kModeWords);
    for (const DatapathProblem& problem : validate(datapath))
        yaml.error(problem.field, problem.message, problem.hint);
    yaml.finish();
    return datapath;
}

Json to_json(const Datapath& datapath) {
    return {{"weight_bits", datapath.weight_bits.bits()},
            {"activation_bits", datapath.activation_bits.bits()},
            {"weight_signedness", to_string(datapath.weight_signedness)},
            {"activation_signedness", to_string(datapath.activation_signedness)},
            {"tile", datapath.tile},
            {"inner_bits", datapath.inner_bits.bits()},
            {"outer_bits", datapath.outer_bits.bits()},
            {"inner_overflow", to_string(datapath.inner_overflow)},
            {"outer_overflow", to_string(datapath.outer_overflow)},
            {"products_per_check", datapath.products_per_check}};
}

Expected<Datapath> datapath_from_json(const Json& json, const std::filesystem::path& file) {
    Datapath datapath;
    MACAW_TRY(datapath.weight_bits, bit_width_member(json, "weight_bits", file));
    MACAW_TRY(datapath.activation_bits, bit_width_member(json, "activation_bits", file));
    if (json.contains("weight_signedness")) {  // files from before the key have signed weights
        MACAW_TRY(datapath.weight_signedness,
                  word_from_json(json, "weight_signedness", kSignednessWords, file));
    }
    MACAW_TRY(datapath.activation_signedness,
              word_from_json(json, "activation_signedness", kSignednessWords, file));
    MACAW_TRY(datapath.tile, json_member<int>(json, "tile", file));
    MACAW_TRY(datapath.inner_bits, bit_width_member(json, "inner_bits", file));
    MACAW_TRY(datapath.outer_bits, bit_width_member(json, "outer_bits", file));
    MACAW_TRY(datapath.inner_overflow, word_from_json(json, "inner_overflow", kModeWords, file));
    MACAW_TRY(datapath.outer_overflow, word_from_json(json, "outer_overflow", kModeWords, file));
    MACAW_TRY(datapath.products_per_check, json_member<int>(json, "products_per_check", file));
    for (const DatapathProblem& problem : validate(datapath))
        return fail(Error{
            ErrorKind::BadInput, problem.field + ": " + problem.message, problem.hint, {file.string()}});
    return datapath;
}

std::string to_string(const Datapath& datapath) {
    auto suffix = [](Signedness signedness) { return signedness == Signedness::Signed ? "" : "u"; };
    return fmt::format("W{}{}A{}{} T={} P_I={} P_O={} {}/{}", datapath.weight_bits.bits(),
                       suffix(datapath.weight_signedness), datapath.activation_bits.bits(),
                       suffix(datapath.activation_signedness), datapath.tile, datapath.inner_bits.bits(),
                       datapath.outer_bits.bits(), to_string(datapath.inner_overflow),
                       to_string(datapath.outer_overflow));
}

}  // namespace macaw::golden
