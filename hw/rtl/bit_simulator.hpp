// Runs a combinational design on 64 cases at once: every signal is a list of bits, every bit a word with one
// case in each position. For exhaustive checks of arithmetic units; clocked designs run in Simulator.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hw/rtl/design.hpp"

namespace macaw::rtl {

class BitSimulator {
  public:
    // std::logic_error where verify() finds a problem, for a register and for `*`.
    explicit BitSimulator(const Design& design);

    // Ports of the top module; std::logic_error where there is no such port or bit, or where `set` names an
    // output.
    int width(const std::string& port) const { return static_cast<int>(bits_of(port).size()); }
    void set(const std::string& port, int bit, std::uint64_t cases);
    std::uint64_t get(const std::string& port, int bit) const;

    // Outputs follow inputs.
    void evaluate();

    std::size_t gate_count() const { return gates_.size(); }

  private:
    friend class BitCompiler;
    enum class Gate : std::uint8_t { Not, And, Or, Xor };
    struct Instruction {
        Gate gate = Gate::Not;
        std::uint32_t target = 0;  // indices of words_
        std::uint32_t a = 0;
        std::uint32_t b = 0;
    };
    using Bits = std::vector<std::uint32_t>;  // least significant first
    const Bits& bits_of(const std::string& port) const;

    std::vector<Instruction> gates_;  // each behind those that it reads
    std::vector<std::uint64_t> words_;
    std::map<std::string, Bits> ports_;
};

}  // namespace macaw::rtl
