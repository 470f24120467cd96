#include "reports/cost/pareto_search.hpp"

#include <algorithm>
#include <map>

#include "golden/support/error.hpp"

namespace macaw::reports {

namespace {

// Takes the front of the points `left` off it.
std::vector<std::size_t> peel(std::span<const Objectives> points, std::vector<std::size_t>& left) {
    std::vector<Objectives> some;
    for (std::size_t i : left) some.push_back(points[i]);
    std::vector<std::size_t> front, rest;
    std::vector<bool> on_front(left.size(), false);
    for (std::size_t i : pareto_front(some)) on_front[i] = true;
    for (std::size_t i = 0; i < left.size(); ++i) (on_front[i] ? front : rest).push_back(left[i]);
    left = front.empty() ? std::vector<std::size_t>() : std::move(rest);  // nothing finite is left
    return front;
}

// `count` of them at even distances; the first and the last stay.
std::vector<std::size_t> thinned(const std::vector<std::size_t>& ordered, std::size_t count) {
    if (count >= ordered.size()) return ordered;
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < count; ++i)
        kept.push_back(ordered[count == 1 ? 0 : i * (ordered.size() - 1) / (count - 1)]);
    return kept;
}

// How many of each front to keep so that they are `count` together: one of each in turn.
std::vector<std::size_t> shares(const std::vector<std::vector<std::size_t>>& fronts, std::size_t count) {
    std::vector<std::size_t> kept(fronts.size(), 0);
    for (bool any = true; any && count > 0;) {
        any = false;
        for (std::size_t i = 0; i < fronts.size() && count > 0; ++i)
            if (kept[i] < fronts[i].size()) {
                ++kept[i];
                --count;
                any = true;
            }
    }
    return kept;
}

}  // namespace

std::vector<std::size_t> best_by_fronts(std::span<const Objectives> points,
                                        std::span<const std::string> groups, std::size_t count) {
    require(points.size() == groups.size(), "best_by_fronts: a group for each point");
    std::map<std::string, std::vector<std::size_t>> left;  // of each group
    for (std::size_t i = 0; i < points.size(); ++i) left[groups[i]].push_back(i);
    std::vector<std::size_t> chosen;
    while (chosen.size() < count) {
        std::vector<std::vector<std::size_t>> fronts;  // the next one of every group
        for (auto& [group, members] : left) {
            std::vector<std::size_t>& front = fronts.emplace_back(peel(points, members));
            std::ranges::stable_sort(front, {}, [&](std::size_t i) { return points[i].begin()->second; });
        }
        const std::vector<std::size_t> kept = shares(fronts, count - chosen.size());
        const std::size_t before = chosen.size();
        for (std::size_t i = 0; i < fronts.size(); ++i)
            for (std::size_t point : thinned(fronts[i], kept[i])) chosen.push_back(point);
        if (chosen.size() == before) break;
    }
    std::ranges::sort(chosen);
    return chosen;
}

}  // namespace macaw::reports
