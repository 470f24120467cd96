// And-inverter graphs in the binary AIGER format (Biere, "The AIGER And-Inverter Graph Format", version
// 20070427, with the start values of latches from 1.9), and what
// equivalence.cpp does to them.
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

// What becomes of each latch when the state is cut open.
struct LatchCut {
    bool fixed = false;                  // holds its start value
    bool kept = false;                   // stays a latch; its partner, if it has one, is kept too
    std::optional<std::size_t> partner;  // not kept: has the value of this latch, which is not kept either
};                                       // otherwise: an input

// The graph with all latches free but the kept ones; partners share a value. Its outputs are those of `aiger`
// and, for each latch that is not kept and has a partner, whether the next values of the two differ. If no
// output can ever be 1, then partners that are equal at the start stay equal for ever, and the outputs of
// `aiger` are never 1: by induction over the cycles, since free values cover whatever equal values partners
// have.
Aiger with_shared_state(const Aiger& aiger, const std::vector<LatchCut>& cuts);

// AND gates between latches and inputs on one side and the next value of each latch on the other; counting
// stops at `most`.
std::vector<std::size_t> cone_sizes(const Aiger& aiger, std::size_t most);

}  // namespace macaw::sim
