// How a Llama that was trained on short texts stretches its rotary position embedding to longer ones: every
// inverse frequency is divided by a number of its own. Follows transformers' modeling_rope_utils.py
// ("linear", "llama3").
#pragma once

#include <cstdint>
#include <vector>

namespace macaw::quantizer {

// Llama 3.1's: frequencies whose wave is longer than original_context / low_frequency tokens are divided by
// `factor`, those whose wave is shorter than original_context / high_frequency are kept, in between the
// inverse of the divisor goes linearly from one to the other.
struct Llama3Scaling {
    double factor = 8;         // at least 1
    double low_frequency = 1;  // positive, below high_frequency
    double high_frequency = 4;
    double original_context = 8192;  // tokens
};

// Divisors of theta^(-2i / head_size), i = 0 .. head_size/2 - 1.
std::vector<float> llama3_divisors(const Llama3Scaling& scaling, double theta, std::int64_t head_size);

// All positions divided by `factor`.
std::vector<float> linear_divisors(double factor, std::int64_t head_size);

}  // namespace macaw::quantizer
