#include "reports/cost/longest_path.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

#include "reports/cost/live_bits.hpp"
#include "reports/cost/rtl_source.hpp"

namespace macaw::reports {

using rtl::Expression;
using rtl::Node;
using rtl::Operation;
using rtl::SignalKind;

namespace {

// In NAND delays, in the order of PathPart.
constexpr std::array<double, kPathParts> kNominal = {3.5, 1, 1.6, 2, 2, 1.8, 2.5, 2.8, 0.7};

double levels(double count) {
    return count > 1 ? std::log2(count) : 0;
}

using Arrival = std::optional<PathFigures>;  // none: does not depend on where the path starts

void keep_latest(Arrival& latest, const Arrival& other) {
    if (other && (!latest || other->nominal > latest->nominal)) latest = other;
}

Arrival joined(const Arrival& before, const Arrival& after) {
    if (!before || !after) return std::nullopt;
    PathFigures both = *before;
    for (std::size_t i = 0; i < kPathParts; ++i) both.values[i] += after->values[i];
    both.nominal += after->nominal;
    return both;
}

struct ModuleTiming {
    std::map<std::size_t, Arrival> input_to_register;  // by number of the port
    std::map<std::pair<std::size_t, std::size_t>, Arrival> input_to_output;
    std::map<std::size_t, Arrival> register_to_output;
    Arrival register_to_register;
    std::vector<double> input_readers;  // [signals] of a bit of an input
};

class ModuleAnalysis {
  public:
    using Timings = std::unordered_map<const rtl::Module*, ModuleTiming>;
    ModuleAnalysis(const rtl::Module& module, const Timings& children)
        : module_(module), children_(children), live_(module), readers_(module.signals().size(), 0) {
        find_instance_outputs();
        count_readers();
    }

    ModuleTiming run(bool is_top) {
        ModuleTiming timing;
        timing.input_readers = readers_;
        start_anywhere_ = is_top;
        from_registers(timing);
        if (is_top) return timing;
        for (std::size_t input = 0; input < module_.signals().size(); ++input)
            if (module_.signals()[input].kind == SignalKind::Input) from_input(input, timing);
        return timing;
    }

  private:
    struct InstanceOutput {
        const rtl::Instance* instance = nullptr;
        std::size_t port = 0;
    };

    static bool is_adder(const rtl::Module& module) {
        return module.name() == "full_adder" || module.name() == "half_adder";
    }
    static bool is_data_input(const rtl::SignalInfo& signal) { return signal.kind == SignalKind::Input; }

    void find_instance_outputs() {
        for (const rtl::Instance& instance : module_.instances())
            for (const rtl::Connection& connection : instance.connections) {
                const auto port = port_of(instance, connection);
                if (instance.module->signals()[port].kind == SignalKind::Output)
                    outputs_[static_cast<std::size_t>(connection.value.node().signal)] = {&instance, port};
            }
    }

    std::size_t port_of(const rtl::Instance& instance, const rtl::Connection& connection) {
        auto& ports = ports_[instance.module];
        if (ports.empty())
            for (std::size_t i = 0; i < instance.module->signals().size(); ++i)
                if (instance.module->signals()[i].is_port()) ports[instance.module->signals()[i].name] = i;
        return ports.at(connection.port);
    }

    // Readers of one bit of a signal, on average.
    void count_readers() {
        for (const rtl::SignalInfo& signal : module_.signals())
            for (const Expression& driver : signal.drivers) read(driver, 1);
        for (const rtl::Instance& instance : module_.instances())
            for (const rtl::Connection& connection : instance.connections) {
                const std::size_t port = port_of(instance, connection);
                if (!is_data_input(instance.module->signals()[port])) continue;
                read(connection.value,
                     is_adder(*instance.module) ? 1 : children_.at(instance.module).input_readers[port]);
            }
    }

