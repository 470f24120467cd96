#include "hw/arith/partial_products.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace macaw::hw {

using rtl::Expression;

// Behind the recoder and the selection: about two full adders later than the bits of the ports.
constexpr int kMultipleArrival = 8;

void PartialProducts::add(int lane, Multiplier multiplier) {
    if (multiplier == Multiplier::Booth)
        add_booth(lane);
    else
        add_baugh_wooley(lane);
}

Expression PartialProducts::activation_bit(int lane, int index) const {
    return rtl::bit(ports_.activation, lane * shape_.activation_bits.bits() + index);
}

Expression PartialProducts::weight_bit(int lane, int index) const {
    return rtl::bit(ports_.weight, lane * shape_.weight_bits.bits() + index);
}

// With x = -x_s 2^(n-1) + sum x_i 2^i for both factors (two's complement; an unsigned factor has no sign
// bit), the product of two bits is negative exactly when one of them, and not both, is a sign bit.
// BitHeap::subtract turns such a bit into its complement and a constant, so that the heap holds positive bits
// only and one constant for all lanes.
void PartialProducts::add_baugh_wooley(int lane) {
    const int n = shape_.activation_bits.bits(), m = shape_.weight_bits.bits();
    for (int i = 0; i < n; ++i) {
        for (int j = 0; j < m && i + j < heap_.width(); ++j) {
            Expression product = activation_bit(lane, i) & weight_bit(lane, j);
            if (ports_.nonzero) product = product & rtl::bit(*ports_.nonzero, lane);
            Expression bit = module_.wire(fmt::format("product_{}_a{}_w{}", lane, i, j), product);
            bool is_negative = (shape_.has_signed_activations() && i == n - 1) !=
                               (shape_.has_signed_weights() && j == m - 1);
            if (is_negative)
                heap_.subtract(i + j, bit);
            else
                heap_.add(i + j, bit);
            ++cost_.partial_product_bits;
        }
    }
}

// The weight is the sum of d_j 4^j with d_j = -2 w_(2j+1) + w_(2j) + w_(2j-1), bits outside read as 0 below
// and above as copies of the sign, or as 0 if there is none. An unsigned weight of an even number of bits
// needs one digit more than a signed one, which is its top bit.
void PartialProducts::add_booth(int lane) {
    for (int index = 0; index < digits() && 2 * index < heap_.width(); ++index)
        add_multiple(lane, index,
                     masked(lane, index,
                            shape_.has_signed_weights() || index + 1 < digits()
                                ? add_digit(lane, index)
                                : add_last_unsigned_digit(lane, index)));
}

// The digit 0 where the product does not count.
PartialProducts::Digit PartialProducts::masked(int lane, int index, Digit digit) {
    if (!ports_.nonzero) return digit;
    const Expression nonzero = rtl::bit(*ports_.nonzero, lane);
    auto mask = [&](const char* part, const Expression& signal) {
        return module_.wire(fmt::format("digit_{}_{}_{}_masked", lane, index, part), signal & nonzero);
    };
    digit.one = mask("one", digit.one);
    if (digit.two) digit.two = mask("two", *digit.two);
    if (digit.neg) digit.neg = mask("neg", *digit.neg);
    return digit;
}

int PartialProducts::digits() const {
    return (shape_.weight_bits.bits() + (shape_.has_signed_weights() ? 0 : 1) + 1) / 2;
}

// 2 w_(2j+1) is not there: 0, 1 or, with w_(2j), 2.
PartialProducts::Digit PartialProducts::add_last_unsigned_digit(int lane, int index) {
    const std::string name = fmt::format("digit_{}_{}", lane, index);
    ++cost_.booth_digits;
    Expression below = weight_bit(lane, 2 * index - 1);
    if (2 * index == shape_.weight_bits.bits()) return {below, std::nullopt, std::nullopt};
    Expression low = weight_bit(lane, 2 * index);
    Digit digit{module_.wire(name + "_one", low ^ below), std::nullopt, std::nullopt};
    if (2 * index + 1 < heap_.width()) digit.two = module_.wire(name + "_two", low & below);
    return digit;
}

PartialProducts::Digit PartialProducts::add_digit(int lane, int index) {
    const int m = shape_.weight_bits.bits();
    const std::string name = fmt::format("digit_{}_{}", lane, index);
    ++cost_.booth_digits;
    Expression low = weight_bit(lane, 2 * index);
    const bool extended = 2 * index + 1 == m;  // the sign, once more: the digit is -low + below, -1..1
    Expression neg = extended ? low : weight_bit(lane, 2 * index + 1);
    const bool reads_two = !extended && 2 * index + 1 < heap_.width();
    if (index == 0) {
        Digit digit{low, std::nullopt, neg};
        if (reads_two) digit.two = module_.wire(name + "_two", neg & ~low);
        return digit;
    }
    Expression below = weight_bit(lane, 2 * index - 1);
    Digit digit{module_.wire(name + "_one", low ^ below), std::nullopt, neg};
    if (reads_two) digit.two = module_.wire(name + "_two", (neg & ~(low | below)) | (~neg & (low & below)));
    return digit;
}

// digit * activation at column 2 * index: the selected multiple, inverted and 1 added where it is negative.
void PartialProducts::add_multiple(int lane, int index, const Digit& digit) {
    const int n = shape_.activation_bits.bits();
    const int column = 2 * index;
    const bool activation_is_signed = shape_.has_signed_activations();
    // Bits of the multiple, with its sign if it can have one.
    const bool has_sign = activation_is_signed || digit.neg;
    const int first_above = shape_.weight_bits.bits();  // 2 * digit needs a bit more, where it is made
    const bool doubles = column + 1 < first_above || (!digit.neg && column < first_above);
    const int length = n + (has_sign && !activation_is_signed ? 1 : 0) + (doubles ? 1 : 0);
    auto selected = [&](const Expression& select, int i) -> std::optional<Expression> {
        if (i < 0 || (i >= n && !activation_is_signed)) return std::nullopt;
        return select & activation_bit(lane, std::min(i, n - 1));
    };
    for (int i = 0; i < length && column + i < heap_.width(); ++i) {
        std::optional<Expression> value = selected(digit.one, i);
        std::optional<Expression> twice = digit.two ? selected(*digit.two, i - 1) : std::nullopt;
        if (twice) value = value ? *value | *twice : *twice;
        if (digit.neg) value = value ? *value ^ *digit.neg : *digit.neg;
        if (!value) continue;
        Expression bit = module_.wire(fmt::format("product_{}_d{}_{}", lane, index, i), *value);
        if (has_sign && i == length - 1)
            heap_.subtract(column + i, bit, kMultipleArrival);
        else
            heap_.add(column + i, bit, kMultipleArrival);
        ++cost_.partial_product_bits;
    }
    if (!digit.neg) return;
    heap_.add(column, *digit.neg);
    ++cost_.partial_product_bits;
}

std::vector<Expression> PartialProducts::unused(int lane, Multiplier multiplier) const {
    const int n = shape_.activation_bits.bits(), m = shape_.weight_bits.bits(), width = heap_.width();
    const int weight_bits_read = multiplier == Multiplier::Booth ? (width + 1) / 2 * 2 : width;
    std::vector<Expression> dropped;
    if (n > width) dropped.push_back(rtl::slice(ports_.activation, lane * n + width, n - width));
    if (m > weight_bits_read)
        dropped.push_back(rtl::slice(ports_.weight, lane * m + weight_bits_read, m - weight_bits_read));
    return dropped;
}

}  // namespace macaw::hw
