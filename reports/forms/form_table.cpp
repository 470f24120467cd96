#include "reports/forms/form_table.hpp"

#include <algorithm>
#include <map>

namespace macaw::reports {

namespace {

bool same_group(const FormResult& a, const FormPoint& b) {
    return a.point.library == b.library && a.point.unit == b.unit;
}

void keep_better(const FormResult*& best, const FormResult& result) {
    if (best == nullptr || result.figures.product() < best->figures.product()) best = &result;
}

const FormComparison* comparison_of(const FormResult& result, const std::vector<FormComparison>& all) {
    for (const FormComparison& comparison : all)
        if (same_group(result, {comparison.library, comparison.unit, {}, {}})) return &comparison;
    return nullptr;
}

std::string verdict(const FormDelta& change) {
    if (change.is_no_worse()) return "no worse";
    if (change.area > 0 && change.period > 0) return "larger and slower";
    return change.area > 0 ? "larger" : "slower";
}

// "osu018_stdcells"
std::string key_of(const FormComparison& comparison, const std::vector<FormLibrary>& libraries) {
    const hw::DotProductShape& unit = comparison.unit;
    return fmt::format("{}_l{}_w{}{}a{}{}_p{}", libraries[comparison.library].library.title, unit.lanes,
                       unit.weight_bits.bits(), unit.has_signed_weights() ? "" : "u",
                       unit.activation_bits.bits(), unit.has_signed_activations() ? "" : "u",
                       unit.accumulator_bits.bits());
}

std::string percent(double ratio) {
    return fmt::format("{:+.1f} %", 100 * ratio);
}

std::string cells_note(const Library& library) {
    std::vector<std::string> missing;
    if (!library.full_adder) missing.push_back("full-adder");
    if (!library.half_adder) missing.push_back("half-adder");
    std::string text;
    if (!missing.empty())
        text = fmt::format("It has no {} cell: such adders are mapped as gates.\n",
                           fmt::join(missing, " and no "));
    if (library.full_adder && library.full_adder->inverts)
        text += "Its full-adder cell gives complements: inverters stand behind it.\n";
    return text;
}

// Rows of cells as an aligned Markdown table.
std::string aligned(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths(rows.front().size(), 3);
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t i = 0; i < widths.size(); ++i)
            text += fmt::format("| {:<{}} ", rows[r][i], widths[i]);
        text += "|\n";
        if (r > 0) continue;
        for (std::size_t width : widths) text += fmt::format("|{}", std::string(width + 2, '-'));
        text += "|\n";
    }
    return text;
}

void add_row(std::vector<std::vector<std::string>>& rows, const FormComparison& comparison,
             const FormResult* result) {
    if (result == nullptr) return;
    const FormFigures& figures = result->figures;
    std::vector<std::string> row = {to_string(comparison.unit),
                                    to_string(result->point.variant),
                                    to_string(result->point.recipe),
                                    fmt::format("{:.0f}", figures.area),
                                    fmt::format("{:.3f}", figures.period),
                                    fmt::format("{:.1f}", figures.product() / 1000),
                                    "",
                                    "",
                                    ""};
    if (comparison.behavioural != nullptr && result != comparison.behavioural) {
        FormDelta change = delta(figures, comparison.behavioural->figures);
        row[6] = percent(change.area);
        row[7] = percent(change.period);
        row[8] = percent(change.product);
    }
    rows.push_back(std::move(row));
}

std::string library_markdown(std::size_t library, const std::vector<FormComparison>& comparisons,
                             const FormLibrary& loaded) {
    std::string text = fmt::format("## {}\n\n{}", loaded.origin.library, cells_note(loaded.library));
    if (!text.ends_with("\n\n")) text += "\n";
    std::vector<std::vector<std::string>> rows = {
        {"unit", "form", "recipe", "um^2", "ns", "1000 um^2 ns", "area", "period", "area x period"}};
    for (const FormComparison& comparison : comparisons) {
        if (comparison.library != library) continue;
        add_row(rows, comparison, comparison.behavioural);
        if (comparison.resolved != comparison.structural) add_row(rows, comparison, comparison.resolved);
        add_row(rows, comparison, comparison.structural);
    }
    return text + aligned(rows) + "\n";
}

}  // namespace

