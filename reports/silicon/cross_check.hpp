// Two ways to the same figure: what one tool says against what another one, or our own sum, says.
#pragma once

#include <string>

#include "golden/support/error.hpp"

namespace macaw::reports {

// Largest relative difference between our sum of cell areas and the area that Yosys prints.
inline constexpr double kAreaTolerance = 1e-6;

// The area of the top module in the output of Yosys' `stat`, um^2. Errors (ToolFailed): none is printed, or
// it differs from `area` by more than the tolerance.
Expected<double> check_area(const std::string& top, double area, const std::string& yosys_output);

// The least period over ABC's delay lies here where the longest path stays in one module: ABC times one
// module at a time, from its ports and flip-flops as if they drove at once, without set-up and
// clock-to-output time, at loads of its own. Where the path crosses modules it may lie above (up to 4.4 seen
// in 8 x 8 arrays).
inline constexpr double kLeastPeriodOverAbc = 0.8, kMostPeriodOverAbc = 3;

// The largest delay over all modules in the output of Yosys' `abc`, ns: of each the last `stime`. 0 without
// one.
double abc_delay_ns(const std::string& yosys_output);

}  // namespace macaw::reports
