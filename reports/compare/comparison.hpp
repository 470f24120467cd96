// Two sets of figures side by side: before, after, delta. Nothing is judged: whether more is better depends
// on the figure.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"
#include "golden/support/metrics.hpp"

namespace macaw::reports {

struct Change {
    std::string key;
    Json before;
    Json after;
    std::optional<double> delta;          // after - before; none for texts
    std::optional<double> delta_percent;  // of |before|; none for texts and where before is 0
    bool equal() const { return before == after; }
};

struct Comparison {
    std::string point;            // empty where there is one on either side
    std::vector<Change> changes;  // keys that both have, in the order of `before`
    std::vector<std::string> only_before;
    std::vector<std::string> only_after;
};

Comparison compare(std::string point, const Metrics& before, const Metrics& after);

// What is compared: the finished points of one side by name, and those that failed, with their reasons.
struct Side {
    std::string label;
    std::vector<std::pair<std::string, Metrics>> points;
    std::vector<std::pair<std::string, std::string>> failed = {};
    bool named = false;  // one point that was asked for by name, or a file of figures
};

struct SideComparison {
    std::string before;
    std::string after;
    std::vector<Comparison> points;  // that both have, in the order of `before`
    std::vector<std::string> only_before;
    std::vector<std::string> only_after;
    std::vector<std::pair<std::string, std::string>> failed_before;  // name, reason
    std::vector<std::pair<std::string, std::string>> failed_after;
};

// Two named points: these, whatever their names. Otherwise those of equal names; an error where there is
// none.
Expected<SideComparison> compare(const Side& before, const Side& after);

// An aligned table a point: metric, unit, before, after, delta, percent.
std::string comparison_text(const SideComparison& comparison);
Json comparison_json(const SideComparison& comparison);

}  // namespace macaw::reports
