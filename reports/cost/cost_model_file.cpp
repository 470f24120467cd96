// The cost model as JSON.
#include "reports/cost/cost_model.hpp"

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

constexpr const char* kFormat = "macaw-cost-model-1";

Json to_json(const ErrorStatistics& errors) {
    return {{"points", errors.points},
            {"median", errors.median},
            {"percentile_90", errors.percentile_90},
            {"worst", errors.worst}};
}

Json to_json(const CostGroup& group) {
    Json json = {{"library", group.library},
                 {"recipe", group.recipe},
                 {"arithmetic", group.arithmetic},
                 {"measured", group.measured},
                 {"coefficients", Json::object()},
                 {"absolute_relative_errors", Json::object()},
                 {"training_ranges", Json::object()},
                 {"training_words", group.words},
                 {"points", Json::array()}};
    if (group.activity) json["training_activity"] = to_json(*group.activity);
    for (CostFigure figure : kCostFigures) {
        auto found = group.coefficients.find(to_string(figure));
        if (found == group.coefficients.end()) continue;
        Json& coefficients = json["coefficients"][to_string(figure)];
        const std::vector<std::string> names = term_names(figure);
        for (std::size_t i = 0; i < names.size(); ++i) coefficients[names[i]] = found->second[i];
    }
    for (const auto& [figure, errors] : group.errors)
        json["absolute_relative_errors"][figure] = {{"held_out", to_json(errors.held_out)},
                                                    {"training", to_json(errors.training)}};
    for (const auto& [name, range] : group.ranges) json["training_ranges"][name] = {range.min, range.max};
    for (const KnownPoint& point : group.points)
        json["points"].push_back({{"name", point.name},
                                  {"identity", point.identity},
                                  {"held_out", point.held_out},
                                  {"errors", point.errors}});
    return json;
}

ErrorStatistics errors_from(const Json& json) {
    return {json.at("points").get<int>(), json.at("median").get<double>(),
            json.at("percentile_90").get<double>(), json.at("worst").get<double>()};
}

// Throws nlohmann::json::exception where something is missing or of another type.
CostGroup group_from(const Json& json) {
    CostGroup group;
    json.at("library").get_to(group.library);
    json.at("recipe").get_to(group.recipe);
    json.at("arithmetic").get_to(group.arithmetic);
    json.at("measured").get_to(group.measured);
    for (CostFigure figure : kCostFigures) {
        const Json& all = json.at("coefficients");
        if (!all.contains(to_string(figure))) continue;
        std::vector<double>& coefficients = group.coefficients[to_string(figure)];
        for (const std::string& name : term_names(figure))
            coefficients.push_back(all.at(to_string(figure)).at(name).get<double>());
    }
    group.coefficients.at("area");  // these two are always there
    group.coefficients.at("period");
    for (const auto& [figure, errors] : json.at("absolute_relative_errors").items())
        group.errors[figure] = {errors_from(errors.at("training")), errors_from(errors.at("held_out"))};
    for (const auto& [name, range] : json.at("training_ranges").items())
        group.ranges[name] = {range.at(0).get<double>(), range.at(1).get<double>()};
    json.at("training_words").get_to(group.words);
    if (json.contains("training_activity")) group.activity = activity_from_json(json.at("training_activity"));
    for (const Json& point : json.at("points"))
        group.points.push_back({point.at("name").get<std::string>(), point.at("identity").get<std::string>(),
                                point.at("held_out").get<bool>(),
                                point.at("errors").get<std::map<std::string, double>>()});
    return group;
}

}  // namespace

Expected<void> CostModel::write(const fs::path& file) const {
    Json json = {{"format", kFormat},
                 {"what",
                  "area in um2, period in ns, dynamic energy in pJ a cycle, leakage in mW, each a sum of "
                  "coefficient x amount; modelled, not measured"},
                 {"hold_out", hold_out},
                 {"seed", seed},
                 {"groups", Json::array()}};
    for (const CostGroup& group : groups) json["groups"].push_back(to_json(group));
    return write_json(file, json);
}

Expected<CostModel> CostModel::read(const fs::path& file) {
    MACAW_TRY(Json json, read_json(file));
    MACAW_TRY(std::string format, json_member<std::string>(json, "format", file));
    if (format != kFormat)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("format \"{}\" is not that of a cost model of this macaw", format),
                          "macaw cost fit writes one",
                          {file.string()}});
    CostModel model;
    MACAW_TRY(model.hold_out, json_member<double>(json, "hold_out", file));
    MACAW_TRY(model.seed, json_member<std::uint64_t>(json, "seed", file));
    try {
        for (const Json& group : json.at("groups")) model.groups.push_back(group_from(group));
    } catch (const std::exception& problem) {
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("is no complete cost model: {}", problem.what()),
                          "macaw cost fit writes one",
                          {file.string()}});
    }
    return model;
}

}  // namespace macaw::reports
