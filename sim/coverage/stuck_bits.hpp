// Bits that keep one value for ever because of the data that reaches them: constant propagation does not see
// that, as it knows constants, not ranges (the flag of the first element of a column, where P_I bits hold
// every product). Proven by SAT on the flattened design: Yosys' temporal induction from any state.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/coverage/code_coverage.hpp"

namespace macaw::sim {

// Explains those holes that are still unexplained and are proven stuck in every instance of their module. A
// solver that gives up explains nothing.
Expected<void> explain_stuck_bits(std::vector<CoverageHole>& holes, const rtl::Design& design,
                                  const std::vector<std::filesystem::path>& files,
                                  const std::filesystem::path& work_folder);

}  // namespace macaw::sim