FormDelta delta(const FormFigures& figures, const FormFigures& behavioural) {
    return {figures.area / behavioural.area - 1, figures.period / behavioural.period - 1,
            figures.product() / behavioural.product() - 1};
}

std::vector<FormComparison> compare_forms(const std::vector<FormResult>& results) {
    std::vector<FormComparison> comparisons;
    for (const FormResult& result : results) {
        auto found = std::ranges::find_if(comparisons, [&](const FormComparison& comparison) {
            return same_group(result, {comparison.library, comparison.unit, {}, {}});
        });
        if (found == comparisons.end()) {
            comparisons.push_back({result.point.library, result.point.unit});
            found = comparisons.end() - 1;
        }
        if (!result.failure.empty()) continue;
        if (result.point.variant.kind != FormKind::Structural) {
            keep_better(found->behavioural, result);
            continue;
        }
        keep_better(found->structural, result);
        if (result.point.variant.form.accumulation == hw::Accumulation::Resolved)
            keep_better(found->resolved, result);
    }
    return comparisons;
}

bool is_pareto(const FormResult& result, const std::vector<FormResult>& results) {
    if (!result.failure.empty()) return false;
    const FormFigures& own = result.figures;
    return std::ranges::none_of(results, [&](const FormResult& other) {
        const FormFigures& its = other.figures;
        return other.failure.empty() && same_group(other, result.point) && its.area <= own.area &&
               its.period <= own.period && (its.area < own.area || its.period < own.period);
    });
}

namespace {

// The point with the widest accumulator below this one's and else the same; none where there is none.
const FormResult* next_narrower(const FormResult& result, const std::vector<FormResult>& results) {
    const FormResult* narrower = nullptr;
    const int own_bits = result.point.unit.accumulator_bits.bits();
    for (const FormResult& other : results) {
        FormPoint wished = result.point;
        wished.unit.accumulator_bits = other.point.unit.accumulator_bits;
        const int bits = other.point.unit.accumulator_bits.bits();
        if (!other.failure.empty() || !same_group(other, wished) || bits >= own_bits ||
            !(other.point.variant == result.point.variant) || other.point.recipe != result.point.recipe)
            continue;
        if (narrower == nullptr || bits > narrower->point.unit.accumulator_bits.bits()) narrower = &other;
    }
    return narrower;
}

std::string growth_text(const AreaGrowth& growth) {
    if (growth.compared == 0) return {};
    std::string text = fmt::format(
        "Structural area against the next narrower accumulator in the same form and recipe: larger in {} of "
        "{}.\n",
        growth.compared - static_cast<std::int64_t>(growth.not_growing.size()), growth.compared);
    for (const std::string& line : growth.not_growing) text += "- " + line + "\n";
    return text;
}

}  // namespace

AreaGrowth area_growth(const std::vector<FormResult>& results, const std::vector<FormLibrary>& libraries) {
    AreaGrowth growth;
    for (const FormResult& result : results) {
        if (!result.failure.empty() || result.point.variant.kind != FormKind::Structural) continue;
        const FormResult* narrower = next_narrower(result, results);
        if (narrower == nullptr) continue;
        ++growth.compared;
        if (result.figures.area > narrower->figures.area) continue;
        growth.not_growing.push_back(
            fmt::format("{}, {}, {}, {}: {:.0f} um^2, but {:.0f} at P = {}",
                        libraries[result.point.library].library.title, to_string(result.point.unit),
                        to_string(result.point.variant), to_string(result.point.recipe), result.figures.area,
                        narrower->figures.area, narrower->point.unit.accumulator_bits.bits()));
    }
    return growth;
}

