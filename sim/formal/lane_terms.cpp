#include "sim/formal/lane_terms.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "hw/rtl/verify.hpp"
#include "sim/formal/lane_comparison.hpp"

namespace macaw::sim {

using golden::BitWidth;
using hw::DotProductShape;
using hw::StructuralForm;

namespace {

std::uint64_t modulo(std::uint64_t value, int width) {
    return value & (~std::uint64_t{0} >> (64 - width));
}

// A residue modulo 2^from, read as a signed number, modulo 2^to.
std::uint64_t extended(std::uint64_t value, int from, int to) {
    const auto number = static_cast<std::int64_t>(value << (64 - from)) >> (64 - from);
    return modulo(static_cast<std::uint64_t>(number), to);
}

std::int64_t signals_of_lane(const rtl::Module& module, int lane) {
    return std::ranges::count_if(module.signals(), [&](const rtl::SignalInfo& signal) {
        return std::ranges::any_of(kLaneSignals, [&](const char* kind) {
            return signal.name.starts_with(name_in_lane(kind, lane));
        });
    });
}

}  // namespace

void add_accumulator_terms(LinearForm& form, const DotProductShape& shape, hw::Accumulation accumulation) {
    const int bits = shape.accumulator_bits.bits(), width = hw::sum_bits(shape);
    for (int i = 0; i < bits; ++i) {
        const std::uint64_t weight = std::uint64_t{1} << i;
        form.coefficients[fmt::format("accumulator[{}]", i)] =
            modulo(i + 1 == bits ? 0 - weight : weight, width);
        if (accumulation == hw::Accumulation::CarrySave)
            form.coefficients[fmt::format("accumulator_carry_i[{}]", i)] = weight;
    }
}

DotProductShape one_lane_of(const DotProductShape& shape) {
    DotProductShape one = shape;
    one.lanes = 1;
    one.overflow = golden::OverflowMode::Wrap;
    // Wide enough to tell the sign of every term and of the constant: with unsigned weights, digits of Booth
    // subtract more than a product can be.
    const int spare = shape.has_signed_weights() ? 0 : 2;
    one.accumulator_bits = BitWidth(std::min(shape.product_bits() + spare, hw::sum_bits(shape)));
    return one;
}

const rtl::Module& add_heap(rtl::Design& design, const DotProductShape& shape, StructuralForm form) {
    form.adder = hw::FinalAdder::Operator;
    hw::add_structural_dot_product(design, shape, form);
    rtl::require_verified(design);
    return *design.find("macaw_dot_product");
}

LinearForm heap_of(const DotProductShape& shape, const StructuralForm& form) {
    rtl::Design design;
    return sum_of_bit_heap(add_heap(design, shape, form), hw::sum_bits(shape));
}

LinearForm specification(const DotProductShape& shape, const StructuralForm& form) {
    const int width = hw::sum_bits(shape);
    LinearForm result;
    add_accumulator_terms(result, shape, form.accumulation);
    const DotProductShape one_shape = one_lane_of(shape);
    const int one_width = one_shape.accumulator_bits.bits();
    StructuralForm one_form = form;
    one_form.accumulation = hw::Accumulation::Resolved;
    const LinearForm one = heap_of(one_shape, one_form);
    for (int lane = 0; lane < shape.lanes; ++lane) {
        for (const auto& [name, coefficient] : one.coefficients) {
            if (name.starts_with("accumulator")) continue;
            std::string of_lane = is_of_lane_0(name) ? name_in_lane(name, lane) : name;
            if (name.starts_with("weight_i["))
                of_lane =
                    fmt::format("weight_i[{}]", lane * shape.weight_bits.bits() + std::stoi(name.substr(9)));
            const std::uint64_t value = extended(coefficient, one_width, width);
            if (value != 0) result.coefficients[of_lane] = value;
        }
        result.constant = modulo(result.constant + extended(one.constant, one_width, width), width);
    }
    return result;
}

std::string lane_difference(const DotProductShape& shape, const StructuralForm& form) {
    rtl::Design one_design, all_design;
    StructuralForm one_form = form;
    one_form.accumulation = hw::Accumulation::Resolved;
    const rtl::Module& one = add_heap(one_design, one_lane_of(shape), one_form);
    const rtl::Module& all = add_heap(all_design, shape, form);
    const LaneWidths widths{shape.activation_bits.bits(), shape.weight_bits.bits()};
    for (int lane = 0; lane < shape.lanes; ++lane) {
        const LaneComparison comparison(one, all, lane, widths);
        for (const rtl::SignalInfo& signal : one.signals()) {
            if (!is_of_lane_0(signal.name)) continue;
            const std::string name = name_in_lane(signal.name, lane);
            const int found = all.find(name);
            if (found < 0) return "there is no " + name;
            if (!comparison.alike(signal.drivers.front(),
                                  all.signals()[static_cast<std::size_t>(found)].drivers.front()))
                return name + " is made in another way than " + signal.name + " of one lane";
        }
        if (signals_of_lane(all, lane) != signals_of_lane(one, 0))
            return fmt::format("lane {} has other signals than the unit of one lane", lane);
    }
    return {};
}

}  // namespace macaw::sim
