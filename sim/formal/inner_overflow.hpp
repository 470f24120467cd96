// No inner overflow for every stream of weights inside AXE's budget and every input, without bound in time:
// one lane of the generated processing element, by induction; and the lane lemma that the argument for many
// lanes rests on (overflow_chain.hpp).
//
// The budget is the exact one (arXiv 2409.17092, Eq. 17-19, for activations [mu, nu]): with beta the sum of a
// tile's positive codes and alpha that of its negative ones, both
//     beta * nu - alpha * mu <= limit   and   beta * (-mu) - alpha * nu <= limit.
// Unsigned activations (mu = 0) thereby limit beta and alpha apart, signed ones jointly.
#pragma once

#include "golden/datapath.hpp"
#include "hw/array/array_config.hpp"
#include "sim/formal/prover.hpp"

namespace macaw::sim {

// 2^(P-1) - 1.
std::int64_t axe_limit(golden::BitWidth accumulator);
// The least limit that admits a stream of weights that overflows: one unit of |weight| more than axe_limit
// does or, where signed activations meet weights without a sign, two.
std::int64_t overflowing_limit(const golden::Datapath& datapath);

// How units of |weight| make the accumulator leave its range soonest: with one activation always, and with
// codes of one sign. A weight without a sign reaches the lower end with the least activation only.
struct WorstStream {
    std::int64_t activation = 0;
    bool negative_codes = false;
    std::int64_t units = 0;
};
WorstStream worst_stream(const golden::Datapath& datapath);

// The trap flag of macaw_pe with one lane and inner accumulators of datapath.inner_bits never rises while the
// weights stay inside `limit`.
Property inner_overflow_property(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                 std::int64_t limit);

// Beats of the shortest stream that overflows, at the worst inputs.
std::int64_t beats_of_worst_stream(const golden::Datapath& datapath);

// Runs that stream, and the longest one that must not overflow before it, through the generated processing
// element in C++: true where the flag rises in the first and not in the second.
bool one_more_overflows(const golden::Datapath& datapath, const hw::ArrayConfig& array);

// -(what the extreme activations make of w) <= w x <= (likewise), on the generated product. slack 1: wrong by
// one.
Property lane_product_property(const golden::Datapath& datapath, const hw::ArrayConfig& array, int slack);

}  // namespace macaw::sim
