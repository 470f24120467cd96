// The regression that mutants are played against: jobs for a generated array, each with the recording that a
// right array gives, word by word and cycle by cycle.
//
// The expected recording is that of the C++ model of the RTL graph; it is used only after every output and
// flag in it was found equal to golden. Jobs go through make_stimulus and make_job alone, so whatever
// dataflow these know is covered. Lengths: one product, ragged, whole and several tiles, and one that carries
// the outer accumulator out of its range; codes: see Codes; stalls: none, either side, both; registers start
// with other random bits in each job.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/datapath.hpp"
#include "hw/array/array_config.hpp"
#include "hw/rtl/design.hpp"
#include "sim/job.hpp"

namespace macaw::sim {

struct RegressionOptions {
    std::uint64_t seed = 1;
    int random_jobs = 16;  // constrained-random ones behind the corners
    bool stalls = true;    // false: neither side ever waits
    bool extremes = true;  // false: codes of -1, 0 and 1 (0 and 1) only
};

struct RegressionJob {
    std::string name;  // "extreme K=17, stalls 96/0"
    job::Job job;
    job::Result expected;
    std::int64_t outputs = 0;  // compared with golden
};

// CheckFailed where the C++ model differs from golden.
Expected<std::vector<RegressionJob>> make_regression(const rtl::Design& design,
                                                     const golden::Datapath& datapath,
                                                     const hw::ArrayConfig& array,
                                                     const RegressionOptions& options);

}  // namespace macaw::sim
