#include "hw/array/array_config.hpp"

#include "hw/arith/form_words.hpp"
#include "hw/array/processing_element.hpp"

namespace macaw::hw {

namespace {

// A port of more bits is not a device that the open tools handle; it is most likely a typing error.
constexpr int kMaxSide = 256;
constexpr int kMaxPortBits = 1 << 16;

const std::vector<std::pair<std::string, Dataflow>> kDataflows = {
    {"output_stationary", Dataflow::OutputStationary}, {"weight_stationary", Dataflow::WeightStationary}};
const std::vector<std::pair<std::string, Arithmetic>> kArithmetics = {
    {"behavioural", Arithmetic::Behavioural},
    {"structural", Arithmetic::Structural},
    {"packed", Arithmetic::Packed}};
const std::vector<std::pair<std::string, Pipeline>> kPipelines = {{"none", Pipeline::None},
                                                                  {"multiplier", Pipeline::Multiplier},
                                                                  {"tree", Pipeline::Tree},
                                                                  {"full", Pipeline::Full}};

const std::vector<std::pair<std::string, Gating>> kGatings = {{"none", Gating::None},
                                                              {"zero_operand", Gating::ZeroOperand}};

template <typename Enum>
std::string word_of(const std::vector<std::pair<std::string, Enum>>& words, Enum value) {
    for (const auto& [word, meaning] : words)
        if (meaning == value) return word;
    throw std::logic_error("ArrayConfig: a value without a word");
}

template <typename Enum>
Expected<Enum> value_of(const std::vector<std::pair<std::string, Enum>>& words, const std::string& word,
                        const std::string& key, const std::filesystem::path& file) {
    for (const auto& [known, meaning] : words)
        if (known == word) return meaning;
    std::vector<std::string> known;
    for (const auto& entry : words) known.push_back(entry.first);
    return fail(Error{ErrorKind::BadInput,
                      fmt::format("key \"{}\": \"{}\" is not known", key, word),
                      fmt::format("one of {}; macaw generate writes this file", fmt::join(known, ", ")),
                      {file.string()}});
}

void check_side(std::vector<golden::DatapathProblem>& problems, const std::string& field, int value,
                int limit) {
    if (value < 1 || value > limit)
        problems.push_back({field, fmt::format("{} is not in 1..{}", value, limit), {}});
}

void check_port(std::vector<golden::DatapathProblem>& problems, const std::string& field, std::int64_t bits) {
    if (bits > kMaxPortBits)
        problems.push_back(
            {field,
             fmt::format("the array would have a port of {} bits, the limit is {}", bits, kMaxPortBits),
             "use fewer lanes, or a smaller array"});
}

void check_output_stationary(std::vector<golden::DatapathProblem>& problems, const ArrayConfig& array,
                             const golden::Datapath& datapath) {
    const std::int64_t lanes = array.lanes;
    check_port(problems, "rows", lanes * array.rows * datapath.activation_bits.bits());
    check_port(problems, "columns", lanes * array.columns * datapath.weight_bits.bits());
}

void check_weight_stationary(std::vector<golden::DatapathProblem>& problems, const ArrayConfig& array,
                             const golden::Datapath& datapath) {
    if (array.lanes != 1)
        problems.push_back(
            {"lanes", fmt::format("{} lanes in a weight-stationary array", array.lanes),
             "its elements multiply one product a cycle: lanes: 1; its columns are as long as the tile"});
    if (registers_tree(array.pipeline))
        problems.push_back({"pipeline", "an element of a weight-stationary array has no tree of products",
                            "use pipeline: none or multiplier"});
    if (array.is_carry_save())
        problems.push_back({"accumulation",
                            "partial sums of a weight-stationary array are resolved in every element",
                            "use accumulation: resolved"});
    check_side(problems, "tile", datapath.tile, kMaxSide);
}

void check_packed(std::vector<golden::DatapathProblem>& problems, const ArrayConfig& array) {
    if (array.dataflow != Dataflow::OutputStationary)
        problems.push_back({"arithmetic",
                            "packed arithmetic multiplies several lanes at once, and an element of a "
                            "weight-stationary array has one",
                            "use arithmetic: behavioural or structural"});
    if (array.pipeline != Pipeline::None)
        problems.push_back({"pipeline", "packed arithmetic has no products that a register could hold",
                            "use pipeline: none, or arithmetic: behavioural or structural"});
    if (array.gating != Gating::None)
        problems.push_back({"gating", "packed arithmetic has no multiplier of a lane that could stand still",
                            "use gating: none, or arithmetic: behavioural or structural"});
}

// The largest lane counts up to the tile, for a hint.
std::string divisors(int tile) {
    std::string text;
    for (int divisor = 1; divisor <= tile; ++divisor)
        if (tile % divisor == 0) text += (text.empty() ? "" : ", ") + std::to_string(divisor);
    return text;
}

}  // namespace

ArrayConfig array_for(const golden::Datapath& datapath, ArrayConfig array) {
    if (datapath.inner_overflow != golden::OverflowMode::Wrap)
        array.form.accumulation = Accumulation::Resolved;
    return array;
}

std::vector<golden::DatapathProblem> validate(const ArrayConfig& array, const golden::Datapath& datapath) {
    std::vector<golden::DatapathProblem> problems;
    check_side(problems, "rows", array.rows, kMaxSide);
    check_side(problems, "columns", array.columns, kMaxSide);
    check_side(problems, "lanes", array.lanes, kMaxPortBits);
    if (!problems.empty()) return problems;
    if (datapath.tile % array.lanes != 0)
        problems.push_back(
            {"lanes",
             fmt::format("{} lanes do not divide the tile of {} products", array.lanes, datapath.tile),
             "lanes that do: " + divisors(datapath.tile)});
    if (array.is_carry_save() && datapath.inner_overflow != golden::OverflowMode::Wrap)
        problems.push_back({"accumulation",
                            fmt::format("a carry-save accumulator does not know its sum, which {} looks at",
                                        to_string(datapath.inner_overflow)),
                            "use accumulation: resolved, or inner_overflow: wrap"});
    if (array.arithmetic == Arithmetic::Packed) check_packed(problems, array);
    if (array.dataflow == Dataflow::WeightStationary)
        check_weight_stationary(problems, array, datapath);
    else
        check_output_stationary(problems, array, datapath);
    int inner = inner_sum_bits(datapath, array), outer = outer_sum_bits(datapath);
    if (std::max(inner, outer) > golden::BitWidth::kMax)
        problems.push_back({"lanes",
                            fmt::format("the exact sum before the range check needs {} bits, the limit is {}",
                                        std::max(inner, outer), golden::BitWidth::kMax),
                            "use narrower accumulators or wrap mode"});
    return problems;
}

Expected<void> require_synthesisable(const ArrayConfig& array) {
    if (array.arithmetic != Arithmetic::Packed) return {};
    return fail(Error{ErrorKind::BadInput,
                      "packed arithmetic is for simulation: its multipliers take words of 64 bits",
                      "use array.arithmetic: behavioural or structural for what is synthesised and proven",
                      {}});
}

ArrayConfig read_array(YamlMapping yaml) {
    ArrayConfig array;
    yaml.read_word("dataflow", array.dataflow, kDataflows);
    yaml.read("rows", array.rows);
    yaml.read("columns", array.columns);
    if (array.dataflow == Dataflow::WeightStationary) array.lanes = 1;
    yaml.read("lanes", array.lanes);
    yaml.read_word("pipeline", array.pipeline, kPipelines);
    yaml.read_word("gating", array.gating, kGatings);
    read_arithmetic(yaml, "arithmetic", array.arithmetic);
    for (const char* key : {"multiplier", "reduction", "adder", "accumulation"})
        if (array.arithmetic != Arithmetic::Structural && yaml.has(key))
            yaml.error(key,
                       fmt::format("{} arithmetic leaves the circuit to the synthesis tool",
                                   word_of(kArithmetics, array.arithmetic)),
                       "add arithmetic: structural");
    yaml.read_word("multiplier", array.form.multiplier, kMultipliers);
    yaml.read_word("reduction", array.form.reduction, kReductions);
    yaml.read_word("adder", array.form.adder, kAdders);
    yaml.read_word("accumulation", array.form.accumulation, kAccumulations);
    yaml.finish();
    return array;
}

bool read_arithmetic(YamlMapping& yaml, const std::string& key, Arithmetic& arithmetic) {
    return yaml.read_word(key, arithmetic, kArithmetics);
}

Json to_json(const ArrayConfig& array) {
    Json json = {{"dataflow", word_of(kDataflows, array.dataflow)},
                 {"rows", array.rows},
                 {"columns", array.columns},
                 {"lanes", array.lanes},
                 {"pipeline", word_of(kPipelines, array.pipeline)},
                 {"gating", word_of(kGatings, array.gating)},
                 {"arithmetic", word_of(kArithmetics, array.arithmetic)}};
    if (array.arithmetic != Arithmetic::Structural) return json;
    json["multiplier"] = word_of(kMultipliers, array.form.multiplier);
    json["reduction"] = word_of(kReductions, array.form.reduction);
    json["adder"] = word_of(kAdders, array.form.adder);
    json["accumulation"] = word_of(kAccumulations, array.form.accumulation);
    return json;
}

Expected<ArrayConfig> array_from_json(const Json& json, const std::filesystem::path& file) {
    ArrayConfig array;
    MACAW_TRY(std::string dataflow, json_member<std::string>(json, "dataflow", file));
    MACAW_TRY(array.dataflow, value_of(kDataflows, dataflow, "dataflow", file));
    MACAW_TRY(array.rows, json_member<int>(json, "rows", file));
    MACAW_TRY(array.columns, json_member<int>(json, "columns", file));
    MACAW_TRY(array.lanes, json_member<int>(json, "lanes", file));
    MACAW_TRY(std::string pipeline, json_member<std::string>(json, "pipeline", file));
    MACAW_TRY(array.pipeline, value_of(kPipelines, pipeline, "pipeline", file));
    if (json.contains("gating")) {  // files from before the key have none
        MACAW_TRY(std::string gating, json_member<std::string>(json, "gating", file));
        MACAW_TRY(array.gating, value_of(kGatings, gating, "gating", file));
    }
    MACAW_TRY(std::string arithmetic, json_member<std::string>(json, "arithmetic", file));
    MACAW_TRY(array.arithmetic, value_of(kArithmetics, arithmetic, "arithmetic", file));
    if (array.arithmetic != Arithmetic::Structural) return array;
    MACAW_TRY(std::string multiplier, json_member<std::string>(json, "multiplier", file));
    MACAW_TRY(array.form.multiplier, value_of(kMultipliers, multiplier, "multiplier", file));
    MACAW_TRY(std::string reduction, json_member<std::string>(json, "reduction", file));
    MACAW_TRY(array.form.reduction, value_of(kReductions, reduction, "reduction", file));
    MACAW_TRY(std::string adder, json_member<std::string>(json, "adder", file));
    MACAW_TRY(array.form.adder, value_of(kAdders, adder, "adder", file));
    MACAW_TRY(std::string accumulation, json_member<std::string>(json, "accumulation", file));
    MACAW_TRY(array.form.accumulation, value_of(kAccumulations, accumulation, "accumulation", file));
    return array;
}

std::string to_string(const ArrayConfig& array) {
    std::string text = fmt::format("{} {}x{} L={} {}", word_of(kDataflows, array.dataflow), array.rows,
                                   array.columns, array.lanes, word_of(kArithmetics, array.arithmetic));
    if (array.pipeline != Pipeline::None)
        text += fmt::format(" pipeline {}", word_of(kPipelines, array.pipeline));
    if (array.gating != Gating::None) text += fmt::format(" gating {}", word_of(kGatings, array.gating));
    if (array.arithmetic == Arithmetic::Structural)
        text += fmt::format(" ({}, {}, {}, {})", word_of(kMultipliers, array.form.multiplier),
                            word_of(kReductions, array.form.reduction), word_of(kAdders, array.form.adder),
                            word_of(kAccumulations, array.form.accumulation));
    return text;
}

std::string to_string(Arithmetic arithmetic) {
    return word_of(kArithmetics, arithmetic);
}

}  // namespace macaw::hw
