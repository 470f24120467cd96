// See structural_stages.hpp.
#include "hw/arith/structural_stages.hpp"

#include <bit>

#include <fmt/format.h>

#include "hw/arith/partial_products.hpp"
#include "hw/arith/structural_accumulation.hpp"

namespace macaw::hw {

using rtl::Expression;

namespace {

// activation_i and weight_i of all lanes, as partial products in the heap.
void multiply_into(rtl::Module& module, BitHeap& heap, const DotProductShape& shape,
                   const StructuralForm& form, ArithmeticCost& cost) {
    FactorPorts factors = add_factor_ports(module, shape);
    add_partial_products(module, factors, shape, form.multiplier, heap, cost);
}

// product_i: what the multipliers' registers hold.
void add_registered_products(rtl::Module& module, BitHeap& heap, const DotProductShape& shape,
                             int product_bits) {
    Expression products = module.input(
        "product_i", rtl::unsigned_type(shape.lanes * product_bits),
        fmt::format("lane l at bit l*{}, {}", product_bits, to_string(shape.product_signedness())));
    for (int lane = 0; lane < shape.lanes; ++lane)
        add_number(heap, products, lane * product_bits, product_bits, shape.product_signedness());
}

// What the bits of `lanes` products are worth if all are 1.
std::int64_t largest_of_partial_products(DotProductShape shape, const StructuralForm& form) {
    rtl::Design scratch;
    AdderCells cells = add_adder_cells(scratch);
    rtl::Module& module = scratch.add_module("scratch");
    BitHeap heap(module, cells, shape.product_bits() + 2);
    ArithmeticCost cost;
    const int lanes = std::exchange(shape.lanes, 1);
    multiply_into(module, heap, shape, form, cost);
    return lanes * heap.largest();
}

int bits_of(std::int64_t largest) {
    return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(largest)));
}

}  // namespace

MultiplierStage add_multiplier(rtl::Design& design, const AdderCells& cells, const DotProductShape& shape,
                               const StructuralForm& form) {
    rtl::Module& module = design.add_module("macaw_multiplier");
    MultiplierStage stage{&module, std::min(shape.product_bits(), sum_bits(shape)), {}};
    DotProductShape one = shape;
    one.lanes = 1;
    one.masks_products = false;  // the mask is between the multiplier and its register
    module.describe({"The product of one lane, of which the accumulator needs these bits."});
    BitHeap heap(module, cells, stage.product_bits);
    multiply_into(module, heap, one, form, stage.cost);
    Expression product = heap.sum(form.reduction, form.adder);
    module.output("product_o", shape.product_signedness() == golden::Signedness::Signed
                                   ? product
                                   : rtl::as_unsigned(product));
    stage.cost += heap.cost();
    return stage;
}

ProductTree add_product_tree(rtl::Design& design, const AdderCells& cells, const DotProductShape& shape,
                             const StructuralForm& form, const MultiplierStage* multiplier) {
    rtl::Module& module = design.add_module("macaw_product_tree");
    module.describe(
        {"The products of all lanes as two rows: their sum is row_a_o + row_b_o * 2^F plus a constant",
         "that macaw_accumulate adds. Bits of negative weight are complemented, so that the rows are",
         "never negative and need no sign."});
    const std::int64_t largest = multiplier != nullptr
                                     ? shape.lanes * ((std::int64_t{1} << multiplier->product_bits) - 1)
                                     : largest_of_partial_products(shape, form);
    const int modular = sum_bits(shape), exact = bits_of(largest);
    ProductTree tree{&module, std::min(modular, exact), 0, 0, 0, {}};
    BitHeap heap(module, cells, tree.row_a_bits,
                 exact < modular ? BitHeap::Kind::Exact : BitHeap::Kind::Modular);
    if (multiplier != nullptr)
        add_registered_products(module, heap, shape, multiplier->product_bits);
    else
        multiply_into(module, heap, shape, form, tree.cost);
    tree.constant = heap.take_constant();
    Rows rows = heap.reduce(form.reduction);
    module.output("row_a_o", rows.a);
    if (rows.b) {
        tree.row_b_bits = rows.b->width();
        tree.first_of_b = rows.first_of_b;
        module.output("row_b_o", *rows.b);
    }
    module.state({"F", fmt::format("{}", tree.first_of_b), "the lowest column of row_b_o"});
    tree.cost += heap.cost();
    return tree;
}

AccumulateStage add_accumulate(rtl::Design& design, const AdderCells& cells, const DotProductShape& shape,
                               const StructuralForm& form, const MultiplierStage* multiplier,
                               const ProductTree* tree) {
    rtl::Module& module = design.add_module("macaw_accumulate");
    module.describe({tree != nullptr ? "The rows of the product tree, its constant and the accumulator."
                                     : "The registered products and the accumulator."});
    BitHeap heap(module, cells, sum_bits(shape));
    if (tree != nullptr) {
        Expression a = module.input("row_a_i", rtl::unsigned_type(tree->row_a_bits));
        for (int i = 0; i < tree->row_a_bits; ++i) heap.add(i, rtl::bit(a, i));
        if (tree->row_b_bits > 0) {
            Expression b = module.input("row_b_i", rtl::unsigned_type(tree->row_b_bits));
            for (int i = 0; i < tree->row_b_bits; ++i) heap.add(tree->first_of_b + i, rtl::bit(b, i));
        }
        heap.add_constant(tree->constant);
    } else {
        add_registered_products(module, heap, shape, multiplier->product_bits);
    }
    Expression accumulator = module.input("accumulator_i", rtl::signed_type(shape.accumulator_bits.bits()));
    add_accumulator(module, accumulator, heap);
    add_sum_outputs(module, heap, shape, form);
    return {&module, heap.cost()};
}

}  // namespace macaw::hw
