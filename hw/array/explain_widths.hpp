// Where every width of a generated array comes from, for people.
#pragma once

#include <string>
#include <vector>

#include "hw/array/array_config.hpp"

namespace macaw::hw {

struct ExplainedWidth {
    std::string name;  // a signal of the RTL, or "activation code", "weight code"
    int bits = 0;
    std::string reason;
};

// From the inputs to the outputs. Datapath and array must be valid (validate()).
std::vector<ExplainedWidth> explain_widths(const golden::Datapath& datapath, const ArrayConfig& array);

}  // namespace macaw::hw
