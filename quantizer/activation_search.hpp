// The choice of activation codes for one group of layers, where the options leave one: how many of the port's
// codes to use and how much of each token's range they cover. Fewer activation codes leave the weights a
// larger budget in the same accumulator (arXiv 2409.17092, Eq. 13: the l1 radius is (2^P - 2) / (nu - mu)),
// so both errors are weighed against each other. Not in the paper, which gives all layers the same N.
#pragma once

#include <span>
#include <vector>

#include "golden/support/error.hpp"
#include "quantizer/activation_coding.hpp"

namespace macaw::quantizer {

struct CodingCandidate {
    golden::ActivationCoding coding;
    double activation_error = 0;  // || (X - X~) W^T ||^2 a token
    double weight_error = 0;      // || X (W - s q)^T ||^2 a token, from a sample of the rows
    double total() const { return activation_error + weight_error; }
};

struct CodingChoice {
    golden::ActivationCoding coding;
    std::vector<CodingCandidate> candidates;  // empty where there was nothing to choose
};

// inputs: of the group, not quantized, one matrix a window; weights: of the group's layers. Levels are tried
// from the largest down until two in a row are no better. Looks at no more than 16 windows and 48 rows a
// layer, evenly spaced.
Expected<CodingChoice> choose_coding(std::span<const Matrix* const> inputs,
                                     std::span<const Matrix* const> weights, const golden::Datapath& datapath,
                                     const QuantizerOptions& options);

}  // namespace macaw::quantizer
