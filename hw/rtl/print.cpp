#include "hw/rtl/print.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "hw/rtl/verify.hpp"

namespace macaw::rtl {

namespace {

constexpr std::size_t kLineLimit = 110;

std::string print_constant(const Node& node) {
    std::string digits;  // most significant first
    for (int nibble = (node.type.width + 3) / 4 - 1; nibble >= 0; --nibble) {
        std::uint64_t word = node.words[static_cast<std::size_t>(nibble / 16)];
        digits += "0123456789abcdef"[(word >> (4 * (nibble % 16))) & 0xF];
    }
    if (node.type.width == 1) return fmt::format("1'{}b{}", node.type.is_signed() ? "s" : "", digits);
    // A long zero is easier to read than its digits, and has neither sign nor width to get wrong.
    bool is_zero =
        std::all_of(node.words.begin(), node.words.end(), [](std::uint64_t word) { return word == 0; });
    if (is_zero && node.type.is_wide()) return fmt::format("{{{}{{1'b0}}}}", node.type.width);
    return fmt::format("{}'{}h{}", node.type.width, node.type.is_signed() ? "s" : "", digits);
}

const char* symbol(Operation operation) {
    switch (operation) {
        case Operation::And:
            return "&";
        case Operation::Or:
            return "|";
        case Operation::Xor:
            return "^";
        case Operation::Add:
            return "+";
        case Operation::Multiply:
        case Operation::MultiplyModular:
            return "*";
        case Operation::Equal:
            return "==";
        default:
            return nullptr;
    }
}

bool is_associative(Operation operation) {
    return operation == Operation::And || operation == Operation::Or || operation == Operation::Xor ||
           operation == Operation::Add;
}

std::string print(const Expression& expression);

// As an operand of another operator: in parentheses unless it binds by itself.
std::string operand(const Expression& expression) {
    Operation operation = expression.node().operation;
    bool is_product = operation == Operation::Extend &&
                      expression.node().operands[0].node().operation == Operation::Multiply;
    bool needs = symbol(operation) != nullptr || operation == Operation::Select || is_product;
    return needs ? "(" + print(expression) + ")" : print(expression);
}

// a + b + c without parentheses where the operator is the same on the left.
void chain(const Expression& expression, Operation operation, std::vector<std::string>& parts) {
    const Node& node = expression.node();
    if (node.operation == operation && is_associative(operation)) {
        chain(node.operands[0], operation, parts);
        parts.push_back(operand(node.operands[1]));
    } else {
        parts.push_back(operand(expression));
    }
}

std::string join(const std::vector<std::string>& parts, const std::string& separator,
                 const std::string& break_line) {
    std::string line, text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::string piece = (i == 0 ? "" : separator) + parts[i];
        if (i > 0 && line.size() + piece.size() > kLineLimit - 20) {
            text += line + break_line;
            line = piece.substr(piece.find_first_not_of(' '));
        } else {
            line += piece;
        }
    }
    return text + line;
}

// Exact in `width` bits; widening both operands first says so.
std::string print_product(const Node& node, int width) {
    return fmt::format("{0}'({1}) * {0}'({2})", width, print(node.operands[0]), print(node.operands[1]));
}

std::string print_binary(const Node& node) {
    if (node.operation == Operation::Multiply) return print_product(node, node.type.width);
    std::vector<std::string> parts;
    if (is_associative(node.operation))
        chain(node.operands[0], node.operation, parts);
    else
        parts.push_back(operand(node.operands[0]));
    parts.push_back(operand(node.operands[1]));
    return join(parts, fmt::format(" {} ", symbol(node.operation)), "\n        ");
}

std::string print_concatenation(const Node& node) {
    std::vector<std::string> parts;
    for (const Expression& part : node.operands) parts.push_back(print(part));
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) parts[i] += ",";
    return "{" + join(parts, " ", "\n        ") + "}";
}

