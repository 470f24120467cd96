#include "sim/netlist/replay.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <numeric>
#include <random>

#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/stream_layout.hpp"
#include "sim/netlist/segment.hpp"
#include "sim/netlist/simulator.hpp"
#include "sim/port_vector.hpp"

namespace macaw::sim {

namespace {

constexpr int kLanes = NetlistSimulator::kLanes;
constexpr std::int64_t kResetCycles = 4;
constexpr std::uint64_t kAllLanes = ~std::uint64_t{0};

// block[i] bit j <-> block[j] bit i, by swapping ever smaller squares (Hacker's Delight, 7-3).
void transpose(std::array<std::uint64_t, kLanes>& block) {
    std::uint64_t mask = 0x00000000FFFFFFFFULL;
    for (unsigned half = 32; half != 0; half >>= 1, mask ^= mask << half)
        for (unsigned i = 0; i < kLanes; i = (i + half + 1) & ~half) {
            std::uint64_t swapped = ((block[i] >> half) ^ block[i + half]) & mask;
            block[i + half] ^= swapped;
            block[i] ^= swapped << half;
        }
}

// The array's ports on the netlist (protocol of hw/array).
struct ArrayPorts {
    NetlistPort reset, in_valid, in_ready, in_last, activation, weight;
    std::optional<NetlistPort> weight_valid, weight_ready;  // of a weight stream
    NetlistPort out_valid, out_ready, out_last, out_data, inner_overflow, outer_overflow;
    FlagPorts flags;
};

Expected<ArrayPorts> find_ports(const FlatNetlist& netlist, const golden::Datapath& datapath,
                                const hw::ArrayConfig& array) {
    const hw::StreamLayout layout(datapath, array);
    auto columns = [&](int width) { return static_cast<std::size_t>(array.columns * width); };
    ArrayPorts ports;
    MACAW_TRY(ports.reset, netlist.port("rst_ni", 1));
    MACAW_TRY(ports.in_valid, netlist.port("in_valid_i", 1));
    MACAW_TRY(ports.in_ready, netlist.port("in_ready_o", 1));
    MACAW_TRY(ports.in_last, netlist.port("in_last_i", 1));
    MACAW_TRY(ports.activation,
              netlist.port("activation_i", static_cast<std::size_t>(layout.activation_port_bits())));
    MACAW_TRY(ports.weight, netlist.port("weight_i", static_cast<std::size_t>(layout.weight_port_bits())));
    if (layout.has_weight_stream()) {
        MACAW_TRY(ports.weight_valid, netlist.port("weight_valid_i", 1));
        MACAW_TRY(ports.weight_ready, netlist.port("weight_ready_o", 1));
    }
    MACAW_TRY(ports.out_valid, netlist.port("out_valid_o", 1));
    MACAW_TRY(ports.out_ready, netlist.port("out_ready_i", 1));
    MACAW_TRY(ports.out_last, netlist.port("out_last_o", 1));
    MACAW_TRY(ports.out_data, netlist.port("out_data_o", columns(datapath.outer_bits.bits())));
    ports.flags = {datapath.inner_overflow != golden::OverflowMode::Wrap,
                   datapath.outer_overflow != golden::OverflowMode::Wrap};
    if (array.columns > kLanes && (ports.flags.inner || ports.flags.outer))
        return fail(ErrorKind::BadInput, "netlist replay: more than {} columns with overflow flags", kLanes);
    if (ports.flags.inner) {
        MACAW_TRY(ports.inner_overflow, netlist.port("inner_overflow_o", columns(1)));
    }
    if (ports.flags.outer) {
        MACAW_TRY(ports.outer_overflow, netlist.port("outer_overflow_o", columns(1)));
    }
    return ports;
}

// 64 segments on one simulator.
class Group {
  public:
    Group(const FlatNetlist& netlist, const ArrayPorts& ports, const Stimulus& stimulus,
          const golden::Datapath& datapath, std::span<const SegmentStart> starts,
          std::span<const double> weights)
        : ports_(ports), simulator_(netlist), lane_toggles_(weights), stimulus_(stimulus) {
        for (const SegmentStart& start : starts)
            segments_.emplace_back(stimulus, datapath, ports.flags, start);
        for (auto& words : out_words_)
            words.resize(static_cast<std::size_t>(
                             words_for_bits(static_cast<std::int64_t>(ports.out_data.nets.size()))) +
                         1);
        activity_.layer_cycles.resize(stimulus.layers.size());
        activity_.layer_beats.resize(stimulus.layers.size());
        activity_.layer_weighted_toggles.resize(stimulus.layers.size());
    }

