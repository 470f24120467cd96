// Where registers stand between the input registers of a dot product unit and its accumulator. Every kind
// computes the same; each register stage adds one cycle of latency and shortens the longest path.
//
//   None        activation, weight -> products -> tree -> accumulator in one cycle
//   Multiplier  a register behind each product
//   Tree        a register behind the sum of the products, in front of the accumulator; the structural form
//               keeps two rows (carry-save) there
//   Full        both
#pragma once

namespace macaw::hw {

enum class Pipeline { None, Multiplier, Tree, Full };

constexpr bool registers_products(Pipeline pipeline) {
    return pipeline == Pipeline::Multiplier || pipeline == Pipeline::Full;
}
constexpr bool registers_tree(Pipeline pipeline) {
    return pipeline == Pipeline::Tree || pipeline == Pipeline::Full;
}
// Cycles by which the accumulation is later than with Pipeline::None.
constexpr int extra_stages(Pipeline pipeline) {
    return (registers_products(pipeline) ? 1 : 0) + (registers_tree(pipeline) ? 1 : 0);
}

}  // namespace macaw::hw
