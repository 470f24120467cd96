#include "reports/bops/bops_table.hpp"

#include <bit>
#include <cmath>
#include <functional>
#include <map>

#include "reports/bops/correlation.hpp"

namespace macaw::reports {

namespace {

using UnitProperty = std::function<int(const hw::DotProductShape&)>;

const std::vector<std::pair<std::string, UnitProperty>>& parameters() {
    static const std::vector<std::pair<std::string, UnitProperty>> all = {
        {"K", [](const auto& unit) { return unit.lanes; }},
        {"M", [](const auto& unit) { return unit.weight_bits.bits(); }},
        {"N", [](const auto& unit) { return unit.activation_bits.bits(); }},
        {"P", [](const auto& unit) { return unit.accumulator_bits.bits(); }}};
    return all;
}

// Where P stands: below the bits of a product, of the exact sum of a beat, or above both.
std::string accumulator_class(const hw::DotProductShape& unit) {
    const int bits = unit.accumulator_bits.bits(), product = unit.product_bits();
    if (bits < product) return "P < M + N";
    return bits < product + static_cast<int>(std::bit_width(static_cast<unsigned>(unit.lanes - 1)))
               ? "M + N <= P < tree"
               : "P >= tree";
}

std::vector<double> bops_of(const std::vector<BopsResult>& results) {
    std::vector<double> bops;
    for (const BopsResult& result : results) bops.push_back(result.bops());
    return bops;
}

std::vector<double> values_of(const std::vector<BopsResult>& results, BopsQuantity quantity) {
    std::vector<double> values;
    for (const BopsResult& result : results) values.push_back(value_of(result.figures, quantity));
    return values;
}

// An undefined correlation (one unit, or all alike) is an empty cell.
Json cell(double value) {
    return std::isfinite(value) ? Json(value) : Json("");
}

// Indices of the results by the value of a property, in its order.
template <typename Key>
std::map<Key, std::vector<std::size_t>> grouped(const std::vector<BopsResult>& results,
                                                const std::function<Key(const hw::DotProductShape&)>& key) {
    std::map<Key, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < results.size(); ++i) groups[key(results[i].unit)].push_back(i);
    return groups;
}

void add_group(Table& table, const std::string& parameter, const Json& value,
               const std::vector<BopsResult>& results, const std::vector<std::size_t>& members) {
    std::vector<BopsResult> group;
    for (std::size_t i : members) group.push_back(results[i]);
    std::vector<Json> row = {parameter, value, group.size()};
    for (BopsQuantity quantity : kBopsQuantities) {
        const BopsFit whole = fit_bops(results, quantity);
        double sum = 0;
        for (std::size_t i : members) sum += whole.excess[i];
        row.emplace_back(sum / static_cast<double>(members.size()));
    }
    for (BopsQuantity quantity : kBopsQuantities)
        row.push_back(group.size() < 3 ? Json("")
                                       : cell(pearson(bops_of(group), values_of(group, quantity))));
    table.add_row(std::move(row));
}

}  // namespace

std::string to_string(BopsQuantity quantity) {
    switch (quantity) {
        case BopsQuantity::Flips:
            return "flips";
        case BopsQuantity::Power:
            return "power";
        case BopsQuantity::Area:
            return "area";
    }
    throw std::logic_error("unknown BopsQuantity");
}

double value_of(const BopsFigures& figures, BopsQuantity quantity) {
    switch (quantity) {
        case BopsQuantity::Flips:
            return figures.flips;
        case BopsQuantity::Power:
            return figures.power * 1e3;
        case BopsQuantity::Area:
            return figures.area;
    }
    throw std::logic_error("unknown BopsQuantity");
}

BopsFit fit_bops(const std::vector<BopsResult>& results, BopsQuantity quantity) {
    const std::vector<double> bops = bops_of(results), values = values_of(results, quantity);
    const Line line = least_squares_line(bops, values);
    BopsFit fit{pearson(bops, values), spearman(bops, values), line.offset, line.slope, {}};
    for (std::size_t i = 0; i < results.size(); ++i) fit.excess.push_back(line.at(bops[i]) / values[i] - 1);
    return fit;
}

Table bops_table(const std::vector<BopsResult>& results) {
    Table table({"lanes", "weight_bits", "activation_bits", "accumulator_bits", "sparsity_ratio",
                 "bops_per_cycle", "flips_per_cycle", "register_flips_per_cycle", "power_mw", "area_um2",
                 "period_ns", "cells_count", "nets_count", "flips_excess_ratio", "power_excess_ratio",
                 "area_excess_ratio"});
    std::vector<BopsFit> fits;
    for (BopsQuantity quantity : kBopsQuantities) fits.push_back(fit_bops(results, quantity));
    for (std::size_t i = 0; i < results.size(); ++i) {
        const BopsFigures& figures = results[i].figures;
        std::vector<Json> row;
        for (const auto& [unused, property] : parameters()) row.emplace_back(property(results[i].unit));
        row.insert(row.end(),
                   {figures.sparsity, results[i].bops(), figures.flips, figures.register_flips,
                    figures.power * 1e3, figures.area, figures.period, figures.cells, figures.nets});
        for (const BopsFit& fit : fits) row.emplace_back(fit.excess[i]);
        table.add_row(std::move(row));
    }
    return table;
}

Table bops_group_table(const std::vector<BopsResult>& results) {
    Table table({"parameter", "value", "units_count", "flips_excess_ratio", "power_excess_ratio",
                 "area_excess_ratio", "flips_pearson", "power_pearson", "area_pearson"});
    for (const auto& [name, property] : parameters())
        for (const auto& [value, members] : grouped<int>(results, property))
            add_group(table, name, value, results, members);
    for (const auto& [value, members] : grouped<std::string>(results, accumulator_class))
        add_group(table, "accumulator", value, results, members);
    return table;
}

Table bops_step_table(const std::vector<BopsResult>& results) {
    Table table({"parameter", "from", "to", "pairs_count", "bops_factor", "flips_factor", "power_factor",
                 "area_factor"});
    for (const auto& [name, property] : parameters()) {
        auto groups = grouped<int>(results, property);
        // The unit without this parameter, to find the partner of the next value.
        auto rest = [&, &without = name](const hw::DotProductShape& unit) {
            std::vector<int> values;
            for (const auto& [other, value] : parameters())
                if (other != without) values.push_back(value(unit));
            return values;
        };
        for (auto low = groups.begin(), high = low; ++high != groups.end(); low = high) {
            std::map<std::vector<int>, const BopsResult*> partners;
            for (std::size_t i : high->second) partners[rest(results[i].unit)] = &results[i];
            std::array<double, 1 + kBopsQuantities.size()> logs{};
            int pairs = 0;
            for (std::size_t i : low->second) {
                auto partner = partners.find(rest(results[i].unit));
                if (partner == partners.end()) continue;
                ++pairs;
                logs[0] += std::log(partner->second->bops() / results[i].bops());
                for (std::size_t q = 0; q < kBopsQuantities.size(); ++q)
                    logs[q + 1] += std::log(value_of(partner->second->figures, kBopsQuantities[q]) /
                                            value_of(results[i].figures, kBopsQuantities[q]));
            }
            if (pairs == 0) continue;
            std::vector<Json> row = {name, low->first, high->first, pairs};
            for (double log : logs) row.emplace_back(std::exp(log / pairs));
            table.add_row(std::move(row));
        }
    }
    return table;
}

}  // namespace macaw::reports
