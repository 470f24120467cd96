#include "sim/formal/overflow_flags.hpp"

#include "embedded/sim_templates.hpp"
#include "hw/arith/range_check.hpp"
#include "hw/array/processing_element.hpp"
#include "sim/formal/single_element.hpp"

namespace macaw::sim {

using golden::BitWidth;
using golden::OverflowMode;

Property range_check_property(int sum_bits, BitWidth width, OverflowMode mode, int slack) {
    require(hw::has_flag(mode), "a range check without a flag");
    rtl::Design design;
    rtl::Module& module = design.add_module("macaw_range_check");
    rtl::Expression sum = module.input("sum_i", rtl::signed_type(sum_bits));
    hw::CheckedSum checked = hw::add_range_check(module, "sum", sum, width, mode);
    module.output("value_o", rtl::as_unsigned(checked.value));
    module.output("overflow_o", *checked.overflow);
    return property_of(design, {"macaw_range_check_proof",
                                embedded::sim_range_check_proof_svh,
                                {{"W", sum_bits},
                                 {"P", width.bits()},
                                 {"SATURATE", mode == OverflowMode::Saturate},
                                 {"SLACK", slack}},
                                {},
                                2});
}

golden::Datapath small_datapath(const golden::Datapath& datapath, OverflowMode inner, OverflowMode outer) {
    constexpr int kFactorBits = 3;
    golden::Datapath small = datapath;
    small.activation_bits = std::min(datapath.activation_bits, BitWidth(kFactorBits));
    small.weight_bits = std::min(datapath.weight_bits, BitWidth(kFactorBits));
    // A product or two fit, three do not; a few tiles fit the outer accumulator.
    small.inner_bits = BitWidth(small.activation_bits.bits() + small.weight_bits.bits() - 1);
    small.outer_bits = BitWidth(small.inner_bits.bits() + 1);
    small.inner_overflow = inner;
    small.outer_overflow = outer;
    small.products_per_check = std::min(datapath.products_per_check, 2);
    return small;
}

Property processing_element_property(const golden::Datapath& small, const hw::ArrayConfig& array, int slack,
                                     const Fault& fault) {
    const hw::ArrayConfig element_array = single_element(small, array, small.products_per_check);
    rtl::Design design;
    hw::ProcessingElement element = hw::add_processing_element(design, small, element_array);
    PropertyText text{
        "macaw_processing_element_proof",
        embedded::sim_processing_element_proof_svh,
        with_factors(small, {{"L", element_array.lanes},
                             {"PI", small.inner_bits.bits()},
                             {"PO", small.outer_bits.bits()},
                             {"INNER_SATURATES", small.inner_overflow == OverflowMode::Saturate},
                             {"OUTER_SATURATES", small.outer_overflow == OverflowMode::Saturate},
                             {"SLACK", slack}}),
        {},
        3};
    observe(*element.module, {"inner", "outer"});
    if (element_array.is_carry_save()) {
        observe(*element.module, {"inner_carry"});
        text.defines.emplace_back("CARRY_SAVE");
    }
    if (hw::has_flag(small.inner_overflow)) {
        observe(*element.module, {"tile_overflow", "inner_overflow"});
        text.defines.emplace_back("INNER_FLAGS");
        text.assertions += 3;
    }
    if (hw::has_flag(small.outer_overflow)) {
        observe(*element.module, {"dot_overflow"});
        text.defines.emplace_back("OUTER_FLAGS");
        text.assertions += 2;
    }
    if (fault) fault(design);
    design.drop_unused_modules();
    return property_of(design, text);
}

}  // namespace macaw::sim
