// One unit of a study of BOps: synthesised, its netlist given random operands, its toggles counted, its power
// estimated from them. A point is named by the hash of all that decides it and is made once in an output
// folder.
#pragma once

#include "reports/bops/bops_config.hpp"
#include "reports/forms/form_point.hpp"

namespace macaw::reports {

struct BopsFigures {
    double sparsity = 0;        // 0..1: share of the weights of the sample that are 0
    double flips = 0;           // bit flips a cycle, sum over all nets but the clock
    double power = 0;           // W at the clock of the study
    double register_flips = 0;  // those of flip-flop outputs alone
    double area = 0;            // um^2 of cells
    double period = 0;          // least, ns
    std::int64_t cells = 0;
    std::int64_t nets = 0;  // with a toggle count
};

struct BopsResult {
    hw::DotProductShape unit;
    BopsFigures figures;
    // K (M N + (1 - sparsity) P): bit operations a cycle (Eq. 5).
    double bops() const;
};

// Thread-safe for different units. `store`: the folder that holds a folder per point. Errors: a tool that
// fails, a sum that differs from the exact one.
Expected<BopsResult> run_bops_point(const hw::DotProductShape& unit, const BopsConfig& config,
                                    const FormLibrary& library, const std::filesystem::path& store);

}  // namespace macaw::reports
