#include "golden/certified_matmul.hpp"

#include <algorithm>
#include <limits>
#include <memory>

#include "golden/certificate.hpp"
#include "golden/support/vector_clones.hpp"

namespace macaw::golden {

namespace {

constexpr std::int64_t kChannels = 8;
constexpr std::int64_t kQuad = 4;

std::int64_t quads_of(std::int64_t products) {
    return (products + kQuad - 1) / kQuad;
}

MACAW_FOR_ALL_VECTORS void to_bytes(const ActivationCode* codes, std::int64_t count, ActivationCode offset,
                                    std::uint8_t* __restrict bytes) {
    for (std::int64_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(codes[i] + offset);
}

MACAW_FOR_ALL_VECTORS void widen(const std::int32_t* sums, std::int64_t count, std::int64_t* __restrict out) {
    for (std::int64_t i = 0; i < count; ++i) out[i] = sums[i];
}

bool inside(Range reach, Range range) {
    return range.contains(reach.min) && range.contains(reach.max);
}

template <typename Integer>
bool fits(Range reach, BitWidth width) {
    return inside(reach, range_of(width, Signedness::Signed)) &&
           inside(reach, {std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max()});
}

// Worst cases of every tile and row, from the codes.
bool never_overflows(std::span<const WeightCode> row, const Datapath& datapath, Range activation) {
    Range outer;
    const auto tile = static_cast<std::size_t>(datapath.tile);
    for (std::size_t begin = 0; begin < row.size(); begin += tile) {
        Range inner = worst_case(row.subspan(begin, std::min(tile, row.size() - begin)), activation);
        if (!fits<std::int16_t>(inner, datapath.inner_bits)) return false;
        outer.min += inner.min;
        outer.max += inner.max;
    }
    return fits<std::int32_t>(outer, datapath.outer_bits);
}

// vpmaddubsw takes the activations as unsigned bytes and the weights as signed ones.
bool are_signed_bytes(std::span<const WeightCode> row) {
    return std::ranges::all_of(row, [](WeightCode code) {
        return code >= std::numeric_limits<std::int8_t>::min() &&
               code <= std::numeric_limits<std::int8_t>::max();
    });
}

// vpmaddubsw saturates the sum of two neighbouring products at 16 bits; the activations are bytes up to
// `span`.
bool pairs_are_exact(std::span<const WeightCode> row, std::size_t tile, std::int64_t span) {
    for (std::size_t begin = 0; begin < row.size(); begin += tile) {
        const std::size_t end = std::min(begin + tile, row.size());
        for (std::size_t k = begin; k < end; k += 2) {
            Range pair = worst_case(row.subspan(k, std::min<std::size_t>(2, end - k)), {0, span});
            if (!fits<std::int16_t>(pair, BitWidth(16))) return false;
        }
    }
    return true;
}

}  // namespace

std::optional<CertifiedMatmul> CertifiedMatmul::create(std::span<const WeightCode> weights,
                                                       std::int64_t in_features, const Datapath& datapath,
                                                       Range activation) {
    require(activation.contains(0), "CertifiedMatmul: 0 must be a possible activation");
    require(in_features > 0 && weights.size() % static_cast<std::size_t>(in_features) == 0,
            "CertifiedMatmul: shape of weights");
    const std::int64_t span = activation.max - activation.min;
    if (span > std::numeric_limits<std::uint8_t>::max()) return std::nullopt;
    if (__builtin_cpu_supports("avx2") == 0) return std::nullopt;
    const auto length = static_cast<std::size_t>(in_features);
    for (std::size_t begin = 0; begin < weights.size(); begin += length) {
        std::span<const WeightCode> row = weights.subspan(begin, length);
        if (!are_signed_bytes(row) || !never_overflows(row, datapath, activation) ||
            !pairs_are_exact(row, static_cast<std::size_t>(datapath.tile), span))
            return std::nullopt;
    }
    CertifiedMatmul result;
    result.in_features_ = in_features;
    result.out_features_ = static_cast<std::int64_t>(weights.size()) / in_features;
    result.tile_ = datapath.tile;
    result.offset_ = -activation.min;
    result.shape_.channel_blocks = (result.out_features_ + kChannels - 1) / kChannels;
    result.shape_.tiles = datapath.tiles(in_features);
    result.shape_.quads_per_tile = quads_of(result.tile_);
    const std::int64_t whole_tiles = result.shape_.tiles - 1;
    result.shape_.quads =
        whole_tiles * result.shape_.quads_per_tile + quads_of(in_features - whole_tiles * result.tile_);
    result.pack_weights(weights);
    return result;
}

void CertifiedMatmul::pack_weights(std::span<const WeightCode> weights) {
    weights_.assign(static_cast<std::size_t>(shape_.channel_blocks * shape_.quads * kChannels * kQuad), 0);
    corrections_.assign(static_cast<std::size_t>(shape_.channel_blocks * shape_.tiles * kChannels), 0);
    for (std::int64_t channel = 0; channel < out_features_; ++channel) {
        const WeightCode* code = weights.data() + channel * in_features_;
        const std::int64_t block = channel / kChannels, position = channel % kChannels;
        for (std::int64_t k = 0; k < in_features_; ++k) {
            const std::int64_t tile = k / tile_, inside_tile = k % tile_;
            const std::int64_t quad =
                block * shape_.quads + tile * shape_.quads_per_tile + inside_tile / kQuad;
            weights_[static_cast<std::size_t>((quad * kChannels + position) * kQuad + inside_tile % kQuad)] =
                static_cast<std::int8_t>(code[k]);
            corrections_[static_cast<std::size_t>((block * shape_.tiles + tile) * kChannels + position)] -=
                static_cast<std::int32_t>(offset_ * code[k]);
        }
    }
    // Only the low halves take part: the high ones hold the other partial sum.
    for (std::int32_t& correction : corrections_) correction &= 0xFFFF;
}

void CertifiedMatmul::operator()(std::span<const ActivationCode> activations,
                                 std::span<std::int64_t> out) const {
    CertifiedShape shape = shape_;
    shape.tokens = static_cast<std::int64_t>(activations.size()) / in_features_;
    require(activations.size() == static_cast<std::size_t>(shape.tokens * in_features_),
            "CertifiedMatmul: shape of activations");
    require(out.size() == static_cast<std::size_t>(shape.tokens * out_features_),
            "CertifiedMatmul: shape of outputs");
    auto packed = std::make_unique_for_overwrite<std::uint8_t[]>(
        static_cast<std::size_t>(shape.tokens * shape.quads * kQuad));
    for (std::int64_t token = 0; token < shape.tokens; ++token) {
        const ActivationCode* code = activations.data() + token * in_features_;
        std::uint8_t* row = packed.get() + token * shape.quads * kQuad;
        for (std::int64_t tile = 0; tile < shape.tiles; ++tile) {
            const std::int64_t begin = tile * tile_, count = std::min(tile_, in_features_ - begin);
            std::uint8_t* bytes = row + tile * shape.quads_per_tile * kQuad;
            to_bytes(code + begin, count, static_cast<ActivationCode>(offset_), bytes);
            std::fill(bytes + count, bytes + quads_of(count) * kQuad, std::uint8_t{0});
        }
    }
    const std::int64_t stride = shape.channel_blocks * kChannels;
    auto padded =
        std::make_unique_for_overwrite<std::int32_t[]>(static_cast<std::size_t>(shape.tokens * stride));
    certified_kernel_avx2(weights_.data(), packed.get(), corrections_.data(), shape, padded.get());
    for (std::int64_t token = 0; token < shape.tokens; ++token)
        widen(padded.get() + token * stride, out_features_, out.data() + token * out_features_);
}

}  // namespace macaw::golden
