#include "hw/array/vector_mac_unit.hpp"

#include <fmt/format.h>

namespace macaw::hw {

using rtl::Connection;
using rtl::Expression;
using rtl::Reset;

namespace {

class Builder {
  public:
    Builder(rtl::Design& design, const DotProductUnit& unit, const DotProductShape& shape)
        : unit_(unit), shape_(shape), top_(design.add_module(kVectorMacUnit)) {}

    void run() {
        top_.describe(
            {"Vector multiply-accumulate: activation . weight over all lanes is added to the "
             "accumulator.",
             "first_i opens a dot product; sum_o shows the accumulator three cycles after a beat."});
        top_.state({"L", fmt::format("{}", shape_.lanes), "lanes: products a beat"});
        top_.state({"P", fmt::format("{}", p()), "accumulator bits, wrap"});
        top_.use_clock();
        const rtl::Type bit = rtl::unsigned_type(1);
        Expression valid = top_.input("valid_i", bit, "the beat counts");
        Expression first = top_.input("first_i", bit, "the beat opens a dot product");
        Expression activation =
            top_.input("activation_i", rtl::unsigned_type(shape_.lanes * shape_.activation_bits.bits()),
                       "lane l at bit l*N");
        Expression weight = top_.input(
            "weight_i", rtl::unsigned_type(shape_.lanes * shape_.weight_bits.bits()), "lane l at bit l*M");
        valid_ = delayed("valid", valid, Reset::ToZero);
        first_ = delayed("first", first, Reset::ToZero);
        connections_ = {{"activation_i", delayed("activation", activation, Reset::None)},
                        {"weight_i", delayed("weight", weight, Reset::None)}};
        Expression sum =
            delayed("sum", unit_.resolve == nullptr ? add_resolved() : add_carry_save(), Reset::None);
        top_.output("sum_o", sum);
    }

  private:
    int p() const { return shape_.accumulator_bits.bits(); }

    Expression delayed(const std::string& name, const Expression& value, Reset reset) {
        Expression q = top_.add_register(name, value.type(), reset);
        top_.drive(q, value);
        return q;
    }

    // A register of the accumulator, which starts at 0 with the first beat: its ports are `input` and
    // `output` of the dot product.
    Expression add_accumulator(const std::string& name, rtl::Type type, const std::string& input,
                               const std::string& output) {
        Expression q = top_.add_register(name, type, Reset::ToZero);
        Expression next = top_.undriven_wire(name + "_next", type);
        Expression base = top_.wire(name + "_base", rtl::select(*first_, rtl::zero(type), q));
        top_.drive(q, rtl::select(*valid_, next, q));
        connections_.push_back({input, base});
        connections_.push_back({output, next});
        return q;
    }

    Expression add_resolved() {
        Expression q = add_accumulator("accumulator", rtl::signed_type(p()), "accumulator_i", "sum_o");
        top_.instantiate("u_dot_product", *unit_.module, std::move(connections_));
        return q;
    }

    Expression add_carry_save() {
        Expression q = add_accumulator("accumulator", rtl::signed_type(p()), "accumulator_i", "sum_o");
        Expression carry = add_accumulator("accumulator_carry", rtl::unsigned_type(p()),
                                           "accumulator_carry_i", "sum_carry_o");
        top_.instantiate("u_dot_product", *unit_.module, std::move(connections_));
        Expression resolved = top_.undriven_wire("resolved", q.type());
        top_.instantiate("u_resolve", *unit_.resolve,
                         {{"sum_i", q}, {"carry_i", carry}, {"resolved_o", resolved}});
        return resolved;
    }

    const DotProductUnit& unit_;
    const DotProductShape& shape_;
    rtl::Module& top_;
    std::optional<Expression> valid_, first_;
    std::vector<Connection> connections_;
};

}  // namespace

rtl::Design vector_mac_unit(const DotProductShape& shape, Arithmetic arithmetic, const StructuralForm& form) {
    require(shape.overflow == golden::OverflowMode::Wrap, "vector_mac_unit: not in wrap mode");
    require(arithmetic != Arithmetic::Packed, "vector_mac_unit: the packed form is for simulation");
    rtl::Design design;
    DotProductUnit unit = arithmetic == Arithmetic::Behavioural
                              ? add_behavioural_dot_product(design, shape)
                              : add_structural_dot_product(design, shape, form);
    Builder(design, unit, shape).run();
    design.drop_unused_modules();
    return design;
}

}  // namespace macaw::hw
