#include "sim/platform/platform_config.hpp"

namespace macaw::sim {

namespace {

struct Key {
    const char* name;
    int PlatformConfig::*member;
    int least, most;
};

// The limits are far beyond any memory; they only keep the counters from overflowing.
constexpr Key kKeys[] = {{"bytes_per_cycle", &PlatformConfig::bytes_per_cycle, 1, 1 << 16},
                         {"latency", &PlatformConfig::latency, 0, 1 << 20},
                         {"operand_buffers", &PlatformConfig::operand_buffers, 1, 64},
                         {"result_rows", &PlatformConfig::result_rows, 1, 1 << 16},
                         {"tokens", &PlatformConfig::tokens, 1, 1 << 20}};

}  // namespace

std::vector<golden::DatapathProblem> validate(const PlatformConfig& config) {
    std::vector<golden::DatapathProblem> problems;
    for (const Key& key : kKeys) {
        int value = config.*key.member;
        if (value < key.least || value > key.most)
            problems.push_back(
                {key.name, fmt::format("{} is not in {}..{}", value, key.least, key.most), {}});
    }
    return problems;
}

PlatformConfig read_platform(YamlMapping yaml) {
    PlatformConfig config;
    for (const Key& key : kKeys) yaml.read(key.name, config.*key.member);
    for (const golden::DatapathProblem& problem : validate(config))
        yaml.error(problem.field, problem.message, problem.hint);
    yaml.finish();
    return config;
}

Json to_json(const PlatformConfig& config) {
    Json json = Json::object();
    for (const Key& key : kKeys) json[key.name] = config.*key.member;
    return json;
}

std::string to_string(const PlatformConfig& config) {
    return fmt::format(
        "memory of {} B/cycle each way and {} cycles latency, {} operand buffer{}, {} result rows",
        config.bytes_per_cycle, config.latency, config.operand_buffers,
        config.operand_buffers == 1 ? "" : "s", config.result_rows);
}

}  // namespace macaw::sim
