#include "testbench/support/hw/array_driver.hpp"

#include <algorithm>
#include <stdexcept>

namespace macaw::hw::testing {

namespace {

std::int64_t pick(std::mt19937_64& random, std::int64_t min, std::int64_t max) {
    return std::uniform_int_distribution<std::int64_t>(min, max)(random);
}

std::uint64_t low_bits(std::int64_t value, int width) {
    return static_cast<std::uint64_t>(value) & (~std::uint64_t{0} >> (64 - width));
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
    if (simulator_.has_port("inner_overflow_o")) inner_flags_ = simulator_.port("inner_overflow_o");
    if (simulator_.has_port("outer_overflow_o")) outer_flags_ = simulator_.port("outer_overflow_o");
    if (simulator_.has_port("overflow_o")) overflow_ = simulator_.port("overflow_o");
}

void ArrayDriver::reset() {
    simulator_.set(reset_, 0);
    simulator_.set(in_valid_, 0);
    simulator_.set(out_ready_, 0);
    for (int i = 0; i < 2; ++i) simulator_.clock_edge();
    simulator_.set(reset_, 1);
}

// Lanes beyond the length get zeros.
void ArrayDriver::put_beat(const Group& group, std::int64_t beat) {
    int n = datapath_.activation_bits.bits(), m = datapath_.weight_bits.bits();
    for (int lane = 0; lane < array_.lanes; ++lane) {
        std::int64_t k = beat * array_.lanes + lane;
        bool inside = k < group.length;
        for (int row = 0; row < array_.rows; ++row) {
            std::int64_t value =
                inside ? group.activations[static_cast<std::size_t>(row * group.length + k)] : 0;
            simulator_.set_bits(activation_, (row * array_.lanes + lane) * n, n, low_bits(value, n));
        }
        for (int column = 0; column < array_.columns; ++column) {
            std::int64_t value =
                inside ? group.weights[static_cast<std::size_t>(column * group.length + k)] : 0;
            simulator_.set_bits(weight_, (column * array_.lanes + lane) * m, m, low_bits(value, m));
        }
    }
    simulator_.set(in_last_, beat + 1 == beats(group) ? 1 : 0);
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

std::vector<OutputRow> ArrayDriver::run(const std::vector<Group>& groups, Stalls stalls,
                                        std::mt19937_64& random) {
    std::vector<OutputRow> rows;
    closing_cycles_.clear();
    stalled_cycles_ = 0;
    std::size_t expected = groups.size() * static_cast<std::size_t>(array_.rows), group = 0;
    std::int64_t beat = 0, idle = 0;
    bool offered = false;           // a beat that was offered stays until it is taken
    std::optional<OutputRow> held;  // a row that was offered must stay the same
    while (rows.size() < expected) {
        if (++idle > 1000) throw std::logic_error("the array hangs");
        if (!offered && group < groups.size() && pick(random, 0, 99) >= stalls.source) {
            put_beat(groups[group], beat);
            offered = true;
        }
        bool ready = pick(random, 0, 99) >= stalls.sink;
        simulator_.set(in_valid_, offered ? 1 : 0);
        simulator_.set(out_ready_, ready ? 0 : 1);
        simulator_.evaluate();
        std::int64_t in_ready_other = simulator_.get(in_ready_);
        simulator_.set(out_ready_, ready ? 1 : 0);
        simulator_.evaluate();
        if (simulator_.get(in_ready_) != in_ready_other)
            throw std::logic_error("in_ready_o depends on out_ready_i");
        if (offered && !in_ready_other) ++stalled_cycles_;
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
        if (offered && in_ready_other) {
            offered = false;
            idle = 0;
            if (++beat == beats(groups[group])) {
                closing_cycles_.push_back(cycle_);
                beat = 0;
                ++group;
            }
        }
        simulator_.clock_edge();
        ++cycle_;
    }
    simulator_.set(in_valid_, 0);
    simulator_.set(out_ready_, 0);
    return rows;
}

void ArrayDriver::run_cycles(const Group& group, int cycles) {
    for (int i = 0; i < cycles; ++i) {
        put_beat(group, i % beats(group));
        simulator_.set(in_valid_, 1);
        simulator_.set(out_ready_, i % 3 == 0 ? 1 : 0);
        simulator_.clock_edge();
    }
}

bool ArrayDriver::sticky_overflow() {
    simulator_.evaluate();
    return overflow_ && simulator_.get(*overflow_) != 0;
}

RandomConfiguration random_configuration(std::mt19937_64& random) {
    auto mode = [&] { return static_cast<golden::OverflowMode>(pick(random, 0, 2)); };
    RandomConfiguration configuration;
    golden::Datapath& datapath = configuration.datapath;
    ArrayConfig& array = configuration.array;
    array.rows = static_cast<int>(pick(random, 1, 3));
    array.columns = static_cast<int>(pick(random, 1, 3));
    array.lanes = static_cast<int>(pick(random, 1, 6));
    datapath.tile = array.lanes * static_cast<int>(pick(random, 1, 4));
    datapath.products_per_check = array.lanes;
    datapath.weight_bits = golden::BitWidth(static_cast<int>(pick(random, 2, 8)));
    datapath.activation_bits =
        golden::BitWidth(static_cast<int>(pick(random, 2, pick(random, 0, 3) ? 8 : 16)));
    datapath.activation_signedness =
        pick(random, 0, 1) ? golden::Signedness::Signed : golden::Signedness::Unsigned;
    // Around the width of a product: half of the configurations overflow all the time, some never.
    int product = datapath.weight_bits.bits() + datapath.activation_bits.bits();
    int inner = static_cast<int>(std::clamp<std::int64_t>(product + pick(random, -6, 5), 2, 32));
    datapath.inner_bits = golden::BitWidth(inner);
    datapath.outer_bits = golden::BitWidth(inner + static_cast<int>(pick(random, 0, 4)));
    datapath.inner_overflow = mode();
    datapath.outer_overflow = mode();
    array.arithmetic = pick(random, 0, 1) ? Arithmetic::Behavioural : Arithmetic::Structural;
    if (array.arithmetic == Arithmetic::Structural)
        array.form = {static_cast<Multiplier>(pick(random, 0, 1)), static_cast<Reduction>(pick(random, 0, 1)),
                      static_cast<FinalAdder>(pick(random, 0, 4)),
                      datapath.inner_overflow == golden::OverflowMode::Wrap
                          ? static_cast<Accumulation>(pick(random, 0, 1))
                          : Accumulation::Resolved};
    array.pipeline = static_cast<Pipeline>(pick(random, 0, 3));
    return configuration;
}

}  // namespace macaw::hw::testing
