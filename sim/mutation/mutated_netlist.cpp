// See mutated_netlist.hpp. Files of the RTL are read by their bare names, so that cell names hold no paths.
#include "sim/mutation/mutated_netlist.hpp"

#include <bit>

#include <fmt/ranges.h>

#include "golden/support/process.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

Expected<void> make_folder(const fs::path& folder) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {folder.string()}});
    return {};
}

Expected<void> run_yosys(const fs::path& script, const std::string& text, const fs::path& working_folder) {
    MACAW_CHECK(write_text(script, text));
    MACAW_TRY(std::string output,
              run_tool({"yosys", "-q", "-s", fs::absolute(script).string()}, {working_folder, ""}));
    (void)output;
    return {};
}

// Yosys takes no quoted file names everywhere, so paths are relative to where it runs: nothing above can
// disturb.
std::string from(const fs::path& working_folder, const fs::path& path) {
    return fs::relative(fs::absolute(path), fs::absolute(working_folder)).string();
}

Expected<MutatedNetlist> read_array(const fs::path& rtl_folder, const fs::path& folder) {
    MutatedNetlist netlist;
    netlist.folder = folder;
    MACAW_TRY(netlist.manifest, hw::read_rtl(rtl_folder));
    MACAW_CHECK(make_folder(netlist.rtl()));
    return netlist;
}

std::string base_script(const MutatedNetlist& netlist, const fs::path& rtl_folder) {
    return fmt::format(
        "read_verilog -sv {}\nhierarchy -check -top {}\nproc\nflatten\nopt -full\nopt_clean -purge\n"
        "check -assert\nwrite_rtlil {}\n",
        fmt::join(netlist.manifest.files, " "), netlist.manifest.top, from(rtl_folder, netlist.base()));
}

// Words are split where their bits have different drivers: a mutant in one bit must not make the whole word
// look like a combinational loop to Verilator.
Expected<void> write_netlist(MutatedNetlist& netlist, const fs::path& rtl_folder) {
    netlist.select_bits = static_cast<int>(std::bit_width(netlist.mutants.size()));
    std::string script = fmt::format("read_rtlil {}\n", from(rtl_folder, netlist.base()));
    for (const Mutant& mutant : netlist.mutants)
        script += netlist.command(mutant, netlist.manifest.top) + "\n";
    script += fmt::format("opt_clean\nsplitnets -driver\nopt_clean\nwrite_verilog -noattr {}\n",
                          from(rtl_folder, netlist.rtl() / "mutated.v"));
    MACAW_CHECK(run_yosys(netlist.folder / "mutate.ys", script, rtl_folder));
    MACAW_TRY(Json manifest, read_json(rtl_folder / "array.json"));
    manifest["files"] = {"mutated.v"};
    manifest["ports"].push_back(
        {{"name", kMutantSelect}, {"direction", "input"}, {"width", netlist.select_bits}});
    return write_json(netlist.rtl() / "array.json", manifest);
}

}  // namespace

std::string MutatedNetlist::command(const Mutant& mutant, const std::string& module) const {
    std::string text = mutant.command;
    const std::string option = "-module ";
    std::size_t begin = text.find(option) + option.size();
    text.replace(begin, text.find(' ', begin) - begin, module);
    return text + fmt::format(" -ctrl {} {} {}", kMutantSelect, select_bits, mutant.number);
}

Expected<MutatedNetlist> make_mutated_netlist(const fs::path& rtl_folder, const fs::path& folder, int count,
                                              std::uint64_t seed) {
    MACAW_TRY(MutatedNetlist netlist, read_array(rtl_folder, folder));
    // Some more than wanted, since those on clocks are left out. Yosys takes a seed of 31 bits.
    const fs::path list = folder / "mutants.txt";
    const int drawn = count + count / 8 + 16;
    MACAW_CHECK(run_yosys(
        folder / "base.ys",
        base_script(netlist, rtl_folder) +
            fmt::format("mutate -list {} -seed {} -o {}\n", drawn, seed % 0x7fffffff, from(rtl_folder, list)),
        rtl_folder));
    MACAW_TRY(std::string text, read_text(list));
    MACAW_TRY(netlist.mutants, parse_mutants(text, count));
    if (static_cast<int>(netlist.mutants.size()) < count)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("the netlist has only {} mutants", netlist.mutants.size()),
                          "ask for fewer with --count",
                          {}});
    MACAW_CHECK(write_netlist(netlist, rtl_folder));
    return netlist;
}

Expected<MutatedNetlist> make_mutated_netlist(const fs::path& rtl_folder, const fs::path& folder,
                                              std::vector<Mutant> mutants) {
    MACAW_TRY(MutatedNetlist netlist, read_array(rtl_folder, folder));
    MACAW_CHECK(run_yosys(folder / "base.ys", base_script(netlist, rtl_folder), rtl_folder));
    netlist.mutants = std::move(mutants);
    MACAW_CHECK(write_netlist(netlist, rtl_folder));
    return netlist;
}

}  // namespace macaw::sim