std::string print(const Expression& expression) {
    const Node& node = expression.node();
    switch (node.operation) {
        case Operation::Constant:
            return print_constant(node);
        case Operation::Signal:
            return node.module->signals()[static_cast<std::size_t>(node.signal)].name;
        case Operation::Not:
            return "~" + operand(node.operands[0]);
        case Operation::AnyBit:
            return "(|" + operand(node.operands[0]) + ")";
        case Operation::AllBits:
            return "(&" + operand(node.operands[0]) + ")";
        case Operation::Select:
            return fmt::format("{} ? {} : {}", operand(node.operands[0]), operand(node.operands[1]),
                               operand(node.operands[2]));
        case Operation::Slice:
            if (node.type.width == 1) return fmt::format("{}[{}]", print(node.operands[0]), node.low);
            return fmt::format("{}[{}:{}]", print(node.operands[0]), node.low + node.type.width - 1,
                               node.low);
        case Operation::Concatenate:
            return print_concatenation(node);
        case Operation::Extend:
            // A product of numbers that were widened first is the widened product.
            if (node.operands[0].node().operation == Operation::Multiply)
                return print_product(node.operands[0].node(), node.type.width);
            [[fallthrough]];
        case Operation::Truncate:
            return fmt::format("{}'({})", node.type.width, print(node.operands[0]));
        case Operation::AsSigned:
            return fmt::format("$signed({})", print(node.operands[0]));
        case Operation::AsUnsigned:
            return fmt::format("$unsigned({})", print(node.operands[0]));
        default:
            return print_binary(node);
    }
}

std::string print_range(const Type& type, std::size_t digits) {
    if (type.width == 1) return "";
    return fmt::format("[{:>{}}:0]", type.width - 1, digits);
}

// Column of types: widths of the widest entry, so that the names stand below each other.
struct TypeColumn {
    bool any_signed = false;
    std::size_t digits = 0;  // of the largest upper index; 0 where all are single bits

    void add(const Type& type) {
        any_signed |= type.is_signed();
        if (type.width > 1) digits = std::max(digits, fmt::format("{}", type.width - 1).size());
    }
    std::string print(const Type& type) const {
        std::string text = "logic";
        if (any_signed) text += type.is_signed() ? " signed" : "       ";
        if (digits > 0) text += fmt::format(" {:<{}}", print_range(type, digits), digits + 4);
        return text;
    }
};

// What a register takes under which conditions, the first that holds: `if (a) q <= x; else if (b) q <= y;`.
struct HeldRegister {
    struct Take {
        Expression condition, value;
    };
    std::vector<Take> takes;
};

// A register that holds its value unless a condition gives it another. Not one that takes an output of an
// instance: Verilator evaluates that wire in every cycle anyway, and a select that stands beside those of the
// neighbouring elements becomes one branch for all of them, which simulates up to twice as fast.
std::optional<HeldRegister> held_register(const Module& module, const SignalInfo& signal) {
    auto is_signal = [](const Expression& e) { return e.node().operation == Operation::Signal; };
    auto info = [&](const Expression& e) -> const SignalInfo& {
        return module.signals()[static_cast<std::size_t>(e.node().signal)];
    };
    HeldRegister held;
    Expression next = signal.drivers[0];
    while (next.node().operation == Operation::Select) {
        const std::vector<Expression>& operands = next.node().operands;
        if (is_signal(operands[1]) && info(operands[1]).instance_drivers > 0) return std::nullopt;
        held.takes.push_back({operands[0], operands[1]});
        next = Expression(operands[2]);
    }
    if (held.takes.empty() || !is_signal(next) || info(next).name != signal.name) return std::nullopt;
    return held;
}

// A comment ends with its line: what a user typed must not.
std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return text;
}

class ModulePrinter {
  public:
    ModulePrinter(const Module& module, const Design& design, const std::string& command_line)
        : module_(module), design_(design), command_line_(command_line) {}

    std::string run() {
        print_header();
        print_ports();
        print_declarations();
        print_instances();
        print_assignments();
        print_registers();
        text_ += "\nendmodule\n";
        return std::move(text_);
    }

