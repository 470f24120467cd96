// Perplexity of a text: the whole file tokenised without BOS, cut into full non-overlapping windows, mean
// negative log-likelihood over positions 1..window-1 of each, exponentiated. The linear layers are the
// caller's; see quantized_linear.hpp for those of the fake-quantized and of the integer datapath.
#pragma once

#include <cstdint>

#include "quantizer/llama/forward.hpp"
#include "quantizer/llama/tokenizer.hpp"

namespace macaw::quantizer {

struct PerplexityOptions {
    std::int64_t window = 512;      // tokens; at least 2, at most the model's context
    std::int64_t first_window = 0;  // windows in front of it are left out
    std::int64_t windows = 0;       // so many from there on; 0: all full windows of the text
};

struct Perplexity {
    double perplexity = 0;
    // Of the perplexity: from the spread of the windows' mean NLL (windows are independent, tokens are not);
    // 0 for a single window.
    double standard_error = 0;
    double mean_nll = 0;      // nats a predicted token
    std::int64_t tokens = 0;  // of the text
    std::int64_t windows = 0;
    std::int64_t predicted = 0;  // windows * (window - 1)
};

// All windows pass one block before the next is entered, so that one block of linear layers is in memory at a
// time, and the residual streams of all windows (windows * window * hidden floats). Parallel over windows;
// the result does not depend on the number of threads. `what` names the work in the progress.
Expected<Perplexity> measure_perplexity(const Checkpoint& checkpoint, LinearLayers& layers,
                                        const TokenizedText& text, const PerplexityOptions& options,
                                        const std::string& what = "perplexity");

// log p(tokens[i + 1] | tokens[0..i]) for i = 0 .. tokens.size() - 2, in nats, from the residual stream in
// front of the final norm. hidden: [tokens, hidden]; ids inside the vocabulary.
std::vector<double> log_likelihoods(const Checkpoint& checkpoint, const Matrix& hidden,
                                    std::span<const TokenId> tokens);

Json to_json(const Perplexity& perplexity);

// Number of full windows of `text` from `first` on that will be used: all, or `wanted` ones where that is not
// 0.
// Errors: window outside 2..context, text shorter than the windows asked for, a token outside the model's
// vocabulary.
Expected<std::int64_t> usable_windows(const ModelConfig& config, const TokenizedText& text,
                                      std::int64_t window, std::int64_t wanted, std::int64_t first = 0);

}  // namespace macaw::quantizer
