// One array of the simulated hardware, a cycle at a time, whoever simulates it: the RTL graph run in C++
// (sim/platform/model_cycle_array.hpp) or the Verilated RTL, loaded from a shared library that is built at
// run time (array_library.cpp). macaw includes this header and also writes it beside that library.
#pragma once

#include <cstdint>

#include "array_job.hpp"

namespace macaw::sim {

// The outputs of one cycle; the row points into the array and is valid until the next cycle.
struct ArrayOutputs {
    bool in_ready = false;
    bool weight_ready = false;  // of a weight stream; false where weights come with the activations
    job::OutputRow row;
};

class CycleArray {
  public:
    virtual ~CycleArray() = default;
    virtual job::FlagPorts flags() const = 0;
    // Some cycles with rst_ni low.
    virtual void reset() = 0;
    // Inputs are driven, outputs settle and are sampled, then comes the rising clock edge.
    virtual ArrayOutputs cycle(const job::InputBeat& beat, bool out_ready) = 0;
    // overflow_o; false where the array has no flags.
    virtual bool sticky_overflow() = 0;
};

}  // namespace macaw::sim

// The function that an array library exports; `seed` decides the registers' values before reset.
extern "C" macaw::sim::CycleArray* macaw_new_array(std::uint64_t seed);
