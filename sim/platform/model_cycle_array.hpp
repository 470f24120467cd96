// The array's RTL graph run in C++ (rtl::Simulator), a cycle at a time.
#pragma once

#include <memory>

#include "hw/rtl/design.hpp"
#include "sim/templates/cycle_array.hpp"

namespace macaw::sim {

// The design is not needed afterwards.
std::unique_ptr<CycleArray> make_model_cycle_array(const rtl::Design& design);

}  // namespace macaw::sim
