#include "cli/sweep_config.hpp"

#include <algorithm>

#include "cli/sweep_axes.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

const std::vector<std::pair<std::string, SweepSteps>> kSteps = {{"all", SweepSteps::All},
                                                                {"quality", SweepSteps::Quality},
                                                                {"hardware", SweepSteps::Hardware},
                                                                {"silicon", SweepSteps::Silicon}};

// Sets the dotted key in the mapping; sections on the way are made where they are missing.
void set_key(YAML::Node node, const std::string& key, const YAML::Node& value) {
    std::size_t dot = key.find('.');
    if (dot == std::string::npos) {
        node[key] = value;
        return;
    }
    set_key(node[key.substr(0, dot)], key.substr(dot + 1), value);
}

struct Sections {
    fs::path base;
    std::vector<std::pair<std::string, YAML::Node>> settings;
    std::vector<Axis> axes;
    std::vector<Exclusion> exclusions;
    std::optional<EvaluationConfig> validation;  // window_tokens is the point's
};

void read_selection(YamlMapping& root, SweepConfig& sweep, Sections& sections) {
    if (auto yaml = root.mapping("validation")) {
        if (yaml->has("window_tokens"))
            yaml->error("window_tokens", "the windows are those of the evaluation",
                        "set evaluation.window_tokens");
        sections.validation = read_evaluation(*yaml);
    }
    auto select = root.mapping("select");
    if (select) {
        auto per = select->node("per");
        if (per && per->IsSequence())
            select->read("per", sweep.select_per);
        else
            select->require("per", sweep.select_per.emplace_back());
        for (const std::string& name : sweep.select_per) {
            bool known = std::ranges::any_of(sections.axes, [&](const Axis& axis) {
                return !axis.empty() && !value_in(axis[0], name).empty();
            });
            if (!known) select->error("per", fmt::format("no axis has the name \"{}\"", name));
        }
        select->finish();
    }
    if (select.has_value() != sections.validation.has_value())
        root.error(select ? "select" : "validation", "\"select\" and \"validation\" go together");
    if (select && sweep.steps != SweepSteps::Quality && sweep.steps != SweepSteps::Silicon)
        root.error("select", "only a sweep with \"steps: quality\" or \"steps: silicon\" selects");
}

Sections read_sections(YamlMapping& root, SweepConfig& sweep) {
    Sections sections;
    root.require("name", sweep.name);
    sweep.title = sweep.name;
    root.read("title", sweep.title);
    root.read_word("steps", sweep.steps, kSteps);
    std::string base;
    if (root.require("base", base))
        sections.base = (fs::path(root.file()).parent_path() / base).lexically_normal();
    if (auto yaml = root.mapping("set"))
        for (const std::string& key : yaml->keys()) sections.settings.emplace_back(key, *yaml->node(key));
    sections.axes = read_axes(root);
    sections.exclusions = read_exclusions(root, sections.axes);
    read_selection(root, sweep, sections);
    root.finish();
    return sections;
}

// Tokens [first, last) of a text that a range of windows covers; last < 0: to its end.
struct TokenSpan {
    std::int64_t first = 0;
    std::int64_t last = -1;
    bool overlaps(const TokenSpan& other) const {
        return (last < 0 || other.first < last) && (other.last < 0 || first < other.last);
    }
};

TokenSpan span_of(const EvaluationConfig& evaluation) {
    std::int64_t window = evaluation.window_tokens;
    std::int64_t first = window * evaluation.first_window;
    return {first, evaluation.windows == 0 ? -1 : first + window * evaluation.windows};
}

// A choice must not have seen what it is judged by, nor what the codes were fitted to.
void check_validation(YamlMapping& root, const RunConfig& config, const EvaluationConfig& validation) {
    TokenSpan span = span_of(validation);
    TokenSpan calibrated{0, config.quantizer.calibration_windows * config.quantizer.window};
    if (validation.text == config.evaluation.text && span.overlaps(span_of(config.evaluation)))
        root.error("validation", "covers windows that are evaluated", "choose other windows or another text");
    if (validation.text == config.calibration.text && span.overlaps(calibrated))
        root.error("validation",
                   fmt::format("covers windows that the quantizer calibrates on (the first {} of {} tokens)",
                               config.quantizer.calibration_windows, config.quantizer.window),
                   "begin with a later first_window, or use another text");
}

std::string group_of(const Setting& setting, const std::vector<std::string>& names) {
    std::string group;
    for (const std::string& name : names)
        group += fmt::format("{}{} = {}", group.empty() ? "" : ", ", name, value_in(setting, name));
    return group;
}

// The base configuration with everything set that the sweep and this point set.
YAML::Node changed_base(const YAML::Node& base, const Sections& sections, const Setting& setting,
                        const std::string& name) {
    YAML::Node changed = YAML::Clone(base);
    for (const auto& [key, value] : sections.settings) set_key(changed, key, YAML::Clone(value));
    for (const auto& [key, value] : setting.keys) set_key(changed, key, YAML::Clone(value));
    set_key(changed, "name", YAML::Node(name));
    return changed;
}

Errors read_points(YamlMapping& root, const YAML::Node& base, const Sections& sections, SweepConfig& sweep) {
    Errors errors;
    for (const Setting& setting : grid_of(sections.axes, sections.exclusions)) {
        SweepConfigPoint point{name_of(setting), setting.shown, {}, {}, group_of(setting, sweep.select_per)};
        auto config = run_config_from_yaml(changed_base(base, sections, setting, point.name), sections.base);
        if (!config) {
            for (Error& error : config.error()) {
                // The place of a value that the sweep set is a place in the sweep.
                error.message =
                    fmt::format("point {} (base {}): {}", point.name, sections.base.string(), error.message);
                error.place = root.place("axes");
                errors.push_back(std::move(error));
            }
            continue;
        }
        if (std::ranges::find(sweep.points, point.name, &SweepConfigPoint::name) != sweep.points.end())
            root.error("axes", fmt::format("two points would have the name {}", point.name),
                       "names keep letters and digits only");
        point.config = *config;
        if (sections.validation) {
            point.validation = *config;
            int window_tokens = config->evaluation.window_tokens;
            point.validation->evaluation = *sections.validation;
            point.validation->evaluation.window_tokens = window_tokens;
            if (sweep.points.empty()) check_validation(root, point.config, point.validation->evaluation);
        }
        sweep.points.push_back(std::move(point));
    }
    return errors;
}

}  // namespace

std::string to_string(SweepSteps steps) {
    return std::ranges::find(kSteps, steps, &std::pair<std::string, SweepSteps>::second)->first;
}

tl::expected<SweepConfig, Errors> read_sweep_config(const fs::path& file) {
    auto node = load_yaml(file);
    if (!node) return tl::unexpected(Errors{std::move(node).error()});
    Errors errors;
    SweepConfig sweep;
    YamlMapping root(*node, file.string(), "", errors);
    Sections sections = read_sections(root, sweep);
    if (!errors.empty()) return tl::unexpected(errors);
    auto base = load_yaml(sections.base);
    if (!base) return tl::unexpected(Errors{std::move(base).error()});
    Errors of_points = read_points(root, *base, sections, sweep);
    errors.insert(errors.end(), of_points.begin(), of_points.end());
    if (errors.empty() && sweep.points.empty()) root.error("exclude", "leaves no point");
    if (!errors.empty()) return tl::unexpected(errors);
    return sweep;
}

}  // namespace macaw::cli
