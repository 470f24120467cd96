// For every value that functional coverage asks for, at every level and place, the dot products that take an
// accumulator there; or the reason why nothing can.
//
// A goal is called unreachable only where that is proven for this datapath: by the range of what so many
// products can add up to, or by the shape of tiles and beats. A goal that the search merely did not find
// stays a goal, and a hole.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/coverage/accumulator_coverage.hpp"

namespace macaw::sim {

struct DirectedGoal {
    Bin bin;                         // its stall context is None: a group serves all contexts
    std::optional<hw::Group> group;  // every element of the array computes it
    std::string unreachable;         // why no stimulus gets there; empty where one may
    std::string out_of_length;       // why the stimulus does not go there: dot products would be too long
};

// All levels x values x positions.
std::vector<DirectedGoal> directed_goals(const golden::Datapath& datapath, const hw::ArrayConfig& array);

// The most products of one directed dot product.
constexpr std::int64_t kLongestDirected = 4096;

}  // namespace macaw::sim
