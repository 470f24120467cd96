#include "cli/sweep_requirement.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "reports/html/label.hpp"

namespace macaw::cli {

namespace {

const std::vector<std::pair<std::string, Comparison>> kComparisons = {
    {"<", Comparison::Less},          {"<=", Comparison::LessOrEqual},
    {">", Comparison::Greater},       {">=", Comparison::GreaterOrEqual},
    {"==", Comparison::Equal},        {"!=", Comparison::NotEqual},
    {"divides", Comparison::Divides},
};

class Reader {
  public:
    Reader(YamlMapping& root, const std::vector<Axis>& axes,
           const std::vector<std::pair<std::string, YAML::Node>>& fixed)
        : root_(root), axes_(axes), fixed_(fixed) {}

    std::optional<Requirement> read(const std::string& text) {
        std::istringstream words(text);
        std::string left, middle, right, further;
        auto comparison = kComparisons.end();
        if (words >> left >> middle >> right && !(words >> further))
            comparison = std::ranges::find(kComparisons, middle, &std::pair<std::string, Comparison>::first);
        if (comparison == kComparisons.end()) {
            root_.error("require", fmt::format("\"{}\" is not a comparison", text),
                        "two keys or numbers with <, <=, >, >=, ==, != or divides between them");
            return std::nullopt;
        }
        auto left_side = side(left), right_side = side(right);
        if (!left_side || !right_side) return std::nullopt;
        return Requirement{*left_side, *right_side, comparison->second};
    }

  private:
    std::optional<RequiredSide> side(const std::string& word) {
        if (auto number = reports::parse_number(word)) return RequiredSide{"", number};
        RequiredSide side{word, std::nullopt};
        for (const auto& [key, value] : fixed_)
            if (key == word && value.IsScalar()) side.else_number = reports::parse_number(value.Scalar());
        for (const Axis& axis : axes_)
            for (const Setting& setting : axis)
                for (const auto& [key, value] : setting.keys)
                    if (value.IsMap() && word.starts_with(key + ".")) {
                        root_.error("require",
                                    fmt::format("{} lies in {}, which an axis sets as a whole", word, key),
                                    "set the keys in it one by one on the axis");
                        return std::nullopt;
                    }
        for (const Axis& axis : axes_) {
            const bool everywhere = std::ranges::all_of(
                axis, [&](const Setting& setting) { return !value_in(setting, word).empty(); });
            for (const Setting& setting : axis) {
                const std::string value = value_in(setting, word);
                if (!value.empty() && !reports::parse_number(value)) {
                    root_.error("require", fmt::format("{} is \"{}\" on an axis, not a number", word, value));
                    return std::nullopt;
                }
            }
            if (everywhere) return side;
        }
        if (side.else_number) return side;
        root_.error("require",
                    fmt::format("\"{}\" is neither a number nor a key with a number in the axes, "
                                "in set or in the base",
                                word),
                    "write keys in full: datapath.inner_bits; set those that the base leaves out");
        return std::nullopt;
    }

    YamlMapping& root_;
    const std::vector<Axis>& axes_;
    const std::vector<std::pair<std::string, YAML::Node>>& fixed_;
};

double value_of(const RequiredSide& side, const Setting& setting) {
    if (!side.key.empty())
        if (auto number = reports::parse_number(value_in(setting, side.key))) return *number;
    return side.else_number.value();
}

}  // namespace

std::vector<Requirement> read_requirements(YamlMapping& root, const std::vector<Axis>& axes,
                                           const std::vector<std::pair<std::string, YAML::Node>>& fixed) {
    std::vector<std::string> texts;
    root.read("require", texts);
    std::vector<Requirement> requirements;
    for (const std::string& text : texts)
        if (auto requirement = Reader(root, axes, fixed).read(text)) requirements.push_back(*requirement);
    return requirements;
}

bool holds(const Requirement& requirement, const Setting& setting) {
    const double left = value_of(requirement.left, setting), right = value_of(requirement.right, setting);
    switch (requirement.comparison) {
        case Comparison::Less:
            return left < right;
        case Comparison::LessOrEqual:
            return left <= right;
        case Comparison::Greater:
            return left > right;
        case Comparison::GreaterOrEqual:
            return left >= right;
        case Comparison::Equal:
            return left == right;
        case Comparison::NotEqual:
            return left != right;
        case Comparison::Divides:
            return left != 0 && std::fmod(right, left) == 0;
    }
    throw std::logic_error("unknown Comparison");
}

}  // namespace macaw::cli
