// Writes a generated array to a folder: one .sv file a module and array.json, which says what the folder
// holds.
//
// array.json: {"top", "files" (in compile order), "datapath", "array", "ports": [{"name", "direction",
// "width"}], "latency", "cost"}. Every later step reads this file and no file name is guessed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/support/file.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/rtl/print.hpp"

namespace macaw::hw {

// Into an existing folder (the partial one of an OutputFolder).
Expected<void> write_rtl(const std::filesystem::path& folder, const golden::Datapath& datapath,
                         const ArrayConfig& array, const std::string& command_line);

// As above for a design that was changed after generation (faults for negative controls).
Expected<void> write_rtl(const std::filesystem::path& folder, const rtl::Design& design,
                         const golden::Datapath& datapath, const ArrayConfig& array,
                         const std::string& command_line);

struct PortInfo {
    std::string name;
    bool is_input = false;
    int width = 0;  // bits
};

struct RtlManifest {
    std::string top;
    std::vector<std::string> files;  // names in the folder; a module comes after what it instantiates
    golden::Datapath datapath;       // products_per_check is the number of lanes
    ArrayConfig array;
    std::vector<PortInfo> ports;
    Latency latency;
    ArithmeticCost cost;
};

// Reads <folder>/array.json and checks that the files are there.
Expected<RtlManifest> read_rtl(const std::filesystem::path& folder);

}  // namespace macaw::hw