  private:
    template <typename... Arguments>
    void line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        text_ += fmt::format(format, std::forward<Arguments>(arguments)...);
        text_ += '\n';
    }

    void print_header() {
        for (const std::string& description : module_.description()) line("// {}", description);
        if (!module_.description().empty()) line("//");
        for (const std::string& configuration : design_.configuration) line("// {}", configuration);
        line("// Generated by macaw; edit the configuration, not this file:");
        line("//     {}", one_line(command_line_));
        if (!module_.facts().empty()) line("//");
        std::size_t names = 0, values = 0;
        for (const Module::Fact& fact : module_.facts()) {
            names = std::max(names, fact.name.size());
            values = std::max(values, fact.value.size());
        }
        for (const Module::Fact& fact : module_.facts())
            line("//   {:<{}} = {:>{}}  {}", fact.name, names, fact.value, values, fact.meaning);
        line("");
    }

    void print_ports() {
        std::vector<const SignalInfo*> ports;
        for (const SignalInfo& signal : module_.signals())
            if (signal.is_port()) ports.push_back(&signal);
        TypeColumn column;
        std::size_t names = 0;
        for (const SignalInfo* port : ports) {
            column.add(port->type);
            names = std::max(names, port->name.size() + 1);
        }
        line("module {} (", module_.name());
        for (std::size_t i = 0; i < ports.size(); ++i) {
            std::string name = ports[i]->name + (i + 1 < ports.size() ? "," : "");
            std::string declaration = fmt::format("    {} {} {}", ports[i]->is_input() ? "input " : "output",
                                                  column.print(ports[i]->type), name);
            if (!ports[i]->comment.empty())
                declaration += fmt::format("{:{}}  // {}", "", names - name.size(), ports[i]->comment);
            line("{}", declaration);
        }
        line(");");
    }

    static std::string next_name(const SignalInfo& signal) {
        return signal.name.substr(0, signal.name.size() - 1) + "d";
    }

    void print_declarations() {
        std::vector<const SignalInfo*> inner;
        TypeColumn column;
        for (const SignalInfo& signal : module_.signals()) {
            if (signal.is_port()) continue;
            inner.push_back(&signal);
            column.add(signal.type);
        }
        if (!inner.empty()) line("");
        for (const SignalInfo* signal : inner) {
            std::string names = signal->name;
            if (signal->kind == SignalKind::Register && !held_register(module_, *signal))
                names += ", " + next_name(*signal);
            std::string comment = signal->comment.empty() ? "" : "  // " + signal->comment;
            line("    {} {};{}", column.print(signal->type), names, comment);
        }
    }

    void print_instances() {
        if (module_.instances().empty()) return;
        line("");
        for (const Instance& instance : module_.instances()) {
            std::vector<std::string> ports;
            std::size_t names = 0;
            for (const Connection& connection : instance.connections) {
                ports.push_back(fmt::format(".{}({})", connection.port, print(connection.value)));
                names = std::max(names, connection.port.size());
            }
            std::string head = fmt::format("    {} {}", instance.module->name(), instance.name);
            std::string short_form = fmt::format("{} ({});", head, fmt::join(ports, ", "));
            if (short_form.size() <= kLineLimit) {
                line("{}", short_form);
                continue;
            }
            line("{} (", head);
            for (std::size_t i = 0; i < ports.size(); ++i) {
                const Connection& connection = instance.connections[i];
                line("        .{:<{}} ({}){}", connection.port, names, print(connection.value),
                     i + 1 < ports.size() ? "," : "");
            }
            line("    );");
        }
    }

    void print_assignments() {
        bool first = true;
        for (const SignalInfo& signal : module_.signals()) {
            if (signal.drivers.empty()) continue;
            bool is_register = signal.kind == SignalKind::Register;
            if (is_register && held_register(module_, signal)) continue;
            if (first) line("");
            first = false;
            line("    assign {} = {};", is_register ? next_name(signal) : signal.name,
                 print(signal.drivers[0]));
        }
    }

    void print_next_value(const SignalInfo& signal, const std::string& indent) {
        std::optional<HeldRegister> held = held_register(module_, signal);
        if (!held) {
            line("{}{} <= {};", indent, signal.name, next_name(signal));
            return;
        }
        std::string word = indent + "if";
        for (const auto& [condition, value] : held->takes) {
            line("{} ({}) {} <= {};", word, print(condition), signal.name, print(value));
            word = indent + "else if";
        }
    }

    void print_registers() {
        std::vector<const SignalInfo*> with_reset, without_reset;
        for (const SignalInfo& signal : module_.signals())
            if (signal.kind == SignalKind::Register)
                (signal.reset ? with_reset : without_reset).push_back(&signal);
        if (!with_reset.empty()) {
            line("\n    always_ff @(posedge clk_i) begin");
            line("        if (!rst_ni) begin");
            for (const SignalInfo* signal : with_reset)
                line("            {} <= {};", signal->name, print(*signal->reset));
            line("        end else begin");
            for (const SignalInfo* signal : with_reset) print_next_value(*signal, "            ");
            line("        end\n    end");
        }
        if (!without_reset.empty()) {
            line("\n    // No reset: always written before it is read.");
            line("    always_ff @(posedge clk_i) begin");
            for (const SignalInfo* signal : without_reset) print_next_value(*signal, "        ");
            line("    end");
        }
    }

    const Module& module_;
    const Design& design_;
    const std::string& command_line_;
    std::string text_;
};

}  // namespace

std::vector<SourceFile> print_design(const Design& design, const std::string& command_line) {
    require_verified(design);
    std::vector<SourceFile> files;
    for (const auto& module : design.modules())
        files.push_back({module->name() + ".sv", ModulePrinter(*module, design, command_line).run()});
    return files;
}

std::string print_expression(const Expression& expression) {
    return print(expression);
}

}  // namespace macaw::rtl
