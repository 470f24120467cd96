// How likely a model finds a continuation behind a context: the sum of log p(token | all before it) over the
// continuation's tokens. Tokenised as lm-evaluation-harness does it (no BOS): white space at the end of the
// context goes to the continuation; the continuation's tokens are those of context + continuation behind as
// many as the context alone has; what exceeds the model's context is cut off on the left.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "quantizer/llama/forward.hpp"
#include "quantizer/llama/tokenizer.hpp"

namespace macaw::quantizer {

struct TokenizedPair {
    std::vector<TokenId> tokens;    // context, then continuation
    std::int64_t continuation = 0;  // how many of them at the end are scored, >= 1
};

// `limit`: tokens that the model can take in (the last one is only predicted, so limit + 1 are kept). Errors:
// an empty context, a continuation without tokens of its own or longer than the limit.
Expected<TokenizedPair> tokenize_pair(const Tokenizer& tokenizer, const std::string& context,
                                      const std::string& continuation, std::int64_t limit);

// log p of each pair's continuation, natural logarithm, in their order. Pairs pass block by block, as many
// together as fit `resident_bytes` of residual streams, and the linear layers in bundles of about 512 tokens;
// parallel over bundles, the result does not depend on the number of threads.
Expected<std::vector<double>> log_likelihoods(const Checkpoint& checkpoint, LinearLayers& layers,
                                              std::span<const TokenizedPair> pairs,
                                              const std::string& what = "likelihoods",
                                              std::int64_t resident_bytes = std::int64_t{1} << 30);

}  // namespace macaw::quantizer
