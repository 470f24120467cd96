#include "sim/formal/dot_product_proof.hpp"

#include <fmt/format.h>

#include "embedded/sim_templates.hpp"
#include "hw/arith/carry_propagate_adder.hpp"
#include "hw/arith/operand_gate.hpp"

namespace macaw::sim {

using golden::BitWidth;

Property dot_product_property(const hw::DotProductShape& shape, const hw::ArrayConfig& array, int slack,
                              const Fault& fault) {
    rtl::Design design;
    PropertyText text{"macaw_dot_product_proof",
                      embedded::sim_dot_product_proof_svh,
                      {{"L", shape.lanes},
                       {"N", shape.activation_bits.bits()},
                       {"M", shape.weight_bits.bits()},
                       {"P", shape.accumulator_bits.bits()},
                       {"W", hw::sum_bits(shape)},
                       {"SIGNED", shape.has_signed_activations()},
                       {"WEIGHT_SIGNED", shape.has_signed_weights()},
                       {"STAGES", hw::extra_stages(array.pipeline)},
                       {"SLACK", slack}}};
    if (array.arithmetic == hw::Arithmetic::Structural) {
        hw::DotProductUnit unit = hw::add_structural_dot_product(design, shape, array.form, array.pipeline);
        if (unit.resolve != nullptr) text.defines.emplace_back("CARRY_SAVE");
    } else {
        hw::add_behavioural_dot_product(design, shape, array.pipeline);
    }
    if (shape.masks_products) text.defines.emplace_back("MASKED");
    for (int stage = 1; stage <= hw::extra_stages(array.pipeline); ++stage)
        text.defines.push_back(fmt::format("STAGE_{}", stage));
    if (fault) fault(design);
    return property_of(design, text);
}

int cycles_of(const hw::ArrayConfig& array) {
    return hw::extra_stages(array.pipeline) + 1;
}

Property operand_gate_property(const hw::DotProductShape& shape, const Fault& fault) {
    rtl::Design design;
    hw::add_operand_gate(design, shape);
    if (fault) fault(design);
    return property_of(design, {"macaw_operand_gate_proof",
                                embedded::sim_operand_gate_proof_svh,
                                {{"N", shape.activation_bits.bits()}, {"M", shape.weight_bits.bits()}},
                                {},
                                2});
}

hw::DotProductShape small_shape(const golden::Datapath& datapath, int lanes, BitWidth accumulator_bits) {
    constexpr int kFactorBits = 3, kLanes = 2;
    hw::DotProductShape shape;
    shape.lanes = std::min(lanes, kLanes);
    shape.activation_bits = std::min(datapath.activation_bits, BitWidth(kFactorBits));
    shape.activation_signedness = datapath.activation_signedness;
    shape.weight_bits = std::min(datapath.weight_bits, BitWidth(kFactorBits));
    shape.weight_signedness = datapath.weight_signedness;
    shape.accumulator_bits = accumulator_bits;
    shape.overflow = datapath.inner_overflow;
    return shape;
}

Property adder_property(hw::FinalAdder adder, int width, const Fault& fault) {
    rtl::Design design;
    const hw::AdderCells cells = hw::add_adder_cells(design);
    rtl::Module& module = design.add_module("macaw_adder");
    rtl::Expression a = module.input("a_i", rtl::unsigned_type(width)),
                    b = module.input("b_i", rtl::unsigned_type(width));
    hw::ArithmeticCost cost;
    module.output("sum_o", hw::sum_of_rows(module, cells, a, b, 0, adder, cost));
    if (fault) fault(design);
    return property_of(design, {"macaw_adder_proof", embedded::sim_adder_proof_svh, {{"W", width}}});
}

}  // namespace macaw::sim
