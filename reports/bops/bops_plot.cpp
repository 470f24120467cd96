#include "reports/bops/bops_plot.hpp"

#include <algorithm>
#include <map>

namespace macaw::reports {

namespace {

std::string axis_of(BopsQuantity quantity, double clock_mhz) {
    switch (quantity) {
        case BopsQuantity::Flips:
            return "bit flips a cycle";
        case BopsQuantity::Power:
            return fmt::format("power at {} MHz, mW", clock_mhz);
        case BopsQuantity::Area:
            return "cell area, um^2";
    }
    throw std::logic_error("unknown BopsQuantity");
}

}  // namespace

XyPlot bops_plot(const BopsConfig& config, const FormLibrary& library, const std::vector<BopsResult>& results,
                 BopsQuantity quantity) {
    const BopsFit fit = fit_bops(results, quantity);
    XyPlot plot;
    plot.name = "bops_" + to_string(quantity);
    plot.title = fmt::format("BOps and {}: correlation {:.3f}", to_string(quantity), fit.pearson);
    plot.caption = fmt::format("{} vector MACs; {}; recipe {}", results.size(), library.origin.library,
                               to_string(config.recipe));
    plot.x_label = "BOps a cycle: K (M N + (1 - sparsity) P)";
    plot.y_label = axis_of(quantity, config.clock_mhz);
    plot.y_from_zero = true;
    std::map<int, Series> by_lanes;
    double least = results.front().bops(), most = least;
    for (const BopsResult& result : results) {
        Series& series = by_lanes[result.unit.lanes];
        series.title = fmt::format("K = {}", result.unit.lanes);
        series.mark = Mark::Points;
        series.points.emplace_back(result.bops(), value_of(result.figures, quantity));
        least = std::min(least, result.bops());
        most = std::max(most, result.bops());
    }
    for (auto& [unused, series] : by_lanes) plot.series.push_back(std::move(series));
    auto line = [&](double x) { return std::pair(x, fit.offset + fit.slope * x); };
    plot.series.push_back({"least squares", Mark::DashedLine, {line(least), line(most)}});
    return plot;
}

Expected<void> draw_bops(const BopsConfig& config, const FormLibrary& library,
                         const std::vector<BopsResult>& results, const std::filesystem::path& folder) {
    for (BopsQuantity quantity : kBopsQuantities)
        MACAW_CHECK(draw(bops_plot(config, library, results, quantity), folder));
    return {};
}

}  // namespace macaw::reports
