#include "hw/array/processing_element.hpp"

#include <fmt/format.h>

#include "hw/arith/operand_gate.hpp"
#include "hw/arith/packed_dot_product.hpp"
#include "hw/arith/range_check.hpp"

namespace macaw::hw {

using rtl::Expression;

namespace {

struct Controls {
    std::vector<Expression> stages;  // [extra_stages]
    Expression accumulate, tile_first, tile_done, first_tile, load, shift;
};

// An accumulator and, where its mode has one, the sticky flag of its checks.
struct Accumulator {
    Expression value;
    std::optional<Expression> flag;
};

class Builder {
  public:
    Builder(rtl::Design& design, const golden::Datapath& datapath, const ArrayConfig& array)
        : datapath_(datapath),
          array_(array),
          unit_(add_dot_product_of(design, datapath, array)),
          gate_(array.gating == Gating::ZeroOperand ? &add_operand_gate(design, inner_shape(datapath, array))
                                                    : nullptr),
          pe_(design.add_module("macaw_pe")) {}

    ProcessingElement run() {
        describe();
        pe_.use_clock_and_reset();
        std::vector<rtl::Connection> factors;  // activations and weights, in the form that the unit takes
        for (const FactorPort& port : factor_ports(datapath_, array_))
            factors.push_back({port.name, pe_.input(port.name, rtl::unsigned_type(port.bits))});
        if (gate_ != nullptr) factors = add_operand_gates(factors[0].value, factors[1].value);
        Controls controls = add_controls();
        Accumulator inner = add_inner(std::move(factors), controls);
        Accumulator outer = add_outer(inner.value, controls);
        std::optional<Expression> inner_flag;
        if (inner.flag)
            inner_flag = add_sticky_flag("inner_overflow", *inner.flag, controls.tile_done,
                                         controls.first_tile, "some inner check of this dot product failed");
        add_drain("result", outer.value, controls);
        if (inner_flag) add_drain("inner_overflow", *inner_flag, controls);
        if (outer.flag) add_drain("outer_overflow", *outer.flag, controls);
        return {&pe_, unit_.cost};
    }

  private:
    void describe() {
        pe_.describe(
            {"Processing element: one dot product at a time.",
             array_.pipeline == Pipeline::None ? "Stage 1 adds L products a beat into the inner accumulator, "
                                                 "stage 2 adds each finished tile "
                                                 "into"
                                               : "L products a beat are added into the inner accumulator "
                                                 "behind the pipeline, and each finished "
                                                 "tile into",
             "the outer accumulator, and the drain register carries results down the column to row 0."});
        pe_.state({"L", fmt::format("{}", array_.lanes), "products a beat"});
        pe_.state({"P_I", fmt::format("{}", datapath_.inner_bits.bits()),
                   fmt::format("inner accumulator bits, {}", to_string(datapath_.inner_overflow))});
        pe_.state({"P_O", fmt::format("{}", datapath_.outer_bits.bits()),
                   fmt::format("outer accumulator bits, {}", to_string(datapath_.outer_overflow))});
    }

    Controls add_controls() {
        rtl::Type bit = rtl::unsigned_type(1);
        std::vector<Expression> stages;
        for (int stage = 1; stage <= extra_stages(array_.pipeline); ++stage)
            stages.push_back(pe_.input(fmt::format("stage_{}_i", stage), bit,
                                       fmt::format("the beat moves into register stage {}", stage)));
        return {std::move(stages),
                pe_.input("accumulate_i", bit, "stage 1: add this beat"),
                pe_.input("tile_first_i", bit, "stage 1: the beat is the first of its tile"),
                pe_.input("tile_done_i", bit, "stage 2: add the finished tile"),
                pe_.input("first_tile_i", bit, "stage 2: the tile is the first of its dot product"),
                pe_.input("load_i", bit, "the result moves into the drain register"),
                pe_.input("shift_i", bit, "the drain register takes the one of the next row")};
    }

