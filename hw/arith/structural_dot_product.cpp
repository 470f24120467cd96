// The dot product as one bit heap: partial products of all lanes and the accumulator are added in one tree.
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
    module.output("sum_o", heap.sum(form.reduction, form.adder));
    ArithmeticCost cost = heap.cost();
    cost.partial_product_bits = products.partial_product_bits;
    cost.booth_digits = products.booth_digits;
    return {&module, cost};
}

}  // namespace macaw::hw
