// See comparison.hpp.
#include "sim/comparison.hpp"

namespace macaw::sim {

namespace {

// One output as the ports show it: a level whose mode is wrap has no flag.
golden::DotProduct visible(golden::DotProduct output, const golden::Datapath& datapath) {
    if (datapath.inner_overflow == golden::OverflowMode::Wrap) output.inner_overflow = false;
    if (datapath.outer_overflow == golden::OverflowMode::Wrap) output.outer_overflow = false;
    return output;
}

std::string describe(const golden::DotProduct& output) {
    return fmt::format("{}, inner flag {:d}, outer flag {:d}", output.value, output.inner_overflow,
                       output.outer_overflow);
}

golden::DotProduct output_at(const Outputs& outputs, std::size_t index) {
    return {outputs.values[index], outputs.inner_overflow[index] != 0, outputs.outer_overflow[index] != 0};
}

void record(Comparison& comparison, const std::string& where, OutputPlace place, const std::string& expected,
            const std::string& actual) {
    ++comparison.mismatches;
    if (!comparison.first) comparison.first = Mismatch{where, place.token, place.channel, expected, actual};
}

void compare_one(Comparison& comparison, const std::string& where, OutputPlace place,
                 const golden::DotProduct& expected, const golden::DotProduct& actual) {
    if (expected != actual) record(comparison, where, place, describe(expected), describe(actual));
}

// The ports that exist must be those of the modes, and overflow_o must have seen every flag.
void compare_ports(Comparison& comparison, const std::string& where, const Outputs& actual,
                   const golden::Datapath& datapath) {
    bool inner = datapath.inner_overflow != golden::OverflowMode::Wrap;
    bool outer = datapath.outer_overflow != golden::OverflowMode::Wrap;
    if (actual.has_inner_flags != inner || actual.has_outer_flags != outer)
        record(comparison, where, {}, fmt::format("flag ports: inner {:d}, outer {:d}", inner, outer),
               fmt::format("inner {:d}, outer {:d}", actual.has_inner_flags, actual.has_outer_flags));
    bool any = false;
    for (auto i = static_cast<std::size_t>(actual.first_since_reset); i < actual.values.size(); ++i)
        any = any || actual.inner_overflow[i] != 0 || actual.outer_overflow[i] != 0;
    if (any != actual.sticky_overflow)
        record(comparison, where, {}, fmt::format("overflow_o {:d}", any),
               fmt::format("overflow_o {:d}", actual.sticky_overflow));
}

}  // namespace

std::string to_string(const Mismatch& mismatch) {
    return fmt::format("{}, token {}, channel {}: expected {}, got {}", mismatch.where, mismatch.token,
                       mismatch.channel, mismatch.expected, mismatch.actual);
}

Comparison& Comparison::operator+=(const Comparison& other) {
    outputs += other.outputs;
    mismatches += other.mismatches;
    if (!first) first = other.first;
    return *this;
}

Comparison compare_outputs(const std::string& where, const golden::MatmulResult& expected,
                           const Outputs& actual, const LayerStimulus& stimulus,
                           const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    const golden::MatmulShape& shape = stimulus.shape;
    require(static_cast<std::int64_t>(actual.values.size()) ==
                stimulus.token_groups * stimulus.column_groups * array.rows * array.columns,
            "compare_outputs: the recording is of another job");
    require(static_cast<std::int64_t>(expected.values.size()) == shape.tokens * shape.out_features,
            "compare_outputs: golden is of another shape");
    Comparison comparison;
    compare_ports(comparison, where, actual, datapath);
    for (std::size_t index = 0; index < actual.values.size(); ++index) {
        OutputPlace place = place_of(static_cast<std::int64_t>(index), stimulus, array, Pairing::Product);
        golden::DotProduct wanted;  // padding: zero, no flag
        if (place.token < shape.tokens && place.channel < shape.out_features) {
            ++comparison.outputs;
            auto at = static_cast<std::size_t>(place.token * shape.out_features + place.channel);
            wanted = {expected.values[at], expected.inner_overflow[at] != 0,
                      expected.outer_overflow[at] != 0};
        }
        compare_one(comparison, where, place, visible(wanted, datapath), output_at(actual, index));
    }
    return comparison;
}

Comparison compare_paired(const std::string& where, std::span<const golden::DotProduct> expected,
                          const Outputs& actual, const golden::Datapath& datapath) {
    require(expected.size() == actual.values.size(), "compare_paired: the recording is of another job");
    Comparison comparison;
    compare_ports(comparison, where, actual, datapath);
    for (std::size_t index = 0; index < expected.size(); ++index) {
        ++comparison.outputs;
        std::int64_t row = static_cast<std::int64_t>(index) / actual.columns;  // of all blocks
        std::int64_t column = static_cast<std::int64_t>(index) % actual.columns;
        compare_one(comparison, where, {row, row / actual.rows * actual.columns + column},
                    visible(expected[index], datapath), output_at(actual, index));
    }
    return comparison;
}

Comparison compare_recordings(const std::string& where, const job::Result& expected,
                              const job::Result& actual, const LayerStimulus& stimulus,
                              const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    Comparison comparison;
    comparison.outputs = stimulus.shape.tokens * stimulus.shape.out_features;
    if (expected.header.cycles != actual.header.cycles)
        record(comparison, where, {}, fmt::format("{} cycles", expected.header.cycles),
               fmt::format("{} cycles", actual.header.cycles));
    Outputs first = decode(expected, datapath, array);
    Outputs second = decode(actual, datapath, array);
    require(first.values.size() == second.values.size(), "compare_recordings: recordings of different jobs");
    for (std::size_t index = 0; index < first.values.size(); ++index)
        compare_one(comparison, where,
                    place_of(static_cast<std::int64_t>(index), stimulus, array, Pairing::Product),
                    output_at(first, index), output_at(second, index));
    return comparison;
}

}  // namespace macaw::sim
