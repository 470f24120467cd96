// SmoothQuant (arXiv 2211.10438): input channels with large activations are divided by a scale that their
// columns are multiplied with, so that activations become easier to quantize and weights harder. The scale
// goes into what produces the channels (block_channels.hpp), so the model stays the same function.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "golden/activation.hpp"
#include "quantizer/prepare/block_channels.hpp"
#include "quantizer/prepare/options.hpp"

namespace macaw::quantizer {

// max|x|^alpha / max|w|^(1-alpha) of every channel (Eq. 4), held within [1e-5, 1e5]; 1 where a maximum is 0.
Vector smoothing_scale(const Vector& input_maxima, const Vector& weight_maxima, double alpha);

// What the error of a candidate is measured with: codes of the activations, and weights in units of their
// row's scale, rounded to the nearest of -weight_limit..weight_limit. Where an accumulator binds, every tile
// is first projected onto the l1 ball that AXE allows it: a smoothing that suits round-to-nearest is far from
// the best one then. (Weights that carry the size of their inputs lose what matters least; the search sees
// that.)
struct SmoothingTarget {
    golden::ActivationCoding activation;
    std::int64_t weight_limit = 7;
    std::int64_t tile = 0;  // 0: the whole row
    double l1_radius = std::numeric_limits<double>::infinity();
};

// || Q(X/s) Q(W s)^T - X W^T ||_F^2 over the group's layers. input: [tokens, in_features]; scale: [producer
// channels], all ones for the group as it is.
double group_error(LinearGroup group, const ModelConfig& config, const Matrix& input,
                   const BlockLinear& linear, const SmoothingTarget& target, const Vector& scale);

// What was done to one group.
struct SmoothingChoice {
    std::optional<double> alpha;  // absent: left as it was, no candidate of the grid had a smaller error
    double error_before = 0;      // group_error
    double error_after = 0;
};

// Inputs of the four groups of a block, of the float model: [tokens, in_features] each, from several windows.
// Maxima are taken over all tokens, errors over 512 evenly spaced ones.
using GroupInputs = std::array<Matrix, kLinearGroups.size()>;

// Smooths the groups of a block with options.smoothing_alpha, or for Smoothing::Searched each group with the
// best of alpha = 0, 0.05 .. 1 and no smoothing. The down-projection is left alone where its input is
// transformed online. `inputs` are those of the block before it is smoothed. norms and linear: of the
// prepared model.
Expected<std::array<SmoothingChoice, kLinearGroups.size()>> smooth_block(
    const ModelConfig& config, const PreparationOptions& options, const GroupInputs& inputs,
    const SmoothingTarget& target, BlockNorms& norms, BlockLinear& linear);

}  // namespace macaw::quantizer
