// What the simulators of a sign-off play: jobs of dot product groups, each of a length of its own, streamed
// back to back, with waiting on both sides and resets in the middle where the job says so.
//
// Weights are drawn from all bit patterns of the port. The quantizer never makes the code -2^(M-1), but the
// port takes it, and the hardware is exact for it: golden is asked with a range of one bit more.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/matmul.hpp"
#include "hw/array/test_vectors.hpp"
#include "sim/job.hpp"

namespace macaw::sim {

struct SignoffJob {
    std::string name;
    std::vector<hw::Group> groups;  // weights [C, K], activations [R, K]
    Stalls stalls;
    int resets = 0;
    int reset_every = 0;  // cycles
};

job::Job make_job(const SignoffJob& source, const golden::Datapath& datapath, const hw::ArrayConfig& array);

// The datapath with a weight range that holds every bit pattern of the port.
golden::Datapath with_port_weights(golden::Datapath datapath);

// [groups, R, C], as golden::matmul says; flags also where the mode has none.
std::vector<golden::DotProduct> expected_outputs(const std::vector<hw::Group>& groups,
                                                 const golden::Datapath& datapath,
                                                 const hw::ArrayConfig& array);

// Both extremes of both sides in all combinations, -2^(N-1) x -2^(M-1) among them, alternating extremes,
// K = 1, one less and one more than a tile, several tiles, many single products back to back.
std::vector<hw::Group> signoff_corners(const golden::Datapath& datapath, const hw::ArrayConfig& array);

// Random lengths (short, ragged, whole tiles), codes (random, extreme, mostly zero, one-sided).
std::vector<hw::Group> random_groups(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                     int count, std::uint64_t seed);

// Stalls::input_per_256 at which the tokens of a weight-stationary array come about as far apart as a result
// needs: only then do they meet results of their own pass, or nothing at all but their sender.
int slow_sender_per_256(const golden::Datapath& datapath, const hw::ArrayConfig& array);

// The corners undisturbed, with stalls on both sides and with resets; then `seeds` jobs of `groups_per_seed`
// random groups, each with stalls of its own rates and every other one with resets.
struct RandomCampaign {
    std::uint64_t first_seed = 1;
    int seeds = 8;
    int groups_per_seed = 40;
};
std::vector<SignoffJob> corner_jobs(const golden::Datapath& datapath, const hw::ArrayConfig& array);
std::vector<SignoffJob> random_jobs(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                    const RandomCampaign& campaign);

}  // namespace macaw::sim
