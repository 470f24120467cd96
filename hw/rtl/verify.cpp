#include "hw/rtl/verify.hpp"

#include <map>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

namespace macaw::rtl {

namespace {

using Problems = std::vector<std::string>;
// For each output port (signal number): the input ports that it depends on without a register in between.
using PortDependencies = std::map<int, std::set<int>>;

// Keywords of IEEE 1800-2017 that a lower_snake_case name could hit.
const std::set<std::string>& keywords() {
    static const std::set<std::string> words = {
        "accept_on", "alias",       "always",     "always_comb",  "always_ff",   "always_latch", "and",
        "assert",    "assign",      "assume",     "automatic",    "before",      "begin",        "bind",
        "bins",      "binsof",      "bit",        "break",        "buf",         "bufif0",       "bufif1",
        "byte",      "case",        "casex",      "casez",        "cell",        "chandle",      "checker",
        "class",     "clocking",    "cmos",       "config",       "const",       "constraint",   "context",
        "continue",  "cover",       "covergroup", "coverpoint",   "cross",       "deassign",     "default",
        "defparam",  "design",      "disable",    "dist",         "do",          "edge",         "else",
        "end",       "endcase",     "endclass",   "endfunction",  "endgenerate", "endmodule",    "endpackage",
        "endtask",   "enum",        "event",      "expect",       "export",      "extends",      "extern",
        "final",     "for",         "force",      "foreach",      "forever",     "fork",         "function",
        "generate",  "genvar",      "global",     "highz0",       "highz1",      "if",           "iff",
        "ifnone",    "import",      "include",    "initial",      "inout",       "input",        "inside",
        "instance",  "int",         "integer",    "interconnect", "interface",   "intersect",    "join",
        "large",     "let",         "liblist",    "library",      "local",       "localparam",   "logic",
        "longint",   "macromodule", "matches",    "medium",       "modport",     "module",       "nand",
        "negedge",   "nettype",     "new",        "nexttime",     "nmos",        "nor",          "not",
        "null",      "or",          "output",     "package",      "packed",      "parameter",    "pmos",
        "posedge",   "primitive",   "priority",   "program",      "property",    "protected",    "pull0",
        "pull1",     "pulldown",    "pullup",     "pure",         "rand",        "randc",        "randcase",
        "ref",       "reg",         "reject_on",  "release",      "repeat",      "restrict",     "return",
        "scalared",  "sequence",    "shortint",   "shortreal",    "signed",      "small",        "soft",
        "solve",     "specify",     "static",     "string",       "strong",      "strong0",      "strong1",
        "struct",    "super",       "supply0",    "supply1",      "table",       "tagged",       "task",
        "this",      "throughout",  "time",       "tran",         "tri",         "tri0",         "tri1",
        "triand",    "trior",       "type",       "typedef",      "union",       "unique",       "unsigned",
        "until",     "untyped",     "use",        "uwire",        "var",         "vectored",     "virtual",
        "void",      "wait",        "wand",       "weak",         "weak0",       "weak1",        "while",
        "wildcard",  "wire",        "with",       "within",       "wor",         "xnor",         "xor"};
    return words;
}

bool is_legal_name(const std::string& name) {
    if (name.empty() || name.front() < 'a' || name.front() > 'z' || keywords().contains(name)) return false;
    return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

class ModuleCheck {
  public:
    ModuleCheck(const Module& module, const std::map<const Module*, PortDependencies>& known,
                Problems& problems)
        : module_(module), known_(known), problems_(problems), sources_(module.signals().size()) {}

    PortDependencies run() {
        check_names();
        check_signals();
        for (const Instance& instance : module_.instances()) check_instance(instance);
        check_loops();
        return has_loop_ ? PortDependencies{} : port_dependencies();
    }

  private:
    template <typename... Arguments>
    void problem(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        problems_.push_back(module_.name() + ": " +
                            fmt::format(format, std::forward<Arguments>(arguments)...));
    }

    void check_name(const std::string& name, std::set<std::string>& used) {
        if (!is_legal_name(name)) problem("\"{}\" is not a legal name", name);
        if (!used.insert(name).second) problem("the name {} is used twice", name);
    }

    void check_names() {
        std::set<std::string> used;
        for (const SignalInfo& signal : module_.signals()) {
            check_name(signal.name, used);
            if (signal.is_input() && !signal.name.ends_with("_i") && !signal.name.ends_with("_ni"))
                problem("input {} does not end in _i", signal.name);
            if (signal.kind == SignalKind::Output && !signal.name.ends_with("_o"))
                problem("output {} does not end in _o", signal.name);
            if (signal.kind == SignalKind::Register)
                check_name(signal.name.substr(0, signal.name.size() - 1) + "d", used);
        }
        for (const Instance& instance : module_.instances()) check_name(instance.name, used);
    }

    void check_signals() {
        for (std::size_t i = 0; i < module_.signals().size(); ++i) {
            const SignalInfo& signal = module_.signals()[i];
            std::size_t drivers = signal.drivers.size() + static_cast<std::size_t>(signal.instance_drivers);
            if (!signal.is_input() && drivers != 1)
                problem("{} is driven {} times, not once", signal.name, drivers);
            if (signal.kind == SignalKind::Register && signal.instance_drivers != 0)
                problem("register {} is driven by an instance: put a wire between", signal.name);
            for (const Expression& driver : signal.drivers) {
                if (driver.type() != signal.type) problem("{} is driven with another type", signal.name);
                std::vector<int> read = read_by(driver, signal.name);
                if (signal.kind != SignalKind::Register)
                    sources_[i].insert(sources_[i].end(), read.begin(), read.end());
            }
        }
    }

    // The signals that an expression reads, after checking that it may.
    std::vector<int> read_by(const Expression& expression, const std::string& reader) {
        std::vector<int> signals;
        check_owner(expression, reader);
        collect_signals(expression, signals);
        for (int signal : signals)
            if (static_cast<std::size_t>(signal) < module_.signals().size() &&
                module_.signals()[static_cast<std::size_t>(signal)].kind == SignalKind::Clock)
                problem("{} reads the clock", reader);
        return signals;
    }

    void check_owner(const Expression& expression, const std::string& reader) {
        const Node& node = expression.node();
        if (node.operation == Operation::Signal && node.module != &module_)
            problem("{} reads a signal of another module", reader);
        for (const Expression& operand : node.operands) check_owner(operand, reader);
    }

    void check_instance(const Instance& instance) {
        auto dependencies = known_.find(instance.module);
        if (dependencies == known_.end()) {
            problem("instance {} is of a module that is not in the design before this one", instance.name);
            return;
        }
        std::map<int, std::vector<const Connection*>> connected;
        for (const Connection& connection : instance.connections)
            connected[instance.module->find(connection.port)].push_back(&connection);
        const auto& signals = instance.module->signals();
        for (std::size_t port = 0; port < signals.size(); ++port) {
            if (!signals[port].is_port()) continue;
            std::size_t count = connected[static_cast<int>(port)].size();
            if (count != 1)
                problem("port {} of instance {} is connected {} times, not once", signals[port].name,
                        instance.name, count);
        }
        for (const auto& [output, inputs] : dependencies->second)
            for (const Connection* target : connected[output])
                for (int input : inputs)
                    for (const Connection* source : connected[input])
                        collect_signals(source->value,
                                        sources_[static_cast<std::size_t>(target->value.node().signal)]);
        for (const Connection& connection : instance.connections)
            if (connection.port != "clk_i") read_by(connection.value, instance.name + "." + connection.port);
    }

    enum class Mark { New, Open, Done };

    void check_loops() {
        std::vector<Mark> marks(sources_.size(), Mark::New);
        for (std::size_t signal = 0; signal < sources_.size(); ++signal) visit(signal, marks);
    }

    void visit(std::size_t signal, std::vector<Mark>& marks) {
        if (marks[signal] == Mark::Done) return;
        if (marks[signal] == Mark::Open) {
            problem("{} depends on itself without a register in between", module_.signals()[signal].name);
            has_loop_ = true;
            return;
        }
        marks[signal] = Mark::Open;
        for (int source : sources_[signal]) visit(static_cast<std::size_t>(source), marks);
        marks[signal] = Mark::Done;
    }

    PortDependencies port_dependencies() const {
        PortDependencies result;
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            if (module_.signals()[i].kind != SignalKind::Output) continue;
            std::set<int> inputs;
            std::vector<bool> seen(sources_.size(), false);
            std::vector<std::size_t> open = {i};
            while (!open.empty()) {
                std::size_t signal = open.back();
                open.pop_back();
                if (seen[signal]) continue;
                seen[signal] = true;
                if (module_.signals()[signal].is_input()) inputs.insert(static_cast<int>(signal));
                for (int source : sources_[signal]) open.push_back(static_cast<std::size_t>(source));
            }
            result[static_cast<int>(i)] = std::move(inputs);
        }
        return result;
    }

    const Module& module_;
    const std::map<const Module*, PortDependencies>& known_;
    Problems& problems_;
    std::vector<std::vector<int>> sources_;  // [signal]: the signals it is computed from in the same cycle
    bool has_loop_ = false;
};

}  // namespace

void collect_signals(const Expression& expression, std::vector<int>& signals) {
    const Node& node = expression.node();
    if (node.operation == Operation::Signal) signals.push_back(node.signal);
    for (const Expression& operand : node.operands) collect_signals(operand, signals);
}

std::vector<std::string> verify(const Design& design) {
    Problems problems;
    if (design.modules().empty()) problems.push_back("the design has no module");
    std::set<std::string> names;
    std::map<const Module*, PortDependencies> known;
    for (const auto& module : design.modules()) {
        if (!is_legal_name(module->name()))
            problems.push_back(fmt::format("\"{}\" is not a legal name", module->name()));
        if (!names.insert(module->name()).second)
            problems.push_back(fmt::format("the module name {} is used twice", module->name()));
        known[module.get()] = ModuleCheck(*module, known, problems).run();
    }
    return problems;
}

void require_verified(const Design& design) {
    std::vector<std::string> problems = verify(design);
    if (problems.empty()) return;
    std::string text = "RTL: the design is not well formed";
    for (const std::string& problem : problems) text += "\n  " + problem;
    throw std::logic_error(text);
}

}  // namespace macaw::rtl
