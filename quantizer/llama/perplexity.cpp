#include "quantizer/llama/perplexity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"
#include "quantizer/llama/vector_math.hpp"

namespace macaw::quantizer {

namespace {

// Columns of the LM head that are multiplied at once: logits of a window of 2048 then take 32 MiB, whatever
// the vocabulary.
constexpr Index kVocabularyColumns = 4096;

// log(exp(a) + exp(b))
double log_add(double a, double b) {
    double larger = std::max(a, b);
    return larger + std::log1p(std::exp(std::min(a, b) - larger));
}

// From the sums of NLL of each window, in their order.
Perplexity summarize(const std::vector<double>& sums, std::int64_t window) {
    Perplexity result;
    result.windows = static_cast<std::int64_t>(sums.size());
    result.predicted = result.windows * (window - 1);
    result.mean_nll = std::accumulate(sums.begin(), sums.end(), 0.0) / static_cast<double>(result.predicted);
    result.perplexity = std::exp(result.mean_nll);
    if (sums.size() > 1) {
        double squares = 0;
        for (double sum : sums)
            squares += std::pow(sum / static_cast<double>(window - 1) - result.mean_nll, 2);
        auto count = static_cast<double>(sums.size());
        result.standard_error = result.perplexity * std::sqrt(squares / (count - 1) / count);
    }
    return result;
}

}  // namespace

std::vector<double> log_likelihoods(const Checkpoint& checkpoint, const Matrix& hidden,
                                    std::span<const TokenId> tokens) {
    require(hidden.rows() == static_cast<Index>(tokens.size()) && !tokens.empty(),
            "log_likelihoods: one row a token");
    Index predicted = hidden.rows() - 1;
    Matrix normed = root_mean_square_norm(hidden.topRows(predicted), checkpoint.final_norm,
                                          checkpoint.config.norm_epsilon);
    const Matrix& head = checkpoint.lm_head();
    std::vector<double> log_sums(static_cast<std::size_t>(predicted),
                                 -std::numeric_limits<double>::infinity());
    std::vector<double> result(log_sums.size());  // first the logit of the token that came
    Matrix logits;                                // [predicted, columns]
    for (Index first = 0; first < head.rows(); first += kVocabularyColumns) {
        Index columns = std::min(kVocabularyColumns, head.rows() - first);
        logits.noalias() = normed * head.middleRows(first, columns).transpose();
        for (Index row = 0; row < predicted; ++row) {
            auto at = static_cast<std::size_t>(row);
            log_sums[at] = log_add(log_sums[at], log_sum_exp(row_span(logits, row)));
            Index next = tokens[at + 1] - first;
            if (next >= 0 && next < columns) result[at] = static_cast<double>(logits(row, next));
        }
    }
    for (std::size_t at = 0; at < result.size(); ++at) result[at] -= log_sums[at];
    return result;
}

Expected<std::int64_t> usable_windows(const ModelConfig& config, const TokenizedText& text,
                                      std::int64_t window, std::int64_t wanted, std::int64_t first) {
    if (window < 2 || window > config.context)
        return fail(ErrorKind::BadInput, "a window of {} tokens is outside 2..{}, the model's context",
                    window, config.context);
    auto length = static_cast<std::int64_t>(text.tokens.size());
    std::int64_t there = std::max<std::int64_t>(0, length / window - first);
    std::int64_t windows = wanted > 0 ? wanted : there;
    if (windows == 0 || windows > there)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("{} tokens are too few for {} windows of {}{}", length,
                                      std::max<std::int64_t>(windows, 1), window,
                                      first > 0 ? fmt::format(" behind the first {}", first) : ""),
                          "use a longer text or fewer windows",
                          {text.file}});
    auto outside = std::find_if(text.tokens.begin(), text.tokens.end(),
                                [&](TokenId token) { return token < 0 || token >= config.vocabulary; });
    if (outside != text.tokens.end())
        return fail(Error{
            ErrorKind::BadInput,
            fmt::format("token {} is outside the model's vocabulary of {}", *outside, config.vocabulary),
            "tokenizer.json and config.json do not belong together",
            {text.file}});
    return windows;
}

Expected<Perplexity> measure_perplexity(const Checkpoint& checkpoint, LinearLayers& layers,
                                        const TokenizedText& text, const PerplexityOptions& options,
                                        const std::string& what) {
    MACAW_TRY(std::int64_t windows,
              usable_windows(checkpoint.config, text, options.window, options.windows, options.first_window));
    auto tokens_of = [&](std::size_t i) {
        return window_of(text, options.window, static_cast<std::size_t>(options.first_window) + i);
    };
    Rotary rotary = make_rotary(checkpoint.config, options.window);
    auto count = static_cast<std::size_t>(windows);
    std::vector<WindowState> states(count);
    for (std::size_t i = 0; i < count; ++i) states[i].hidden = embed(checkpoint, tokens_of(i));
    Progress progress(what, windows * (checkpoint.config.blocks + 1));
    for (std::int64_t block = 0; block < checkpoint.config.blocks; ++block) {
        MACAW_CHECK(layers.enter_block(block));
        MACAW_CHECK(parallel_for(count, [&](std::size_t i) -> Expected<void> {
            MACAW_CHECK(stop_if_interrupted());
            pass_block(checkpoint, layers, rotary, block, states[i]);
            progress.advance();
            return {};
        }));
    }
    std::vector<double> sums(count);
    MACAW_CHECK(parallel_for(count, [&](std::size_t i) -> Expected<void> {
        MACAW_CHECK(stop_if_interrupted());
        auto likelihoods = log_likelihoods(checkpoint, states[i].hidden, tokens_of(i));
        sums[i] = -std::accumulate(likelihoods.begin(), likelihoods.end(), 0.0);
        if (!std::isfinite(sums[i]))
            return fail(ErrorKind::CheckFailed, "window {} of {} has no finite likelihood", i, text.file);
        progress.advance();
        return {};
    }));
    Perplexity result = summarize(sums, options.window);
    result.tokens = static_cast<std::int64_t>(text.tokens.size());
    return result;
}

Json to_json(const Perplexity& perplexity) {
    return {{"perplexity", perplexity.perplexity}, {"standard_error", perplexity.standard_error},
            {"mean_nll", perplexity.mean_nll},     {"tokens", perplexity.tokens},
            {"windows", perplexity.windows},       {"predicted", perplexity.predicted}};
}

}  // namespace macaw::quantizer