    // The operand registers, which without gates stand in front of all elements.
    std::vector<rtl::Connection> add_operand_gates(const Expression& activation, const Expression& weight) {
        const int n = datapath_.activation_bits.bits(), m = datapath_.weight_bits.bits();
        Expression accept =
            pe_.input("accept_i", rtl::unsigned_type(1), "the operand registers take the beat");
        std::vector<Expression> activations, weights, nonzero;  // most significant first
        for (int lane = array_.lanes; lane-- > 0;) {
            auto output = [&](const char* name, int bits) {
                return pe_.undriven_wire(fmt::format("{}_{}", name, lane), rtl::unsigned_type(bits));
            };
            activations.push_back(output("activation", n));
            weights.push_back(output("weight", m));
            nonzero.push_back(output("nonzero", 1));
            pe_.instantiate(fmt::format("u_operand_gate_{}", lane), *gate_,
                            {{"enable_i", accept},
                             {"activation_i", rtl::slice(activation, lane * n, n)},
                             {"weight_i", rtl::slice(weight, lane * m, m)},
                             {"activation_o", activations.back()},
                             {"weight_o", weights.back()},
                             {"nonzero_o", nonzero.back()}});
        }
        return {{"activation_i", rtl::concatenate(activations)},
                {"weight_i", rtl::concatenate(weights)},
                {"nonzero_i", rtl::concatenate(nonzero)}};
    }

    // d = enable ? value : q
    static Expression hold(const Expression& enable, const Expression& value, const Expression& q) {
        return rtl::select(enable, value, q);
    }

    static Expression zero_if(const Expression& condition, const Expression& value) {
        return rtl::select(condition, rtl::zero(value.type()), value);
    }

    // q = (restart ? 0 : q) | flag, on enable
    Expression add_sticky_flag(const std::string& name, const Expression& flag, const Expression& enable,
                               const Expression& restart, const std::string& comment) {
        Expression q = pe_.add_register(name, flag.type(), rtl::Reset::ToZero, comment);
        pe_.drive(q, hold(enable, zero_if(restart, q) | flag, q));
        return q;
    }

    void instantiate_dot_product(const Controls& controls, std::vector<rtl::Connection> factors,
                                 const std::vector<rtl::Connection>& sums) {
        std::vector<rtl::Connection>& connections = factors;
        connections.insert(connections.end(), sums.begin(), sums.end());
        for (std::size_t stage = 0; stage < controls.stages.size(); ++stage)
            connections.push_back({fmt::format("stage_{}_i", stage + 1), controls.stages[stage]});
        pe_.instantiate("u_dot_product", *unit_.module, std::move(connections));
    }

    Accumulator add_inner(std::vector<rtl::Connection> factors, const Controls& controls) {
        if (unit_.resolve != nullptr)
            return {add_carry_save_inner(std::move(factors), controls), std::nullopt};
        Expression inner = pe_.add_register("inner", rtl::signed_type(datapath_.inner_bits.bits()),
                                            rtl::Reset::ToZero, "sum of the open tile");
        Expression base = pe_.wire("inner_base", zero_if(controls.tile_first, inner));
        Expression sum = pe_.undriven_wire("inner_sum", rtl::signed_type(inner_sum_bits(datapath_, array_)),
                                           "before the range check");
        instantiate_dot_product(controls, std::move(factors), {{"accumulator_i", base}, {"sum_o", sum}});
        CheckedSum checked =
            add_range_check(pe_, "inner_sum", sum, datapath_.inner_bits, datapath_.inner_overflow);
        pe_.drive(inner, hold(controls.accumulate, checked.value, inner));
        if (!checked.overflow) return {inner, std::nullopt};
        return {inner, add_sticky_flag("tile_overflow", *checked.overflow, controls.accumulate,
                                       controls.tile_first, "some inner check of this tile failed")};
    }

    // Two registers whose sum modulo 2^P_I is the inner accumulator; returns that sum.
    Expression add_carry_save_inner(std::vector<rtl::Connection> factors, const Controls& controls) {
        const int p = datapath_.inner_bits.bits();
        Expression inner = pe_.add_register("inner", rtl::signed_type(p), rtl::Reset::ToZero,
                                            "sum of the open tile, carry-save");
        Expression carry = pe_.add_register("inner_carry", rtl::unsigned_type(p), rtl::Reset::ToZero);
        Expression sum = pe_.undriven_wire("inner_sum", inner.type());
        Expression sum_carry = pe_.undriven_wire("inner_sum_carry", carry.type());
        instantiate_dot_product(
            controls, std::move(factors),
            {{"accumulator_i", pe_.wire("inner_base", zero_if(controls.tile_first, inner))},
             {"accumulator_carry_i", pe_.wire("inner_carry_base", zero_if(controls.tile_first, carry))},
             {"sum_o", sum},
             {"sum_carry_o", sum_carry}});
        pe_.drive(inner, hold(controls.accumulate, sum, inner));
        pe_.drive(carry, hold(controls.accumulate, sum_carry, carry));
        Expression resolved = pe_.undriven_wire("inner_resolved", inner.type());
        pe_.instantiate("u_resolve", *unit_.resolve,
                        {{"sum_i", inner}, {"carry_i", carry}, {"resolved_o", resolved}});
        return resolved;
    }

