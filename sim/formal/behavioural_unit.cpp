#include "sim/formal/behavioural_unit.hpp"

#include <map>

#include <fmt/format.h>

#include "hw/rtl/simulator.hpp"
#include "sim/formal/lane_comparison.hpp"
#include "sim/formal/lane_terms.hpp"

namespace macaw::sim {

using rtl::Expression;
using rtl::Node;
using rtl::Operation;

namespace {

const rtl::SignalInfo* signal_named(const rtl::Module& module, const std::string& name) {
    const int found = module.find(name);
    return found < 0 ? nullptr : &module.signals()[static_cast<std::size_t>(found)];
}

// The product in front of the extension to the width in which the unit adds; one without a sign is extended
// by zeros and only then called signed.
const Expression& exact(const Expression& product) {
    const Node& node = product.node();
    if (node.operation == Operation::Extend && node.type.is_signed()) return node.operands[0];
    const bool is_renamed = node.operation == Operation::AsSigned;
    const Node& inner = is_renamed ? node.operands[0].node() : node;
    return is_renamed && inner.operation == Operation::Extend ? inner.operands[0] : product;
}

// Counts what a sum modulo 2^width is made of; false where it is more than that. Adders may be wider.
class Terms {
  public:
    Terms(const rtl::Module& module, int width) : module_(module), width_(width) {}

    bool add(const Expression& sum) {
        const Node& node = sum.node();
        if (node.type.width < width_) return false;
        if (node.operation == Operation::Truncate && node.operands[0].node().operation == Operation::Add)
            return add(node.operands[0]);
        if (node.operation != Operation::Add) return add_term(sum);
        for (const Expression& operand : node.operands)
            if (!add(operand)) return false;
        return true;
    }
    const std::map<std::string, int>& counts() const { return counts_; }

  private:
    // A signed signal, extended by its sign or cut to no less than the width: its value modulo 2^width.
    bool add_term(const Expression& term) {
        const Node& node = term.node();
        const bool resized = node.operation == Operation::Extend || node.operation == Operation::Truncate;
        const Node& signal = resized ? node.operands[0].node() : node;
        if (!signal.type.is_signed() || signal.operation != Operation::Signal) return false;
        ++counts_[module_.signals()[static_cast<std::size_t>(signal.signal)].name];
        return true;
    }
    const rtl::Module& module_;
    int width_;
    std::map<std::string, int> counts_;
};

}  // namespace

std::string behavioural_difference(const rtl::Module& module, const hw::DotProductShape& shape) {
    const rtl::SignalInfo* sum = signal_named(module, "sum_o");
    Terms terms(module, hw::sum_bits(shape));
    if (sum == nullptr || sum->drivers.size() != 1 || !terms.add(sum->drivers.front()))
        return "sum_o is more than a sum";
    std::map<std::string, int> expected = {{"accumulator_i", 1}};
    for (int lane = 0; lane < shape.lanes; ++lane) expected[fmt::format("product_{}", lane)] = 1;
    if (terms.counts() != expected) return "sum_o does not hold the accumulator and every product once";

    rtl::Design design;
    const rtl::Module& one = *hw::add_behavioural_dot_product(design, one_lane_of(shape)).module;
    const rtl::SignalInfo* product = signal_named(one, "product_0");
    for (int lane = 0; lane < shape.lanes; ++lane) {
        const LaneComparison comparison(one, module, lane,
                                        {shape.activation_bits.bits(), shape.weight_bits.bits()});
        const rtl::SignalInfo* other = signal_named(module, fmt::format("product_{}", lane));
        if (!comparison.alike(exact(product->drivers.front()), exact(other->drivers.front())))
            return fmt::format("product_{} is made in another way than that of one lane", lane);
    }
    return {};
}

std::string behavioural_difference(const hw::DotProductShape& shape) {
    rtl::Design design;
    return behavioural_difference(*hw::add_behavioural_dot_product(design, shape).module, shape);
}

std::int64_t count_wrong_multiplications(const hw::DotProductShape& shape) {
    const hw::DotProductShape one = one_lane_of(shape);
    rtl::Design design;
    hw::add_behavioural_dot_product(design, one);
    rtl::Simulator simulator(design);
    const auto activation = simulator.port("activation_i"), weight = simulator.port("weight_i"),
               sum = simulator.port("sum_o");
    const golden::Range x = shape.activation_range(), w = shape.weight_range();
    auto set = [&](const rtl::Simulator::Port& port, std::int64_t value, golden::BitWidth width) {
        simulator.set_bits(port, 0, width.bits(),
                           static_cast<std::uint64_t>(value) & ((std::uint64_t{1} << width.bits()) - 1));
    };
    std::int64_t wrong = 0;
    for (std::int64_t b = w.min; b <= w.max; ++b)
        for (std::int64_t a = x.min; a <= x.max; ++a) {
            set(weight, b, shape.weight_bits);
            set(activation, a, shape.activation_bits);
            simulator.evaluate();
            wrong += simulator.get(sum) != golden::wrap_to(a * b, one.accumulator_bits);
        }
    return wrong;
}

}  // namespace macaw::sim
