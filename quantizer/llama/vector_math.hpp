// The exponentials of the forward pass over whole rows in float32, for the widest vectors of the processor.
// Relative error of an exponential below 3e-7; sums are made in a fixed order, the same on every processor.
#pragma once

#include <span>

namespace macaw::quantizer {

// row[i] = exp(row[i]) / sum of exp(row). Not empty.
void softmax(std::span<float> row);

// log(sum of exp(row)), summed in double. Not empty.
double log_sum_exp(std::span<const float> row);

// gate[i] = silu(gate[i]) * up[i] with silu(x) = x / (1 + exp(-x)). Equal sizes.
void silu_times(std::span<float> gate, std::span<const float> up);

}  // namespace macaw::quantizer
