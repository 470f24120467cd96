// From lemmas that solvers can prove to a statement that they cannot: no overflow in units of many lanes and
// in wide accumulators. Each link is an inequality between exact integers, checked here and kept with its
// numbers.
//
// The lemmas are proven elsewhere about the generated RTL: the lane lemma (inner_overflow.hpp), and that the
// unit adds its accumulator and all its products (dot_product_proof.hpp). What is left is induction over the
// beats of a tile, with the invariant -low <= inner <= high.
#pragma once

#include <string>
#include <vector>

#include "golden/datapath.hpp"

namespace macaw::sim {

struct Link {
    std::string statement;  // with its numbers
    bool holds = false;
};

struct Chain {
    std::vector<Link> links;
    std::int64_t tiles = 0;  // that the outer accumulator holds without overflow
    bool holds() const;
    std::string text() const;  // one link a line
};

// For weights that keep both sides of AXE's budget inside `limit`.
Chain overflow_chain(const golden::Datapath& datapath, int lanes, std::int64_t limit);

}  // namespace macaw::sim
