// The values of an array's ports in every cycle of a job, the cycles of resets included: what a simulator
// without our sender and monitor is driven with, and what says how each beat met the array.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/templates/array_job.hpp"

namespace macaw::sim {

// One cycle, just before its rising clock edge. The default is a cycle of a reset.
struct PortCycle {
    bool reset_n = false;
    bool in_valid = false;
    bool in_last = false;
    bool out_ready = false;
    bool in_ready = false;  // from here on what the array answered
    bool out_valid = false;
    bool out_last = false;
    std::uint64_t block = 0;  // the beat that is offered, or the next one
    std::uint64_t index = 0;
    bool weight_valid = false;  // driven; of a weight stream
    bool weight_ready = false;  // answered
    bool accepts() const { return in_valid && in_ready; }
};

class PortTrace {
  public:
    PortTrace() = default;
    explicit PortTrace(const job::Job& job)
        : activation_words_(job.activation_words()), weight_words_(job.weight_words()) {}

    void record(const PortCycle& cycle, const job::InputBeat& beat) {
        cycles_.push_back(cycle);
        data_.insert(data_.end(), beat.activation, beat.activation + activation_words_);
        data_.insert(data_.end(), beat.weight, beat.weight + weight_words_);
    }
    const std::vector<PortCycle>& cycles() const { return cycles_; }
    std::span<const std::uint32_t> activation(std::size_t cycle) const {
        return std::span(data_).subspan(cycle * (activation_words_ + weight_words_), activation_words_);
    }
    std::span<const std::uint32_t> weight(std::size_t cycle) const {
        return std::span(data_).subspan(cycle * (activation_words_ + weight_words_) + activation_words_,
                                        weight_words_);
    }

  private:
    std::size_t activation_words_ = 0, weight_words_ = 0;
    std::vector<PortCycle> cycles_;
    std::vector<std::uint32_t> data_;  // [cycles, activation_words + weight_words]
};

}  // namespace macaw::sim
