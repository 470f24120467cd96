// And-inverter graphs in the binary AIGER format (Biere, "The AIGER And-Inverter Graph Format", version
// 20070427, with the start values of latches from 1.9), and the one transformation that equivalence.cpp
// needs of them.
//
// Literals are twice the variable, plus 1 where inverted; 0 is false. Variables: inputs, then latches, then
// AND gates in topological order.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "golden/support/error.hpp"

namespace macaw::sim {

using Literal = std::uint32_t;

struct Aiger {
    struct Latch {
        Literal next = 0;
        bool start = false;
    };
    std::uint32_t inputs = 0;
    std::vector<Latch> latches;
    std::vector<Literal> outputs;
    std::vector<std::array<Literal, 2>> gates;

    Literal latch_literal(std::size_t latch) const { return 2 * (inputs + static_cast<Literal>(latch) + 1); }
};

Expected<Aiger> read_aiger(const std::filesystem::path& file);
Expected<void> write_aiger(const std::filesystem::path& file, const Aiger& aiger);

// What each latch becomes when the state is cut open: an input of its own (none), or the same as another
// latch.
using LatchPartner = std::optional<std::size_t>;

// One step from an arbitrary state, without latches. Latches with a partner share its value; outputs are
// those of `aiger` and, for each latch with a partner, whether the next values of the two differ. `fixed`
// latches hold their start value. All outputs 0 for every input: partners stay equal for ever, and so the
// outputs 0.
Aiger step_with_shared_state(const Aiger& aiger, const std::vector<LatchPartner>& partners,
                             const std::vector<bool>& fixed);

}  // namespace macaw::sim
