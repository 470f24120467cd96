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

// Everything but the number of tokens.
KernelShape kernel_shape(std::int64_t out_features, std::int64_t in_features, const Datapath& datapath) {
    KernelShape kernel;
    std::int64_t per_check = datapath.products_per_check;
    kernel.channel_blocks = (out_features + kKernelChannels - 1) / kKernelChannels;
    kernel.checks = (in_features + per_check - 1) / per_check;  // per_check divides the tile
    kernel.checks_per_tile = datapath.tile / per_check;
    kernel.pairs = (per_check + 1) / 2;
    std::int64_t product = largest_product(datapath);
    kernel.inner_bits = effective_bits(datapath.inner_bits, datapath.tile, product);
    kernel.outer_bits = effective_bits(datapath.outer_bits, in_features, product);
    kernel.inner_saturates = datapath.inner_overflow == OverflowMode::Saturate;
    kernel.outer_saturates = datapath.outer_overflow == OverflowMode::Saturate;
    return kernel;
}

// Values of one packed row of [checks, pairs, 2].
std::int64_t packed_length(const KernelShape& kernel) {
    return kernel.checks * kernel.pairs * 2;
}

// A row of codes, check by check, each check starting at a pair; zeros where K or a check ends. `packed` must
// be zero before.
template <typename Code>
void pack_row(std::span<const Code> row, const KernelShape& kernel, std::int64_t per_check,
              std::int16_t* packed) {
    auto length = static_cast<std::int64_t>(row.size());
    for (std::int64_t begin = 0; begin < length; begin += per_check, packed += kernel.pairs * 2) {
        const Code* code = row.data() + begin;
        const std::int64_t count = std::min(per_check, length - begin);
        for (std::int64_t i = 0; i < count; ++i) packed[i] = static_cast<std::int16_t>(code[i]);
    }
}

std::vector<std::int16_t> pack_weights(std::span<const WeightCode> weights, std::int64_t in_features,
                                       const KernelShape& kernel, std::int64_t per_check) {
    const std::int64_t length = packed_length(kernel);
    std::vector<std::int16_t> packed(
        static_cast<std::size_t>(kernel.channel_blocks * kKernelChannels * length));
    std::vector<std::int16_t> row(static_cast<std::size_t>(length));
    const std::int64_t channels = static_cast<std::int64_t>(weights.size()) / in_features;
    for (std::int64_t channel = 0; channel < channels; ++channel) {
        pack_row(weights.subspan(static_cast<std::size_t>(channel * in_features),
                                 static_cast<std::size_t>(in_features)),
                 kernel, per_check, row.data());
        const std::int64_t position = channel % kKernelChannels;
        std::int16_t* out = packed.data() + (channel - position) * length + position * 2;
        for (std::int64_t pair = 0; pair < length / 2; ++pair, out += kKernelChannels * 2) {
            out[0] = row[static_cast<std::size_t>(2 * pair)];
            out[1] = row[static_cast<std::size_t>(2 * pair + 1)];
        }
    }
    return packed;
}

}  // namespace

FastMatmul::FastMatmul(std::span<const WeightCode> weights, std::int64_t in_features,
                       const Datapath& datapath, Range activation, Kernel choice)
    : weights_(weights), in_features_(in_features), datapath_(datapath) {
    require(in_features > 0 && weights.size() % static_cast<std::size_t>(in_features) == 0,
            "FastMatmul: shape of weights");
    out_features_ = static_cast<std::int64_t>(weights.size()) / in_features;
    if (choice == Kernel::Best)
        certified_ = CertifiedMatmul::create(weights_, in_features_, datapath_, activation);
    if (certified_) return;
    KernelShape kernel = kernel_shape(out_features_, in_features_, datapath_);
    exact_ = kernel_is_exact(kernel, datapath_);
    avx2_ = choice != Kernel::Portable && __builtin_cpu_supports("avx2") != 0;
    if (exact_) packed_ = pack_weights(weights_, in_features_, kernel, datapath_.products_per_check);
}

OverflowCounts FastMatmul::operator()(std::span<const ActivationCode> activations,
                                      std::span<std::int64_t> out) const {
    const std::int64_t tokens = static_cast<std::int64_t>(activations.size()) / in_features_;
    require(activations.size() == static_cast<std::size_t>(tokens * in_features_),
            "FastMatmul: shape of activations");
    require(out.size() == static_cast<std::size_t>(tokens * out_features_), "FastMatmul: shape of outputs");
    OverflowCounts counts;
    counts.outputs = tokens * out_features_;
    counts.tiles = counts.outputs * datapath_.tiles(in_features_);
    if (certified_) {
        (*certified_)(activations, out);
        counts.unchecked_tiles = counts.tiles;
        return counts;
    }
    if (!exact_) {
        MatmulResult result = matmul(weights_, activations, {tokens, in_features_, out_features_}, datapath_);
        std::copy(result.values.begin(), result.values.end(), out.begin());
        return result.counts;
    }
    KernelShape kernel = kernel_shape(out_features_, in_features_, datapath_);
    kernel.tokens = tokens;
    const std::int64_t length = packed_length(kernel);
    std::vector<std::int16_t> packed(static_cast<std::size_t>(tokens * length));
    for (std::int64_t token = 0; token < tokens; ++token)
        pack_row(activations.subspan(static_cast<std::size_t>(token * in_features_),
                                     static_cast<std::size_t>(in_features_)),
                 kernel, datapath_.products_per_check, packed.data() + token * length);
    const std::int64_t stride = kernel.channel_blocks * kKernelChannels;
    std::vector<std::int32_t> padded(static_cast<std::size_t>(tokens * stride));
    auto run = avx2_ ? matmul_kernel_avx2 : matmul_kernel_portable;
    KernelCounts counted = run(packed_.data(), packed.data(), kernel, padded.data());
    for (std::int64_t token = 0; token < tokens; ++token)
        std::copy_n(padded.data() + token * stride, out_features_, out.data() + token * out_features_);
    counts.inner_overflow_tiles = counted.inner_overflow_tiles;
    counts.inner_overflow_outputs = counted.inner_overflow_outputs;
    counts.outer_overflow_outputs = counted.outer_overflow_outputs;
    return counts;
}

}  // namespace macaw::golden
