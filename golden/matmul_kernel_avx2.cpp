// Compiled with -mavx2 (CMakeLists.txt); called only where the processor has it.
#include <cstdint>
#include <cstring>

#include <immintrin.h>

namespace macaw::golden {
namespace {

typedef std::int32_t Lanes __attribute__((vector_size(32)));
typedef __m256i PairLanes;

PairLanes load_pairs(const std::int16_t* at) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

PairLanes broadcast_pair(const std::int16_t* at) {
    std::int32_t both = 0;
    std::memcpy(&both, at, sizeof both);
    return _mm256_set1_epi32(both);
}

// Per channel w[0] * x[0] + w[1] * x[1].
Lanes multiply_add(PairLanes weights, PairLanes x) {
    return reinterpret_cast<Lanes>(_mm256_madd_epi16(weights, x));
}

}  // namespace
}  // namespace macaw::golden

#include "golden/matmul_kernel_body.hpp"

namespace macaw::golden {

KernelCounts matmul_kernel_avx2(const std::int16_t* weights, const std::int16_t* activations,
                                const KernelShape& shape, std::int32_t* out) {
    return all_blocks(weights, activations, shape, out);
}

}  // namespace macaw::golden
