// Random legal configurations, small enough to simulate in milliseconds, and what is simpler than a given
// one.
//
// Whoever adds a key to ArrayConfig or Datapath extends both functions here, and with them every test that
// draws configurations, the fuzzer and its shrinking.
#pragma once

#include <random>
#include <vector>

#include "hw/array/array_config.hpp"

namespace macaw::hw {

// products_per_check of the datapath is that of the array.
struct RandomConfiguration {
    golden::Datapath datapath;
    ArrayConfig array;
    bool operator==(const RandomConfiguration&) const = default;
};

// Every mode, sign and corner size occurs. Accumulators are about as wide as a product: half of the
// configurations overflow all the time, some never.
RandomConfiguration random_configuration(std::mt19937_64& random);

// Legal configurations that differ from `from` in one respect and are simpler in it, the boldest steps first.
// A chain of steps ends: each is smaller, narrower or nearer to the default.
std::vector<RandomConfiguration> simpler_configurations(const RandomConfiguration& from);

}  // namespace macaw::hw