Table form_table(const std::vector<FormResult>& results, const std::vector<FormLibrary>& libraries) {
    Table table({"library",
                 "corner",
                 "lanes",
                 "weight_bits",
                 "weight_signedness",
                 "activation_bits",
                 "activation_signedness",
                 "accumulator_bits",
                 "form",
                 "recipe",
                 "area_um2",
                 "period_ns",
                 "area_period_um2_ns",
                 "cells_count",
                 "adder_cells_count",
                 "area_change_ratio",
                 "period_change_ratio",
                 "area_period_change_ratio",
                 "against_behavioural",
                 "pareto",
                 "failure"});
    std::vector<FormComparison> comparisons = compare_forms(results);
    for (const FormResult& result : results) {
        const Library& library = libraries[result.point.library].library;
        const hw::DotProductShape& unit = result.point.unit;
        std::vector<Json> row = {library.title,
                                 library.corner,
                                 unit.lanes,
                                 unit.weight_bits.bits(),
                                 to_string(unit.weight_signedness),
                                 unit.activation_bits.bits(),
                                 to_string(unit.activation_signedness),
                                 unit.accumulator_bits.bits(),
                                 to_string(result.point.variant),
                                 to_string(result.point.recipe)};
        if (result.failure.empty())
            row.insert(row.end(), {result.figures.area, result.figures.period, result.figures.product(),
                                   result.figures.cells, result.figures.adder_cells});
        else
            row.insert(row.end(), 5, "");
        const FormResult* behavioural = comparison_of(result, comparisons)->behavioural;
        if (result.failure.empty() && behavioural != nullptr) {
            FormDelta change = delta(result.figures, behavioural->figures);
            row.insert(row.end(), {change.area, change.period, change.product, verdict(change)});
        } else {
            row.insert(row.end(), 4, "");
        }
        row.emplace_back(is_pareto(result, results));
        row.emplace_back(result.failure);
        table.add_row(std::move(row));
    }
    return table;
}

std::string form_markdown(const std::string& title, const std::vector<FormResult>& results,
                          const std::vector<FormLibrary>& libraries) {
    std::vector<FormComparison> comparisons = compare_forms(results);
    std::string text = fmt::format("# {}\n\n", title);
    text +=
        "Best of all forms and recipes by area x least period: behavioural or plain first, then structural "
        "with\nthe same registers, then structural with a carry-save accumulator where that is better.\n\n";
    for (std::size_t i = 0; i < libraries.size(); ++i) text += library_markdown(i, comparisons, libraries[i]);
    text += growth_text(area_growth(results, libraries));
    for (const FormResult& result : results)
        if (!result.failure.empty())
            text +=
                fmt::format("\n- {}, {}, {} failed: {}\n", to_string(result.point.unit),
                            to_string(result.point.variant), to_string(result.point.recipe), result.failure);
    const SiliconOrigin& origin = libraries.front().origin;
    text += fmt::format(
        "\n{} points. Cell area after synthesis and static timing, an estimate: no wires, no "
        "placement, ideal clock.\n{}; {}; {}.\n",
        results.size(), origin.yosys, origin.abc, origin.opensta);
    return text;
}

Metrics form_metrics(const std::vector<FormResult>& results, const std::vector<FormLibrary>& libraries) {
    Metrics metrics;
    for (const FormComparison& comparison : compare_forms(results)) {
        const std::string key = key_of(comparison, libraries);
        const SiliconOrigin& origin = libraries[comparison.library].origin;
        auto how = [&](const FormResult& result) {
            return fmt::format(
                "{}, recipe {}, {}, best of its kind by area x period; cells after synthesis, "
                "no wires; {}, {}, {}",
                to_string(result.point.variant), to_string(result.point.recipe), origin.library, origin.yosys,
                origin.abc, origin.opensta);
        };
        auto add = [&](const std::string& kind, const FormResult* result) {
            if (result == nullptr) return;
            metrics.add(fmt::format("forms__{}__{}__um2", kind, key), result->figures.area, how(*result));
            metrics.add(fmt::format("forms__{}__{}__ns", kind, key), result->figures.period, how(*result));
            if (comparison.behavioural == nullptr || result == comparison.behavioural) return;
            FormDelta change = delta(result->figures, comparison.behavioural->figures);
            metrics.add(fmt::format("forms__{}_area_period_change__{}__ratio", kind, key), change.product,
                        how(*result) + "; against " + to_string(comparison.behavioural->point.variant) +
                            ", recipe " + to_string(comparison.behavioural->point.recipe));
        };
        add("behavioural", comparison.behavioural);
        add("resolved", comparison.resolved);
        add("structural", comparison.structural);
    }
    const AreaGrowth growth = area_growth(results, libraries);
    metrics.add(
        "forms__area__not_growing__count", growth.not_growing.size(),
        fmt::format("of {} structural points with a next narrower accumulator; those whose area is not "
                    "larger",
                    growth.compared));
    return metrics;
}

}  // namespace macaw::reports
