#include "golden/support/yaml.hpp"

#include <algorithm>
#include <numeric>

#include "golden/support/file.hpp"

namespace macaw {

namespace {

// Levenshtein distance, for "did you mean".
std::size_t edit_distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row[b.size()];
}

Place place_of(const std::string& file, const YAML::Mark& mark) {
    if (mark.is_null()) return {file, 0, 0};
    return {file, mark.line + 1, mark.column + 1};
}

}  // namespace

YamlMapping::YamlMapping(YAML::Node node, std::string file, std::string path, Errors& errors)
    : node_(node), file_(std::move(file)), path_(std::move(path)), errors_(&errors) {}

bool YamlMapping::has(const std::string& key) const {
    return static_cast<const YAML::Node&>(node_)[key].IsDefined();
}

YAML::Node YamlMapping::find(const std::string& key) {
    asked_.insert(key);
    const YAML::Node& constant = node_;
    YAML::Node found = constant[key];
    return found;
}

std::optional<YamlMapping> YamlMapping::mapping(const std::string& key) {
    YAML::Node found = find(key);
    if (!found.IsDefined()) return std::nullopt;
    if (!found.IsMap()) {
        error(key, "is not a mapping of keys to values");
        return std::nullopt;
    }
    return YamlMapping(found, file_, full(key), *errors_);
}

std::vector<YamlMapping> YamlMapping::sequence(const std::string& key) {
    std::vector<YamlMapping> items;
    YAML::Node found = find(key);
    if (!found.IsDefined()) return items;
    if (!found.IsSequence()) {
        error(key, "is not a list");
        return items;
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (found[i].IsMap())
            items.emplace_back(found[i], file_, fmt::format("{}[{}]", full(key), i), *errors_);
        else
            error(key, fmt::format("item {} is not a mapping", i));
    }
    return items;
}

std::vector<std::string> YamlMapping::keys() const {
    std::vector<std::string> names;
    for (const auto& entry : node_) names.push_back(entry.first.Scalar());
    return names;
}

std::optional<YAML::Node> YamlMapping::node(const std::string& key) {
    YAML::Node found = find(key);
    return found.IsDefined() ? std::optional(found) : std::nullopt;
}

Place YamlMapping::place(const std::string& key) const {
    if (!key.empty() && has(key)) return place_of(file_, static_cast<const YAML::Node&>(node_)[key].Mark());
    return place_of(file_, node_.Mark());
}

void YamlMapping::error(const std::string& key, std::string message, std::string hint) {
    if (!key.empty()) message = full(key) + ": " + message;
    errors_->push_back(Error{ErrorKind::BadInput, std::move(message), std::move(hint), place(key)});
}

void YamlMapping::finish() {
    std::set<std::string> seen;
    for (const auto& entry : node_) {
        std::string key = entry.first.Scalar();
        Place where = place_of(file_, entry.first.Mark());
        if (!seen.insert(key).second)
            errors_->push_back(
                {ErrorKind::BadInput, fmt::format("key \"{}\" stands here twice", full(key)), {}, where});
        if (asked_.contains(key)) continue;
        auto nearest = std::min_element(asked_.begin(), asked_.end(), [&](const auto& a, const auto& b) {
            return edit_distance(a, key) < edit_distance(b, key);
        });
        std::string hint;
        if (nearest != asked_.end() && edit_distance(*nearest, key) <= 1 + key.size() / 3)
            hint = fmt::format("did you mean \"{}\"?", *nearest);
        else if (!asked_.empty())
            hint = fmt::format("known keys here: {}", fmt::join(asked_, ", "));
        errors_->push_back({ErrorKind::BadInput, fmt::format("unknown key \"{}\"", full(key)), hint, where});
    }
}

Expected<YAML::Node> load_yaml(const std::filesystem::path& path) {
    MACAW_TRY(std::string text, read_text(path));
    try {
        YAML::Node root = YAML::Load(text);
        if (!root.IsMap())
            return fail(Error{ErrorKind::BadInput,
                              "is not a mapping of keys to values",
                              {},
                              place_of(path.string(), root.Mark())});
        return root;
    } catch (const YAML::Exception& problem) {
        return fail(Error{ErrorKind::BadInput,
                          "not valid YAML: " + problem.msg,
                          {},
                          place_of(path.string(), problem.mark)});
    }
}

}  // namespace macaw
