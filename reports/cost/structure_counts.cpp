#include "reports/cost/structure_counts.hpp"

#include <algorithm>
#include <unordered_set>

#include "reports/cost/live_bits.hpp"
#include "reports/cost/rtl_source.hpp"

namespace macaw::reports {

using rtl::Expression;
using rtl::Node;
using rtl::Operation;

namespace {

bool is_constant(const Expression& value) {
    return value.node().operation == Operation::Constant;
}

bool is_constant(const Node& node, std::initializer_list<std::size_t> operands) {
    return std::ranges::any_of(operands, [&](std::size_t i) { return is_constant(node.operands[i]); });
}

// Bits of the partial products i + j < kept of factors of m and n bits.
double product_bits(int m, int n, int kept) {
    int bits = 0;
    for (int i = 0; i < m; ++i) bits += std::clamp(kept - i, 0, n);
    return bits;
}

// What is in one module itself, without its instances.
class ModuleCounter {
  public:
    explicit ModuleCounter(const rtl::Module& module) : module_(module), live_(module) {}

    StructureCounts run() {
        for (const rtl::SignalInfo& signal : module_.signals())
            for (const Expression& driver : signal.drivers) find_summands(driver);
        for (std::size_t i = 0; i < module_.signals().size(); ++i) {
            const rtl::SignalInfo& signal = module_.signals()[i];
            if (signal.kind == rtl::SignalKind::Register)
                counts_[signal.reset ? Count::ResetFlipFlops : Count::FlipFlops] += live_.of_signal(i);
            for (const Expression& driver : signal.drivers) visit(driver);
        }
        for (const rtl::Instance& instance : module_.instances())
            for (const rtl::Connection& connection : instance.connections) visit(connection.value);
        return counts_;
    }

  private:
    void find_summands(const Expression& value) {
        const Node& node = value.node();
        if (!looked_at_.insert(&node).second) return;
        for (const Expression& operand : node.operands) {
            if (node.operation == Operation::Add) {
                const Node& summand = source_of(module_, operand);
                if (summand.operation == Operation::Add) summands_.insert(&summand);
            }
            find_summands(operand);
        }
    }

    void visit(const Expression& value) {
        const Node& node = value.node();
        if (!counted_.insert(&node).second) return;
        for (const Expression& operand : node.operands) visit(operand);
        if (const int bits = live_.of(value); bits > 0) count(node, bits);
    }

    void count(const Node& node, int bits) {
        switch (node.operation) {
            case Operation::And:
            case Operation::Or:
                if (!is_constant(node, {0, 1})) counts_[Count::Gates] += bits;
                return;
            case Operation::Xor:
                if (!is_constant(node, {0, 1})) counts_[Count::XorGates] += bits;
                return;
            case Operation::Add:
                counts_[summands_.contains(&node) ? Count::CompressedBits : Count::CarryPropagateBits] +=
                    bits;
                return;
            case Operation::Multiply:
            case Operation::MultiplyModular:
                counts_[Count::ProductBits] +=
                    product_bits(live_.of(node.operands[0]), live_.of(node.operands[1]), bits);
                return;
            case Operation::Equal:
                counts_[Count::Gates] += node.operands[0].width();
                if (!is_constant(node, {0, 1})) counts_[Count::XorGates] += node.operands[0].width();
                return;
            case Operation::AnyBit:
            case Operation::AllBits:
                counts_[Count::Gates] += node.operands[0].width() - 1;
                return;
            case Operation::Select:
                counts_[is_constant(node, {1, 2}) ? Count::Gates : Count::Multiplexers] += bits;
                return;
            default:
                return;
        }
    }

    const rtl::Module& module_;
    LiveBits live_;
    StructureCounts counts_;
    std::unordered_set<const Node*> looked_at_, counted_, summands_;
};

class DesignCounter {
  public:
    StructureCounts of(const rtl::Module& module) {
        auto known = known_.find(&module);
        if (known != known_.end()) return known->second;
        StructureCounts counts;
        if (module.name() == "full_adder")
            counts[Count::FullAdders] = 1;
        else if (module.name() == "half_adder")
            counts[Count::HalfAdders] = 1;
        else {
            counts = ModuleCounter(module).run();
            for (const rtl::Instance& instance : module.instances()) counts += of(*instance.module);
        }
        return known_[&module] = counts;
    }

  private:
    std::unordered_map<const rtl::Module*, StructureCounts> known_;
};

}  // namespace

StructureCounts& StructureCounts::operator+=(const StructureCounts& part) {
    for (std::size_t i = 0; i < kCounts; ++i) values[i] += part.values[i];
    return *this;
}

StructureCounts count_structure(const rtl::Design& design) {
    return DesignCounter().of(design.top());
}

}  // namespace macaw::reports
