// See accumulator_coverage.hpp.
#include "sim/coverage/accumulator_coverage.hpp"

#include "hw/array/stream_layout.hpp"

namespace macaw::sim {

namespace {

Position position_of(std::int64_t index, std::int64_t count) {
    if (count == 1) return Position::Only;
    if (index == 0) return Position::First;
    return index + 1 == count ? Position::Last : Position::Middle;
}

std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

// How each beat of each group met the array, as bits 1 << StallContext. A beat that was accepted again after
// a reset counts as it was accepted last.
std::vector<std::vector<std::uint8_t>> stall_contexts(const std::vector<hw::Group>& groups,
                                                      const hw::StreamLayout& layout,
                                                      const PortTrace& trace) {
    std::vector<std::vector<std::uint8_t>> contexts;
    for (const hw::Group& group : groups)
        contexts.emplace_back(static_cast<std::size_t>(layout.activation_beats(group.length)));
    const auto beats_a_step = static_cast<std::uint64_t>(layout.step_activation_beats());
    auto bit = [](StallContext context) {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(context));
    };
    bool paused = false, no_weights = false;
    for (const PortCycle& cycle : trace.cycles()) {
        if (cycle.accepts()) {
            bool refused = cycle.out_valid && !cycle.out_ready;
            std::uint8_t& met = contexts[cycle.block][cycle.index];
            met = 0;
            if (refused) met |= bit(StallContext::Output);
            if (paused) met |= bit(StallContext::Input);
            if (no_weights && cycle.index % beats_a_step == 0) met |= bit(StallContext::Weights);
            if (met == 0) met = bit(StallContext::None);
        }
        paused = cycle.reset_n && !cycle.in_valid;
        no_weights = cycle.in_valid && !cycle.in_ready && cycle.weight_ready;
    }
    return contexts;
}

const char* word_of(ValueClass value, golden::OverflowMode mode) {
    bool saturates = mode == golden::OverflowMode::Saturate;
    switch (value) {
        case ValueClass::Min:
            return "min";
        case ValueClass::MinPlusOne:
            return "min+1";
        case ValueClass::MinusOne:
            return "-1";
        case ValueClass::Zero:
            return "0";
        case ValueClass::One:
            return "1";
        case ValueClass::MaxMinusOne:
            return "max-1";
        case ValueClass::Max:
            return "max";
        case ValueClass::OverflowBelow:
            return saturates ? "saturated at min" : "wrapped from below";
        case ValueClass::OverflowAbove:
            return saturates ? "saturated at max" : "wrapped from above";
    }
    throw std::logic_error("unknown value class");
}

}  // namespace

std::vector<Bin> all_bins() {
    std::vector<Bin> bins;
    for (int level = 0; level < kLevels; ++level)
        for (int value = 0; value < kValueClasses; ++value)
            for (int position = 0; position < kPositions; ++position)
                for (int stall = 0; stall < kStallContexts; ++stall)
                    bins.push_back({static_cast<Level>(level), static_cast<ValueClass>(value),
                                    static_cast<Position>(position), static_cast<StallContext>(stall)});
    return bins;
}

std::string to_string(const Bin& bin, const golden::Datapath& datapath) {
    static constexpr const char* kPositionWords[] = {"only", "first", "middle", "last"};
    static constexpr const char* kStallWords[] = {"no stall", "sender paused", "receiver stalled",
                                                  "weights late"};
    bool inner = bin.level == Level::Inner;
    golden::OverflowMode mode = inner ? datapath.inner_overflow : datapath.outer_overflow;
    return fmt::format("{} {} ({}), {} {}, {}", inner ? "inner" : "outer", word_of(bin.value, mode),
                       golden::to_string(mode), kPositionWords[static_cast<int>(bin.position)],
                       inner ? "beat" : "tile", kStallWords[static_cast<int>(bin.stall)]);
}

