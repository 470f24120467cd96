// Line and toggle coverage of the generated SystemVerilog, as Verilator counts it (--coverage-line,
// --coverage-toggle): a point for every block and branch, and for every bit of every signal; instances of one
// module count together. Read from coverage.dat; a hole is explained where the bit is proven constant.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "hw/rtl/design.hpp"

namespace macaw::sim {

struct CoveragePoint {
    bool is_toggle = false;  // else a line or a branch
    std::string module;
    std::string file;
    int line = 0;
    std::string object;  // "inner_q[3]", "if", "else"
    std::int64_t count = 0;
};

// Several runs of one program: counts of equal points are added.
Expected<std::vector<CoveragePoint>> read_code_coverage(const std::vector<std::filesystem::path>& files);

// Bits of signals that have one value for ever, in every instance of their module: "module.signal[bit]".
// Proven by Yosys' constant propagation (proc, flatten, opt), which knows constants, not data.
Expected<std::set<std::string>> constant_bits(const rtl::Design& design,
                                              const std::vector<std::filesystem::path>& files,
                                              const std::filesystem::path& work_folder);

struct CoverageHole {
    CoveragePoint point;
    std::string explanation;  // empty: unexplained
};

struct CodeCoverage {
    std::int64_t points = 0;
    std::int64_t covered = 0;
    std::vector<CoverageHole> holes;
    std::int64_t explained() const;
    // Of all points, explained holes among them.
    double percent() const {
        return points > 0 ? 100.0 * static_cast<double>(covered) / static_cast<double>(points) : 0.0;
    }
};

CodeCoverage summarize_code_coverage(const std::vector<CoveragePoint>& points, bool toggles,
                                     const std::set<std::string>& constants);

}  // namespace macaw::sim