    // `times`: how often each bit of the value is read.
    void read(const Expression& value, double times) {
        const Node& node = value.node();
        if (node.operation == Operation::Signal) {
            readers_[static_cast<std::size_t>(node.signal)] += times;
            return;
        }
        if (node.operation == Operation::Slice) {
            const Expression& signal = node.operands[0];
            readers_[static_cast<std::size_t>(signal.node().signal)] +=
                times * value.width() / signal.width();
            return;
        }
        const bool is_new = read_.insert({&node, true}).second;
        const bool only_renames =
            node.operation == Operation::Extend || node.operation == Operation::Truncate ||
            node.operation == Operation::AsSigned || node.operation == Operation::AsUnsigned ||
            node.operation == Operation::Concatenate;
        if (!is_new && !only_renames) return;
        for (std::size_t i = 0; i < node.operands.size(); ++i)
            read(node.operands[i], only_renames ? times : reads_of_operand(node, i, value));
    }

    double reads_of_operand(const Node& node, std::size_t operand, const Expression& value) const {
        if (node.operation == Operation::Select && operand == 0) return live_.of(value);
        if (node.operation == Operation::Multiply || node.operation == Operation::MultiplyModular)
            return live_.of(node.operands[1 - operand]);
        return 1;
    }

    void from_registers(ModuleTiming& timing) {
        begin(std::nullopt);
        for (std::size_t i = 0; i < module_.signals().size(); ++i) {
            const rtl::SignalInfo& signal = module_.signals()[i];
            if (signal.kind == SignalKind::Output) timing.register_to_output[i] = of_signal(i);
            if (signal.kind == SignalKind::Register)
                keep_latest(timing.register_to_register, of_next(signal));
        }
        keep_latest(timing.register_to_register, into_instances());
        for (const rtl::Instance& instance : module_.instances())
            if (!is_adder(*instance.module))
                keep_latest(timing.register_to_register, children_.at(instance.module).register_to_register);
        if (!start_anywhere_) return;
        for (const auto& [port, arrival] : timing.register_to_output)
            keep_latest(timing.register_to_register, arrival);
    }

    void from_input(std::size_t input, ModuleTiming& timing) {
        begin(input);
        Arrival to_register = into_instances();
        for (std::size_t i = 0; i < module_.signals().size(); ++i) {
            const rtl::SignalInfo& signal = module_.signals()[i];
            if (signal.kind == SignalKind::Output) timing.input_to_output[{input, i}] = of_signal(i);
            if (signal.kind == SignalKind::Register) keep_latest(to_register, of_next(signal));
        }
        timing.input_to_register[input] = to_register;
    }

    void begin(std::optional<std::size_t> input) {
        start_ = input;
        arrivals_.clear();
        signal_arrivals_.assign(module_.signals().size(), std::nullopt);
        known_.assign(module_.signals().size(), false);
    }

    Arrival of_next(const rtl::SignalInfo& signal) {
        Arrival latest;
        for (const Expression& driver : signal.drivers) keep_latest(latest, of(driver));
        return latest;
    }

    // Paths that end in registers of the instances.
    Arrival into_instances() {
        Arrival latest;
        for (const rtl::Instance& instance : module_.instances()) {
            if (is_adder(*instance.module)) continue;
            const ModuleTiming& child = children_.at(instance.module);
            for (const rtl::Connection& connection : instance.connections) {
                auto inside = child.input_to_register.find(port_of(instance, connection));
                if (inside != child.input_to_register.end() && inside->second)
                    keep_latest(latest, joined(of(connection.value), inside->second));
            }
        }
        return latest;
    }

    Arrival of_signal(std::size_t signal) {
        if (known_[signal]) return signal_arrivals_[signal];
        known_[signal] = true;  // first, so that a loop through instances ends
        const rtl::SignalInfo& info = module_.signals()[signal];
        Arrival arrival;
        if (info.kind == SignalKind::Register) {
            if (!start_) arrival = PathFigures{};
        } else if (info.kind == SignalKind::Input) {
            if (start_ ? *start_ == signal : start_anywhere_) arrival = PathFigures{};
        } else if (auto output = outputs_.find(signal); output != outputs_.end()) {
            arrival = of_instance_output(output->second);
        } else {
            arrival = of_next(info);
        }
        // The readers of a module's input are counted where its net begins.
        if (arrival && info.kind != SignalKind::Input)
            arrival->add(PathPart::FanoutLevels, levels(readers_[signal]));
        return signal_arrivals_[signal] = arrival;
    }

