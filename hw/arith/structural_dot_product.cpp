// The dot product as one bit heap: partial products of all lanes and the accumulator are added in one tree.
#include "hw/arith/carry_propagate_adder.hpp"
#include "hw/arith/partial_products.hpp"

namespace macaw::hw {

using rtl::Expression;

namespace {

void add_accumulator(rtl::Module& module, const Expression& accumulator, BitHeap& heap) {
    const int p = accumulator.width();
    Expression bits = module.wire("accumulator", rtl::as_unsigned(accumulator));
    for (int i = 0; i + 1 < p; ++i) heap.add(i, rtl::bit(bits, i));
    heap.subtract(p - 1, rtl::bit(bits, p - 1));
}

// Outputs both rows instead of their sum.
void add_carry_save_outputs(rtl::Module& module, BitHeap& heap, Reduction reduction) {
    Expression carry = module.input("accumulator_carry_i", rtl::unsigned_type(heap.width()));
    for (int i = 0; i < heap.width(); ++i) heap.add(i, rtl::bit(carry, i));
    Rows rows = heap.reduce(reduction);
    module.output("sum_o", rtl::as_signed(rows.a));
    module.output("sum_carry_o", rows.b ? shifted_up(*rows.b, rows.first_of_b) : rtl::zero(carry.type()));
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

std::vector<std::string> description(const StructuralForm& form) {
    std::vector<std::string> lines = {"All lanes and the accumulator are one bit heap."};
    if (form.multiplier == Multiplier::Booth)
        lines.emplace_back(
            "product_<lane>_d<j>_<i>: bit i of the multiple that digit j (radix 4) of the weight selects, of "
            "weight 2^(2j+i).");
    else
        lines.emplace_back("product_<lane>_a<i>_w<j> has weight 2^(i+j).");
    lines.emplace_back(
        "Bits of negative weight enter complemented; the constant that this costs is in row_a");
    lines.emplace_back(form.reduction == Reduction::Dadda
                           ? "and row_b. Adders are named after their column and reduce it as Dadda does."
                           : "and row_b. Adders are named after their column and reduce it as Wallace does.");
    return lines;
}

}  // namespace

DotProductUnit add_structural_dot_product(rtl::Design& design, const DotProductShape& shape,
                                          const StructuralForm& form) {
    AdderCells cells = add_adder_cells(design);
    rtl::Module& module = design.add_module("macaw_dot_product");
    DotProductPorts ports = add_dot_product_ports(module, shape);
    module.describe_further(description(form));
    BitHeap heap(module, cells, sum_bits(shape));
    ArithmeticCost products;
    PartialProducts partial_products(module, ports, shape, heap, products);
    std::vector<Expression> unused;
    for (int lane = 0; lane < shape.lanes; ++lane) {
        partial_products.add(lane, form.multiplier);
        for (Expression& bits : partial_products.unused(lane, form.multiplier)) unused.push_back(bits);
    }
    add_accumulator(module, ports.accumulator, heap);
    if (!unused.empty()) module.mark_unused(rtl::concatenate(unused));
    DotProductUnit unit{&module, nullptr, {}};
    if (form.accumulation == Accumulation::CarrySave) {
        require(shape.overflow == golden::OverflowMode::Wrap, "carry-save accumulation outside wrap mode");
        add_carry_save_outputs(module, heap, form.reduction);
    } else {
        module.output("sum_o", heap.sum(form.reduction, form.adder));
    }
    unit.cost = heap.cost();
    if (form.accumulation == Accumulation::CarrySave)
        unit.resolve = &add_resolve(design, cells, shape.accumulator_bits.bits(), form.adder, unit.cost);
    unit.cost.partial_product_bits = products.partial_product_bits;
    unit.cost.booth_digits = products.booth_digits;
    return unit;
}

}  // namespace macaw::hw
