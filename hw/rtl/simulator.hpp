// Runs a verified design in C++, cycle by cycle, two-valued: the same graph that is printed as SystemVerilog.
//
// The hierarchy is flattened once into a list of instructions in the order of their dependencies; a cycle is
// one walk over the list. Values of up to 64 bits sit in one word, extended by their own sign; wider ones in
// several words. Registers start at 0 (a power-up value that hardware does not promise: reset first).
//
//     simulator.set(simulator.port("in_valid_i"), 1);
//     simulator.evaluate();                          // outputs follow inputs and registers
//     if (simulator.get(simulator.port("in_ready_o"))) ...
//     simulator.clock_edge();                        // registers take their next values
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hw/rtl/design.hpp"

namespace macaw::rtl {

struct Instruction;  // instruction.hpp

class Simulator {
  public:
    // std::logic_error when verify() finds a problem. The design is not needed afterwards.
    explicit Simulator(const Design& design);
    ~Simulator();
    Simulator(Simulator&&) noexcept;
    Simulator& operator=(Simulator&&) = delete;

    // A port of the top module; clk_i has none.
    struct Port {
        std::uint32_t word = 0;  // first word of its value
        Type type;
        bool is_input = false;
    };
    // std::logic_error when there is no such port.
    Port port(const std::string& name) const;
    bool has_port(const std::string& name) const;

    // Inputs. `bits` beyond the width of the port must be 0 (unsigned port) or the sign (signed port).
    void set(const Port& port, std::int64_t value);
    // Least significant word first; exactly as many words as the port needs.
    void set_words(const Port& port, std::span<const std::uint64_t> words);
    // Bits [low + width - 1 : low] of the port, at most 64.
    void set_bits(const Port& port, int low, int width, std::uint64_t bits);

    // Combinational logic from inputs and registers; no work when neither changed.
    void evaluate();
    // evaluate(), then all registers take their next values at once. Outputs are to be evaluated again.
    void clock_edge();

    // Values of ports; std::logic_error between a change and evaluate().

    std::int64_t get(const Port& port) const;
    std::uint64_t get_bits(const Port& port, int low, int width) const;
    std::span<const std::uint64_t> get_words(const Port& port) const;

    std::size_t instruction_count() const;

  private:
    struct NamedPort {
        std::string name;
        Port port;
    };
    void prepare_to_set(const Port& port);
    std::vector<NamedPort> ports_;
    std::vector<Instruction> instructions_;
    std::vector<std::uint64_t> words_;
    std::uint32_t register_words_ = 0;  // registers are words_[0, n), their next values words_[n, 2n)
    bool is_evaluated_ = false;
};

}  // namespace macaw::rtl
