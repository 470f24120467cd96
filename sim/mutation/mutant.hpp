// One small fault in a netlist, as Yosys' command `mutate` makes it, and what became of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "golden/support/error.hpp"

namespace macaw::sim {

// inv, const0, const1: the bit is inverted or stuck; cnot0, cnot1: inverted while another bit of the port is
// 0 (1).
struct Mutant {
    int number = 0;  // value of the select port that switches it on; from 1
    std::string mode;
    std::string module;
    std::string cell;
    std::string port;
    int port_bit = 0;
    std::string wire;     // the named wire behind the bit, with its index; may be empty
    std::string source;   // places in the RTL
    std::string command;  // of Yosys, without -ctrl
};

// Lines of `mutate -list`. Faults on clocks are left out: a synchronous netlist has one clock for all
// registers, and the tools that decide about survivors do not model it.
Expected<std::vector<Mutant>> parse_mutants(std::string_view list, int count);

enum class MutantStatus { Killed, Equivalent, Survived, Undecided };
std::string to_string(MutantStatus status);

struct MutantOutcome {
    Mutant mutant;
    MutantStatus status = MutantStatus::Undecided;
    std::string killed_by;  // job
    std::string reason;     // what was seen there, or what the solver said
};

}  // namespace macaw::sim
