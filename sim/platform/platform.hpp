// The array in a system: a memory behind TLM-2.0 sockets, a DMA that reads a layer's operands by address into
// on-chip buffers, a tiler that cuts them into the array's beats, the array itself, a writer that sends rows
// of results back, and a controller. SystemC keeps the time; the array is any CycleArray, so that the C++
// model and the Verilated RTL see the same platform. What a layer costs is counted here and derived in
// prediction.hpp.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/cosimulation.hpp"
#include "sim/platform/figures.hpp"
#include "sim/platform/layer_plan.hpp"
#include "sim/platform/platform_config.hpp"
#include "sim/templates/cycle_array.hpp"

namespace macaw::sim {

struct PlatformRun {
    PlatformFigures figures;
    job::Result rows;                   // as they left the array, padding and flags included
    std::vector<std::int64_t> results;  // [tokens, out_features], read back from the memory
    double seconds = 0;                 // wall clock of the simulation alone
};

// Brings a layer through the platform. SystemC has one simulation a process: calls from several threads wait
// for each other. Errors: CheckFailed for a violation of the port protocol, Interrupted.
Expected<PlatformRun> run_platform(CycleArray& array, const LayerData& data, const golden::Datapath& datapath,
                                   const hw::ArrayConfig& config, const PlatformConfig& platform);

}  // namespace macaw::sim
