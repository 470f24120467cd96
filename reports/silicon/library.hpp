// A cell library as the tools of the silicon step need it. Liberty is read by Yosys and OpenSTA, never by us:
// the functions and areas of the cells come from Yosys; only the few attributes that a person wants to see
// beside a figure (names, voltage, temperature, wire-load) are picked from the text.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/silicon/tool_log.hpp"
#include "sim/netlist/cell_library.hpp"

namespace macaw::reports {

bool is_known_library(const std::string& name);
bool is_library_file(const std::string& name);  // has a folder or ends in .lib, .lib.gz
std::string known_library_names();              // "osu018, osu035, osu050"

// The Liberty file of a known name, or the given file, absolute. Errors: a name that is not known, a known
// library that is not installed (MissingTool), a file that is not there.
Expected<std::filesystem::path> library_file(const std::string& name);

// A library cell that computes something we look for, with its pin names in our order.
struct FoundCell {
    std::string cell;
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;  // full adder: sum, carry
    bool inverts = false;              // full adder: both outputs are complements
};

struct Library {
    std::vector<std::filesystem::path> sources;  // as given; hashed by callers
    std::vector<std::string> files;  // unpacked, relative to the work folder or absolute: for OpenSTA
    std::string merged;              // the same cells as one file: for Yosys and ABC
    std::string title;               // library(...) of the files
    std::string corner;              // default operating conditions, or "nominal"
    std::vector<std::string> units;  // time, capacitance, leakage power ("" without): "1ns", "1pf", "1nw"
    double voltage = 0;              // V
    double temperature = 0;          // degrees Celsius
    std::string wire_load;           // default wire-load model, empty without one
    bool has_timing = false, has_internal_power = false, has_leakage = false;  // of any cell
    sim::CellLibrary cells;
    std::map<std::string, double> areas;  // um^2
    std::optional<FoundCell> full_adder;  // smallest of its kind; one that inverts only if there is no other
    std::optional<FoundCell> half_adder;
    std::optional<FoundCell> nand2;   // smallest: the unit of gate equivalents
    std::optional<FoundCell> buffer;  // of medium strength, for high fan-out
    std::optional<FoundCell> tie_high;
    std::optional<FoundCell> tie_low;

    // "osu018_stdcells, corner typical, 1.8 V, 25 C"
    std::string description() const;
    // um^2 of nand2; none where the library has no such cell.
    std::optional<double> nand2_area() const;
};

// Errors: a name that is not known, a file that is missing, cut off or that Yosys cannot read, a library
// without voltage, temperature or units, without a rising-edge flip-flop, an inverter, or a 2-input NAND or
// NOR. Writes its helper files into the log's folder.
Expected<Library> load_library(const std::vector<std::string>& names, ToolLog& log);

// What timing needs, and power where it is asked for. Errors: no timing; no internal power, no leakage or no
// unit of it, which would be taken for 0 or guessed.
Expected<void> check_figures(const Library& library, bool power);

}  // namespace macaw::reports
