// Functional coverage of the accumulators: which corner values an accumulator took, at which place in its
// tile or dot product, and how the beat that brought it there met the array.
//
//   bin = level x value x position x stall, for one pair of overflow modes (a twin in another mode has bins
//   of its own)
//
// A value is counted where the exact sum fitted; a sum that did not is counted as overflow to its side, which
// wraps or saturates. Bins are counted from golden's arithmetic along the beats of a PortTrace, and only for
// outputs that were delivered (and therefore compared): beats that a reset swallowed do not count.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "golden/matmul.hpp"
#include "hw/array/test_vectors.hpp"
#include "sim/model/port_trace.hpp"

namespace macaw::sim {

enum class Level { Inner, Outer };
enum class ValueClass {
    Min,
    MinPlusOne,
    MinusOne,
    Zero,
    One,
    MaxMinusOne,
    Max,
    OverflowBelow,
    OverflowAbove
};
// Of a beat in its tile (inner), of a tile in its dot product (outer). Only: it is the first and the last.
enum class Position { Only, First, Middle, Last };
// None: the beat came right behind the one before, and no output was waiting.
// Input: the sender paused in the cycle before.  Output: a row of outputs was refused in the same cycle.
// Weights: in the cycle before, the beat was held back until the weights of its tile were there.
enum class StallContext { None, Input, Output, Weights };

constexpr int kLevels = 2, kValueClasses = 9, kPositions = 4, kStallContexts = 4;
constexpr std::size_t kBins = kLevels * kValueClasses * kPositions * kStallContexts;

struct Bin {
    Level level = Level::Inner;
    ValueClass value = ValueClass::Min;
    Position position = Position::Only;
    StallContext stall = StallContext::None;
    bool operator==(const Bin&) const = default;
    std::size_t index() const {
        return ((static_cast<std::size_t>(level) * kValueClasses + static_cast<std::size_t>(value)) *
                    kPositions +
                static_cast<std::size_t>(position)) *
                   kStallContexts +
               static_cast<std::size_t>(stall);
    }
};
std::vector<Bin> all_bins();
std::string to_string(const Bin& bin, const golden::Datapath& datapath);

// One range check of a dot product, in the order of the hardware.
struct RangeCheck {
    Level level = Level::Inner;
    Position position = Position::Only;
    std::int64_t product = 0;  // number of one that was summed just before: its beat brought the check
    golden::Accumulated result;
    bool above = false;  // an overflow to the positive side
};

// The dot product of golden::dot_product, showing every check. Weights may be any pattern of the port.
golden::DotProduct trace_dot_product(std::span<const golden::WeightCode> weights,
                                     std::span<const golden::ActivationCode> activations,
                                     const golden::Datapath& datapath,
                                     const std::function<void(const RangeCheck&)>& visit);

// The group as its checks see it: a column of a weight-stationary array has an element, and a check, for
// every product of a tile, so that ragged tiles are filled up with zero products.
hw::Group as_checked(const hw::Group& group, const golden::Datapath& datapath, const hw::ArrayConfig& array);

// The classes of a check: several where a narrow accumulator makes them equal, none for an ordinary value.
std::vector<ValueClass> classes_of(const RangeCheck& check, golden::BitWidth width);

class AccumulatorCoverage {
  public:
    explicit AccumulatorCoverage(golden::Datapath datapath) : datapath_(std::move(datapath)) {}

    // `trace`: of the job that plays these groups. `expected`: [groups, R, C] of golden; std::logic_error
    // where the arithmetic that is counted comes to something else.
    void add(const std::vector<hw::Group>& groups, std::span<const golden::DotProduct> expected,
             const hw::ArrayConfig& array, const PortTrace& trace);
    std::int64_t hits(const Bin& bin) const { return hits_[bin.index()]; }
    const golden::Datapath& datapath() const { return datapath_; }

  private:
    golden::Datapath datapath_;
    std::array<std::int64_t, kBins> hits_{};
};

}  // namespace macaw::sim
