// The kernel in plain C++, for processors without AVX2; tested equal to the other one.
#include <cstdint>

namespace macaw::golden {
namespace {

typedef std::int32_t Lanes __attribute__((vector_size(32)));

struct PairLanes {
    const std::int16_t* at;
};

PairLanes load_pairs(const std::int16_t* at) {
    return {at};
}

PairLanes broadcast_pair(const std::int16_t* at) {
    return {at};
}

Lanes multiply_add(PairLanes weights, PairLanes x) {
    Lanes sum = {};
    for (int channel = 0; channel < 8; ++channel)
        sum[channel] = weights.at[2 * channel] * x.at[0] + weights.at[2 * channel + 1] * x.at[1];
    return sum;
}

}  // namespace
}  // namespace macaw::golden

#include "golden/matmul_kernel_body.hpp"

namespace macaw::golden {

KernelCounts matmul_kernel_portable(const std::int16_t* weights, const std::int16_t* activations,
                                    const KernelShape& shape, std::int32_t* out) {
    return all_blocks(weights, activations, shape, out);
}

}  // namespace macaw::golden
