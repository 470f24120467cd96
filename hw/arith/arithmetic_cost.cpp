#include "hw/arith/arithmetic_cost.hpp"

#include <fmt/format.h>

namespace macaw::hw {

std::string to_string(const ArithmeticCost& cost) {
    if (cost.multipliers > 0)
        return fmt::format("{} multipliers and as many additions; the synthesis tool picks the circuit",
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
