// What the tests of the generator share: the driver of the C++ model and random configurations.
#pragma once

#include "hw/array/array_driver.hpp"
#include "hw/array/random_configuration.hpp"

namespace macaw::hw::testing {

using hw::ArrayDriver;
using hw::random_configuration;
using hw::RandomConfiguration;
using Stalls = hw::StallPercent;

}  // namespace macaw::hw::testing
