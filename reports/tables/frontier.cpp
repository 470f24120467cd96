// See frontier.hpp.
#include "reports/tables/frontier.hpp"

#include <algorithm>

#include "reports/tables/pareto.hpp"

namespace macaw::reports {

std::optional<double> figure_of(const SweepPoint& point, const std::string& key) {
    const Metric* metric = point.metrics.find(key);
    if (metric == nullptr || !metric->value.is_number()) return std::nullopt;
    return metric->value.get<double>();
}

Frontier frontier_of(const std::vector<SweepPoint>& points, const std::vector<std::string>& keys) {
    Frontier frontier{keys, {}, 0};
    std::vector<Objectives> objectives;
    std::vector<std::size_t> compared;  // index into points, one an entry of objectives
    for (std::size_t i = 0; i < points.size(); ++i) {
        Objectives of_point;
        for (const std::string& key : keys)
            if (auto value = figure_of(points[i], key)) of_point[key] = *value;
        if (of_point.size() != keys.size()) {
            ++frontier.left_out;
            continue;
        }
        objectives.push_back(std::move(of_point));
        compared.push_back(i);
    }
    for (std::size_t i : pareto_front(objectives)) frontier.points.push_back(compared[i]);
    std::ranges::stable_sort(frontier.points, {},
                             [&](std::size_t i) { return *figure_of(points[i], keys.front()); });
    return frontier;
}

Frontier frontier_of(const std::vector<SweepPoint>& points) {
    std::vector<std::string> keys;
    for (const char* key : {"model__ppl__datapath", "synth__area__um2", "energy__per_mac__pj"})
        if (std::ranges::any_of(points, [&](const SweepPoint& p) { return figure_of(p, key).has_value(); }))
            keys.emplace_back(key);
    return keys.size() < 2 ? Frontier{} : frontier_of(points, keys);
}

}  // namespace macaw::reports
