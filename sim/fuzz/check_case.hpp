// What is asked of a case: the generated array, run in C++, gives what golden says, on every output, flag and
// protocol rule; and the printed SystemVerilog passes Verilator's lint and its own testbench under Icarus.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "sim/fuzz/fuzz_case.hpp"

namespace macaw::sim {

// What is wrong with the array in this case; nothing where it is right.
using CaseProblem = std::optional<std::string>;
using CaseCheck = std::function<CaseProblem(const FuzzCase&)>;

// Milliseconds. Every failure of the generator is a problem too: the configurations are legal.
CaseProblem check_model(const FuzzCase& fuzz_case);

// As check_model for a design that was changed after generation (faults for negative controls).
CaseProblem check_design(const FuzzCase& fuzz_case, const rtl::Design& design);

// A second or so; `folder` is emptied. Tools that are not installed are errors.
Expected<CaseProblem> check_with_tools(const FuzzCase& fuzz_case, const std::filesystem::path& folder);

}  // namespace macaw::sim
