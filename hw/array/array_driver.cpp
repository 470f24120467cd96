#include "hw/array/array_driver.hpp"

#include <algorithm>
#include <stdexcept>

namespace macaw::hw {

namespace {

std::int64_t pick(std::mt19937_64& random, std::int64_t min, std::int64_t max) {
    return std::uniform_int_distribution<std::int64_t>(min, max)(random);
}

}  // namespace

ArrayDriver::ArrayDriver(const golden::Datapath& datapath, const ArrayConfig& array,
                         const rtl::Design& design)
    : datapath_(datapath),
      array_(array),
      simulator_(design),
      reset_(simulator_.port("rst_ni")),
      in_valid_(simulator_.port("in_valid_i")),
      in_ready_(simulator_.port("in_ready_o")),
      in_last_(simulator_.port("in_last_i")),
      activation_(simulator_.port("activation_i")),
      weight_(simulator_.port("weight_i")),
      out_valid_(simulator_.port("out_valid_o")),
      out_ready_(simulator_.port("out_ready_i")),
      out_last_(simulator_.port("out_last_o")),
      out_data_(simulator_.port("out_data_o")) {
    if (simulator_.has_port("weight_valid_i")) {
        weight_valid_ = simulator_.port("weight_valid_i");
        weight_ready_ = simulator_.port("weight_ready_o");
    }
    if (simulator_.has_port("inner_overflow_o")) inner_flags_ = simulator_.port("inner_overflow_o");
    if (simulator_.has_port("outer_overflow_o")) outer_flags_ = simulator_.port("outer_overflow_o");
    if (simulator_.has_port("overflow_o")) overflow_ = simulator_.port("overflow_o");
}

void ArrayDriver::reset() {
    simulator_.set(reset_, 0);
    simulator_.set(in_valid_, 0);
    if (weight_valid_) simulator_.set(*weight_valid_, 0);
    simulator_.set(out_ready_, 0);
    for (int i = 0; i < 2; ++i) simulator_.clock_edge();
    simulator_.set(reset_, 1);
}

void ArrayDriver::put(const rtl::Simulator::Port& port, const PortBeats::Bits& bits) {
    for (std::size_t bit = 0; bit < bits.size(); ++bit)
        simulator_.set_bits(port, static_cast<int>(bit), 1, bits[bit] ? 1 : 0);
}

OutputRow ArrayDriver::take_row() {
    OutputRow row;
    row.last = simulator_.get(out_last_) != 0;
    row.cycle = cycle_;
    for (int column = 0; column < array_.columns; ++column) {
        int p = datapath_.outer_bits.bits();
        std::int64_t value = golden::wrap_to(
            static_cast<std::int64_t>(simulator_.get_bits(out_data_, column * p, p)), datapath_.outer_bits);
        row.columns.push_back({value, inner_flags_ && simulator_.get_bits(*inner_flags_, column, 1) != 0,
                               outer_flags_ && simulator_.get_bits(*outer_flags_, column, 1) != 0});
    }
    return row;
}

// One stream of beats of several groups: a beat that was offered stays until it is taken.
class ArrayDriver::Source {
  public:
    explicit Source(const std::vector<std::vector<PortBeats::Bits>>& groups) : groups_(groups) {}
    bool offered() const { return offered_; }
    // True when a new beat is offered in this cycle.
    bool offer(bool may) {
        if (offered_ || !may || group_ == groups_.size()) return false;
        return offered_ = true;
    }
    const PortBeats::Bits& beat() const { return groups_[group_][beat_]; }
    std::size_t beats_left() const { return groups_[group_].size() - beat_; }
    // The beat was taken; true when it closed its group.
    bool take() {
        offered_ = false;
        if (++beat_ < groups_[group_].size()) return false;
        beat_ = 0;
        ++group_;
        return true;
    }