    Accumulator add_outer(const Expression& inner, const Controls& controls) {
        Expression outer = pe_.add_register("outer", rtl::signed_type(datapath_.outer_bits.bits()),
                                            rtl::Reset::ToZero, "sum of the finished tiles");
        // Modulo 2^P_O only the register reads base and sum: as wires they would be computed in every cycle
        // of a simulation.
        const bool needs_wires = datapath_.outer_overflow != golden::OverflowMode::Wrap;
        Expression base = zero_if(controls.first_tile, outer);
        if (needs_wires) base = pe_.wire("outer_base", base);
        const int width = outer_sum_bits(datapath_);
        Expression sum = rtl::add_modular(rtl::extend(base, width), rtl::extend(inner, width));
        if (needs_wires) sum = pe_.wire("outer_sum", sum, "before the range check");
        CheckedSum checked =
            add_range_check(pe_, "outer_sum", sum, datapath_.outer_bits, datapath_.outer_overflow);
        pe_.drive(outer, hold(controls.tile_done, checked.value, outer));
        if (!checked.overflow) return {outer, std::nullopt};
        return {outer, add_sticky_flag("dot_overflow", *checked.overflow, controls.tile_done,
                                       controls.first_tile, "some outer check of this dot product failed")};
    }

    void add_drain(const std::string& name, const Expression& result, const Controls& controls) {
        Expression next_row =
            pe_.input(name + "_i", rtl::unsigned_type(result.width()), "drain register of the next row");
        Expression q =
            pe_.add_register("drain_" + name, rtl::unsigned_type(result.width()), rtl::Reset::None);
        pe_.drive(q, rtl::select(controls.load, rtl::as_unsigned(result), hold(controls.shift, next_row, q)));
        pe_.output(name + "_o", q);
    }

    const golden::Datapath& datapath_;
    const ArrayConfig& array_;
    DotProductUnit unit_;
    const rtl::Module* gate_;  // one lane's; none without operand gating
    rtl::Module& pe_;
};

}  // namespace

std::vector<FactorPort> factor_ports(const golden::Datapath& datapath, const ArrayConfig& array) {
    if (array.arithmetic != Arithmetic::Packed)
        return {{"activation_i", array.lanes * datapath.activation_bits.bits()},
                {"weight_i", array.lanes * datapath.weight_bits.bits()}};
    std::vector<FactorPort> ports;
    for (const char* factor : {"activation", "weight"})
        for (int word = 0; word < packed_words(inner_shape(datapath, array)).words; ++word)
            ports.push_back({fmt::format("{}_{}_i", factor, word), 64});
    return ports;
}

DotProductUnit add_dot_product_of(rtl::Design& design, const golden::Datapath& datapath,
                                  const ArrayConfig& array) {
    const DotProductShape shape = inner_shape(datapath, array);
    switch (array.arithmetic) {
        case Arithmetic::Behavioural:
            return add_behavioural_dot_product(design, shape, array.pipeline);
        case Arithmetic::Structural:
            return add_structural_dot_product(design, shape, array.form, array.pipeline);
        case Arithmetic::Packed:
            return add_packed_dot_product(design, shape);
    }
    throw std::logic_error("unknown arithmetic");
}

DotProductShape inner_shape(const golden::Datapath& datapath, const ArrayConfig& array) {
    DotProductShape shape{
        array.lanes,         datapath.activation_bits, datapath.activation_signedness, datapath.weight_bits,
        datapath.inner_bits, datapath.inner_overflow,  datapath.weight_signedness};
    shape.masks_products = array.gating == Gating::ZeroOperand;
    return shape;
}

int inner_sum_bits(const golden::Datapath& datapath, const ArrayConfig& array) {
    return sum_bits(inner_shape(datapath, array));
}

int inner_product_bits(const golden::Datapath& datapath, const ArrayConfig& array) {
    return product_wire_bits(inner_shape(datapath, array), array.pipeline);
}

int outer_sum_bits(const golden::Datapath& datapath) {
    // P_O >= P_I: the sum of the two needs one bit more.
    return datapath.outer_bits.bits() + (has_flag(datapath.outer_overflow) ? 1 : 0);
}

ProcessingElement add_processing_element(rtl::Design& design, const golden::Datapath& datapath,
                                         const ArrayConfig& array) {
    return Builder(design, datapath, array).run();
}

}  // namespace macaw::hw
