// See sweep_axes.hpp.
#include "reports/html/sweep_axes.hpp"

#include <algorithm>
#include <set>

#include "reports/html/label.hpp"
#include "reports/tables/frontier.hpp"

namespace macaw::reports {

namespace {

constexpr const char* kInnerBits = "datapath__inner__bits";

bool is_numeric(const std::vector<SweepPoint>& points, std::size_t axis) {
    return std::ranges::all_of(
        points, [&](const SweepPoint& p) { return parse_number(p.axes[axis].second).has_value(); });
}

// Whether the value on one axis says the one on the other: keys of one axis that advance together.
bool follows(const std::vector<SweepPoint>& points, std::size_t axis, std::size_t leader) {
    std::map<std::string, std::string> seen;
    return std::ranges::all_of(points, [&](const SweepPoint& p) {
        return seen.emplace(p.axes[leader].second, p.axes[axis].second).first->second == p.axes[axis].second;
    });
}

bool is_operand(const std::string& axis) {
    const std::string name = short_axis(axis);
    return name == "weight_bits" || name == "activation_bits";
}

// "W4A8", as far as the widths of the operands are among the axes.
std::string operands_of(const SweepPoint& point, const std::vector<std::size_t>& axes) {
    std::string text;
    for (std::size_t axis : axes)
        if (is_operand(point.axes[axis].first))
            text +=
                (short_axis(point.axes[axis].first) == "weight_bits" ? "W" : "A") + point.axes[axis].second;
    return text;
}

using Groups = std::map<std::string, std::vector<std::size_t>>;

Groups groups_by(const std::vector<SweepPoint>& points, const std::vector<std::size_t>& axes) {
    Groups groups;
    for (std::size_t i = 0; i < points.size(); ++i) {
        std::string name = operands_of(points[i], axes);
        for (std::size_t axis : axes)
            if (!is_operand(points[i].axes[axis].first))
                name += fmt::format("{}{} = {}", name.empty() ? "" : ", ",
                                    short_axis(points[i].axes[axis].first), points[i].axes[axis].second);
        groups[name].push_back(i);
    }
    return groups;
}

}  // namespace

std::string short_axis(const std::string& axis) {
    return axis.substr(axis.rfind('.') + 1);
}

std::optional<double> SweptQuantity::of(const SweepPoint& point) const {
    return axis ? parse_number(point.axes[*axis].second) : figure_of(point, key);
}

std::optional<SweptQuantity> main_quantity(const std::vector<SweepPoint>& points) {
    std::optional<SweptQuantity> first;
    const auto& axes = points.front().axes;
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
        if (!is_numeric(points, axis)) continue;
        const std::string name = short_axis(axes[axis].first);
        if (name == "inner_bits") return SweptQuantity{"inner accumulator P_I (bits)", axis, {}};
        if (!first) first = SweptQuantity{name, axis, {}};
    }
    std::set<double> widths;
    for (const SweepPoint& point : points)
        if (auto width = figure_of(point, kInnerBits)) widths.insert(*width);
    if (widths.size() > 1) return SweptQuantity{"inner accumulator P_I (bits)", std::nullopt, kInnerBits};
    return first;
}

Grouping group_points(const std::vector<SweepPoint>& points, const SweptQuantity* along) {
    std::vector<std::size_t> others;
    std::vector<std::size_t> operands;
    for (std::size_t axis = 0; axis < points.front().axes.size(); ++axis) {
        if (along != nullptr && along->axis && follows(points, axis, *along->axis)) continue;
        others.push_back(axis);
        if (is_operand(points.front().axes[axis].first)) operands.push_back(axis);
    }
    Groups groups = groups_by(points, others);
    if (groups.size() <= kMostCurves) return {std::move(groups), along != nullptr && along->axis};
    groups = groups_by(points, operands);
    if (groups.size() > kMostCurves) groups = groups_by(points, {});
    return {std::move(groups), false};
}

}  // namespace macaw::reports
