// See playlist.hpp.
#include "sim/signoff/playlist.hpp"

#include <random>

#include "hw/array/generate_array.hpp"
#include "hw/array/stream_layout.hpp"
#include "sim/port_vector.hpp"

namespace macaw::sim {

namespace {

void append_words(std::vector<std::uint32_t>& words, const std::vector<hw::PortBeats::Bits>& beats) {
    for (const hw::PortBeats::Bits& bits : beats) {
        const auto beat_words =
            static_cast<std::size_t>(words_for_bits(static_cast<std::int64_t>(bits.size())));
        words.resize(words.size() + beat_words, 0);
        std::span<std::uint32_t> beat = std::span(words).last(beat_words);
        for (std::size_t bit = 0; bit < bits.size(); ++bit)
            if (bits[bit]) beat[bit / kPortWordBits] |= 1U << bit % kPortWordBits;
    }
}

// A group in which every activation is one of two values and every weight one of two, taking turns.
hw::Group patterned_group(const hw::ArrayConfig& array, std::int64_t length, const golden::Range& activations,
                          const golden::Range& weights) {
    hw::Group group{length, {}, {}};
    for (std::int64_t i = 0; i < array.rows * length; ++i)
        group.activations.push_back(
            static_cast<golden::ActivationCode>(i % 2 == 0 ? activations.min : activations.max));
    for (std::int64_t i = 0; i < array.columns * length; ++i)
        group.weights.push_back(static_cast<golden::WeightCode>(i % 2 == 0 ? weights.min : weights.max));
    return group;
}

// How the codes of a random group are drawn.
enum class Draw { Uniform, Extreme, Sparse, OneSided, kCount };

std::int64_t draw(golden::Range range, Draw how, std::mt19937_64& random) {
    auto pick = [&](std::int64_t min, std::int64_t max) {
        return std::uniform_int_distribution<std::int64_t>(min, max)(random);
    };
    switch (how) {
        case Draw::Extreme:
            return pick(0, 1) != 0 ? range.max : range.min;
        case Draw::Sparse:
            return pick(0, 7) == 0 ? pick(range.min, range.max) : 0;
        case Draw::OneSided:
            return pick(range.max / 2, range.max);
        default:
            return pick(range.min, range.max);
    }
}

std::int64_t draw_length(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                         std::mt19937_64& random) {
    auto up_to = [&](std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(1, most)(random);
    };
    switch (up_to(4)) {
        case 1:
            return up_to(2 * array.lanes);
        case 2:
            return std::int64_t{datapath.tile} * up_to(3);
        default:
            return up_to(3 * std::int64_t{datapath.tile} + array.lanes);
    }
}

}  // namespace

job::Job make_job(const SignoffJob& source, const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    LayerStimulus empty;  // for the widths of the ports
    empty.token_groups = empty.column_groups = static_cast<std::int64_t>(source.groups.size());
    job::Job job = make_job(empty, datapath, array, Pairing::Paired, source.stalls);
    job.header.ragged = 1;
    job.header.resets = static_cast<std::uint64_t>(source.resets);
    job.header.reset_every = static_cast<std::uint64_t>(source.reset_every);
    for (const hw::Group& group : source.groups) {
        job.lengths.push_back(
            static_cast<std::uint64_t>(hw::StreamLayout(datapath, array).steps(group.length)));
        const hw::PortBeats beats = hw::port_beats(datapath, array, group);
        append_words(job.activations, beats.activations);
        append_words(job.weights, beats.weights);
    }
    return job;
}

golden::Datapath with_port_weights(golden::Datapath datapath) {
    // Codes of one bit more; unsigned ones are all bit patterns already.
    if (datapath.weight_signedness == golden::Signedness::Signed)
        datapath.weight_bits = golden::BitWidth(datapath.weight_bits.bits() + 1);
    return datapath;
}

std::vector<golden::DotProduct> expected_outputs(const std::vector<hw::Group>& groups,
                                                 const golden::Datapath& datapath,
                                                 const hw::ArrayConfig& array) {
    golden::Datapath wide = with_port_weights(datapath);
    std::vector<golden::DotProduct> outputs;
    for (const hw::Group& group : groups) {
        golden::MatmulResult result =
            golden::matmul(group.weights, group.activations, {array.rows, group.length, array.columns}, wide);
        for (std::size_t i = 0; i < result.values.size(); ++i)
            outputs.push_back(
                {result.values[i], result.inner_overflow[i] != 0, result.outer_overflow[i] != 0});
    }
    return outputs;
}

std::vector<hw::Group> signoff_corners(const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    std::mt19937_64 random(1);
    const std::int64_t tile = datapath.tile, lanes = array.lanes;
    const golden::Range activations = datapath.activation_range(), weights = datapath.weight_port_range();
    std::vector<hw::Group> groups = hw::corner_groups(datapath, array, random);
    for (std::int64_t length : {std::int64_t{1}, lanes, std::max<std::int64_t>(tile - 1, 1), tile + 1})
        for (std::int64_t activation : {activations.min, activations.max})
            for (std::int64_t weight : {weights.min, weights.max})
                groups.push_back(patterned_group(array, length, {activation, activation}, {weight, weight}));
    for (std::int64_t length : {tile, 4 * tile}) {
        groups.push_back(patterned_group(array, length, activations, {weights.min, weights.min}));
        groups.push_back(patterned_group(array, length, {activations.min, activations.min}, weights));
        groups.push_back(patterned_group(array, length, activations, weights));
    }
    for (int i = 0; i < 8; ++i)  // the shortest dot products, back to back
        groups.push_back(hw::random_group(datapath, array, 1, hw::Codes::Random, random));
    return groups;
}

std::vector<hw::Group> random_groups(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                     int count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    auto pick_draw = [&] {
        return static_cast<Draw>(
            std::uniform_int_distribution<int>(0, static_cast<int>(Draw::kCount) - 1)(random));
    };
    std::vector<hw::Group> groups;
    for (int i = 0; i < count; ++i) {
        hw::Group group{draw_length(datapath, array, random), {}, {}};
        Draw activation_draw = pick_draw(), weight_draw = pick_draw();
        for (std::int64_t k = 0; k < array.rows * group.length; ++k)
            group.activations.push_back(static_cast<golden::ActivationCode>(
                draw(datapath.activation_range(), activation_draw, random)));
        for (std::int64_t k = 0; k < array.columns * group.length; ++k)
            group.weights.push_back(
                static_cast<golden::WeightCode>(draw(datapath.weight_port_range(), weight_draw, random)));
        groups.push_back(std::move(group));
    }
    return groups;
}

int slow_sender_per_256(const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    return 256 - std::clamp(256 / hw::latency_of(datapath, array).last_beat_to_first_output, 2, 20);
}

std::vector<SignoffJob> corner_jobs(const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    std::vector<hw::Group> corners = signoff_corners(datapath, array);
    std::vector<SignoffJob> jobs = {
        {"corner vectors", corners, {1, 0, 0, {}}, 0, 0},
        {"corner vectors, stalls on both sides", corners, {2, 100, 160, {}}, 0, 0},
        {"corner vectors, resets in the middle", corners, {3, 60, 120, {}}, 12, 37}};
    if (!hw::StreamLayout(datapath, array).has_weight_stream()) return jobs;
    // Dot products follow each other at once only where results leave before the last token of their tile
    // comes.
    jobs.push_back(
        {"corner vectors, tokens far apart", corners, {4, slow_sender_per_256(datapath, array), 0, 0}, 0, 0});
    // Results come so late that a reset seldom meets one: here they wait, and resets leave them the time to
    // come.
    const int first_result = datapath.tile + hw::latency_of(datapath, array).last_beat_to_first_output;
    jobs.push_back(
        {"corner vectors, resets while results wait", corners, {5, 60, 240, {}}, 12, 3 * first_result});
    return jobs;
}

std::vector<SignoffJob> random_jobs(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                    const RandomCampaign& campaign) {
    std::vector<SignoffJob> jobs;
    for (int i = 0; i < campaign.seeds; ++i) {
        std::uint64_t seed = campaign.first_seed + static_cast<std::uint64_t>(i);
        std::mt19937_64 random(seed ^ 0x5eed5eedULL);
        auto up_to = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
        SignoffJob job;
        job.name = fmt::format("random groups, seed {}", seed);
        job.groups = random_groups(datapath, array, campaign.groups_per_seed, seed);
        job.stalls = {seed, up_to(200), up_to(200), {}};
        if (i % 2 == 1) {
            job.resets = 5;
            job.reset_every = 20 + up_to(100);
        }
        if (hw::StreamLayout(datapath, array).has_weight_stream()) job.stalls.weight_per_256 = up_to(200);
        jobs.push_back(std::move(job));
    }
    return jobs;
}

}  // namespace macaw::sim
