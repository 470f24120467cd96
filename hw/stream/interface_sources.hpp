// The folder interface/ of `macaw generate`: one .sv file a module, and sources.f, which names them in
// compile order, a module behind what it instantiates. The top is therefore the module of the last file:
// macaw_axi, with the array inside, or macaw_requantizer alone.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hw/rtl/design.hpp"

namespace macaw::hw {

// Makes the folder. command_line: what the user typed, for the headers.
Expected<void> write_interface_sources(const std::filesystem::path& folder, const rtl::Design& design,
                                       const std::string& command_line);

struct InterfaceSources {
    std::string top;
    std::vector<std::string> files;  // names in the folder, in compile order

    bool holds_array() const;  // and is not the requantizer alone
};

// Reads <folder>/sources.f and checks that the files are there.
Expected<InterfaceSources> read_interface_sources(const std::filesystem::path& folder);

// The array of the folder `rtl` (write_rtl) must stand in the interface line for line; only the comments at
// the head of a file may differ. Error (CheckFailed): the first file that does not.
Expected<void> check_array_inside(const std::filesystem::path& folder, const InterfaceSources& sources,
                                  const std::filesystem::path& rtl);

}  // namespace macaw::hw
