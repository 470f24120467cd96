// The reference: what a dot product and a matrix product of the datapath mean, in obvious loops, and a fast
// twin of the matrix product that is tested equal to it in every mode.
//
// Order (it matters for saturate and trap): products in ascending k, `products_per_check` of them added
// exactly, then brought into the inner accumulator; after the last product of a tile the inner value is added
// to the outer accumulator with a check of its own, and the inner accumulator restarts at 0.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "golden/certified_matmul.hpp"
#include "golden/datapath.hpp"

namespace macaw::golden {

struct DotProduct {
    std::int64_t value = 0;       // content of the outer accumulator
    bool inner_overflow = false;  // some inner check of this dot product left the range
    bool outer_overflow = false;
    bool operator==(const DotProduct&) const = default;
};

// weights, activations: [K] codes inside the datapath's ranges (std::logic_error otherwise). K may be any
// length >= 1.
DotProduct dot_product(std::span<const WeightCode> weights, std::span<const ActivationCode> activations,
                       const Datapath& datapath);

// What happened in a matrix product. A tile counts once, however many of its checks failed.
struct OverflowCounts {
    std::int64_t outputs = 0;
    std::int64_t tiles = 0;
    std::int64_t unchecked_tiles = 0;  // of `tiles`: not looked at one by one, as no input can overflow them
    std::int64_t inner_overflow_tiles = 0;
    std::int64_t inner_overflow_outputs = 0;
    std::int64_t outer_overflow_outputs = 0;
    OverflowCounts& operator+=(const OverflowCounts& other);
    bool operator==(const OverflowCounts&) const = default;
};

struct MatmulResult {
    std::vector<std::int64_t> values;          // [tokens, out_features]
    std::vector<std::uint8_t> inner_overflow;  // [tokens, out_features], 0 or 1
    std::vector<std::uint8_t> outer_overflow;
    OverflowCounts counts;
};

struct MatmulShape {
    std::int64_t tokens = 0;
    std::int64_t in_features = 0;  // K
    std::int64_t out_features = 0;
};

// weights: [out_features, in_features], activations: [tokens, in_features], both row-major.
MatmulResult matmul(std::span<const WeightCode> weights, std::span<const ActivationCode> activations,
                    const MatmulShape& shape, const Datapath& datapath);

// Which twin. Best: CertifiedMatmul where it can be used, else Counting. Counting: every check of every tile,
// with AVX2 where the processor has it. Portable: the same in plain C++.
enum class Kernel { Best, Counting, Portable };

// The fast twin for forward passes: packs the weights of a layer once, then multiplies many inputs by them.
// Uses matmul where 32-bit lanes would not be exact. Does not check the ranges of the codes. Multiplies on
// one thread; several threads may share one object.
class FastMatmul {
  public:
    // weights: [out_features, in_features], row-major; they outlive this object. `activation`: what the codes
    // of the activations lie in, inside the datapath's range.
    FastMatmul(std::span<const WeightCode> weights, std::int64_t in_features, const Datapath& datapath,
               Range activation, Kernel choice = Kernel::Best);

    // Whether it is CertifiedMatmul that multiplies, so that no tile is looked at.
    bool uses_certified_kernel() const { return certified_.has_value(); }

    // activations: [tokens, in_features]; the values go to `out` [tokens, out_features].
    OverflowCounts operator()(std::span<const ActivationCode> activations, std::span<std::int64_t> out) const;

  private:
    std::span<const WeightCode> weights_;
    std::int64_t in_features_;
    std::int64_t out_features_ = 0;
    Datapath datapath_;
    bool exact_ = false;  // whether the kernel is; it is used only then
    bool avx2_ = false;
    std::vector<std::int16_t> packed_;
    std::optional<CertifiedMatmul> certified_;  // where it is used; packed_ is empty then
};

}  // namespace macaw::golden