    Arrival of_instance_output(const InstanceOutput& output) {
        const rtl::Module& child = *output.instance->module;
        Arrival latest;
        if (is_adder(child)) {
            for (const rtl::Connection& connection : output.instance->connections)
                if (is_data_input(child.signals()[port_of(*output.instance, connection)]))
                    keep_latest(latest, of(connection.value));
            if (latest) latest->add(child.name() == "full_adder" ? PathPart::FullAdders : PathPart::Gates, 1);
            return latest;
        }
        const ModuleTiming& timing = children_.at(&child);
        if (!start_) keep_latest(latest, timing.register_to_output.at(output.port));
        for (const rtl::Connection& connection : output.instance->connections) {
            auto inside = timing.input_to_output.find({port_of(*output.instance, connection), output.port});
            if (inside != timing.input_to_output.end() && inside->second)
                keep_latest(latest, joined(of(connection.value), inside->second));
        }
        return latest;
    }

    Arrival of(const Expression& value) {
        const Node& node = value.node();
        if (node.operation == Operation::Signal) return of_signal(static_cast<std::size_t>(node.signal));
        auto known = arrivals_.find(&node);
        if (known != arrivals_.end()) return known->second;
        Arrival latest;
        for (const Expression& operand : node.operands) keep_latest(latest, of(operand));
        if (latest) pass(value, *latest);
        return arrivals_[&node] = latest;
    }

    bool adds_a_sum(const Node& node) const {
        return std::ranges::any_of(node.operands, [&](const Expression& operand) {
            return source_of(module_, operand).operation == Operation::Add;
        });
    }

    void pass(const Expression& value, PathFigures& path) const {
        const Node& node = value.node();
        const int bits = live_.of(value);
        switch (node.operation) {
            case Operation::And:
            case Operation::Or:
                path.add(PathPart::Gates, 1);
                return;
            case Operation::Xor:
                path.add(PathPart::XorGates, 1);
                return;
            case Operation::Select:
                path.add(PathPart::Multiplexers, 1);
                return;
            case Operation::Equal:
                path.add(PathPart::Gates, 1 + levels(node.operands[0].width()));
                return;
            case Operation::AnyBit:
            case Operation::AllBits:
                path.add(PathPart::Gates, levels(node.operands[0].width()));
                return;
            case Operation::Add:
                if (adds_a_sum(node)) {
                    path.add(PathPart::ChainedAdditions, 1);
                    return;
                }
                path.add(PathPart::Additions, 1);
                path.add(PathPart::AdditionLevels, levels(bits));
                return;
            case Operation::Multiply:
            case Operation::MultiplyModular: {
                const int rows = std::min(live_.of(node.operands[0]), live_.of(node.operands[1]));
                path.add(PathPart::ProductLevels, 1 + (rows > 2 ? std::log(rows / 2.0) / std::log(1.5) : 0));
                return;
            }
            default:
                return;
        }
    }

    const rtl::Module& module_;
    const Timings& children_;
    LiveBits live_;
    bool start_anywhere_ = false;       // from inputs as from registers: the top
    std::optional<std::size_t> start_;  // the input that paths begin at; none: registers
    std::vector<double> readers_;       // [signals]
    std::unordered_map<const Node*, bool> read_;
    std::unordered_map<std::size_t, InstanceOutput> outputs_;
    std::unordered_map<const rtl::Module*, std::unordered_map<std::string, std::size_t>> ports_;
    std::unordered_map<const Node*, Arrival> arrivals_;
    std::vector<Arrival> signal_arrivals_;
    std::vector<bool> known_;
};

}  // namespace

void PathFigures::add(PathPart part, double amount) {
    values[static_cast<std::size_t>(part)] += amount;
    nominal += amount * kNominal[static_cast<std::size_t>(part)];
}

PathFigures longest_path(const rtl::Design& design) {
    ModuleAnalysis::Timings timings;
    for (const auto& module : design.modules()) {  // leaves first
        if (module->name() == "full_adder" || module->name() == "half_adder") continue;
        timings[module.get()] = ModuleAnalysis(*module, timings).run(module.get() == &design.top());
    }
    return timings.at(&design.top()).register_to_register.value_or(PathFigures{});
}

}  // namespace macaw::reports
