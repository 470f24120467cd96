#include "sim/netlist/vector_mac_replay.hpp"

#include <array>
#include <deque>

#include "golden/support/progress.hpp"
#include "sim/netlist/simulator.hpp"

namespace macaw::sim {

namespace {

struct UnitPorts {
    NetlistPort reset, valid, first, activation, weight, sum;
};

Expected<UnitPorts> find_ports(const FlatNetlist& netlist, const hw::DotProductShape& unit) {
    auto width = [&](golden::BitWidth bits) { return static_cast<std::size_t>(unit.lanes * bits.bits()); };
    UnitPorts ports;
    MACAW_TRY(ports.reset, netlist.port("rst_ni", 1));
    MACAW_TRY(ports.valid, netlist.port("valid_i", 1));
    MACAW_TRY(ports.first, netlist.port("first_i", 1));
    MACAW_TRY(ports.activation, netlist.port("activation_i", width(unit.activation_bits)));
    MACAW_TRY(ports.weight, netlist.port("weight_i", width(unit.weight_bits)));
    MACAW_TRY(ports.sum, netlist.port("sum_o", static_cast<std::size_t>(unit.accumulator_bits.bits())));
    return ports;
}

class UnitReplay {
  public:
    UnitReplay(const FlatNetlist& netlist, const UnitPorts& ports, const hw::DotProductShape& unit,
               const VectorMacSample& sample)
        : ports_(ports), simulator_(netlist) {
        for (int number = 0; number < sample.streams; ++number)
            streams_.emplace_back(unit, sample.operands, static_cast<std::uint64_t>(number));
        // The other copies of the netlist stay under reset and never toggle.
        for (int number = 0; number < sample.streams; ++number) all_ |= std::uint64_t{1} << number;
    }

    Expected<void> run(std::int64_t cycles) {
        for (std::int64_t cycle = -kUnitResetCycles - kUnitWarmUpBeats; cycle < cycles; ++cycle) {
            const bool reset = cycle < -kUnitWarmUpBeats;
            simulator_.clock_edge();
            set_beat(reset);
            simulator_.settle();
            if (cycle >= 0)
                simulator_.count_cycle();
            else
                simulator_.mark_settled();
            if (!reset) MACAW_CHECK(compare(cycle));
            MACAW_CHECK(stop_if_interrupted());
        }
        return {};
    }

    VectorMacActivity result(std::int64_t cycles) const {
        VectorMacActivity result;
        result.activity.toggles.assign(simulator_.toggles().begin(), simulator_.toggles().end());
        result.activity.cycles = result.activity.beats = cycles * static_cast<std::int64_t>(streams_.size());
        result.activity.warm_up_cycles = kUnitResetCycles + kUnitWarmUpBeats;
        result.activity.outputs = compared_;
        std::int64_t zeros = 0, weights = 0;
        for (const VectorMacStream& stream : streams_) {
            zeros += stream.zero_weights();
            weights += stream.beats() * static_cast<std::int64_t>(stream.weights().size());
        }
        result.zero_weights = static_cast<double>(zeros) / static_cast<double>(weights);
        return result;
    }

  private:
    // code(stream): the value of one lane, whose bits stand on nets `at` to `at` + bits - 1.
    template <typename Code>
    void set_lane(const NetlistPort& port, std::size_t at, std::size_t bits, Code&& code) {
        for (std::size_t bit = 0; bit < bits; ++bit) lane_bits_[bit] = 0;
        for (std::size_t stream = 0; stream < streams_.size(); ++stream) {
            auto value = static_cast<std::uint32_t>(code(streams_[stream]));
            for (std::size_t bit = 0; bit < bits; ++bit)
                lane_bits_[bit] |= std::uint64_t{value >> bit & 1} << stream;
        }
        for (std::size_t bit = 0; bit < bits; ++bit) simulator_.set(port.nets[at + bit], lane_bits_[bit]);
    }

    void set_beat(bool reset) {
        simulator_.set(ports_.reset.nets[0], reset ? 0 : all_);
        simulator_.set(ports_.valid.nets[0], reset ? 0 : all_);
        if (reset) return;
        std::vector<std::uint64_t> sums;
        for (VectorMacStream& stream : streams_) {
            stream.next();
            sums.push_back(stream.sum());
        }
        due_.push_back(std::move(sums));
        simulator_.set(ports_.first.nets[0], streams_[0].first() ? all_ : 0);
        const std::size_t lanes = streams_[0].weights().size();
        const std::size_t weight_bits = ports_.weight.nets.size() / lanes;
        const std::size_t activation_bits = ports_.activation.nets.size() / lanes;
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            set_lane(ports_.weight, lane * weight_bits, weight_bits,
                     [&](const VectorMacStream& stream) { return stream.weights()[lane]; });
            set_lane(ports_.activation, lane * activation_bits, activation_bits,
                     [&](const VectorMacStream& stream) { return stream.activations()[lane]; });
        }
    }

    Expected<void> compare(std::int64_t cycle) {
        if (due_.size() <= static_cast<std::size_t>(kUnitLatency)) return {};
        const std::vector<std::uint64_t>& wanted = due_.front();
        for (std::size_t stream = 0; stream < streams_.size(); ++stream) {
            std::uint64_t sum = 0;
            for (std::size_t bit = 0; bit < ports_.sum.nets.size(); ++bit)
                sum |= (simulator_.get(ports_.sum.nets[bit]) >> stream & 1) << bit;
            if (sum != wanted[stream])
                return fail(ErrorKind::CheckFailed, "cycle {}, stream {}: sum_o is {:#x}, expected {:#x}",
                            cycle, stream, sum, wanted[stream]);
            ++compared_;
        }
        due_.pop_front();
        return {};
    }

    const UnitPorts& ports_;
    NetlistSimulator simulator_;
    std::vector<VectorMacStream> streams_;
    std::uint64_t all_ = 0;                       // a bit a stream
    std::array<std::uint64_t, 32> lane_bits_{};   // [bits of a code], bit i: stream i
    std::deque<std::vector<std::uint64_t>> due_;  // sums by stream, the present beat's last
    std::int64_t compared_ = 0;
};

}  // namespace

Expected<VectorMacActivity> replay_vector_mac(const FlatNetlist& netlist, const hw::DotProductShape& unit,
                                              const VectorMacSample& sample) {
    require(sample.streams >= 1 && sample.streams <= NetlistSimulator::kLanes, "replay_vector_mac: streams");
    MACAW_TRY(UnitPorts ports, find_ports(netlist, unit));
    UnitReplay replay(netlist, ports, unit, sample);
    MACAW_CHECK(replay.run(sample.cycles));
    return replay.result(sample.cycles);
}

}  // namespace macaw::sim
