// What stands around the array, the mapping `interface:` of a configuration:
//
//   interface:
//     axi: true                # macaw_axi: AXI4-Stream and AXI4-Lite (axi_wrapper.hpp)
//     requantize:              # the stage behind the array (requantizer.hpp); {} takes the defaults
//       output_bits: 8
#pragma once

#include <optional>

#include "golden/requantize.hpp"
#include "hw/array/array_config.hpp"
#include "hw/rtl/design.hpp"

namespace macaw::hw {

struct InterfaceConfig {
    bool axi = false;
    std::optional<golden::Requantization> requantize;
    bool operator==(const InterfaceConfig&) const = default;
};

// Records all errors.
InterfaceConfig read_interface(YamlMapping yaml, const golden::Datapath& datapath);
Json to_json(const InterfaceConfig& interface);

// The design that `interface` asks for around the array: macaw_axi, or macaw_requantizer alone; none without
// either.
Expected<std::optional<rtl::Design>> generate_interface(const InterfaceConfig& interface,
                                                        const golden::Datapath& datapath,
                                                        const ArrayConfig& array);

}  // namespace macaw::hw
