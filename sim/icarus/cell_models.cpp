#include "sim/icarus/cell_models.hpp"

#include <fmt/ranges.h>

namespace macaw::sim {

namespace {

std::string expression(const CellGate& gate) {
    const std::string a = fmt::format("s{}", gate.a), b = fmt::format("s{}", gate.b);
    switch (gate.kind) {
        case GateKind::Buffer:
            return a;
        case GateKind::Not:
            return "~" + a;
        case GateKind::And:
            return a + " & " + b;
        case GateKind::Or:
            return a + " | " + b;
        case GateKind::Xor:
            return a + " ^ " + b;
        case GateKind::Nand:
            return fmt::format("~({} & {})", a, b);
        case GateKind::Nor:
            return fmt::format("~({} | {})", a, b);
        case GateKind::Xnor:
            return fmt::format("~({} ^ {})", a, b);
    }
    throw std::logic_error("unknown GateKind");
}

std::string body(const CellFunction& cell) {
    std::string text;
    for (int signal = 0; signal < cell.signals; ++signal)
        text += fmt::format("  {} s{};\n", cell.flip_flop && cell.flip_flop->state == signal ? "reg" : "wire",
                            signal);
    for (std::size_t i = 0; i < cell.inputs.size(); ++i)
        text += fmt::format("  assign s{} = {};\n", i, cell.inputs[i]);
    for (bool value : {false, true})
        text += fmt::format("  assign s{} = 1'b{:d};\n", cell.constant_signal(value), value);
    for (const CellGate& gate : cell.gates)
        text += fmt::format("  assign s{} = {};\n", gate.result, expression(gate));
    for (std::size_t i = 0; i < cell.outputs.size(); ++i)
        text += fmt::format("  assign {} = s{};\n", cell.outputs[i], cell.output_signals[i]);
    if (cell.flip_flop)
        text +=
            fmt::format("  always @({} s{}) s{} <= s{};\n", cell.flip_flop->rising ? "posedge" : "negedge",
                        cell.flip_flop->clock_input, cell.flip_flop->state, cell.flip_flop->data);
    return text;
}

std::string paths(const CellFunction& cell) {
    std::string text;
    for (const std::string& output : cell.outputs) {
        if (cell.flip_flop) {
            text += fmt::format("    ({} => {}) = (0, 0);\n",
                                cell.inputs[static_cast<std::size_t>(cell.flip_flop->clock_input)], output);
            continue;
        }
        for (const std::string& input : cell.inputs)
            text += fmt::format("    ({} => {}) = (0, 0);\n", input, output);
    }
    return text.empty() ? "" : "  specify\n" + text + "  endspecify\n";
}

}  // namespace

std::string timed_cell_models(const CellLibrary& library, const std::set<std::string>& names) {
    std::string text = "`timescale 1ns / 1ps\n";
    for (const std::string& name : names) {
        const CellFunction* cell = library.find(name);
        require(cell != nullptr && cell->refusal.empty(),
                "timed_cell_models: a cell that cannot be simulated");
        std::vector<std::string> ports;
        for (const std::string& input : cell->inputs) ports.push_back("input " + input);
        for (const std::string& output : cell->outputs) ports.push_back("output " + output);
        text += fmt::format("\nmodule {} ({});\n{}{}endmodule\n", name, fmt::join(ports, ", "), body(*cell),
                            paths(*cell));
    }
    return text;
}

}  // namespace macaw::sim
