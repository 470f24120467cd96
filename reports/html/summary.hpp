// What an architect reads at a glance: the verdicts (proven? simulated?) and the headline figures, on the
// terminal. A figure that no step gave is left out, never guessed; a verdict needs all of its figures.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "golden/support/metrics.hpp"

namespace macaw::reports {

// Said wherever a perplexity of the integer datapath is printed.
inline constexpr std::string_view kDatapathScope =
    "The integer datapath covers the linear layers of every block; embedding, norms, softmax, the two "
    "attention "
    "products and the LM head stay in float.";

// The same for a terminal.
inline constexpr std::string_view kDatapathScopeLines =
    "  (integer datapath: linear layers of every block; embedding, norms, softmax,\n"
    "   attention products and LM head in float)\n";

struct Verdict {
    bool good = false;
    std::string text;
    std::vector<std::string> keys = {};  // of the figures that it follows from
};

// The certificate against the configured widths; co-simulation against the golden model; overflows in the
// trap RTL.
std::vector<Verdict> verdicts(const Metrics& metrics);

// About twenty aligned lines, ASCII, ends with a line end; empty when no known figure is there.
std::string summary_text(const Metrics& metrics);

}  // namespace macaw::reports
