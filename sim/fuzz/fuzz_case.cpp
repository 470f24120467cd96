// See fuzz_case.hpp.
#include "sim/fuzz/fuzz_case.hpp"

#include <algorithm>

#include <fmt/ranges.h>

namespace macaw::sim {

namespace {

std::int64_t pick(std::mt19937_64& random, std::int64_t min, std::int64_t max) {
    return std::uniform_int_distribution<std::int64_t>(min, max)(random);
}

// Random or extreme codes, a part of them 0.
hw::Group random_group(const hw::RandomConfiguration& configuration, std::mt19937_64& random) {
    const golden::Datapath& datapath = configuration.datapath;
    const std::int64_t length = pick(random, 0, 3) == 0 ? 1 : pick(random, 1, 3 * datapath.tile + 2);
    const hw::Codes codes = pick(random, 0, 1) != 0 ? hw::Codes::Random : hw::Codes::Extreme;
    hw::Group group = hw::random_group(datapath, configuration.array, length, codes, random);
    const std::int64_t zero_percent = pick(random, 0, 2) * 30;
    for (auto& code : group.activations)
        if (pick(random, 0, 99) < zero_percent) code = 0;
    for (auto& code : group.weights)
        if (pick(random, 0, 99) < zero_percent) code = 0;
    return group;
}

// codes [from_sides, length] become [to_sides, length], inside the range.
template <typename Code>
void fit(std::vector<Code>& codes, int sides, std::int64_t length, golden::Range range) {
    codes.resize(static_cast<std::size_t>(sides * length));
    for (Code& code : codes) code = static_cast<Code>(std::clamp<std::int64_t>(code, range.min, range.max));
}

// One flow sequence a side.
template <typename Code>
std::string rows_text(const std::vector<Code>& codes, std::int64_t length) {
    std::vector<std::string> rows;
    for (std::size_t first = 0; first < codes.size(); first += static_cast<std::size_t>(length)) {
        std::vector<int> row(codes.begin() + static_cast<std::ptrdiff_t>(first),
                             codes.begin() + static_cast<std::ptrdiff_t>(first) + length);
        rows.push_back(fmt::format("[{}]", fmt::join(row, ", ")));
    }
    return fmt::format("[{}]", fmt::join(rows, ", "));
}

// [sides, length]: as many rows as sides, all of one length, all codes in the range.
template <typename Code>
std::vector<Code> read_rows(YamlMapping& yaml, const std::string& key, int sides, golden::Range range,
                            std::int64_t& length) {
    std::vector<std::vector<int>> rows;
    std::vector<Code> codes;
    if (!yaml.require(key, rows)) return codes;
    if (static_cast<int>(rows.size()) != sides) {
        yaml.error(key, fmt::format("{} rows, the array has {}", rows.size(), sides));
        return codes;
    }
    for (const std::vector<int>& row : rows) {
        if (length == 0) length = static_cast<std::int64_t>(row.size());
        if (row.empty() || static_cast<std::int64_t>(row.size()) != length)
            yaml.error(key, "rows of a group have one length, and it is not 0");
        for (int code : row) {
            if (!range.contains(code))
                yaml.error(key, fmt::format("{} is not in {}..{}", code, range.min, range.max));
            codes.push_back(static_cast<Code>(code));
        }
    }
    return codes;
}

void read_groups(YamlMapping& root, FuzzCase& fuzz_case) {
    const golden::Datapath& datapath = fuzz_case.configuration.datapath;
    for (YamlMapping& yaml : root.sequence("groups")) {
        hw::Group group{0, {}, {}};
        group.activations =
            read_rows<golden::ActivationCode>(yaml, "activations", fuzz_case.configuration.array.rows,
                                              datapath.activation_range(), group.length);
        group.weights = read_rows<golden::WeightCode>(yaml, "weights", fuzz_case.configuration.array.columns,
                                                      datapath.weight_range(), group.length);
        yaml.finish();
        fuzz_case.groups.push_back(std::move(group));
    }
    if (fuzz_case.groups.empty()) root.error({}, "key \"groups\" is missing or empty");
}

void read_stalls(YamlMapping yaml, FuzzCase& fuzz_case) {
    yaml.read("source", fuzz_case.stalls.source);
    yaml.read("sink", fuzz_case.stalls.sink);
    yaml.read("seed", fuzz_case.seed);
    for (int percent : {fuzz_case.stalls.source, fuzz_case.stalls.sink})
        if (percent < 0 || percent > 95) yaml.error({}, fmt::format("{} is not in 0..95 percent", percent));
    yaml.finish();
}

void read_configuration(YamlMapping& root, hw::RandomConfiguration& configuration) {
    if (auto yaml = root.mapping("datapath")) configuration.datapath = golden::read_datapath(*yaml);
    if (auto yaml = root.mapping("array")) configuration.array = hw::read_array(*yaml);
    if (!root.errors().empty()) return;
    configuration.datapath.products_per_check = configuration.array.lanes;
    for (const golden::DatapathProblem& problem : hw::validate(configuration.array, configuration.datapath))
        root.error({}, problem.field + ": " + problem.message, problem.hint);
}

}  // namespace

std::int64_t FuzzCase::codes() const {
    std::size_t sum = 0;
    for (const hw::Group& group : groups) sum += group.activations.size() + group.weights.size();
    return static_cast<std::int64_t>(sum);
}

FuzzCase random_case(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    FuzzCase fuzz_case;
    fuzz_case.configuration = hw::random_configuration(random);
    const std::int64_t groups = pick(random, 1, 6);
    for (std::int64_t group = 0; group < groups; ++group)
        fuzz_case.groups.push_back(random_group(fuzz_case.configuration, random));
    fuzz_case.stalls = {static_cast<int>(pick(random, 0, 3)) * 25, static_cast<int>(pick(random, 0, 3)) * 25};
    fuzz_case.seed = random() % 1000000;
    fuzz_case.note = fmt::format("random case of seed {}", seed);
    return fuzz_case;
}

FuzzCase adapted(const FuzzCase& from, const hw::RandomConfiguration& configuration) {
    FuzzCase next = from;
    next.configuration = configuration;
    for (hw::Group& group : next.groups) {
        fit(group.activations, configuration.array.rows, group.length,
            configuration.datapath.activation_range());
        fit(group.weights, configuration.array.columns, group.length, configuration.datapath.weight_range());
    }
    return next;
}

Expected<void> write_case(const std::filesystem::path& file, const FuzzCase& fuzz_case) {
    Json datapath = golden::to_json(fuzz_case.configuration.datapath);
    datapath.erase("products_per_check");  // follows from the array
    std::string text = fmt::format(
        "note: {}\ndatapath: {}\narray: {}\nstalls: {{source: {}, sink: {}, seed: {}}}\ngroups:\n",
        Json(fuzz_case.note).dump(), datapath.dump(), hw::to_json(fuzz_case.configuration.array).dump(),
        fuzz_case.stalls.source, fuzz_case.stalls.sink, fuzz_case.seed);
    for (const hw::Group& group : fuzz_case.groups)
        text +=
            fmt::format("  - activations: {}\n    weights: {}\n", rows_text(group.activations, group.length),
                        rows_text(group.weights, group.length));
    return write_text(file, text);
}

tl::expected<FuzzCase, Errors> read_case(const std::filesystem::path& file) {
    auto node = load_yaml(file);
    if (!node) return tl::unexpected(Errors{std::move(node).error()});
    FuzzCase fuzz_case;
    Errors errors;
    YamlMapping root(*node, file.string(), "", errors);
    root.read("note", fuzz_case.note);
    read_configuration(root, fuzz_case.configuration);
    if (auto yaml = root.mapping("stalls")) read_stalls(*yaml, fuzz_case);
    if (errors.empty()) {
        read_groups(root, fuzz_case);
        root.finish();
    }
    if (!errors.empty()) return tl::unexpected(errors);
    return fuzz_case;
}

std::string to_string(const FuzzCase& fuzz_case) {
    return fmt::format("{}, {}, stalls {} %/{} %, {} groups, {} codes",
                       to_string(fuzz_case.configuration.array), to_string(fuzz_case.configuration.datapath),
                       fuzz_case.stalls.source, fuzz_case.stalls.sink, fuzz_case.groups.size(),
                       fuzz_case.codes());
}

}  // namespace macaw::sim
