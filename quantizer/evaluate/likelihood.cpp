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

// Pairs whose tokens pass the linear layers as one matrix: a short one alone would spend its time on fetching
// weights. Attention is each pair's own.
struct Bundle {
    std::span<const TokenizedPair> pairs;
    std::vector<WindowState> states;  // one a pair
};

// The inputs of all states, one below the other: [tokens of the bundle, in_features].
Matrix stacked_inputs(const std::vector<WindowState>& states) {
    Index rows = 0;
    for (const WindowState& state : states) rows += state.input.rows();
    Matrix stacked(rows, states.front().input.cols());
    Index row = 0;
    for (const WindowState& state : states) {
        stacked.middleRows(row, state.input.rows()) = state.input;
        row += state.input.rows();
    }
    return stacked;
}

// One bundle through one block, which `layers` has entered.
void pass_bundle(const Checkpoint& checkpoint, const LinearLayers& layers, const Rotary& rotary,
                 std::int64_t block, Bundle& bundle) {
    for (WindowState& state : bundle.states) enter_block(checkpoint, block, state);
    for (LinearGroup group : kLinearGroups) {
        std::vector<Matrix> outputs(projections_of(group).size());
        layers.apply(block, group, stacked_inputs(bundle.states), outputs);
        Index row = 0;
        for (WindowState& state : bundle.states) {
            Index rows = state.input.rows();
            std::vector<Matrix> own;
            for (const Matrix& output : outputs) own.emplace_back(output.middleRows(row, rows));
            advance(checkpoint, rotary, block, group, own, state);
            row += rows;
        }
    }
}

// Consecutive pairs, as many as have kBundleTokens together.
constexpr std::size_t kBundleTokens = 512;
std::vector<Bundle> bundles_of(const Checkpoint& checkpoint, std::span<const TokenizedPair> pairs) {
    std::vector<Bundle> bundles;
    for (std::size_t begin = 0; begin < pairs.size();) {
        std::size_t end = begin;
        std::size_t tokens = 0;
        Bundle& bundle = bundles.emplace_back();
        for (; end < pairs.size(); ++end) {
            tokens += pairs[end].tokens.size();
            if (end > begin && tokens > kBundleTokens) break;
            bundle.states.push_back({embed(checkpoint, read_tokens(pairs[end])), {}});
        }
        bundle.pairs = pairs.subspan(begin, end - begin);
        begin = end;
    }
    return bundles;
}

// Pairs through all blocks; their log-likelihoods into `results`.
Expected<void> pass_pairs(const Checkpoint& checkpoint, LinearLayers& layers, const Rotary& rotary,
                          std::span<const TokenizedPair> pairs, std::span<double> results,
                          Progress& progress) {
    std::vector<Bundle> bundles = bundles_of(checkpoint, pairs);
    for (std::int64_t block = 0; block < checkpoint.config.blocks; ++block) {
        MACAW_CHECK(layers.enter_block(block));
        MACAW_CHECK(parallel_for(bundles.size(), [&](std::size_t i) -> Expected<void> {
            MACAW_CHECK(stop_if_interrupted());
            pass_bundle(checkpoint, layers, rotary, block, bundles[i]);
            progress.advance(static_cast<std::int64_t>(bundles[i].pairs.size()));
            return {};
        }));
    }
    return parallel_for(bundles.size(), [&](std::size_t i) -> Expected<void> {
        const Bundle& bundle = bundles[i];
        for (std::size_t pair = 0; pair < bundle.pairs.size(); ++pair) {
            double sum = log_likelihood(checkpoint, bundle.states[pair].hidden, bundle.pairs[pair]);
            if (!std::isfinite(sum))
                return fail(ErrorKind::CheckFailed, "a continuation of {} tokens has no finite likelihood",
                            bundle.pairs[pair].continuation);
            results[static_cast<std::size_t>(bundle.pairs.data() - pairs.data()) + pair] = sum;
        }
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
