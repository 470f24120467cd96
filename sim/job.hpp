// From a stimulus to a job for one of the simulators, and from the recorded port words back to outputs and
// flags. The files themselves are in templates/job_file.hpp, which the simulators share.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "golden/datapath.hpp"
#include "hw/array/array_config.hpp"
#include "sim/stimulus.hpp"
#include "sim/templates/array_job.hpp"

namespace macaw::sim {

// Product: every token group meets every column group (a matrix product).
// Paired:  token group g meets only column group g. On a 1 x 1 array this is one dot product per (token,
// channel) pair.
enum class Pairing { Product, Paired };

// Random waiting on both sides of the array, for verification; none by default. Chances per cycle, 0..254 of
// 256.
struct Stalls {
    std::uint64_t seed = 0;
    int input_per_256 = 0;
    int output_per_256 = 0;
    std::optional<int> weight_per_256 = {};  // of a weight stream; as input_per_256 where not said
};

// Copies the stimulus. A paired job needs as many token groups as column groups.
job::Job make_job(const LayerStimulus& stimulus, const golden::Datapath& datapath,
                  const hw::ArrayConfig& array, Pairing pairing = Pairing::Product,
                  const Stalls& stalls = {});

// Outputs in the order of the job's blocks; padding rows and columns are included.
struct Outputs {
    std::int64_t blocks = 0;
    int rows = 0;     // R
    int columns = 0;  // C
    bool has_inner_flags = false;
    bool has_outer_flags = false;
    bool sticky_overflow = false;
    std::int64_t first_since_reset = 0;        // index of the first output since the last reset
    std::vector<std::int64_t> values;          // [blocks, R, C], out_data_o as two's complement of P_O bits
    std::vector<std::uint8_t> inner_overflow;  // [blocks, R, C], 0 or 1; all 0 without the port
    std::vector<std::uint8_t> outer_overflow;
};

Outputs decode(const job::Result& result, const golden::Datapath& datapath, const hw::ArrayConfig& array);

// Where the output at `index` of Outputs::values belongs in the matrix product.
struct OutputPlace {
    std::int64_t token = 0;
    std::int64_t channel = 0;
};
OutputPlace place_of(std::int64_t index, const LayerStimulus& stimulus, const hw::ArrayConfig& array,
                     Pairing pairing);

}  // namespace macaw::sim
