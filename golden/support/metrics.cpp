#include "golden/support/metrics.hpp"

#include <algorithm>

namespace macaw {

void Metrics::add(std::string key, Json value, std::string how) {
    require(find(key) == nullptr, "Metrics: the same key twice");
    metrics_.push_back({std::move(key), std::move(value), std::move(how)});
}

const Metric* Metrics::find(const std::string& key) const {
    auto found =
        std::find_if(metrics_.begin(), metrics_.end(), [&](const Metric& m) { return m.key == key; });
    return found == metrics_.end() ? nullptr : &*found;
}

void Metrics::append(const Metrics& other) {
    for (const Metric& metric : other.all()) add(metric.key, metric.value, metric.how);
}

Expected<void> Metrics::write(const std::filesystem::path& file) const {
    Json json = Json::object();
    for (const Metric& metric : metrics_) json[metric.key] = {{"value", metric.value}, {"how", metric.how}};
    return write_json(file, json);
}

Expected<Metrics> Metrics::read(const std::filesystem::path& file) {
    MACAW_TRY(Json json, read_json(file));
    Metrics metrics;
    for (const auto& [key, entry] : json.items()) {
        MACAW_TRY(auto value, json_member<Json>(entry, "value", file));
        MACAW_TRY(auto how, json_member<std::string>(entry, "how", file));
        metrics.add(key, value, how);
    }
    return metrics;
}

}  // namespace macaw
