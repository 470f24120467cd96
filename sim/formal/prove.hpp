// The formal part of a configuration's sign-off: every claim that is proven about its generated RTL, each
// with a negative control.
//
//   no inner overflow for every weight stream inside AXE's budget (inner_overflow.hpp, overflow_chain.hpp)
//   flags and clamping against exact references                   (overflow_flags.hpp)
//   ready and valid                                               (handshake.hpp)
//   operand gates change no product and no sum                   (gated_column.hpp, dot_product_proof.hpp)
//   the structural dot product equals `*` and `+`                 (lane_terms.hpp, dot_product_proof.hpp)
#pragma once

#include <chrono>
#include <filesystem>

#include "golden/datapath.hpp"
#include "hw/array/array_config.hpp"
#include "sim/signoff/check.hpp"

namespace macaw::sim {

// Equivalence: that the structural and the behavioural form compute the same, and no more: their dot product
// units at full width without the registers of a pipeline, their elements at widths that a solver can
// multiply, and small units with the pipeline.
enum class FormalScope { All, Equivalence };

struct FormalOptions {
    std::filesystem::path folder;     // made: sources, scripts and logs of every proof; chain.txt
    std::chrono::seconds limit{120};  // for every run of a solver
    FormalScope scope = FormalScope::All;
};

// A claim that fails is a line, not an error; so is one whose programs are missing.
Expected<SignoffPart> prove(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                            const FormalOptions& options);

}  // namespace macaw::sim
