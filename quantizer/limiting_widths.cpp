#include "quantizer/limiting_widths.hpp"

#include <algorithm>
#include <cmath>

namespace macaw::quantizer {

namespace {

// The narrowest accumulator of `products` products that limits no code; 64 where none is that wide.
int unlimited_bits(const golden::Datapath& datapath, const QuantizerOptions& options, std::int64_t products) {
    const golden::Range activation = datapath.activation_range();
    const double smallest_factor = std::min(1.0, std::ranges::min(options.scale_factors));
    const double code = static_cast<double>(datapath.weight_range().max) / smallest_factor + 1;
    const double sum =
        static_cast<double>(products) * code * static_cast<double>(activation.max - activation.min);
    constexpr int kMostBits = 62;  // of a sum that a double counts exactly enough: far beyond any accumulator
    for (int bits = 2; bits <= kMostBits; ++bits)
        if (std::ldexp(1.0, bits - 1) - 1 >= sum) return bits;
    return 64;
}

}  // namespace

golden::Datapath limiting_widths(golden::Datapath datapath, const QuantizerOptions& options,
                                 std::int64_t in_features) {
    if (options.constraint == Constraint::None) {
        datapath.inner_bits = datapath.outer_bits = golden::BitWidth(32);
        return datapath;
    }
    if (options.error == ErrorTarget::AfterConstraint &&
        (options.constraint == Constraint::Axe || options.constraint == Constraint::HardOnly))
        return datapath;
    auto narrowed = [&](golden::BitWidth width, std::int64_t products) {
        return golden::BitWidth(std::min(width.bits(), unlimited_bits(datapath, options, products)));
    };
    const golden::BitWidth inner =
        narrowed(datapath.inner_bits, std::min<std::int64_t>(datapath.tile, in_features));
    const golden::BitWidth outer = narrowed(datapath.outer_bits, in_features);
    // A row of all layers' lengths needs at least what its longest tile does.
    datapath.inner_bits = inner;
    datapath.outer_bits = std::max(inner, outer);
    return datapath;
}

}  // namespace macaw::quantizer
