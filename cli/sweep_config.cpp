#include "cli/sweep_config.hpp"

#include <algorithm>
#include <set>

#include "cli/sweep_grid.hpp"

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
    std::vector<Requirement> requirements;
    std::optional<SweepSample> sample;
    YAML::Node base_node;
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

void add_scalars(const YAML::Node& node, const std::string& key,
                 std::vector<std::pair<std::string, YAML::Node>>& values) {
    if (node.IsMap())
        for (const auto& member : node)
            add_scalars(member.second, (key.empty() ? "" : key + ".") + member.first.Scalar(), values);
    else
        values.emplace_back(key, node);
}

// What the base with everything that `set` sets gives the dotted keys of its values.
std::vector<std::pair<std::string, YAML::Node>> fixed_values(const Sections& sections) {
    std::vector<std::pair<std::string, YAML::Node>> values;
    if (!sections.base_node.IsMap()) return values;
    YAML::Node changed = YAML::Clone(sections.base_node);
    for (const auto& [key, value] : sections.settings) set_key(changed, key, YAML::Clone(value));
    add_scalars(changed, "", values);
    return values;
}

void read_choice(YamlMapping& root, SweepConfig& sweep, Sections& sections) {
    sections.sample = read_sample(root);
    sweep.search = read_search(root, sections.axes);
    if (sweep.search && sections.sample)
        root.error("sample", "a search draws its candidates itself", "set search.candidates");
    if (sweep.search && !sweep.select_per.empty())
        root.error("select", "a sweep selects by quality or searches by cost, not both");
    if (sweep.search && sweep.steps == SweepSteps::Quality)
        root.error("search", "the cost model knows nothing of model quality",
                   "steps: hardware or silicon, or use select");
}

Sections read_sections(YamlMapping& root, SweepConfig& sweep) {
    Sections sections;
    root.require("name", sweep.name);
    sweep.title = sweep.name;
    root.read("title", sweep.title);
    root.read_word("steps", sweep.steps, kSteps);
    std::string base;
    if (root.require("base", base)) {
        sections.base = (fs::path(root.file()).parent_path() / base).lexically_normal();
        if (auto node = load_yaml(sections.base))
            sections.base_node = *node;
        else
            root.errors().push_back(std::move(node).error());
    }
    if (auto yaml = root.mapping("set"))
        for (const std::string& key : yaml->keys()) sections.settings.emplace_back(key, *yaml->node(key));
    sections.axes = read_axes(root);
    sections.exclusions = read_exclusions(root, sections.axes);
    sections.requirements = read_requirements(root, sections.axes, fixed_values(sections));
    read_selection(root, sweep, sections);
    read_choice(root, sweep, sections);
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

// The combinations that become points.
std::vector<Setting> settings_of(YamlMapping& root, const Sections& sections, const SweepConfig& sweep) {
    const SweepGrid grid(sections.axes, sections.exclusions, sections.requirements);
    if (sweep.search)
        return grid.draw(static_cast<std::size_t>(sweep.search->candidates), sweep.search->seed);
    if (!sections.sample) return grid.all();
    std::vector<Setting> drawn =
        grid.draw(static_cast<std::size_t>(sections.sample->points), sections.sample->seed);
    if (!drawn.empty() && static_cast<std::int64_t>(drawn.size()) < sections.sample->points)
        root.error("sample", fmt::format("asks for {} points, {} were found that are not left out",
                                         sections.sample->points, drawn.size()));
    return drawn;
}

Errors read_points(YamlMapping& root, const Sections& sections, SweepConfig& sweep) {
    Errors errors;
    std::set<std::string> names;
    const std::vector<std::string>& per = sweep.search ? sweep.search->per : sweep.select_per;
    for (const Setting& setting : settings_of(root, sections, sweep)) {
        SweepConfigPoint point{name_of(setting), setting.shown, {}, {}, group_of(setting, per)};
        auto config = run_config_from_yaml(changed_base(sections.base_node, sections, setting, point.name),
                                           sections.base);
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
        if (!names.insert(point.name).second)
            root.error("axes", fmt::format("two points would have the name {}", point.name),
                       "names keep letters and digits only");
        point.config = *config;
        if (sections.validation) {
            point.validation = *config;
            int window_tokens = config->evaluation.window_tokens;
            point.validation->evaluation = *sections.validation;
            point.validation->evaluation.window_tokens = window_tokens;
            const std::size_t before = root.errors().size();
            check_validation(root, point.config, point.validation->evaluation);
            if (root.errors().size() > before) return errors;  // the first one says it for all
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
    Errors of_points = read_points(root, sections, sweep);
    errors.insert(errors.end(), of_points.begin(), of_points.end());
    if (errors.empty() && sweep.points.empty())
        root.error(root.has("require") ? "require" : "exclude", root.has("require") && root.has("exclude")
                                                                    ? "leaves no point, together with exclude"
                                                                    : "leaves no point");
    if (!errors.empty()) return tl::unexpected(errors);
    return sweep;
}

}  // namespace macaw::cli
