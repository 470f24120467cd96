// One netlist that holds all mutants of a generated array: Yosys reads the RTL, flattens it, draws the
// mutants evenly over its cells, wires and lines, and adds each behind the select port, so that one simulator
// plays them all.
//
// The netlist is the word-level one behind `proc; flatten; opt`: behavioural arithmetic keeps its `*` and
// `+` and is mutated at their bits; structural arithmetic is gates and full adders already.
#pragma once

#include <filesystem>
#include <vector>

#include "hw/array/write_rtl.hpp"
#include "sim/mutation/mutant.hpp"

namespace macaw::sim {

inline constexpr const char* kMutantSelect = "mutant_select_i";  // 0: the unchanged array

struct MutatedNetlist {
    std::filesystem::path folder;  // base.il (unchanged), rtl/ with the mutated netlist and its array.json
    hw::RtlManifest manifest;      // of the unchanged array
    std::vector<Mutant> mutants;
    int select_bits = 1;

    std::filesystem::path base() const { return folder / "base.il"; }
    std::filesystem::path rtl() const { return folder / "mutated"; }
    // The command that adds the mutant to `module` behind the select port.
    std::string command(const Mutant& mutant, const std::string& module) const;
};

// `rtl_folder` as written by hw::write_rtl; `folder` is made.
Expected<MutatedNetlist> make_mutated_netlist(const std::filesystem::path& rtl_folder,
                                              const std::filesystem::path& folder, int count,
                                              std::uint64_t seed);

// The same with these mutants (numbers 1, 2, …; only `command` is read).
Expected<MutatedNetlist> make_mutated_netlist(const std::filesystem::path& rtl_folder,
                                              const std::filesystem::path& folder,
                                              std::vector<Mutant> mutants);

}  // namespace macaw::sim
