// First half of reading a netlist: walks the hierarchy of the JSON, numbers every net and lists every
// instance. Nets that a submodule merely passes through (an output port wired to an input port or a constant)
// become a gate of kind Buffer without an instance.
#pragma once

#include <vector>

#include "golden/support/file.hpp"
#include "sim/netlist/netlist.hpp"

namespace macaw::sim {

// An instance (or, with a null function, a pass-through of inputs[0] to outputs[0]) with its nets.
struct PlacedCell {
    const CellFunction* function = nullptr;
    std::vector<NetId> inputs;  // in the order of CellFunction::inputs
    std::vector<NetId> outputs;
    std::size_t instance = 0;  // index into FlatNetlist::instances
};

// Fills nets, ports, instances, driven and names of `netlist`.
Expected<std::vector<PlacedCell>> flatten(const LargeJson& json, const CellLibrary& library,
                                          const NetlistReadOptions& options, FlatNetlist& netlist);

}  // namespace macaw::sim
