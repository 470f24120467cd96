// Modules and designs of the RTL graph: named signals, what drives them, registers and instances.
//
// One description, three uses: it is verified (verify.hpp), run in C++ (simulator.hpp) and printed as
// SystemVerilog (print.hpp). A module that has a register has the port clk_i, and rst_ni where a register has
// a reset; it is synchronous, active low. Building checks types at once (std::logic_error); everything that
// needs the whole design is checked by verify().
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hw/rtl/expression.hpp"

namespace macaw::rtl {

enum class SignalKind { Clock, Reset, Input, Output, Wire, Register };

struct SignalInfo {
    std::string name;
    Type type;
    SignalKind kind = SignalKind::Wire;
    std::string comment;              // printed beside the declaration
    std::vector<Expression> drivers;  // Register: the next value; exactly one in a verified design
    std::optional<Expression> reset;  // Register: value while rst_ni is low; none keeps the old content
    int instance_drivers = 0;         // number of instance outputs connected to it
    bool is_input() const {
        return kind == SignalKind::Clock || kind == SignalKind::Reset || kind == SignalKind::Input;
    }
    bool is_port() const { return is_input() || kind == SignalKind::Output; }
};

struct Connection {
    std::string port;
    Expression value;  // for an output port: a whole signal of the module around the instance
};

struct Instance {
    std::string name;
    const Module* module = nullptr;
    std::vector<Connection> connections;  // clk_i and rst_ni are connected by instantiate()
};

// Whether a register needs a known value after reset, or is always written before it is read.
enum class Reset { ToZero, None };

class Module {
  public:
    explicit Module(std::string name) : name_(std::move(name)) {}
    Module(const Module&) = delete;
    Module& operator=(const Module&) = delete;

    // Lines of the comment above the module.
    void describe(std::vector<std::string> lines) { description_ = std::move(lines); }
    void describe_further(const std::vector<std::string>& lines) {
        description_.insert(description_.end(), lines.begin(), lines.end());
    }
    // A named number that the reader should know, e.g. {"T", "64", "products of a tile"}; a comment, not a
    // parameter.
    struct Fact {
        std::string name, value, meaning;
    };
    void state(Fact fact) { facts_.push_back(std::move(fact)); }

    // Add clk_i, and rst_ni; a register does it by itself, and so does an instance of a module that has them.
    void use_clock();
    void use_clock_and_reset();
    Expression input(const std::string& name, Type type, const std::string& comment = {});
    Expression output(const std::string& name, const Expression& value, const std::string& comment = {});
    Expression wire(const std::string& name, const Expression& value, const std::string& comment = {});
    // Name without _q; the signal is <name>_q and its next value is printed as <name>_d. Drive it with
    // drive().
    Expression add_register(const std::string& name, Type type, Reset reset, const std::string& comment = {});
    // To be driven by an instance or by drive().
    Expression undriven_wire(const std::string& name, Type type, const std::string& comment = {});
    Expression undriven_output(const std::string& name, Type type, const std::string& comment = {});
    void drive(const Expression& signal, const Expression& value);
    void instantiate(const std::string& name, const Module& module, std::vector<Connection> connections);
    // Says that these bits are dropped on purpose; lint tools accept a signal that is named unused_*.
    void mark_unused(const Expression& value);

    const std::string& name() const { return name_; }
    const std::vector<std::string>& description() const { return description_; }
    const std::vector<Fact>& facts() const { return facts_; }
    const std::vector<SignalInfo>& signals() const { return signals_; }
    const std::vector<Instance>& instances() const { return instances_; }
    // Number of the signal, -1 when there is none.
    int find(const std::string& name) const;
    Expression reference(int signal) const;
    bool is_clocked() const;

  private:
    friend class Design;
    int add_signal(SignalInfo info);
    SignalInfo& own(const Expression& signal, const char* what);
    std::string name_;
    std::vector<std::string> description_;
    std::vector<Fact> facts_;
    std::vector<SignalInfo> signals_;
    std::vector<Instance> instances_;
};

class Design {
  public:
    // The reference stays valid as long as the design; add leaves first and the top module last.
    Module& add_module(const std::string& name);
    const std::vector<std::unique_ptr<Module>>& modules() const { return modules_; }
    const Module& top() const;
    const Module* find(const std::string& name) const;

    // Removes modules that no instance below the top needs.
    void drop_unused_modules();

    // Lines of configuration for the header of every printed file.
    std::vector<std::string> configuration;

    // A fault for negative controls: inverts one bit of what drives the signal (of the next value of a
    // register).
    void invert_bit(const std::string& module, const std::string& signal, int bit);

    // Another one: what an input port of an instance gets instead, an expression of the module around it.
    void reconnect(const std::string& module, const std::string& instance, const std::string& port,
                   const Expression& value);

    // In front of the name of every module, so that two designs can stand beside each other.
    void prefix_names(const std::string& prefix);

  private:
    Module& module_named(const std::string& name);
    std::vector<std::unique_ptr<Module>> modules_;
};

}  // namespace macaw::rtl
