#include "hw/rtl/design.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace macaw::rtl {

namespace {

[[noreturn]] void refuse(const std::string& reason) {
    throw std::logic_error("RTL: " + reason);
}

void require_type(const std::string& where, const Type& expected, const Type& actual) {
    if (expected != actual)
        refuse(fmt::format("{} is {}, its value is {}", where, to_string(expected), to_string(actual)));
}

}  // namespace

int Module::find(const std::string& name) const {
    for (std::size_t i = 0; i < signals_.size(); ++i)
        if (signals_[i].name == name) return static_cast<int>(i);
    return -1;
}

Expression Module::reference(int signal) const {
    auto node = std::make_shared<Node>();
    node->operation = Operation::Signal;
    node->type = signals_.at(static_cast<std::size_t>(signal)).type;
    node->module = this;
    node->signal = signal;
    return Expression(std::move(node));
}

bool Module::is_clocked() const {
    return std::any_of(signals_.begin(), signals_.end(),
                       [](const SignalInfo& signal) { return signal.kind == SignalKind::Clock; });
}

int Module::add_signal(SignalInfo info) {
    signals_.push_back(std::move(info));
    return static_cast<int>(signals_.size()) - 1;
}

void Module::use_clock() {
    if (!is_clocked()) add_signal({"clk_i", unsigned_type(1), SignalKind::Clock, "", {}, {}, 0});
}

void Module::use_clock_and_reset() {
    use_clock();
    if (find("rst_ni") >= 0) return;
    add_signal({"rst_ni", unsigned_type(1), SignalKind::Reset, "synchronous, active low", {}, {}, 0});
}

Expression Module::input(const std::string& name, Type type, const std::string& comment) {
    return reference(add_signal({name, type, SignalKind::Input, comment, {}, {}, 0}));
}

Expression Module::output(const std::string& name, const Expression& value, const std::string& comment) {
    return reference(add_signal({name, value.type(), SignalKind::Output, comment, {value}, {}, 0}));
}

Expression Module::wire(const std::string& name, const Expression& value, const std::string& comment) {
    return reference(add_signal({name, value.type(), SignalKind::Wire, comment, {value}, {}, 0}));
}

Expression Module::undriven_wire(const std::string& name, Type type, const std::string& comment) {
    return reference(add_signal({name, type, SignalKind::Wire, comment, {}, {}, 0}));
}

Expression Module::undriven_output(const std::string& name, Type type, const std::string& comment) {
    return reference(add_signal({name, type, SignalKind::Output, comment, {}, {}, 0}));
}

Expression Module::add_register(const std::string& name, Type type, Reset reset, const std::string& comment) {
    use_clock();
    std::optional<Expression> value;
    if (reset == Reset::ToZero) {
        use_clock_and_reset();
        value = zero(type);
    }
    return reference(add_signal({name + "_q", type, SignalKind::Register, comment, {}, value, 0}));
}

SignalInfo& Module::own(const Expression& signal, const char* what) {
    const Node& node = signal.node();
    if (node.operation != Operation::Signal || node.module != this)
        refuse(fmt::format("{}: not a signal of module {}", what, name_));
    return signals_[static_cast<std::size_t>(node.signal)];
}

void Module::drive(const Expression& signal, const Expression& value) {
    SignalInfo& info = own(signal, "drive");
    if (info.is_input()) refuse(fmt::format("input {} cannot be driven from inside {}", info.name, name_));
    require_type(fmt::format("{}.{}", name_, info.name), info.type, value.type());
    info.drivers.push_back(value);
}

void Module::instantiate(const std::string& name, const Module& module, std::vector<Connection> connections) {
    if (module.find("rst_ni") >= 0) {
        use_clock_and_reset();
        connections.insert(connections.begin(), {"rst_ni", reference(find("rst_ni"))});
    }
    if (module.is_clocked()) {
        use_clock();
        connections.insert(connections.begin(), {"clk_i", reference(find("clk_i"))});
    }
    for (const Connection& connection : connections) {
        int port = module.find(connection.port);
        if (port < 0 || !module.signals()[static_cast<std::size_t>(port)].is_port())
            refuse(fmt::format("module {} has no port {}", module.name(), connection.port));
        const SignalInfo& info = module.signals()[static_cast<std::size_t>(port)];
        require_type(fmt::format("{}.{}.{}", name_, name, info.name), info.type, connection.value.type());
        if (info.is_input()) continue;
        SignalInfo& driven = own(connection.value, "output of an instance");
        if (driven.is_input()) refuse(fmt::format("instance {} drives the input {}", name, driven.name));
        ++driven.instance_drivers;
    }
    instances_.push_back({name, &module, std::move(connections)});
}

void Module::mark_unused(const Expression& value) {
    int number =
        static_cast<int>(std::count_if(signals_.begin(), signals_.end(), [](const SignalInfo& signal) {
            return signal.name.starts_with("unused_");
        }));
    wire(fmt::format("unused_{}", number), any_bit(as_unsigned(value)), "dropped on purpose");
}

Module& Design::add_module(const std::string& name) {
    modules_.push_back(std::make_unique<Module>(name));
    return *modules_.back();
}

const Module& Design::top() const {
    if (modules_.empty()) refuse("a design without modules has no top");
    return *modules_.back();
}

const Module* Design::find(const std::string& name) const {
    for (const auto& module : modules_)
        if (module->name() == name) return module.get();
    return nullptr;
}

void Design::drop_unused_modules() {
    std::vector<const Module*> used = {&top()};
    for (std::size_t i = 0; i < used.size(); ++i)
        for (const Instance& instance : used[i]->instances())
            if (std::find(used.begin(), used.end(), instance.module) == used.end())
                used.push_back(instance.module);
    std::erase_if(modules_, [&](const std::unique_ptr<Module>& module) {
        return std::find(used.begin(), used.end(), module.get()) == used.end();
    });
}

Module& Design::module_named(const std::string& name) {
    for (const auto& module : modules_)
        if (module->name() == name) return *module;
    refuse(fmt::format("no module {}", name));
}

void Design::invert_bit(const std::string& module, const std::string& signal, int bit) {
    Module& around = module_named(module);
    const int number = around.find(signal);
    if (number < 0) refuse(fmt::format("module {} has no signal {}", module, signal));
    SignalInfo& info = around.signals_[static_cast<std::size_t>(number)];
    if (info.drivers.size() != 1) refuse(fmt::format("{}.{} is not driven by an expression", module, signal));
    info.drivers[0] = info.drivers[0] ^ one_bit_set(info.type, bit);
}

void Design::reconnect(const std::string& module, const std::string& instance, const std::string& port,
                       const Expression& value) {
    for (Instance& candidate : module_named(module).instances_) {
        if (candidate.name != instance) continue;
        for (Connection& connection : candidate.connections) {
            if (connection.port != port) continue;
            const int number = candidate.module->find(port);
            if (!candidate.module->signals()[static_cast<std::size_t>(number)].is_input())
                refuse(fmt::format("{}.{}.{} is not an input", module, instance, port));
            require_type(fmt::format("{}.{}.{}", module, instance, port), connection.value.type(),
                         value.type());
            connection.value = value;
            return;
        }
    }
    refuse(fmt::format("no port {} of {} in module {}", port, instance, module));
}

void Design::prefix_names(const std::string& prefix) {
    for (const auto& module : modules_) module->name_ = prefix + module->name_;
}

}  // namespace macaw::rtl
