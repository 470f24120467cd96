// The page and the metrics of a study of BOps.
#include <algorithm>
#include <numeric>

#include "reports/bops/bops_table.hpp"
#include "reports/bops/correlation.hpp"

namespace macaw::reports {

namespace {

constexpr std::size_t kFarUnits = 12;  // listed, half of them on either side of the line

std::string how_of(const BopsConfig& config, const FormLibrary& library, std::size_t units) {
    const SiliconOrigin& origin = library.origin;
    return fmt::format(
        "{} plain vector MACs, recipe {}; {}; {}; {}; {}; no wires; {} streams of {} cycles of uniform "
        "random "
        "codes, a dot product of {} beats, seed {}, every sum equal to the exact one; zero-delay toggles",
        units, to_string(config.recipe), origin.library, origin.yosys, origin.abc, origin.opensta,
        config.activity.streams, config.activity.cycles, config.activity.operands.beats,
        config.activity.operands.seed);
}

TwoTerms weights_of_terms(const std::vector<BopsResult>& results, BopsQuantity quantity) {
    std::vector<double> products, accumulators, values;
    for (const BopsResult& result : results) {
        const hw::DotProductShape& unit = result.unit;
        products.push_back(unit.lanes * unit.weight_bits.bits() * unit.activation_bits.bits());
        accumulators.push_back(result.bops() - products.back());
        values.push_back(value_of(result.figures, quantity));
    }
    return relative_least_squares(products, accumulators, values);
}

// Both terms must vary apart from each other.
bool has_two_terms(const std::vector<BopsResult>& results) {
    auto ratio = [](const BopsResult& result) {
        return static_cast<double>(result.unit.accumulator_bits.bits()) /
               (result.unit.weight_bits.bits() * result.unit.activation_bits.bits());
    };
    return std::ranges::any_of(results, [&](const BopsResult& result) {
        return ratio(result) > 1.01 * ratio(results.front()) || ratio(results.front()) > 1.01 * ratio(result);
    });
}

std::string percent(double ratio) {
    return fmt::format("{:+.0f} %", 100 * ratio);
}

std::string correlation_text(const std::vector<BopsResult>& results) {
    std::string text =
        "| BOps against | Pearson | Spearman | least-squares line | P counts, M N = 1 |\n"
        "| --- | --: | --: | --- | --: |\n";
    for (BopsQuantity quantity : kBopsQuantities) {
        const BopsFit fit = fit_bops(results, quantity);
        std::string share = "";
        if (has_two_terms(results)) {
            const TwoTerms terms = weights_of_terms(results, quantity);
            share = fmt::format("{:.2f}", terms.b / terms.a);
        }
        text += fmt::format("| {} | {:.4f} | {:.4f} | {:.4g} + {:.4g} BOps | {} |\n", to_string(quantity),
                            fit.pearson, fit.spearman, fit.offset, fit.slope, share);
    }
    return text +
           "\nLast column: b / a of value = K (a M N + b (1 - sparsity) P), least squares of the relative "
           "errors; BOps says 1.\n\n";
}

std::string rows_text(const Table& table, const std::string& header, std::size_t first_percent,
                      std::size_t last_percent) {
    std::string text = header;
    for (const std::vector<std::string>& cells : table.rows()) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const bool number = i >= first_percent && !cells[i].empty();
            if (!number)
                text += "| " + cells[i] + " ";
            else if (i <= last_percent)
                text += "| " + percent(std::stod(cells[i])) + " ";
            else
                text += fmt::format("| {:.3f} ", std::stod(cells[i]));
        }
        text += "|\n";
    }
    return text + "\n";
}

std::string far_units_text(const std::vector<BopsResult>& results, BopsQuantity quantity) {
    const BopsFit fit = fit_bops(results, quantity);
    std::vector<std::size_t> order(results.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return fit.excess[i]; });
    std::string text =
        fmt::format("| unit | BOps | {} | the line says |\n| --- | --: | --: | --: |\n", to_string(quantity));
    for (std::size_t at = 0; at < order.size(); ++at) {
        if (at >= kFarUnits / 2 && at + kFarUnits / 2 < order.size()) continue;
        const BopsResult& result = results[order[at]];
        text += fmt::format("| {} | {:.0f} | {:.4g} | {} |\n", to_string(result.unit), result.bops(),
                            value_of(result.figures, quantity), percent(fit.excess[order[at]]));
    }
    return text + "\n";
}

}  // namespace

std::string bops_markdown(const BopsConfig& config, const FormLibrary& library,
                          const std::vector<BopsResult>& results) {
    std::string text = fmt::format(
        "# {}\n\nBOps = K (M N + (1 - sparsity) P), arXiv 2409.17092 Eq. 5; published correlation with bit "
        "flips 96 %.\nFlips are those of all nets in a cycle, power is at {} MHz.\n\n",
        config.title, config.clock_mhz);
    text += correlation_text(results);
    text += "## By what factor each grows from one value to the next, all else equal\n\n";
    text += rows_text(bops_step_table(results),
                      "| parameter | from | to | pairs | BOps | flips | power | area |\n"
                      "| --- | --: | --: | --: | --: | --: | --: | --: |\n",
                      4, 0);
    text += "## Where the line over BOps says too much (+) or too little (-)\n\n";
    text += rows_text(bops_group_table(results),
                      "| group | value | units | flips | power | area | r flips | r power | r area |\n"
                      "| --- | --: | --: | --: | --: | --: | --: | --: | --: |\n",
                      3, 5);
    for (BopsQuantity quantity : {BopsQuantity::Flips, BopsQuantity::Power})
        text += fmt::format("## Units furthest from the line of {}\n\n", to_string(quantity)) +
                far_units_text(results, quantity);
    return text + "Estimates: " + how_of(config, library, results.size()) + ".\n";
}

Metrics bops_metrics(const BopsConfig& config, const FormLibrary& library,
                     const std::vector<BopsResult>& results) {
    Metrics metrics;
    const std::string how = how_of(config, library, results.size());
    for (BopsQuantity quantity : kBopsQuantities) {
        const BopsFit fit = fit_bops(results, quantity);
        const std::string name = to_string(quantity);
        metrics.add(fmt::format("bops__pearson__{}__ratio", name), fit.pearson, how);
        metrics.add(fmt::format("bops__spearman__{}__ratio", name), fit.spearman, how);
        if (!has_two_terms(results)) continue;
        const TwoTerms terms = weights_of_terms(results, quantity);
        metrics.add(
            fmt::format("bops__accumulator_weight__{}__ratio", name), terms.b / terms.a,
            "b / a of value = K (a M N + b (1 - sparsity) P), least squares of relative errors; " + how);
    }
    metrics.add("bops__units__count", results.size(), how);
    return metrics;
}

}  // namespace macaw::reports
