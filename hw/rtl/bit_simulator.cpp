#include "hw/rtl/bit_simulator.hpp"

#include <memory>
#include <optional>

#include <fmt/format.h>

#include "hw/rtl/verify.hpp"

namespace macaw::rtl {

namespace {

constexpr std::uint32_t kZero = 0;  // words that are constant
constexpr std::uint32_t kOne = 1;

}  // namespace

// Turns the drivers of all outputs into gates, from the outputs back to the inputs.
class BitCompiler {
  public:
    explicit BitCompiler(BitSimulator& target) : target_(target) { target_.words_ = {0, ~std::uint64_t{0}}; }

    void run(const Module& top) {
        Scope scope(top, nullptr, nullptr);
        for (std::size_t i = 0; i < top.signals().size(); ++i) {
            const SignalInfo& signal = top.signals()[i];
            if (signal.kind != SignalKind::Input) continue;
            Bits bits;
            for (int bit = 0; bit < signal.type.width; ++bit) bits.push_back(add_word());
            target_.ports_[signal.name] = bits;
            scope.bits[i] = bits;
        }
        for (std::size_t i = 0; i < top.signals().size(); ++i)
            if (top.signals()[i].kind == SignalKind::Output)
                target_.ports_[top.signals()[i].name] = signal_bits(scope, static_cast<int>(i));
    }

  private:
    using Bits = BitSimulator::Bits;
    using Gate = BitSimulator::Gate;

    // One instance of a module, and what its signals are made of as far as it is known.
    struct Scope {
        Scope(const Module& of, Scope* around, const Instance* from)
            : module(of), parent(around), instance(from), bits(of.signals().size()) {
            for (const Instance& inner : of.instances())
                children.push_back(std::make_unique<Scope>(*inner.module, this, &inner));
        }
        const Module& module;
        Scope* parent;
        const Instance* instance;  // in the parent
        std::vector<std::optional<Bits>> bits;
        std::vector<std::unique_ptr<Scope>> children;  // in the order of module.instances()
    };

    std::uint32_t add_word() {
        target_.words_.push_back(0);
        return static_cast<std::uint32_t>(target_.words_.size() - 1);
    }

    std::uint32_t gate(Gate kind, std::uint32_t a, std::uint32_t b) {
        std::uint32_t target = add_word();
        target_.gates_.push_back({kind, target, a, b});
        return target;
    }
    std::uint32_t invert(std::uint32_t a) {
        if (a == kZero) return kOne;
        if (a == kOne) return kZero;
        return gate(Gate::Not, a, a);
    }
    std::uint32_t both(std::uint32_t a, std::uint32_t b) {
        if (a == kZero || b == kZero) return kZero;
        if (a == kOne) return b;
        if (b == kOne) return a;
        return gate(Gate::And, a, b);
    }
    std::uint32_t either(std::uint32_t a, std::uint32_t b) {
        if (a == kOne || b == kOne) return kOne;
        if (a == kZero) return b;
        if (b == kZero) return a;
        return gate(Gate::Or, a, b);
    }
    std::uint32_t different(std::uint32_t a, std::uint32_t b) {
        if (a == kZero) return b;
        if (b == kZero) return a;
        if (a == kOne) return invert(b);
        if (b == kOne) return invert(a);
        return gate(Gate::Xor, a, b);
    }

    const Bits& signal_bits(Scope& scope, int signal) {
        std::optional<Bits>& known = scope.bits[static_cast<std::size_t>(signal)];
        if (!known) known = driver_bits(scope, signal);
        return *known;
    }

    Bits driver_bits(Scope& scope, int index) {
        const SignalInfo& signal = scope.module.signals()[static_cast<std::size_t>(index)];
        if (signal.kind == SignalKind::Input) {
            for (const Connection& connection : scope.instance->connections)
                if (connection.port == signal.name) return expression_bits(*scope.parent, connection.value);
        }
        if (signal.kind == SignalKind::Register || signal.kind == SignalKind::Clock ||
            signal.kind == SignalKind::Reset)
            throw std::logic_error("BitSimulator: " + scope.module.name() + "." + signal.name +
                                   " is clocked");
        if (!signal.drivers.empty()) return expression_bits(scope, signal.drivers.front());
        for (std::size_t i = 0; i < scope.children.size(); ++i)
            for (const Connection& connection : scope.module.instances()[i].connections) {
                const Node& node = connection.value.node();
                const Module& inner = scope.children[i]->module;
                int port = inner.find(connection.port);
                bool is_output = inner.signals()[static_cast<std::size_t>(port)].kind == SignalKind::Output;
                if (is_output && node.operation == Operation::Signal && node.signal == index)
                    return signal_bits(*scope.children[i], port);
            }
        throw std::logic_error("BitSimulator: nothing drives " + scope.module.name() + "." + signal.name);
    }

