// A hierarchical gate-level netlist, flattened for simulation: every instance of a library cell by its path,
// every net by a number, and the gates of all cells in one order in which operands come before results.
//
// Read from the JSON of Yosys. The hierarchy of the file is kept in the paths ("pe_r0_c1/_0123_"), so that
// figures of other tools can be matched by name. Refused, with the name: undriven nets that something reads,
// two drivers on a net, combinational loops, flip-flops on another clock than the given port, asynchronous
// resets that are not tied inactive, cells without a function.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "sim/netlist/cell_library.hpp"

namespace macaw::sim {

using NetId = std::uint32_t;
inline constexpr NetId kNetZero = 0;  // constants are nets
inline constexpr NetId kNetOne = 1;

struct NetlistInstance {
    std::string path;            // "/" between levels
    std::string cell;            // type in the library
    std::string module;          // the module that the instance stands in
    std::vector<NetId> outputs;  // in the order of CellFunction::outputs; unconnected outputs have a net too
    bool sequential = false;
};

struct NetlistPort {
    bool input = false;
    std::vector<NetId> nets;  // bit 0 first
};

struct NetlistGate {
    GateKind kind = GateKind::Buffer;
    NetId result = 0;
    NetId a = 0;
    NetId b = 0;
};

struct NetlistRegister {
    NetId state = 0;
    NetId data = 0;
};

// A bit of a wire by its name in the file: "pe_r0_c1/sum_q[3]".
struct NetName {
    std::string name;  // path, wire and index, also of a wire of one bit: "valid[0]"
    NetId net = 0;
    bool of_vector = false;  // the wire has several bits
};

struct FlatNetlist {
    std::string top;
    std::string clock;
    NetId nets = 2;     // nets 0 and 1 are the constants
    NetId signals = 2;  // nets, states of registers and, behind them, scratch results inside cells
    std::vector<NetlistInstance> instances;
    std::vector<NetlistGate> gates;  // levelised
    std::vector<NetlistRegister> registers;
    std::map<std::string, NetlistPort> ports;
    std::vector<bool> driven;    // [nets] by an input port, an instance or a constant
    std::vector<NetName> names;  // without those of constants; one net may have several

    Expected<NetlistPort> port(const std::string& name, std::size_t width) const;
};

struct NetlistReadOptions {
    std::string clock = "clk_i";
    bool keep_names = false;  // FlatNetlist::names
};

Expected<FlatNetlist> read_netlist(const std::filesystem::path& json_file, const CellLibrary& library,
                                   const std::string& top, const NetlistReadOptions& options = {});

}  // namespace macaw::sim