golden::DotProduct trace_dot_product(std::span<const golden::WeightCode> weights,
                                     std::span<const golden::ActivationCode> activations,
                                     const golden::Datapath& datapath,
                                     const std::function<void(const RangeCheck&)>& visit) {
    const auto length = static_cast<std::int64_t>(weights.size());
    const std::int64_t tile = datapath.tile, lanes = datapath.products_per_check;
    golden::DotProduct result;
    auto check = [&](Level level, Position position, std::int64_t product, std::int64_t exact) {
        bool inner = level == Level::Inner;
        RangeCheck seen{level, position, product, {}, exact > 0};
        seen.result = golden::accumulate(exact, inner ? datapath.inner_bits : datapath.outer_bits,
                                         inner ? datapath.inner_overflow : datapath.outer_overflow);
        (inner ? result.inner_overflow : result.outer_overflow) |= seen.result.overflow;
        visit(seen);
        return seen.result.value;
    };
    for (std::int64_t begin = 0; begin < length; begin += tile) {
        const std::int64_t end = std::min(length, begin + tile);
        std::int64_t inner = 0;
        for (std::int64_t first = begin; first < end; first += lanes) {
            for (std::int64_t k = first; k < std::min(end, first + lanes); ++k)
                inner += std::int64_t{weights[static_cast<std::size_t>(k)]} *
                         activations[static_cast<std::size_t>(k)];
            inner = check(Level::Inner, position_of((first - begin) / lanes, ceil_div(end - begin, lanes)),
                          first, inner);
        }
        result.value = check(Level::Outer, position_of(begin / tile, ceil_div(length, tile)), end - 1,
                             result.value + inner);
    }
    return result;
}

hw::Group as_checked(const hw::Group& group, const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    if (array.dataflow == hw::Dataflow::OutputStationary) return group;
    hw::Group whole{ceil_div(group.length, datapath.tile) * datapath.tile, {}, {}};
    auto fill = [&](const auto& codes, auto& filled) {
        filled.resize(codes.size() / static_cast<std::size_t>(group.length) *
                      static_cast<std::size_t>(whole.length));
        for (std::size_t at = 0; at < codes.size(); ++at) {
            const std::size_t unit = at / static_cast<std::size_t>(group.length);
            filled[at + unit * static_cast<std::size_t>(whole.length - group.length)] = codes[at];
        }
    };
    fill(group.activations, whole.activations);
    fill(group.weights, whole.weights);
    return whole;
}

std::vector<ValueClass> classes_of(const RangeCheck& check, golden::BitWidth width) {
    if (check.result.overflow) return {check.above ? ValueClass::OverflowAbove : ValueClass::OverflowBelow};
    const golden::Range range = golden::range_of(width, golden::Signedness::Signed);
    std::vector<ValueClass> classes;
    for (auto [value, meaning] : {std::pair{range.min, ValueClass::Min},
                                  {range.min + 1, ValueClass::MinPlusOne},
                                  {std::int64_t{-1}, ValueClass::MinusOne},
                                  {std::int64_t{0}, ValueClass::Zero},
                                  {std::int64_t{1}, ValueClass::One},
                                  {range.max - 1, ValueClass::MaxMinusOne},
                                  {range.max, ValueClass::Max}})
        if (check.result.value == value) classes.push_back(meaning);
    return classes;
}

void AccumulatorCoverage::add(const std::vector<hw::Group>& groups,
                              std::span<const golden::DotProduct> expected, const hw::ArrayConfig& array,
                              const PortTrace& trace) {
    const hw::StreamLayout layout(datapath_, array);
    const auto contexts = stall_contexts(groups, layout, trace);
    std::size_t output = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const hw::Group group = as_checked(groups[g], datapath_, array);
        std::size_t row = 0;
        const auto length = static_cast<std::size_t>(group.length);
        auto visit = [&](const RangeCheck& check) {
            const auto beat = layout.activation_at(static_cast<std::int64_t>(row), check.product).beat;
            std::uint8_t met = contexts[g][static_cast<std::size_t>(beat)];
            bool inner = check.level == Level::Inner;
            for (ValueClass value : classes_of(check, inner ? datapath_.inner_bits : datapath_.outer_bits))
                for (int stall = 0; stall < kStallContexts; ++stall)
                    if ((met >> stall & 1) != 0)
                        ++hits_[Bin{check.level, value, check.position, static_cast<StallContext>(stall)}
                                    .index()];
        };
        for (; row < static_cast<std::size_t>(array.rows); ++row)
            for (std::size_t column = 0; column < static_cast<std::size_t>(array.columns); ++column) {
                golden::DotProduct traced = trace_dot_product(
                    std::span(group.weights).subspan(column * length, length),
                    std::span(group.activations).subspan(row * length, length), datapath_, visit);
                require(traced == expected[output++], "functional coverage: not what golden computes");
            }
    }
}

}  // namespace macaw::sim
