#include "sim/formal/bit_heap_sum.hpp"

#include <stdexcept>
#include <vector>

namespace macaw::sim {

namespace {

using rtl::Expression;
using rtl::Node;
using rtl::Operation;

class Elimination {
  public:
    Elimination(const rtl::Module& module, int width)
        : module_(module), width_(width), mask_(~std::uint64_t{0} >> (64 - width)) {
        for (const rtl::Instance& instance : module.instances())
            for (const rtl::Connection& connection : instance.connections)
                if (connection.port == "sum_o" || connection.port == "carry_o")
                    adders_[connection.value.node().signal] = &instance;
    }

    LinearForm run() {
        add_rows(module_.signals()[index("sum_o")].drivers.front(), 1);
        if (module_.find("sum_carry_o") >= 0)
            add_rows(module_.signals()[index("sum_carry_o")].drivers.front(), 1);
        // Outputs of adders and gates have higher numbers than what they read.
        for (int signal = static_cast<int>(module_.signals().size()); signal-- > 0;) eliminate(signal);
        return std::move(form_);
    }

  private:
    std::size_t index(const std::string& name) const {
        int found = module_.find(name);
        if (found < 0) throw std::runtime_error("no signal " + name);
        return static_cast<std::size_t>(found);
    }
    std::string name_of(int signal) const { return module_.signals()[static_cast<std::size_t>(signal)].name; }

    // The final `+` and the rows, which are concatenations of bits.
    void add_rows(const Expression& expression, std::uint64_t factor) {
        const Node& node = expression.node();
        if (node.operation == Operation::Signal) {
            const rtl::SignalInfo& signal = module_.signals()[static_cast<std::size_t>(node.signal)];
            if (signal.drivers.empty()) throw std::runtime_error("the sum reads " + signal.name);
            add_rows(signal.drivers.front(), factor);
        } else if (node.operation == Operation::AsSigned || node.operation == Operation::AsUnsigned) {
            add_rows(node.operands[0], factor);
        } else if (node.operation == Operation::Add) {
            for (const Expression& operand : node.operands) add_rows(operand, factor);
        } else if (node.operation == Operation::Concatenate) {
            int column = expression.width();
            for (const Expression& part : node.operands) {
                column -= part.width();
                if (part.width() == 1)
                    add_bit(part, factor << column);
                else
                    add_rows(part, factor << column);
            }
        } else if (node.operation == Operation::Constant) {
            form_.constant += factor * node.words.front();
        } else {
            throw std::runtime_error("an unknown expression in the rows");
        }
    }

    void add_name(const std::string& name, std::uint64_t factor) {
        std::uint64_t& coefficient = form_.coefficients[name];
        coefficient = (coefficient + factor) & mask_;
        if (coefficient == 0) form_.coefficients.erase(name);
    }

    void add_bit(const Expression& bit, std::uint64_t factor) {
        factor &= mask_;
        form_.constant &= mask_;
        if (factor == 0) return;
        const Node& node = bit.node();
        const bool top = factor == std::uint64_t{1} << (width_ - 1);
        switch (node.operation) {
            case Operation::Constant:
                form_.constant = (form_.constant + factor * (node.words.front() & 1U)) & mask_;
                return;
            case Operation::Signal:
                add_name(name_of(node.signal), factor);
                return;
            case Operation::Slice:
                add_name(name_of(node.operands[0].node().signal) + "[" + std::to_string(node.low) + "]",
                         factor);
                return;
            case Operation::Not:  // 1 - x
                form_.constant = (form_.constant + factor) & mask_;
                add_bit(node.operands[0], 0 - factor);
                return;
            case Operation::Xor:
                if (!top) break;
                for (const Expression& operand : node.operands) add_bit(operand, factor);
                return;
            default:
                break;
        }
        throw std::runtime_error("a bit that is neither added nor carried");
    }

    std::uint64_t coefficient(const std::string& name) const {
        auto found = form_.coefficients.find(name);
        return found == form_.coefficients.end() ? 0 : found->second;
    }

    void eliminate(int signal) {
        const std::string name = name_of(signal);
        if (coefficient(name) == 0) return;
        auto adder = adders_.find(signal);
        if (adder != adders_.end()) {
            eliminate_adder(*adder->second);
            return;
        }
        const rtl::SignalInfo& info = module_.signals()[static_cast<std::size_t>(signal)];
        if (info.drivers.empty()) return;  // an input
        const Node& driver = info.drivers.front().node();
        if (driver.operation == Operation::Or && name.starts_with("carry_"))
            eliminate_gate(name, driver);
        else if (name.starts_with("sum_") || name.starts_with("row_"))
            replace(name, info.drivers.front());
    }

    void eliminate_adder(const rtl::Instance& adder) {
        std::string sum, carry;
        std::vector<Expression> inputs;
        for (const rtl::Connection& connection : adder.connections) {
            if (connection.port == "sum_o")
                sum = name_of(connection.value.node().signal);
            else if (connection.port == "carry_o")
                carry = name_of(connection.value.node().signal);
            else
                inputs.push_back(connection.value);
        }
        const std::uint64_t factor = coefficient(sum);
        if (coefficient(carry) != ((2 * factor) & mask_))
            throw std::runtime_error(adder.name + ": the carry weighs " + std::to_string(coefficient(carry)) +
                                     ", the sum " + std::to_string(factor));
        form_.coefficients.erase(sum);
        form_.coefficients.erase(carry);
        for (const Expression& input : inputs) add_bit(input, factor);
    }

    // carry = x | y of weight 2k and sum = ~(x ^ y) of weight k: together k (x + y + 1).
    void eliminate_gate(const std::string& carry, const Node& either) {
        const std::string sum = "sum_" + carry.substr(std::string("carry_").size());
        const Node& inverted = module_.signals()[index(sum)].drivers.front().node();
        const bool fits = inverted.operation == Operation::Not &&
                          inverted.operands[0].node().operation == Operation::Xor &&
                          same_operands(inverted.operands[0].node(), either);
        const std::uint64_t factor = coefficient(sum);
        if (!fits || coefficient(carry) != ((2 * factor) & mask_))
            throw std::runtime_error(carry + ": not the carry of " + sum);
        form_.coefficients.erase(sum);
        form_.coefficients.erase(carry);
        form_.constant = (form_.constant + factor) & mask_;
        for (const Expression& operand : either.operands) add_bit(operand, factor);
    }

    static bool same_operands(const Node& a, const Node& b) {
        for (std::size_t i = 0; i < a.operands.size(); ++i) {
            const Node &x = a.operands[i].node(), &y = b.operands[i].node();
            if (x.operation != y.operation || x.signal != y.signal || x.low != y.low) return false;
            if (x.operation == Operation::Slice && x.operands[0].node().signal != y.operands[0].node().signal)
                return false;
            if (x.operation != Operation::Signal && x.operation != Operation::Slice) return &x == &y;
        }
        return true;
    }

    void replace(const std::string& name, const Expression& value) {
        const std::uint64_t factor = coefficient(name);
        form_.coefficients.erase(name);
        add_bit(value, factor);
    }

    const rtl::Module& module_;
    int width_;
    std::uint64_t mask_;
    std::map<int, const rtl::Instance*> adders_;  // by the signal that they drive
    LinearForm form_;
};

}  // namespace

LinearForm sum_of_bit_heap(const rtl::Module& module, int width) {
    return Elimination(module, width).run();
}

}  // namespace macaw::sim
