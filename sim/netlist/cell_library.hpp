// What the cells of a technology library compute, for gate-level simulation. The functions come from Yosys,
// which reads the Liberty `function` attributes (`read_liberty; write_json`); macaw has no Liberty parser of
// its own.
//
// A cell is a short program over local signals: its inputs, then constants 0 and 1, then one result a gate. A
// cell that the zero-delay simulator cannot run (latch, three-state, no function) keeps the reason, and is
// refused only when a netlist uses it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"

namespace macaw::sim {

enum class GateKind : std::uint8_t { Buffer, Not, And, Or, Xor, Nand, Nor, Xnor };

bool gate_value(GateKind kind, bool a, bool b);  // Buffer and Not ignore b

// `a` and `b` are indices of signals; Buffer and Not ignore b.
struct CellGate {
    GateKind kind = GateKind::Buffer;
    int result = 0;
    int a = 0;
    int b = 0;
};

// The state of a flip-flop is a signal of its cell that gates may read; it takes `data` at the clock's edge.
struct CellFlipFlop {
    int state = 0;
    int data = 0;
    int clock_input = 0;  // index into CellFunction::inputs
    bool rising = true;
    struct AsynchronousPin {
        int signal = 0;
        bool active_high = false;
    };
    std::vector<AsynchronousPin> asynchronous;  // set and reset pins; a netlist must tie them inactive
};

struct CellFunction {
    std::string name;
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    int signals = 0;                  // inputs, constant 0, constant 1, the rest
    std::vector<CellGate> gates;      // in an order in which each signal is known before it is read
    std::vector<int> output_signals;  // [outputs]
    std::optional<CellFlipFlop> flip_flop;
    std::string refusal;  // why it cannot be simulated; empty where it can

    int constant_signal(bool value) const { return static_cast<int>(inputs.size()) + (value ? 1 : 0); }
    bool combinational() const { return refusal.empty() && !flip_flop; }
};

// Output `output` of a combinational cell of at most 6 inputs: bit i is the value where input k is bit k of
// i.
std::uint64_t truth_table(const CellFunction& cell, std::size_t output);

class CellLibrary {
  public:
    // `file`: written by Yosys `read_liberty -ignore_miss_func <files>; write_json <file>`.
    static Expected<CellLibrary> read(const std::filesystem::path& file);
    const CellFunction* find(const std::string& name) const;
    const std::map<std::string, CellFunction>& cells() const { return cells_; }

  private:
    std::map<std::string, CellFunction> cells_;
};

}  // namespace macaw::sim