    Expected<Activity> run(std::int64_t warm_up, std::int64_t cycles, Progress& progress) {
        constexpr std::int64_t kReportEvery = 32;
        for (std::int64_t cycle = -warm_up; cycle < cycles; ++cycle) {
            bool counted = cycle >= 0;
            MACAW_CHECK(run_cycle(cycle < kResetCycles - warm_up, counted));
            if (cycle % kReportEvery != 0) continue;
            MACAW_CHECK(stop_if_interrupted());
            if (counted) progress.advance(std::min(kReportEvery, cycles - cycle) * kLanes);
        }
        for (const Segment& segment : segments_)
            if (segment.rows_compared() == 0)
                return fail(ErrorKind::CheckFailed,
                            "netlist replay: a segment of {} cycles gave no result at all", warm_up + cycles);
        activity_.toggles.assign(simulator_.toggles().begin(), simulator_.toggles().end());
        activity_.ones.assign(simulator_.ones().begin(), simulator_.ones().end());
        for (std::size_t lane = 0; lane < segments_.size(); ++lane)
            charge_layer(lane, segments_[lane].layer_index());
        const auto sums = lane_toggles_.sums();
        activity_.segment_weighted_toggles.assign(sums.begin(), sums.begin() + std::ssize(segments_));
        return std::move(activity_);
    }

  private:
    void set_port(const NetlistPort& port, std::uint64_t lanes) { simulator_.set(port.nets[0], lanes); }
    std::uint64_t get_port(const NetlistPort& port) const { return simulator_.get(port.nets[0]); }

    // words(segment): the port's value in 32-bit words.
    template <typename Words>
    void set_wide(const NetlistPort& port, Words&& words) {
        std::array<std::uint64_t, kLanes> block{};
        for (std::size_t bit = 0; bit < port.nets.size(); bit += kLanes) {
            for (std::size_t lane = 0; lane < segments_.size(); ++lane) {
                std::span<const std::uint32_t> value = words(segments_[lane]);
                std::size_t word = bit / kPortWordBits;
                block[lane] =
                    value[word] | (word + 1 < value.size() ? std::uint64_t{value[word + 1]} << 32 : 0);
            }
            transpose(block);
            for (std::size_t i = 0; i < kLanes && bit + i < port.nets.size(); ++i)
                simulator_.set(port.nets[bit + i], block[i]);
        }
    }

    Expected<void> run_cycle(bool reset, bool counted) {
        simulator_.clock_edge();
        set_port(ports_.reset, reset ? 0 : kAllLanes);
        set_port(ports_.in_valid, reset ? 0 : kAllLanes);
        if (ports_.weight_valid) set_port(*ports_.weight_valid, reset ? 0 : kAllLanes);
        set_port(ports_.out_ready, kAllLanes);
        std::uint64_t last = 0;
        for (std::size_t lane = 0; lane < segments_.size(); ++lane)
            last |= std::uint64_t{segments_[lane].last()} << lane;
        set_port(ports_.in_last, last);
        set_wide(ports_.activation, [](const Segment& segment) { return segment.activations(); });
        set_wide(ports_.weight, [](const Segment& segment) { return segment.weights(); });
        simulator_.settle();
        if (counted)
            simulator_.count_cycle(lane_toggles_);
        else
            simulator_.mark_settled();
        if (reset) return {};
        MACAW_CHECK(compare_outputs(counted));
        accept_beats(counted);
        return {};
    }

    Expected<void> compare_outputs(bool counted) {
        std::uint64_t valid = get_port(ports_.out_valid);
        if (valid == 0) return {};
        read_out_data();
        std::uint64_t last = get_port(ports_.out_last);
        for (std::size_t lane = 0; lane < segments_.size(); ++lane) {
            if ((valid >> lane & 1) == 0) continue;
            OutputRow row{out_words_[lane], flags(ports_.inner_overflow, lane),
                          flags(ports_.outer_overflow, lane), (last >> lane & 1) != 0};
            MACAW_CHECK(segments_[lane].compare(row));
            if (counted) activity_.outputs += stimulus_.array.columns;
        }
        return {};
    }

