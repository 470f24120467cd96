#include "quantizer/evaluate/likelihood.hpp"

#include <algorithm>
#include <cmath>

#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"

namespace macaw::quantizer {

namespace {

// log p(token) under one row of logits, [vocabulary].
double log_probability(const Eigen::Ref<const Eigen::RowVectorXf>& logits, TokenId token) {
    float largest = logits.maxCoeff();
    double log_sum = std::log(static_cast<double>((logits.array() - largest).exp().sum()));
    return static_cast<double>(logits(token)) - static_cast<double>(largest) - log_sum;
}

// hidden: [tokens - 1, hidden], all tokens but the last one having been read.
double log_likelihood(const Checkpoint& checkpoint, const Matrix& hidden, const TokenizedPair& pair) {
    std::int64_t first = hidden.rows() - pair.continuation;
    Matrix logits = logits_of(checkpoint, hidden, first, pair.continuation);
    double sum = 0;
    for (Index row = 0; row < logits.rows(); ++row)
        sum += log_probability(logits.row(row), pair.tokens[static_cast<std::size_t>(first + row + 1)]);
    return sum;
}

std::span<const TokenId> read_tokens(const TokenizedPair& pair) {
    return std::span(pair.tokens).first(pair.tokens.size() - 1);
}

// Pairs [begin, end) through all blocks; their log-likelihoods into `results`.
Expected<void> pass_pairs(const Checkpoint& checkpoint, LinearLayers& layers, const Rotary& rotary,
                          std::span<const TokenizedPair> pairs, std::span<double> results,
                          Progress& progress) {
    std::vector<WindowState> states(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i)
        states[i].hidden = embed(checkpoint, read_tokens(pairs[i]));
    for (std::int64_t block = 0; block < checkpoint.config.blocks; ++block) {
        MACAW_CHECK(layers.enter_block(block));
        MACAW_CHECK(parallel_for(pairs.size(), [&](std::size_t i) -> Expected<void> {
            MACAW_CHECK(stop_if_interrupted());
            pass_block(checkpoint, layers, rotary, block, states[i]);
            return {};
        }));
        progress.advance(static_cast<std::int64_t>(pairs.size()));
    }
    return parallel_for(pairs.size(), [&](std::size_t i) -> Expected<void> {
        results[i] = log_likelihood(checkpoint, states[i].hidden, pairs[i]);
        if (!std::isfinite(results[i]))
            return fail(ErrorKind::CheckFailed, "a continuation of {} tokens has no finite likelihood",
                        pairs[i].continuation);
        return {};
    });
}

}  // namespace

Expected<TokenizedPair> tokenize_pair(const Tokenizer& tokenizer, const std::string& context,
                                      const std::string& continuation, std::int64_t limit) {
    std::size_t end = context.find_last_not_of(" \t\n\v\f\r");
    std::string kept = end == std::string::npos ? "" : context.substr(0, end + 1);
    MACAW_TRY(std::vector<TokenId> whole, tokenizer.encode(context + continuation));
    MACAW_TRY(std::vector<TokenId> before, tokenizer.encode(kept));
    if (before.empty())
        return fail(ErrorKind::BadInput, "a context without a token predicts nothing: \"{}\"", context);
    if (whole.size() <= before.size())
        return fail(ErrorKind::BadInput, "the continuation \"{}\" adds no token to its context",
                    continuation);
    TokenizedPair pair;
    pair.continuation = static_cast<std::int64_t>(whole.size() - before.size());
    if (pair.continuation > limit)
        return fail(ErrorKind::BadInput, "a continuation of {} tokens exceeds the model's context of {}",
                    pair.continuation, limit);
    pair.tokens = std::move(before);
    pair.tokens.insert(pair.tokens.end(), whole.end() - pair.continuation, whole.end());
    auto excess = static_cast<std::int64_t>(pair.tokens.size()) - (limit + 1);
    if (excess > 0) pair.tokens.erase(pair.tokens.begin(), pair.tokens.begin() + excess);
    return pair;
}

Expected<std::vector<double>> log_likelihoods(const Checkpoint& checkpoint, LinearLayers& layers,
                                              std::span<const TokenizedPair> pairs, const std::string& what,
                                              std::int64_t resident_bytes) {
    std::size_t longest = 0;
    for (const TokenizedPair& pair : pairs) longest = std::max(longest, pair.tokens.size());
    Rotary rotary = make_rotary(checkpoint.config, static_cast<std::int64_t>(longest));
    std::vector<double> results(pairs.size());
    Progress progress(what, static_cast<std::int64_t>(pairs.size()) * checkpoint.config.blocks);
    std::int64_t token_bytes = checkpoint.config.hidden_size * static_cast<std::int64_t>(sizeof(float));
    for (std::size_t begin = 0; begin < pairs.size();) {
        std::size_t end = begin;
        for (std::int64_t bytes = 0; end < pairs.size(); ++end) {
            bytes += static_cast<std::int64_t>(pairs[end].tokens.size()) * token_bytes;
            if (end > begin && bytes > resident_bytes) break;
        }
        MACAW_CHECK(pass_pairs(checkpoint, layers, rotary, pairs.subspan(begin, end - begin),
                               std::span(results).subspan(begin, end - begin), progress));
        begin = end;
    }
    return results;
}

}  // namespace macaw::quantizer
