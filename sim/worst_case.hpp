// The certificate against the hardware: every row's worst-case inputs, through golden and through the
// Verilated trap RTL at exactly the certified widths, must reach the certificate's extremes and raise no
// flag; with one bit less in the inner accumulator, and with one bit less in the outer one, flags must rise,
// on the same dot products as in golden.
//
// Four vectors a row: maximum and minimum of the whole row (the outer extremes), and of only the tile that is
// worst (the inner extremes, seen at the output because all other tiles add 0). They run on a 1 x 1 array of
// the same lanes and tile as paired jobs: dot product n is token n with channel n.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "golden/certificate.hpp"
#include "sim/comparison.hpp"

namespace macaw::sim {

// Vectors of one layer at one pair of widths.
struct WorstCaseRun {
    golden::BitWidth inner_bits{1};
    golden::BitWidth outer_bits{1};
    Comparison comparison;  // RTL against golden
    std::int64_t golden_flags =
        0;  // dot products with the flag of the level that lost its bit (any, at full width)
    std::int64_t rtl_flags = 0;
    WorstCaseRun& operator+=(const WorstCaseRun& other);
};

struct WorstCaseLayer {
    std::string name;
    std::int64_t rows = 0;
    std::int64_t vectors = 0;
    std::int64_t extremes_missed = 0;  // dot products of golden that are not the certificate's extreme
    WorstCaseRun certified;
    std::optional<WorstCaseRun> narrower_inner;  // none when the certified width is 1 bit
    std::optional<WorstCaseRun> narrower_outer;  // none when one bit less would be below the inner width
    double utilisation = 0;                      // beats / cycles of the certified run
};

struct WorstCaseResult {
    std::vector<WorstCaseLayer> layers;
    WorstCaseLayer total;  // sums over the layers
    // All outputs equal, all extremes reached, no flag at the certified widths, at least one with a bit less.
    // CheckFailed otherwise.
    Expected<void> verdict() const;
};

// `array` gives lanes and arithmetic. Simulators are built (or found) below `work_folder`.
Expected<WorstCaseResult> check_worst_case(const golden::QuantizedModel& model,
                                           const golden::Certificate& certificate,
                                           const hw::ArrayConfig& array,
                                           const std::filesystem::path& work_folder,
                                           const std::string& command_line);

}  // namespace macaw::sim