    std::uint64_t flags(const NetlistPort& port, std::size_t lane) const {
        std::uint64_t value = 0;
        for (std::size_t column = 0; column < port.nets.size(); ++column)
            value |= (simulator_.get(port.nets[column]) >> lane & 1) << column;
        return value;
    }

    void read_out_data() {
        const std::vector<NetId>& nets = ports_.out_data.nets;
        std::array<std::uint64_t, kLanes> block{};
        for (std::size_t bit = 0; bit < nets.size(); bit += kLanes) {
            for (std::size_t i = 0; i < kLanes; ++i)
                block[i] = bit + i < nets.size() ? simulator_.get(nets[bit + i]) : 0;
            transpose(block);
            std::size_t word = bit / kPortWordBits;
            for (std::size_t lane = 0; lane < segments_.size(); ++lane) {
                out_words_[lane][word] = static_cast<std::uint32_t>(block[lane]);
                out_words_[lane][word + 1] = static_cast<std::uint32_t>(block[lane] >> 32);
            }
        }
    }

    void accept_beats(bool counted) {
        std::uint64_t ready = get_port(ports_.in_ready);
        if (ports_.weight_ready) {
            const std::uint64_t weight_ready = get_port(*ports_.weight_ready);
            for (std::size_t lane = 0; lane < segments_.size(); ++lane)
                if ((weight_ready >> lane & 1) != 0) segments_[lane].advance_weights();
        }
        for (std::size_t lane = 0; lane < segments_.size(); ++lane) {
            if (counted) {
                ++activity_.layer_cycles[segments_[lane].layer_index()];
                ++activity_.cycles;
            }
            if ((ready >> lane & 1) == 0) continue;
            const std::size_t layer = segments_[lane].layer_index();
            segments_[lane].advance();
            if (!counted) continue;
            ++activity_.layer_beats[layer];
            ++activity_.beats;
            if (segments_[lane].layer_index() != layer) charge_layer(lane, layer);
        }
    }

    // What the lane has cost since it came to this layer.
    void charge_layer(std::size_t lane, std::size_t layer) {
        const double now = lane_toggles_.sums()[lane];
        activity_.layer_weighted_toggles[layer] += now - charged_[lane];
        charged_[lane] = now;
    }

