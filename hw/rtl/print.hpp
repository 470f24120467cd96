// Prints a verified design as SystemVerilog, one module a file, identical text for an identical design.
//
// Only constructs that Verilator 5, Yosys 0.23 and Icarus 11 read alike: flat packed vectors, size casts,
// $signed, assign, one always_ff. Every width and sign of the graph appears in the text; nothing is left to
// context rules.
#pragma once

#include <string>
#include <vector>

#include "hw/rtl/design.hpp"

namespace macaw::rtl {

struct SourceFile {
    std::string name;  // "macaw_pe.sv"
    std::string text;
    bool operator==(const SourceFile&) const = default;
};

// In the order of the modules: a module comes after everything that it instantiates.
// command_line: what the user typed, for the header. std::logic_error when verify() finds a problem.
std::vector<SourceFile> print_design(const Design& design, const std::string& command_line);

// One expression, for messages and tests.
std::string print_expression(const Expression& expression);

}  // namespace macaw::rtl
