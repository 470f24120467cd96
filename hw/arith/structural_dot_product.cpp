// The dot product as one bit heap: partial products of all lanes and the accumulator are added in one tree,
// which a pipeline cuts into stages.
#include <fmt/format.h>

#include "hw/arith/structural_accumulation.hpp"
#include "hw/arith/structural_stages.hpp"

namespace macaw::hw {

using rtl::Connection;
using rtl::Expression;

namespace {

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
    lines.emplace_back("and row_b. A full adder of complements gives the complements of its sum and carry.");
    switch (form.reduction) {
        case Reduction::Dadda:
            lines.emplace_back("Adders are named after their column and reduce it as Dadda does.");
            break;
        case Reduction::Wallace:
            lines.emplace_back("Adders are named after their column and reduce it as Wallace does.");
            break;
        case Reduction::ThreeGreedy:
            lines.emplace_back("Adders are named after their column and take its three earliest bits.");
            break;
    }
    return lines;
}

DotProductUnit add_combinational(rtl::Design& design, const AdderCells& cells, const DotProductShape& shape,
                                 const StructuralForm& form) {
    rtl::Module& module = design.add_module("macaw_dot_product");
    DotProductPorts ports = add_dot_product_ports(module, shape);
    module.describe_further(description(form));
    BitHeap heap(module, cells, sum_bits(shape));
    DotProductUnit unit{&module, nullptr, {}};
    add_partial_products(module, ports.factors, shape, form.multiplier, heap, unit.cost);
    add_accumulator(module, ports.accumulator, heap);
    add_sum_outputs(module, heap, shape, form);
    unit.cost += heap.cost();
    return unit;
}

// Instances of the stages with registers between them.
class PipelinedUnit {
  public:
    PipelinedUnit(rtl::Design& design, const AdderCells& cells, const DotProductShape& shape,
                  const StructuralForm& form, Pipeline pipeline)
        : shape_(shape), form_(form) {
        if (registers_products(pipeline)) multiplier_ = add_multiplier(design, cells, shape, form);
        const MultiplierStage* multiplier = multiplier_ ? &*multiplier_ : nullptr;
        if (registers_tree(pipeline)) tree_ = add_product_tree(design, cells, shape, form, multiplier);
        accumulate_ = add_accumulate(design, cells, shape, form, tree_ ? nullptr : multiplier,
                                     tree_ ? &*tree_ : nullptr);
        module_ = &design.add_module("macaw_dot_product");
        ports_ = add_dot_product_ports(*module_, shape, pipeline);
    }

    DotProductUnit run() {
        std::vector<Connection> inputs = {{"activation_i", ports_->factors.activation},
                                          {"weight_i", ports_->factors.weight}};
        if (ports_->factors.nonzero) inputs.push_back({"nonzero_i", *ports_->factors.nonzero});
        if (multiplier_) inputs = {{"product_i", registered_products()}};
        if (tree_) inputs = registered_rows(std::move(inputs));
        accumulate(std::move(inputs));
        DotProductUnit unit{module_, nullptr, accumulate_.cost};
        if (tree_) unit.cost += tree_->cost;
        for (int lane = 0; multiplier_ && lane < shape_.lanes; ++lane) unit.cost += multiplier_->cost;
        return unit;
    }

  private:
    Expression registered_products() {
        const int n = shape_.activation_bits.bits(), m = shape_.weight_bits.bits();
        std::vector<Expression> products;  // most significant first
        for (int lane = shape_.lanes; lane-- > 0;) {
            Expression product = module_->undriven_wire(
                fmt::format("product_{}", lane), {multiplier_->product_bits, shape_.product_signedness()});
            module_->instantiate(fmt::format("u_multiplier_{}", lane), *multiplier_->module,
                                 {{"activation_i", rtl::slice(ports_->factors.activation, lane * n, n)},
                                  {"weight_i", rtl::slice(ports_->factors.weight, lane * m, m)},
                                  {"product_o", product}});
            products.push_back(rtl::as_unsigned(masked_product(ports_->factors, lane, product)));
        }
        return add_held_register(*module_, "products", ports_->stages.front(), rtl::concatenate(products));
    }

    std::vector<Connection> registered_rows(std::vector<Connection> inputs) {
        std::vector<Connection> rows;
        auto add_row = [&](const std::string& name, int bits) {
            if (bits == 0) return;
            Expression row = module_->undriven_wire(name, rtl::unsigned_type(bits));
            inputs.push_back({name + "_o", row});
            rows.push_back({name + "_i", add_held_register(*module_, name, ports_->stages.back(), row)});
        };
        add_row("row_a", tree_->row_a_bits);
        add_row("row_b", tree_->row_b_bits);
        module_->instantiate("u_product_tree", *tree_->module, std::move(inputs));
        return rows;
    }

    void accumulate(std::vector<Connection> inputs) {
        inputs.push_back({"accumulator_i", ports_->accumulator});
        const bool carry_save = form_.accumulation == Accumulation::CarrySave;
        rtl::Type carry_type = rtl::unsigned_type(sum_bits(shape_));
        if (carry_save)
            inputs.push_back({"accumulator_carry_i", module_->input("accumulator_carry_i", carry_type)});
        inputs.push_back({"sum_o", module_->undriven_output("sum_o", rtl::signed_type(sum_bits(shape_)))});
        if (carry_save)
            inputs.push_back({"sum_carry_o", module_->undriven_output("sum_carry_o", carry_type)});
        module_->instantiate("u_accumulate", *accumulate_.module, std::move(inputs));
    }

    const DotProductShape& shape_;
    const StructuralForm& form_;
    std::optional<MultiplierStage> multiplier_;
    std::optional<ProductTree> tree_;
    AccumulateStage accumulate_;
    rtl::Module* module_ = nullptr;
    std::optional<DotProductPorts> ports_;
};

}  // namespace

DotProductUnit add_structural_dot_product(rtl::Design& design, const DotProductShape& shape,
                                          const StructuralForm& form, Pipeline pipeline) {
    AdderCells cells = add_adder_cells(design);
    DotProductUnit unit = pipeline == Pipeline::None
                              ? add_combinational(design, cells, shape, form)
                              : PipelinedUnit(design, cells, shape, form, pipeline).run();
    if (form.accumulation == Accumulation::CarrySave)
        unit.resolve = &add_resolve(design, cells, shape.accumulator_bits.bits(), form.adder, unit.cost);
    return unit;
}

}  // namespace macaw::hw
