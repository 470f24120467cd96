// The silicon step's figures as metrics, each with how it was obtained: library and corner, clock, recipe,
// tools and versions, activity source.
#pragma once

#include <optional>
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
    std::optional<std::pair<std::string, double>> nand2;  // the library's smallest 2-input NAND, um^2
};

Expected<SiliconOrigin> find_origin(const SiliconOptions& options, const Library& library);

// Beside the figures of the array, where they were made, those of
//   its trap twin    synth__area__trap__um2, timing__period__trap__min_ns
//   array and interface together
//                    synth__area__wrapped__um2, timing__period__wrapped__min_ns
//   the array in it  synth__area__wrapped__array__um2
//   the rest of it   synth__area__interface__um2, and its parts
//                    synth__area__interface__{wrapper,registers,requantizer}__um2
// Where no AXI wraps the array, of the requantizer alone: synth__area__interface__um2 and
// timing__period__interface__min_ns.
Metrics silicon_metrics(const SiliconResult& result, const hw::RtlManifest& manifest,
                        const SiliconOptions& options, const SiliconOrigin& origin);

}  // namespace macaw::reports
