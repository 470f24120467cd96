#include "cli/sweep_grid.hpp"

#include <algorithm>
#include <random>
#include <unordered_map>

namespace macaw::cli {

namespace {

bool is_excluded(const Setting& setting, const std::vector<Exclusion>& exclusions) {
    return std::ranges::any_of(exclusions, [&](const Exclusion& exclusion) {
        return std::ranges::all_of(exclusion, [&](const auto& condition) {
            return std::ranges::find(condition.second, value_in(setting, condition.first)) !=
                   condition.second.end();
        });
    });
}

}  // namespace

std::uint64_t SweepGrid::size() const {
    std::uint64_t size = 1;
    for (const Axis& axis : axes_) size *= axis.size();
    return size;
}

Setting SweepGrid::at(std::uint64_t number) const {
    std::vector<std::size_t> positions(axes_.size());
    for (std::size_t axis = axes_.size(); axis-- > 0;) {
        positions[axis] = number % axes_[axis].size();
        number /= axes_[axis].size();
    }
    Setting setting;
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
        const Setting& more = axes_[axis][positions[axis]];
        setting.keys.insert(setting.keys.end(), more.keys.begin(), more.keys.end());
        setting.shown.insert(setting.shown.end(), more.shown.begin(), more.shown.end());
    }
    return setting;
}

bool SweepGrid::keeps(const Setting& setting) const {
    return !is_excluded(setting, exclusions_) &&
           std::ranges::all_of(requirements_,
                               [&](const Requirement& requirement) { return holds(requirement, setting); });
}

std::vector<Setting> SweepGrid::all() const {
    std::vector<Setting> kept;
    for (std::uint64_t number = 0; number < size(); ++number)
        if (Setting setting = at(number); keeps(setting)) kept.push_back(std::move(setting));
    return kept;
}

std::vector<Setting> SweepGrid::draw(std::size_t count, std::uint64_t seed) const {
    std::mt19937_64 random(seed);
    // The shuffle of R. Fisher and F. Yates of which only moved places are stored.
    std::unordered_map<std::uint64_t, std::uint64_t> moved;
    auto place = [&](std::uint64_t index) {
        auto found = moved.find(index);
        return found == moved.end() ? index : found->second;
    };
    std::vector<std::uint64_t> numbers;
    const std::uint64_t draws = std::min(size(), kMostDraws);
    for (std::uint64_t i = 0; i < draws && numbers.size() < count; ++i) {
        const std::uint64_t j = i + random() % (size() - i);
        const std::uint64_t number = place(j);
        moved[j] = place(i);
        if (keeps(at(number))) numbers.push_back(number);
    }
    std::ranges::sort(numbers);
    std::vector<Setting> drawn;
    for (std::uint64_t number : numbers) drawn.push_back(at(number));
    return drawn;
}

}  // namespace macaw::cli
