#include "hw/arith/packed_dot_product.hpp"

#include <fmt/format.h>

#include "hw/arith/dot_product_ports.hpp"

namespace macaw::hw {

using rtl::Expression;

namespace {

constexpr int kWord = 64;

// Of all that the accumulator's sum reads, without the accumulator; the field is read as a signed number, so
// that products without a sign need a bit more.
int needed_bits(const DotProductShape& shape) {
    const int sign = shape.product_signedness() == golden::Signedness::Signed ? 0 : 1;
    return std::min(sum_bits(shape), products_sum_bits(shape) + sign);
}

struct Code {
    int bits = 1;
    golden::Signedness signedness = golden::Signedness::Signed;
    bool is_signed() const { return signedness == golden::Signedness::Signed; }
    std::int64_t largest_magnitude() const {
        golden::Range range = golden::range_of(golden::BitWidth(bits), signedness);
        return std::max(-range.min, range.max);
    }
};

Code activation_code(const DotProductShape& shape) {
    return {shape.activation_bits.bits(), shape.activation_signedness};
}
Code weight_code(const DotProductShape& shape) {
    return {shape.weight_bits.bits(), shape.weight_signedness};
}

enum class Order { FirstLaneLowest, FirstLaneHighest };

// One word of the lanes from `first` on. A signed code c is placed as the number c + 2^(bits-1), which has no
// sign, and the constant takes the sum of these offsets away: placing is a concatenation, and only one
// addition a word remains.
Expression pack_word(const Expression& codes, int low, int first, const DotProductShape& shape,
                     const Code& code, Order order) {
    const PackedWords packed = packed_words(shape);
    std::vector<Expression> parts;  // most significant first
    std::uint64_t offsets = 0;
    int above = kWord;  // the lowest bit that is placed
    for (int place = packed.lanes_per_word - 1; place >= 0; --place) {
        const int lane =
            first + (order == Order::FirstLaneLowest ? place : packed.lanes_per_word - 1 - place);
        if (lane >= shape.lanes) continue;  // its field is part of the zeros above the next
        const int bottom = place * packed.pitch;
        Expression bits = rtl::slice(codes, low + lane * code.bits, code.bits);
        if (code.is_signed()) {
            bits = bits ^ rtl::one_bit_set(bits.type(), code.bits - 1);
            offsets += std::uint64_t{1} << (bottom + code.bits - 1);
        }
        const int gap = above - bottom - code.bits;
        if (gap > 0) parts.push_back(rtl::zero(rtl::unsigned_type(gap)));
        parts.push_back(bits);
        above = bottom;
    }
    if (above > 0) parts.push_back(rtl::zero(rtl::unsigned_type(above)));
    Expression word = rtl::concatenate(parts);
    if (offsets == 0) return word;
    const std::uint64_t negated = ~offsets + 1;
    auto half = [](std::uint64_t bits) {
        return rtl::constant(rtl::unsigned_type(kWord / 2), static_cast<std::int64_t>(bits & 0xffffffffU));
    };
    return rtl::add_modular(word, rtl::concatenate({half(negated >> (kWord / 2)), half(negated)}));
}

std::vector<Expression> pack(const Expression& codes, int low, const DotProductShape& shape, const Code& code,
                             Order order) {
    std::vector<Expression> words;
    for (int first = 0; first < shape.lanes; first += packed_words(shape).lanes_per_word)
        words.push_back(pack_word(codes, low, first, shape, code, order));
    return words;
}

}  // namespace

PackedWords packed_words(const DotProductShape& shape) {
    const std::int64_t largest =
        activation_code(shape).largest_magnitude() * weight_code(shape).largest_magnitude();
    const int code_bits = std::max(shape.activation_bits.bits(), shape.weight_bits.bits());
    const int needed = needed_bits(shape);
    for (int lanes = std::min(shape.lanes, kWord); lanes > 1; --lanes) {
        PackedWords packed{lanes, std::max(code_bits, needed), (shape.lanes + lanes - 1) / lanes};
        // The coefficient below that of the sum has most products: g - 1 a word.
        const std::int64_t below = (lanes - 1) * packed.words * largest;
        while (below >= std::int64_t{1} << (packed.pitch - 1)) ++packed.pitch;
        if (packed.shift() + packed.pitch <= kWord) return packed;
    }
    return {1, 0, shape.lanes};
}

std::vector<Expression> pack_activations(const Expression& codes, int low, const DotProductShape& shape) {
    return pack(codes, low, shape, activation_code(shape), Order::FirstLaneLowest);
}

std::vector<Expression> pack_weights(const Expression& codes, int low, const DotProductShape& shape) {
    return pack(codes, low, shape, weight_code(shape), Order::FirstLaneHighest);
}

DotProductUnit add_packed_dot_product(rtl::Design& design, const DotProductShape& shape) {
    require(!shape.masks_products, "add_packed_dot_product: a packed unit has no products of its own");
    const PackedWords packed = packed_words(shape);
    rtl::Module& module = design.add_module("macaw_dot_product");
    module.describe({"accumulator_i + activation . weight over all lanes, combinational; for simulation.",
                     fmt::format("Each word holds {} lanes, {} bits apart, the weights in reverse order: the "
                                 "field from",
                                 packed.lanes_per_word, packed.pitch),
                     fmt::format("bit {} on of the product of two words is the sum of their lanes' products.",
                                 packed.shift())});
    module.state({"L", fmt::format("{}", shape.lanes), "products (lanes)"});
    module.state({"P", fmt::format("{}", shape.accumulator_bits.bits()), "accumulator bits"});
    module.state({"W", fmt::format("{}", sum_bits(shape)), "sum bits"});
    const rtl::Type word = rtl::unsigned_type(kWord);
    std::vector<Expression> activations, weights;
    for (int i = 0; i < packed.words; ++i)
        activations.push_back(module.input(fmt::format("activation_{}_i", i), word));
    for (int i = 0; i < packed.words; ++i)
        weights.push_back(module.input(fmt::format("weight_{}_i", i), word));
    Expression accumulator = module.input("accumulator_i", rtl::signed_type(shape.accumulator_bits.bits()));
    const int shift = packed.shift(), needed = needed_bits(shape), width = sum_bits(shape);
    // A wrapping accumulator that fits the field is added there, which saves an addition.
    const bool accumulates_in_field = width == needed && shape.overflow == golden::OverflowMode::Wrap;
    std::vector<Expression> start;  // most significant first
    const int above = kWord - shift - needed;
    if (above > 0) start.push_back(rtl::zero(rtl::unsigned_type(above)));
    start.push_back(accumulates_in_field ? rtl::as_unsigned(accumulator)
                                         : rtl::zero(rtl::unsigned_type(needed)));
    if (shift > 0) start.push_back(rtl::one_bit_set(rtl::unsigned_type(shift), shift - 1));
    Expression total = rtl::concatenate(start);
    for (std::size_t i = 0; i < activations.size(); ++i)
        total = rtl::add_modular(total, rtl::multiply_modular(activations[i], weights[i]));
    Expression packed_sum = module.wire("packed_sum", total);
    if (shift > 0) module.mark_unused(rtl::slice(packed_sum, 0, shift));
    if (above > 0) module.mark_unused(rtl::slice(packed_sum, shift + needed, above));
    Expression field = rtl::as_signed(rtl::slice(packed_sum, shift, needed));
    module.output("sum_o", accumulates_in_field ? field
                                                : rtl::add_modular(rtl::extend(accumulator, width),
                                                                   rtl::extend(field, width)));
    ArithmeticCost cost;
    cost.multipliers = packed.words;
    return {&module, nullptr, cost};
}

}  // namespace macaw::hw
