// The structural dot product cut at its pipeline registers: modules of pure logic between them.
//
//   macaw_multiplier    one lane's product, resolved                                       (products
//   registered) macaw_product_tree  all products -> two rows whose sum is theirs plus a known constant (tree
//   registered) macaw_accumulate    products or rows, and the accumulator -> sum_o, or sum_o and sum_carry_o
//
// Rows are kept exact and not negative (a signed sum could not be extended in two rows): bits of negative
// weight stay complemented, and the constant that this costs is added in macaw_accumulate.
#pragma once

#include "hw/arith/bit_heap.hpp"
#include "hw/arith/dot_product_ports.hpp"

namespace macaw::hw {

struct MultiplierStage {
    rtl::Module* module = nullptr;  // activation_i [N], weight_i [M], product_o [product_bits]
    int product_bits = 0;           // min(N + M, W)
    ArithmeticCost cost;            // of one
};
MultiplierStage add_multiplier(rtl::Design& design, const AdderCells& cells, const DotProductShape& shape,
                               const StructuralForm& form);

struct ProductTree {
    rtl::Module* module = nullptr;  // activation_i, weight_i or product_i [L*product_bits]; row_a_o, row_b_o
    int row_a_bits = 0;
    int row_b_bits = 0;  // 0 where no second row is needed
    int first_of_b = 0;  // the rows are worth row_a + row_b * 2^first_of_b + constant
    std::int64_t constant = 0;
    ArithmeticCost cost;
};
// With a multiplier stage the tree adds its products, else it multiplies.
ProductTree add_product_tree(rtl::Design& design, const AdderCells& cells, const DotProductShape& shape,
                             const StructuralForm& form, const MultiplierStage* multiplier);

struct AccumulateStage {
    rtl::Module* module = nullptr;  // product_i or row_a_i, row_b_i; accumulator_i [P]; sum_o [W]
    ArithmeticCost cost;
};
// Exactly one of the two stages before is given: what it registers is added.
AccumulateStage add_accumulate(rtl::Design& design, const AdderCells& cells, const DotProductShape& shape,
                               const StructuralForm& form, const MultiplierStage* multiplier,
                               const ProductTree* tree);

}  // namespace macaw::hw
