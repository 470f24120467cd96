// The behavioural dot product is the accumulator plus the product of every lane, each once: read off its
// graph, so that the argument for many lanes (overflow_chain.hpp) needs no solver here either.
#pragma once

#include <string>

#include "hw/arith/dot_product.hpp"

namespace macaw::sim {

// What is wrong with the unit without a pipeline; empty where nothing is.
std::string behavioural_difference(const hw::DotProductShape& shape);
// The same for a module that was built elsewhere.
std::string behavioural_difference(const rtl::Module& module, const hw::DotProductShape& shape);

// Inputs for which `*` of one lane is wrong in the C++ simulator, among all 2^(N+M).
std::int64_t count_wrong_multiplications(const hw::DotProductShape& shape);

}  // namespace macaw::sim
