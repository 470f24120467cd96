// Logic synthesis with Yosys and ABC: SystemVerilog to a netlist of library cells that keeps the hierarchy,
// so that a processing element is synthesised once and instantiated many times.
//
// All recipes: `synth -noalumacc` (unless SynthesisOptions say otherwise), adder modules (full_adder,
// half_adder) mapped onto the library's adder cells where it has them, D flip-flops mapped, ABC with a script
// of the recipe's name, buffer trees on nets with a high fan-out into submodules.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/silicon/library.hpp"
#include "reports/silicon/options.hpp"
#include "reports/silicon/recipe.hpp"

namespace macaw::reports {

// The cells that stand directly in one module.
struct ModuleArea {
    std::string module;
    std::int64_t instances = 0;  // of the module in the whole design
    std::int64_t cells = 0;      // of one instance
    double area = 0;             // um^2 of one instance
};

struct Synthesis {
    std::string top;
    std::vector<ModuleArea> modules;  // largest total first
    std::int64_t cells = 0;           // whole design
    double area = 0;                  // um^2, cells only: no wires, no placement
    std::int64_t adder_cells = 0;     // full and half adder cells of the library, whole design
    std::int64_t fanout_buffers = 0;  // whole design
    double yosys_area = 0;            // um^2, as Yosys prints it: equal to area (cross_check.hpp)
    double abc_delay_ns = 0;          // largest of a module as ABC sees it; 0 where it said nothing
    // Area of a module with everything below it, um^2.
    double area_of(const std::string& module) const;
    // Null where the netlist has no such module.
    const ModuleArea* find(const std::string& module) const;
    std::map<std::string, double> subtree_area;  // module -> um^2
};

// Writes netlist.v and netlist.json into the log's folder. `files`: absolute paths of the RTL.
Expected<Synthesis> synthesize(const std::vector<std::filesystem::path>& files, const std::string& top,
                               Recipe recipe, const Library& library, ToolLog& log,
                               const SynthesisOptions& options = {});

}  // namespace macaw::reports