    const ArrayPorts& ports_;
    NetlistSimulator simulator_;
    LaneToggles lane_toggles_;
    std::array<double, kLanes> charged_{};  // of each lane's weighted toggles, to the layers so far
    const Stimulus& stimulus_;
    std::vector<Segment> segments_;                             // [lanes]
    std::array<std::vector<std::uint32_t>, kLanes> out_words_;  // [lanes][words of out_data_o]
    Activity activity_;
};

void add(Activity& sum, const Activity& part) {
    const auto add_each = [](auto& to, const auto& from) {
        to.resize(from.size());
        for (std::size_t i = 0; i < from.size(); ++i) to[i] += from[i];
    };
    add_each(sum.toggles, part.toggles);
    add_each(sum.ones, part.ones);
    add_each(sum.layer_cycles, part.layer_cycles);
    add_each(sum.layer_beats, part.layer_beats);
    add_each(sum.layer_weighted_toggles, part.layer_weighted_toggles);
    sum.segment_weighted_toggles.insert(sum.segment_weighted_toggles.end(),
                                        part.segment_weighted_toggles.begin(),
                                        part.segment_weighted_toggles.end());
    sum.cycles += part.cycles;
    sum.beats += part.beats;
    sum.outputs += part.outputs;
}

std::int64_t blocks_of(const LayerStimulus& layer) {
    return layer.token_groups * layer.column_groups;
}

// Largest remainder, at least one segment a layer.
std::vector<std::int64_t> deal_segments(const Stimulus& stimulus, std::int64_t segments) {
    std::vector<double> share;
    for (const LayerStimulus& layer : stimulus.layers)
        share.push_back(static_cast<double>(blocks_of(layer) * layer.beats));
    double total = std::accumulate(share.begin(), share.end(), 0.0);
    std::vector<std::int64_t> dealt(share.size(), 1);
    for (auto left = segments - static_cast<std::int64_t>(share.size()); left > 0; --left) {
        std::size_t neediest = 0;
        for (std::size_t i = 1; i < share.size(); ++i) {
            auto lack = [&](std::size_t k) {
                return share[k] / total * static_cast<double>(segments) - static_cast<double>(dealt[k]);
            };
            if (lack(i) > lack(neediest)) neediest = i;
        }
        ++dealt[neediest];
    }
    return dealt;
}

}  // namespace

Expected<std::vector<SegmentStart>> plan_segments(const Stimulus& stimulus, const ReplayOptions& options) {
    require(options.segments > 0 && options.segments % kLanes == 0,
            "plan_segments: segments is not a multiple of 64");
    auto layers = static_cast<std::int64_t>(stimulus.layers.size());
    if (layers == 0) return fail(ErrorKind::BadInput, "netlist replay: the stimulus has no layer");
    if (layers > options.segments)
        return fail(Error{
            ErrorKind::BadInput,
            fmt::format("netlist replay: {} segments cannot represent {} layers", options.segments, layers),
            fmt::format("power.segments: {}", (layers + kLanes - 1) / kLanes * kLanes),
            {}});
    std::vector<std::int64_t> dealt = deal_segments(stimulus, options.segments);
    std::mt19937_64 random(options.seed);
    std::vector<SegmentStart> starts;
    for (std::size_t layer = 0; layer < stimulus.layers.size(); ++layer) {
        std::int64_t blocks = blocks_of(stimulus.layers[layer]);
        double offset = static_cast<double>(random() >> 11) * 0x1.0p-53;  // [0, 1)
        for (std::int64_t i = 0; i < dealt[layer]; ++i) {
            double at = (static_cast<double>(i) + offset) / static_cast<double>(dealt[layer]);
            starts.push_back(
                {layer, std::min(blocks - 1, static_cast<std::int64_t>(at * static_cast<double>(blocks)))});
        }
    }
    return starts;
}

Expected<Activity> replay(const FlatNetlist& netlist, const Stimulus& stimulus,
                          const golden::Datapath& datapath, const ReplayOptions& options,
                          std::span<const double> weights) {
    require(weights.size() == netlist.nets, "replay: a net has no weight");
    MACAW_TRY(ArrayPorts ports, find_ports(netlist, datapath, stimulus.array));
    MACAW_TRY(std::vector<SegmentStart> starts, plan_segments(stimulus, options));
    const hw::StreamLayout layout(datapath, stimulus.array);
    // A tile of a weight-stationary array takes as long as its tokens, or as its weights and a cycle.
    const int cycles_per_step = std::max(layout.step_activation_beats(),
                                         layout.has_weight_stream() ? layout.step_weight_beats() + 1 : 1);
    std::int64_t longest = 0;
    for (const LayerStimulus& layer : stimulus.layers)
        longest = std::max(longest, layout.steps(layer.shape.in_features) * cycles_per_step);
    const hw::Latency latency = hw::latency_of(datapath, stimulus.array);
    std::int64_t warm_up =
        kResetCycles + longest + stimulus.array.rows + std::max(16, 2 * latency.last_beat_to_first_output);
    auto groups = static_cast<std::size_t>(options.segments / kLanes);
    std::vector<Activity> parts(groups);
    Progress progress("replaying the stimulus on the netlist, cycles",
                      options.segments * options.cycles_per_segment);
    MACAW_CHECK(parallel_for(groups, [&](std::size_t group) -> Expected<void> {
        auto mine = std::span(starts).subspan(group * kLanes, kLanes);
        MACAW_TRY(parts[group], Group(netlist, ports, stimulus, datapath, mine, weights)
                                    .run(warm_up, options.cycles_per_segment, progress));
        return {};
    }));
    Activity activity;
    activity.warm_up_cycles = warm_up;
    for (const Activity& part : parts) add(activity, part);
    return activity;
}

}  // namespace macaw::sim
