// The silicon step's figures as metrics, each with how it was obtained: library and corner, clock, recipe,
// tools and versions, activity source.
#pragma once

#include <string>

#include "hw/array/write_rtl.hpp"
#include "reports/silicon/silicon.hpp"

namespace macaw::reports {

struct SiliconOrigin {
    std::string library;  // "osu018_stdcells, corner typical, 1.8 V, 25 C"
    std::string wires;    // "no wires" or the library's wire-load model
    std::string recipe;
    std::string yosys;  // name and version
    std::string abc;
    std::string opensta;
};

Expected<SiliconOrigin> find_origin(const SiliconOptions& options, const Library& library);

Metrics silicon_metrics(const SiliconResult& result, const hw::RtlManifest& manifest,
                        const SiliconOptions& options, const SiliconOrigin& origin);

// synth__area__trap__um2 and timing__period__trap__min_ns.
void add_trap_metrics(const Synthesis& synthesis, const Timing& timing, const SiliconOrigin& origin,
                      Metrics& metrics);

}  // namespace macaw::reports