    Bits expression_bits(Scope& scope, const Expression& expression) {
        const Node& node = expression.node();
        const auto width = static_cast<std::size_t>(node.type.width);
        if (node.operation == Operation::Constant) return constant_bits(node);
        if (node.operation == Operation::Signal) return signal_bits(scope, node.signal);
        std::vector<Bits> operands;
        for (const Expression& operand : node.operands) operands.push_back(expression_bits(scope, operand));
        const Bits& a = operands.front();
        Bits result;
        switch (node.operation) {
            case Operation::Not:
                for (std::uint32_t bit : a) result.push_back(invert(bit));
                return result;
            case Operation::And:
                for (std::size_t i = 0; i < width; ++i) result.push_back(both(a[i], operands[1][i]));
                return result;
            case Operation::Or:
                for (std::size_t i = 0; i < width; ++i) result.push_back(either(a[i], operands[1][i]));
                return result;
            case Operation::Xor:
                for (std::size_t i = 0; i < width; ++i) result.push_back(different(a[i], operands[1][i]));
                return result;
            case Operation::Add:
                return sum_bits(a, operands[1]);
            case Operation::Equal:
                return {equal(a, operands[1])};
            case Operation::Select:
                return select_bits(a[0], operands[1], operands[2]);
            case Operation::Slice:
                return Bits(a.begin() + node.low, a.begin() + node.low + node.type.width);
            case Operation::Concatenate:
                for (std::size_t i = operands.size(); i-- > 0;)
                    result.insert(result.end(), operands[i].begin(), operands[i].end());
                return result;
            case Operation::Extend:
                result = a;
                result.resize(width, node.type.is_signed() ? a.back() : kZero);
                return result;
            case Operation::Truncate:
                return Bits(a.begin(), a.begin() + node.type.width);
            case Operation::AsSigned:
            case Operation::AsUnsigned:
                return a;
            case Operation::AnyBit:
                return {fold(a, &BitCompiler::either)};
            case Operation::AllBits:
                return {fold(a, &BitCompiler::both)};
            case Operation::Multiply:
            case Operation::MultiplyModular:
            case Operation::Constant:
            case Operation::Signal:
                break;
        }
        throw std::logic_error("BitSimulator: no gates for `*`");
    }

    static Bits constant_bits(const Node& node) {
        Bits bits;
        for (int i = 0; i < node.type.width; ++i)
            bits.push_back((node.words[static_cast<std::size_t>(i) / 64] >> (i % 64)) & 1U ? kOne : kZero);
        return bits;
    }

    Bits sum_bits(const Bits& a, const Bits& b) {
        Bits sum;
        std::uint32_t carry = kZero;
        for (std::size_t i = 0; i < a.size(); ++i) {
            std::uint32_t half = different(a[i], b[i]);
            sum.push_back(different(half, carry));
            if (i + 1 < a.size()) carry = either(both(a[i], b[i]), both(half, carry));
        }
        return sum;
    }

    Bits select_bits(std::uint32_t condition, const Bits& yes, const Bits& no) {
        Bits result;
        std::uint32_t otherwise = invert(condition);
        for (std::size_t i = 0; i < yes.size(); ++i)
            result.push_back(either(both(condition, yes[i]), both(otherwise, no[i])));
        return result;
    }

    std::uint32_t equal(const Bits& a, const Bits& b) {
        std::uint32_t some_differ = kZero;
        for (std::size_t i = 0; i < a.size(); ++i) some_differ = either(some_differ, different(a[i], b[i]));
        return invert(some_differ);
    }

    std::uint32_t fold(const Bits& bits, std::uint32_t (BitCompiler::*join)(std::uint32_t, std::uint32_t)) {
        std::uint32_t result = bits.front();
        for (std::size_t i = 1; i < bits.size(); ++i) result = (this->*join)(result, bits[i]);
        return result;
    }

    BitSimulator& target_;
};

BitSimulator::BitSimulator(const Design& design) {
    require_verified(design);
    BitCompiler(*this).run(design.top());
}

const BitSimulator::Bits& BitSimulator::bits_of(const std::string& port) const {
    auto found = ports_.find(port);
    if (found == ports_.end()) throw std::logic_error("BitSimulator: no port " + port);
    return found->second;
}

void BitSimulator::set(const std::string& port, int bit, std::uint64_t cases) {
    if (!port.ends_with("_i")) throw std::logic_error("BitSimulator: " + port + " is not an input");
    words_[bits_of(port).at(static_cast<std::size_t>(bit))] = cases;
}

std::uint64_t BitSimulator::get(const std::string& port, int bit) const {
    return words_[bits_of(port).at(static_cast<std::size_t>(bit))];
}

void BitSimulator::evaluate() {
    std::uint64_t* words = words_.data();
    for (const Instruction& instruction : gates_) {
        const std::uint64_t a = words[instruction.a], b = words[instruction.b];
        switch (instruction.gate) {
            case Gate::Not:
                words[instruction.target] = ~a;
                break;
            case Gate::And:
                words[instruction.target] = a & b;
                break;
            case Gate::Or:
                words[instruction.target] = a | b;
                break;
            case Gate::Xor:
                words[instruction.target] = a ^ b;
                break;
        }
    }
}

}  // namespace macaw::rtl
