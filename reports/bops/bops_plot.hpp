// Figure 2 of arXiv 2409.17092 as SVG: bit flips, and power, over BOps, a colour for each K, with the
// least-squares line.
#pragma once

#include "reports/bops/bops_table.hpp"
#include "reports/html/plot.hpp"

namespace macaw::reports {

XyPlot bops_plot(const BopsConfig& config, const FormLibrary& library, const std::vector<BopsResult>& results,
                 BopsQuantity quantity);

// bops_flips.svg, bops_power.svg and bops_area.svg in `folder`.
Expected<void> draw_bops(const BopsConfig& config, const FormLibrary& library,
                         const std::vector<BopsResult>& results, const std::filesystem::path& folder);

}  // namespace macaw::reports
