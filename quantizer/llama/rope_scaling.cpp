#include "quantizer/llama/rope_scaling.hpp"

#include <cmath>
#include <numbers>

namespace macaw::quantizer {

std::vector<float> llama3_divisors(const Llama3Scaling& scaling, double theta, std::int64_t head_size) {
    std::vector<float> divisors;
    for (std::int64_t i = 0; i < head_size / 2; ++i) {
        double exponent = static_cast<double>(2 * i) / static_cast<double>(head_size);
        double wave = 2 * std::numbers::pi * std::pow(theta, exponent);  // tokens of one turn
        double turns = scaling.original_context / wave;
        double kept = (turns - scaling.low_frequency) / (scaling.high_frequency - scaling.low_frequency);
        double divisor = scaling.factor;
        if (turns > scaling.high_frequency)
            divisor = 1;
        else if (turns >= scaling.low_frequency)
            divisor = 1 / ((1 - kept) / scaling.factor + kept);
        divisors.push_back(static_cast<float>(divisor));
    }
    return divisors;
}

std::vector<float> linear_divisors(double factor, std::int64_t head_size) {
    return std::vector<float>(static_cast<std::size_t>(head_size / 2), static_cast<float>(factor));
}

}  // namespace macaw::quantizer
