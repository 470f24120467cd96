// See structural_accumulation.hpp.
#include "hw/arith/structural_accumulation.hpp"

#include "hw/arith/carry_propagate_adder.hpp"
#include "hw/arith/partial_products.hpp"

namespace macaw::hw {

using rtl::Expression;

namespace {

// Behind the multiplexers that start a tile at 0, whose one control drives them all.
constexpr int kAccumulatorArrival = 4;

// Outputs both rows instead of their sum.
void add_carry_save_outputs(rtl::Module& module, BitHeap& heap, Reduction reduction) {
    Expression carry = module.input("accumulator_carry_i", rtl::unsigned_type(heap.width()));
    for (int i = 0; i < heap.width(); ++i) heap.add(i, rtl::bit(carry, i), kAccumulatorArrival);
    Rows rows = heap.reduce(reduction);
    module.output("sum_o", rtl::as_signed(rows.a));
    module.output("sum_carry_o", rows.b ? shifted_up(*rows.b, rows.first_of_b) : rtl::zero(carry.type()));
}

}  // namespace

void add_number(BitHeap& heap, const Expression& signal, int first, int width, golden::Signedness signedness,
                int arrival) {
    for (int i = 0; i < width; ++i) {
        Expression bit = rtl::bit(signal, first + i);
        if (signedness == golden::Signedness::Signed && i + 1 == width)
            heap.subtract(i, bit, arrival);
        else
            heap.add(i, bit, arrival);
    }
}

void add_accumulator(rtl::Module& module, const Expression& accumulator, BitHeap& heap) {
    Expression bits = module.wire("accumulator", rtl::as_unsigned(accumulator));
    add_number(heap, bits, 0, accumulator.width(), golden::Signedness::Signed, kAccumulatorArrival);
}

void add_partial_products(rtl::Module& module, const FactorPorts& factors, const DotProductShape& shape,
                          Multiplier multiplier, BitHeap& heap, ArithmeticCost& cost) {
    PartialProducts partial_products(module, factors, shape, heap, cost);
    std::vector<Expression> unused;
    for (int lane = 0; lane < shape.lanes; ++lane) {
        partial_products.add(lane, multiplier);
        for (Expression& bits : partial_products.unused(lane, multiplier)) unused.push_back(bits);
    }
    if (!unused.empty()) module.mark_unused(rtl::concatenate(unused));
}

void add_sum_outputs(rtl::Module& module, BitHeap& heap, const DotProductShape& shape,
                     const StructuralForm& form) {
    if (form.accumulation == Accumulation::CarrySave) {
        require(shape.overflow == golden::OverflowMode::Wrap, "carry-save accumulation outside wrap mode");
        add_carry_save_outputs(module, heap, form.reduction);
    } else {
        module.output("sum_o", heap.sum(form.reduction, form.adder));
    }
}

rtl::Module& add_resolve(rtl::Design& design, const AdderCells& cells, int width, FinalAdder adder,
                         ArithmeticCost& cost) {
    rtl::Module& module = design.add_module("macaw_resolve");
    module.describe({"sum_i + carry_i modulo 2^P: the carry-save accumulator of a finished tile."});
    Expression sum = module.wire("sum", rtl::as_unsigned(module.input("sum_i", rtl::signed_type(width))));
    Expression carry = module.input("carry_i", rtl::unsigned_type(width));
    module.output("resolved_o", rtl::as_signed(sum_of_rows(module, cells, sum, carry, 0, adder, cost)));
    return module;
}

}  // namespace macaw::hw
