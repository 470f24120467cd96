#include "reports/cost/training_point.hpp"

#include <set>

#include "golden/support/hash.hpp"
#include "golden/support/parallel.hpp"
#include "reports/cost/cost_model.hpp"
#include "reports/store/result_store.hpp"

namespace macaw::reports {
namespace fs = std::filesystem;

namespace {

std::optional<double> number(const StoredPoint& point, const std::string& key) {
    for (const StoredMetric& metric : point.metrics)
        if (metric.metric.key == key && metric.metric.value.is_number())
            return metric.metric.value.get<double>();
    return std::nullopt;
}

std::string how_of(const StoredPoint& point, const std::string& key) {
    for (const StoredMetric& metric : point.metrics)
        if (metric.metric.key == key) return metric.metric.how;
    return {};
}

// The recorded configuration, read like one that a user wrote: JSON is YAML.
Expected<void> read_configuration(const StoredPoint& stored, const fs::path& file, TrainingPoint& point) {
    Errors errors;
    auto section = [&](const char* name) {
        const Json json = stored.config.contains(name) ? stored.config.at(name) : Json::object();
        return YamlMapping(YAML::Load(json.dump()), file.string(), name, errors);
    };
    point.datapath = golden::read_datapath(section("datapath"));
    point.array = hw::read_array(section("array"));
    point.options = read_silicon_options(section("synth"));
    point.datapath.products_per_check = point.array.lanes;
    if (errors.empty()) return {};
    errors.front().message = fmt::format("point {}: {}", point.name, errors.front().message);
    return fail(errors.front());
}

void read_power(const StoredPoint& stored, TrainingPoint& point, TrainingSet& set) {
    auto total = number(stored, "power__total__mw"), leakage = number(stored, "power__leakage__mw");
    auto clock = number(stored, "power__clock__mhz"), energy = number(stored, "energy__per_mac__pj");
    if (!total || !leakage || !clock || !energy) return;
    auto activity = recorded_activity([&](const std::string& key) { return number(stored, key); });
    if (activity)
        point.power = {*total, *leakage, *clock, *energy, *activity};
    else
        ++set.without_activity;
}

Expected<void> read_database(const fs::path& file, std::set<std::string>& seen, TrainingSet& set) {
    MACAW_TRY(ResultStore store, ResultStore::open_existing(file));
    MACAW_TRY(std::vector<StoredPoint> points, store.points());
    for (const StoredPoint& stored : points) {
        auto area = number(stored, "synth__area__um2"), period = number(stored, "timing__period__min_ns");
        if (!stored.failure.empty() || !area || !period) {
            ++set.without_figures;
            continue;
        }
        TrainingPoint point;
        point.name = stored.sweep.empty() ? stored.name : stored.sweep + "/" + stored.name;
        MACAW_CHECK(read_configuration(stored, store.file(), point));
        point.identity = identity_of(point.datapath, point.array, point.options);
        if (!seen.insert(point.identity).second) {
            ++set.repeated;
            continue;
        }
        point.area_um2 = *area;
        point.period_ns = *period;
        point.how = how_of(stored, "synth__area__um2");
        read_power(stored, point, set);
        set.points.push_back(std::move(point));
    }
    return {};
}

}  // namespace

std::string identity_of(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                        const SiliconOptions& options) {
    const Json json = {{"datapath", golden::to_json(datapath)},
                       {"array", hw::to_json(array)},
                       {"library", options.library},
                       {"recipe", recipe_of(options)}};
    return sha256(json.dump()).substr(0, 16);
}

Expected<TrainingSet> read_training_set(const std::vector<fs::path>& databases) {
    TrainingSet set;
    std::set<std::string> seen;
    for (const fs::path& database : databases) MACAW_CHECK(read_database(database, seen, set));
    MACAW_CHECK(parallel_for(set.points.size(), [&](std::size_t i) -> Expected<void> {
        auto features = features_of(set.points[i].datapath, set.points[i].array);
        if (!features) {
            features.error().message =
                fmt::format("point {}: {}", set.points[i].name, features.error().message);
            return fail(std::move(features).error());
        }
        set.points[i].features = std::move(*features);
        return {};
    }));
    return set;
}

}  // namespace macaw::reports
