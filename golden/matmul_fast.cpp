#include <algorithm>
#include <limits>

#include "golden/matmul.hpp"
#include "golden/matmul_kernel.hpp"

namespace macaw::golden {

namespace {

// Largest magnitude of one product.
std::int64_t largest_product(const Datapath& datapath) {
    Range activation = datapath.activation_range();
    return datapath.weight_range().max * std::max(activation.max, -activation.min);
}

// The accumulator's width, or fewer bits where the data types alone exclude an overflow of that fewer-bit
// one.
int effective_bits(BitWidth width, std::int64_t products, std::int64_t product) {
    std::int64_t reach = 0;
    if (__builtin_mul_overflow(products, product, &reach) || reach > (std::int64_t{1} << 61) - 1)
        return width.bits();
    return std::min(width.bits(), bits_needed({-reach, reach}).bits());
}

// Whether the kernel's 16-bit operands and 32-bit lanes are exact for this datapath and length.
bool kernel_is_exact(const KernelShape& kernel, const Datapath& datapath) {
    std::int64_t check = datapath.products_per_check * largest_product(datapath);
    std::int64_t inner = std::int64_t{1} << (kernel.inner_bits - 1);
    std::int64_t outer = std::int64_t{1} << (kernel.outer_bits - 1);
    bool operands_fit = datapath.activation_range().max <= std::numeric_limits<std::int16_t>::max();
    return operands_fit && kernel.inner_bits <= 31 && kernel.outer_bits <= 31 &&
           inner + check <= std::numeric_limits<std::int32_t>::max() &&
           inner + outer <= std::numeric_limits<std::int32_t>::max();
}

KernelShape kernel_shape(const MatmulShape& shape, const Datapath& datapath) {
    KernelShape kernel;
    std::int64_t per_check = datapath.products_per_check;
    kernel.tokens = shape.tokens;
    kernel.channel_blocks = (shape.out_features + kKernelChannels - 1) / kKernelChannels;
    kernel.checks = (shape.in_features + per_check - 1) / per_check;  // per_check divides the tile
    kernel.checks_per_tile = datapath.tile / per_check;
    kernel.pairs = (per_check + 1) / 2;
    std::int64_t product = largest_product(datapath);
    kernel.inner_bits = effective_bits(datapath.inner_bits, datapath.tile, product);
    kernel.outer_bits = effective_bits(datapath.outer_bits, shape.in_features, product);
    kernel.inner_saturates = datapath.inner_overflow == OverflowMode::Saturate;
    kernel.outer_saturates = datapath.outer_overflow == OverflowMode::Saturate;
    return kernel;
}

// Position of product k inside its row of [checks, pairs, 2].
std::int64_t packed_position(std::int64_t k, const KernelShape& kernel, std::int64_t per_check) {
    return k / per_check * kernel.pairs * 2 + k % per_check;
}

std::vector<std::int16_t> pack_weights(std::span<const std::int8_t> weights, const MatmulShape& shape,
                                       const KernelShape& kernel, std::int64_t per_check) {
    std::int64_t row = kernel.checks * kernel.pairs * 2;
    std::vector<std::int16_t> packed(static_cast<std::size_t>(kernel.channel_blocks * kKernelChannels * row));
    for (std::int64_t channel = 0; channel < shape.out_features; ++channel) {
        std::int64_t base = channel / kKernelChannels * kKernelChannels * row + channel % kKernelChannels * 2;
        for (std::int64_t k = 0; k < shape.in_features; ++k) {
            std::int64_t position = packed_position(k, kernel, per_check);
            std::int64_t at = base + position / 2 * 2 * kKernelChannels + position % 2;
            packed[static_cast<std::size_t>(at)] =
                weights[static_cast<std::size_t>(channel * shape.in_features + k)];
        }
    }
    return packed;
}

std::vector<std::int16_t> pack_activations(std::span<const ActivationCode> activations,
                                           const MatmulShape& shape, const KernelShape& kernel,
                                           std::int64_t per_check) {
    std::int64_t row = kernel.checks * kernel.pairs * 2;
    std::vector<std::int16_t> packed(static_cast<std::size_t>(shape.tokens * row));
    for (std::int64_t token = 0; token < shape.tokens; ++token)
        for (std::int64_t k = 0; k < shape.in_features; ++k)
            packed[static_cast<std::size_t>(token * row + packed_position(k, kernel, per_check))] =
                static_cast<std::int16_t>(
                    activations[static_cast<std::size_t>(token * shape.in_features + k)]);
    return packed;
}

OverflowCounts by_reference(std::span<const std::int8_t> weights, std::span<const ActivationCode> activations,
                            const MatmulShape& shape, const Datapath& datapath, std::span<std::int64_t> out) {
    MatmulResult result = matmul(weights, activations, shape, datapath);
    std::copy(result.values.begin(), result.values.end(), out.begin());
    return result.counts;
}

}  // namespace

OverflowCounts matmul_fast(std::span<const std::int8_t> weights, std::span<const ActivationCode> activations,
                           const MatmulShape& shape, const Datapath& datapath, std::span<std::int64_t> out,
                           Kernel choice) {
    require(weights.size() == static_cast<std::size_t>(shape.out_features * shape.in_features),
            "matmul: shape of weights");
    require(activations.size() == static_cast<std::size_t>(shape.tokens * shape.in_features),
            "matmul: shape of activations");
    require(out.size() == static_cast<std::size_t>(shape.tokens * shape.out_features),
            "matmul: shape of outputs");
    KernelShape kernel = kernel_shape(shape, datapath);
    if (!kernel_is_exact(kernel, datapath)) return by_reference(weights, activations, shape, datapath, out);
    auto packed_weights = pack_weights(weights, shape, kernel, datapath.products_per_check);
    auto packed_activations = pack_activations(activations, shape, kernel, datapath.products_per_check);
    std::int64_t stride = kernel.channel_blocks * kKernelChannels;
    std::vector<std::int32_t> padded(static_cast<std::size_t>(shape.tokens * stride));
    bool avx2 = choice == Kernel::Best && __builtin_cpu_supports("avx2") != 0;
    auto run = avx2 ? matmul_kernel_avx2 : matmul_kernel_portable;
    KernelCounts counted = run(packed_weights.data(), packed_activations.data(), kernel, padded.data());
    for (std::int64_t token = 0; token < shape.tokens; ++token)
        for (std::int64_t channel = 0; channel < shape.out_features; ++channel)
            out[static_cast<std::size_t>(token * shape.out_features + channel)] =
                padded[static_cast<std::size_t>(token * stride + channel)];
    OverflowCounts counts;
    counts.outputs = shape.tokens * shape.out_features;
    counts.tiles = counts.outputs * datapath.tiles(shape.in_features);
    counts.inner_overflow_tiles = counted.inner_overflow_tiles;
    counts.inner_overflow_outputs = counted.inner_overflow_outputs;
    counts.outer_overflow_outputs = counted.outer_overflow_outputs;
    return counts;
}

}  // namespace macaw::golden