  private:
    const std::vector<std::vector<PortBeats::Bits>>& groups_;
    std::size_t group_ = 0, beat_ = 0;
    bool offered_ = false;
};

bool ArrayDriver::inputs_are_ready(bool out_ready) {
    auto evaluate = [&](bool ready) {
        simulator_.set(out_ready_, ready ? 1 : 0);
        simulator_.evaluate();
        return std::pair{simulator_.get(in_ready_), weight_ready_ ? simulator_.get(*weight_ready_) : 0};
    };
    auto other = evaluate(!out_ready);
    auto now = evaluate(out_ready);
    if (now != other) throw std::logic_error("a ready output depends on out_ready_i");
    return now.first != 0;
}

std::vector<OutputRow> ArrayDriver::run(const std::vector<Group>& groups, StallPercent stalls,
                                        std::mt19937_64& random) {
    std::vector<std::vector<PortBeats::Bits>> activations, weights;
    int last_beats = 1;
    for (const Group& group : groups) {
        PortBeats beats = port_beats(datapath_, array_, group);
        last_beats = beats.last_beats;
        activations.push_back(std::move(beats.activations));
        weights.push_back(std::move(beats.weights));
    }
    std::vector<OutputRow> rows;
    closing_cycles_.clear();
    stalled_cycles_ = 0;
    Source source(activations), weight_source(weights);
    std::size_t expected = groups.size() * static_cast<std::size_t>(array_.rows);
    std::int64_t idle = 0;
    std::optional<OutputRow> held;  // a row that was offered must stay the same
    while (rows.size() < expected) {
        if (++idle > 1000) throw std::logic_error("the array hangs");
        if (source.offer(pick(random, 0, 99) >= stalls.source)) {
            put(activation_, source.beat());
            simulator_.set(in_last_, source.beats_left() <= static_cast<std::size_t>(last_beats) ? 1 : 0);
            if (!weight_valid_ && weight_source.offer(true)) put(weight_, weight_source.beat());
        }
        if (weight_valid_ && weight_source.offer(pick(random, 0, 99) >= stalls.source))
            put(weight_, weight_source.beat());
        bool ready = pick(random, 0, 99) >= stalls.sink;
        simulator_.set(in_valid_, source.offered() ? 1 : 0);
        if (weight_valid_) simulator_.set(*weight_valid_, weight_source.offered() ? 1 : 0);
        const bool in_ready = inputs_are_ready(ready);
        if (source.offered() && !in_ready) ++stalled_cycles_;
        if (simulator_.get(out_valid_)) {
            OutputRow row = take_row();
            if (held && (held->columns != row.columns || held->last != row.last))
                throw std::logic_error("the output changed while it was stalled");
            held = row;
            if (ready) {
                rows.push_back(row);
                held.reset();
                idle = 0;
            }
        } else if (held) {
            throw std::logic_error("the output was withdrawn while it was stalled");
        }
        if (weight_valid_ && weight_source.offered() && simulator_.get(*weight_ready_)) {
            weight_source.take();
            idle = 0;
        }
        if (source.offered() && in_ready) {
            idle = 0;
            if (!weight_valid_) weight_source.take();
            if (source.take()) closing_cycles_.push_back(cycle_);
        }
        simulator_.clock_edge();
        ++cycle_;
    }
    simulator_.set(in_valid_, 0);
    if (weight_valid_) simulator_.set(*weight_valid_, 0);
    simulator_.set(out_ready_, 0);
    return rows;
}

void ArrayDriver::run_cycles(const Group& group, int cycles) {
    const PortBeats beats = port_beats(datapath_, array_, group);
    for (int i = 0; i < cycles; ++i) {
        const auto cycle = static_cast<std::size_t>(i);
        put(activation_, beats.activations[cycle % beats.activations.size()]);
        put(weight_, beats.weights[cycle % beats.weights.size()]);
        simulator_.set(in_last_, cycle % 3 == 0 ? 1 : 0);
        simulator_.set(in_valid_, 1);
        if (weight_valid_) simulator_.set(*weight_valid_, 1);
        simulator_.set(out_ready_, i % 3 == 0 ? 1 : 0);
        simulator_.clock_edge();
    }
}

bool ArrayDriver::sticky_overflow() {
    simulator_.evaluate();
    return overflow_ && simulator_.get(*overflow_) != 0;
}

}  // namespace macaw::hw
