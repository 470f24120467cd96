#include "reports/tables/quality_tables.hpp"

#include <algorithm>

namespace macaw::reports {

namespace {

const std::vector<std::pair<std::string, EvaluatedArithmetic>> kArithmeticWords = {
    {"float", EvaluatedArithmetic::Float},
    {"quantized", EvaluatedArithmetic::Quantized},
    {"datapath", EvaluatedArithmetic::Datapath}};

std::string word_of(EvaluatedArithmetic arithmetic) {
    return std::ranges::find(kArithmeticWords, arithmetic,
                             &std::pair<std::string, EvaluatedArithmetic>::second)
        ->first;
}

// Said wherever a perplexity stands.
constexpr const char* kCovers =
    "linear layers of every block; embedding, norms, softmax, attention products and LM head in float32";

std::string how_of(const Evaluation& evaluation) {
    std::string what = "float32";
    if (evaluation.arithmetic == EvaluatedArithmetic::Quantized)
        what = fmt::format("dequantized codes ({} layers) times dequantized activations in float32: {}",
                           evaluation.constraint, kCovers);
    if (evaluation.arithmetic == EvaluatedArithmetic::Datapath)
        what = fmt::format("bit-exact integer datapath {} ({} layers): {}", to_string(evaluation.datapath),
                           evaluation.constraint, kCovers);
    std::string from = evaluation.first_window > 0
                           ? fmt::format(" from window {} on (the first is 0)", evaluation.first_window)
                           : "";
    return fmt::format("measured on {}, {} windows of {} tokens{}, standard error {:.3f}; {}",
                       evaluation.text, evaluation.windows, evaluation.window_tokens, from,
                       evaluation.standard_error, what);
}

// Which of the tiles an overflow was looked for in.
std::string looked_at(const golden::OverflowCounts& counts) {
    if (counts.unchecked_tiles == 0) return "every tile sum checked; ";
    return fmt::format("{} of {} tile sums checked, the others cannot overflow by their codes; ",
                       counts.tiles - counts.unchecked_tiles, counts.tiles);
}

double rate(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

Expected<void> write_evaluation(const std::filesystem::path& file, const Evaluation& evaluation) {
    const golden::OverflowCounts& counts = evaluation.overflows;
    return write_json(file, {{"arithmetic", word_of(evaluation.arithmetic)},
                             {"constraint", evaluation.constraint},
                             {"datapath", golden::to_json(evaluation.datapath)},
                             {"outputs", counts.outputs},
                             {"tiles", counts.tiles},
                             {"unchecked_tiles", counts.unchecked_tiles},
                             {"inner_overflow_tiles", counts.inner_overflow_tiles},
                             {"inner_overflow_outputs", counts.inner_overflow_outputs},
                             {"outer_overflow_outputs", counts.outer_overflow_outputs},
                             {"perplexity", evaluation.perplexity},
                             {"standard_error", evaluation.standard_error},
                             {"first_window", evaluation.first_window},
                             {"windows", evaluation.windows},
                             {"window_tokens", evaluation.window_tokens},
                             {"text", evaluation.text}});
}

Expected<Evaluation> read_evaluation(const std::filesystem::path& file) {
    MACAW_TRY(Json json, read_json(file));
    Evaluation evaluation;
    MACAW_TRY(auto word, json_member<std::string>(json, "arithmetic", file));
    auto known =
        std::ranges::find(kArithmeticWords, word, &std::pair<std::string, EvaluatedArithmetic>::first);
    if (known == kArithmeticWords.end())
        return fail(Error{
            ErrorKind::BadInput, fmt::format("arithmetic \"{}\" is not known", word), {}, {file.string()}});
    evaluation.arithmetic = known->second;
    MACAW_TRY(evaluation.constraint, json_member<std::string>(json, "constraint", file));
    MACAW_TRY(Json datapath, json_member<Json>(json, "datapath", file));
    MACAW_TRY(evaluation.datapath, golden::datapath_from_json(datapath, file));
    golden::OverflowCounts& counts = evaluation.overflows;
    MACAW_TRY(counts.outputs, json_member<std::int64_t>(json, "outputs", file));
    MACAW_TRY(counts.tiles, json_member<std::int64_t>(json, "tiles", file));
    MACAW_TRY(counts.unchecked_tiles, json_member<std::int64_t>(json, "unchecked_tiles", file));
    MACAW_TRY(counts.inner_overflow_tiles, json_member<std::int64_t>(json, "inner_overflow_tiles", file));
    MACAW_TRY(counts.inner_overflow_outputs, json_member<std::int64_t>(json, "inner_overflow_outputs", file));
    MACAW_TRY(counts.outer_overflow_outputs, json_member<std::int64_t>(json, "outer_overflow_outputs", file));
    MACAW_TRY(evaluation.perplexity, json_member<double>(json, "perplexity", file));
    MACAW_TRY(evaluation.standard_error, json_member<double>(json, "standard_error", file));
    MACAW_TRY(evaluation.first_window, json_member<std::int64_t>(json, "first_window", file));
    MACAW_TRY(evaluation.windows, json_member<std::int64_t>(json, "windows", file));
    MACAW_TRY(evaluation.window_tokens, json_member<std::int64_t>(json, "window_tokens", file));
    MACAW_TRY(evaluation.text, json_member<std::string>(json, "text", file));
    return evaluation;
}

Table luck_table(const std::vector<Evaluation>& evaluations) {
    Table table({"constraint", "overflow_mode", "inner_bits", "outer_bits", "perplexity",
                 "perplexity_standard_error", "inner_overflow_rate", "outer_overflow_rate", "tiles",
                 "inner_overflow_tiles", "outer_overflow_outputs"});
    for (const Evaluation& evaluation : evaluations) {
        if (evaluation.arithmetic != EvaluatedArithmetic::Datapath) continue;
        const golden::OverflowCounts& counts = evaluation.overflows;
        table.add_row({evaluation.constraint, to_string(evaluation.datapath.inner_overflow),
                       evaluation.datapath.inner_bits.bits(), evaluation.datapath.outer_bits.bits(),
                       evaluation.perplexity, evaluation.standard_error,
                       rate(counts.inner_overflow_tiles, counts.tiles),
                       rate(counts.outer_overflow_outputs, counts.outputs), counts.tiles,
                       counts.inner_overflow_tiles, counts.outer_overflow_outputs});
    }
    return table;
}

Metrics quality_metrics(const std::vector<Evaluation>& evaluations) {
    Metrics metrics;
    for (const Evaluation& evaluation : evaluations) {
        const std::string key = "model__ppl__" + word_of(evaluation.arithmetic);
        if (metrics.find(key) != nullptr) {  // a further evaluation in the datapath: the comparison
            metrics.add(fmt::format("comparison__{}_{}__p{}__ppl", evaluation.constraint,
                                    to_string(evaluation.datapath.inner_overflow),
                                    evaluation.datapath.inner_bits.bits()),
                        evaluation.perplexity, how_of(evaluation));
            continue;
        }
        metrics.add(key, evaluation.perplexity, how_of(evaluation));
        metrics.add("model__standard_error__" + word_of(evaluation.arithmetic) + "__ppl",
                    evaluation.standard_error,
                    "of the perplexity, from the spread of the windows; " + how_of(evaluation));
        if (evaluation.arithmetic != EvaluatedArithmetic::Datapath) continue;
        const golden::OverflowCounts& counts = evaluation.overflows;
        const std::string how = looked_at(counts) + how_of(evaluation);
        metrics.add("model__overflow__inner_tiles__count", counts.inner_overflow_tiles, how);
        metrics.add("model__overflow__outer_outputs__count", counts.outer_overflow_outputs, how);
        metrics.add("model__overflow__inner_tiles__ratio", rate(counts.inner_overflow_tiles, counts.tiles),
                    "tiles with a sum outside P_I; " + how);
        metrics.add("model__overflow__outer_outputs__ratio",
                    rate(counts.outer_overflow_outputs, counts.outputs),
                    "outputs with a sum outside P_O; " + how);
    }
    return metrics;
}

}  // namespace macaw::reports
