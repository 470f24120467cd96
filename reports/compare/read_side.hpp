// What stands on one side of a comparison.
#pragma once

#include <string>

#include "golden/support/error.hpp"
#include "reports/compare/comparison.hpp"

namespace macaw::reports {

// `text` is one of
//     out/demo              the folder of a run or a step, with metrics.json
//     out/demo/metrics.json
//     out                   an output folder: all points of its database of results
//     out/results.sqlite    likewise
//     out:demo              one of these points: [SWEEP/]POINT, the sweep where the name alone does not
//     decide
// Points that failed have no figures and are an error where they are asked for by name. Errors: a file or a
// point that does not exist, a name that several sweeps have.
Expected<Side> read_side(const std::string& text);

}  // namespace macaw::reports
