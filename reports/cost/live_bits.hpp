// How many low bits of every node of a module's RTL carry information that somebody reads: what synthesis
// keeps of words that were written wider (the 32-bit words of behavioural sums, of which wrap mode needs P_I
// bits).
//
//   live = min(needed, significant)
//   needed       from the outputs, registers and instances backwards: of a sum that is truncated, its low
//   bits significant  from the operands forwards: an extended number has no more bits than before
//
// An estimate for counting, not a proof: inputs of instances count as read in full.
#pragma once

#include <unordered_map>

#include "hw/rtl/design.hpp"

namespace macaw::reports {

class LiveBits {
  public:
    explicit LiveBits(const rtl::Module& module);
    // 0 where nobody reads the value.
    int of(const rtl::Expression& value) const;
    int of_signal(std::size_t signal) const { return needed_signal_[signal]; }

  private:
    void need(const rtl::Expression& value, int bits);
    void need_signal(std::size_t signal, int bits);
    void need_operands(const rtl::Node& node, int bits);
    int significant(const rtl::Expression& value) const;

    const rtl::Module& module_;
    std::vector<int> needed_signal_;
    std::unordered_map<const rtl::Node*, int> needed_;
    mutable std::vector<int> significant_signal_;  // -1: not known yet
    mutable std::unordered_map<const rtl::Node*, int> significant_;
};

}  // namespace macaw::reports
