#include "hw/arith/arithmetic_cost.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace macaw::hw {

ArithmeticCost& ArithmeticCost::operator+=(const ArithmeticCost& part) {
    multipliers += part.multipliers;
    partial_product_bits += part.partial_product_bits;
    booth_digits += part.booth_digits;
    full_adders += part.full_adders;
    half_adders += part.half_adders;
    gates += part.gates;
    prefix_cells += part.prefix_cells;
    reduction_depth = std::max(reduction_depth, part.reduction_depth);
    carry_propagate_bits = std::max(carry_propagate_bits, part.carry_propagate_bits);
    carry_propagate_depth = std::max(carry_propagate_depth, part.carry_propagate_depth);
    return *this;
}

std::string to_string(const ArithmeticCost& cost) {
    if (cost.multipliers > 0)
        return fmt::format("{} multiplications and as many additions, no circuit of their own",
                           cost.multipliers);
    std::string text = fmt::format("{} partial product bits", cost.partial_product_bits);
    if (cost.booth_digits > 0) text += fmt::format(" of {} Booth digits", cost.booth_digits);
    text += fmt::format(", {} full and {} half adders, {} gates, {} adder levels, final adder of {} bits",
                        cost.full_adders, cost.half_adders, cost.gates, cost.reduction_depth,
                        cost.carry_propagate_bits);
    if (cost.carry_propagate_depth > 0) text += fmt::format(" in {} levels", cost.carry_propagate_depth);
    if (cost.prefix_cells > 0) text += fmt::format(" ({} prefix cells)", cost.prefix_cells);
    return text;
}

}  // namespace macaw::hw
