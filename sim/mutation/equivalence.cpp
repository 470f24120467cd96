// See equivalence.hpp. The number of the mutant is the start value of a register of the miter, so that one
// run of Yosys serves all of them: only the header of the AIGER file changes from one to the next.
#include "sim/mutation/equivalence.hpp"

#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include <fmt/ranges.h>

#include "golden/support/file.hpp"
#include "golden/support/parallel.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"
#include "sim/mutation/aiger.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

// Outputs that mean something only while out_valid_o is high; all others are compared in every cycle.
const std::set<std::string> kRowOutputs = {"out_data_o", "out_last_o", "inner_overflow_o",
                                           "outer_overflow_o"};

std::string declare(const std::string& kind, int width, const std::string& name) {
    return fmt::format("{} [{}:0] {}", kind, width - 1, name);
}

// weight_i with codes outside the range as 0. Of all codes of M bits only -2^(M-1) can be illegal, of
// unsigned ones none.
std::string legal_weight(const hw::RtlManifest& manifest, int width) {
    const int bits = manifest.datapath.weight_bits.bits();
    const golden::Range all = manifest.datapath.weight_port_range();
    if (manifest.datapath.weight_range().min != all.min + 1 || width % bits != 0)
        return "  assign legal_weight = weight_i;\n";
    std::string text;
    for (int low = 0; low < width; low += bits)
        text += fmt::format(
            "  assign legal_weight[{0}+:{1}] = weight_i[{0}+:{1}] == {1}'d{2} ? {1}'d0 : "
            "weight_i[{0}+:{1}];\n",
            low, bits, std::int64_t{1} << (bits - 1));
    return text;
}

// `select` is kept also where no mutant is left that reads it, since all of them change dead logic.
std::string miter_text(const MutatedNetlist& netlist) {
    std::vector<std::string> ports, instance, always, with_row;
    std::string body;
    for (const hw::PortInfo& port : netlist.manifest.ports) {
        if (port.is_input) {
            ports.push_back(declare("input", port.width, port.name));
            const bool is_weight = port.name == "weight_i";
            instance.push_back(fmt::format(".{}({})", port.name, is_weight ? "legal_weight" : port.name));
            if (is_weight)
                body += "  " + declare("wire", port.width, "legal_weight") + ";\n" +
                        legal_weight(netlist.manifest, port.width);
            continue;
        }
        for (const char* side : {"gold", "gate"})
            body += "  " + declare("wire", port.width, fmt::format("{}_{}", side, port.name)) + ";\n";
        (kRowOutputs.contains(port.name) ? with_row : always)
            .push_back(fmt::format("(gold_{0} != gate_{0})", port.name));
    }
    for (const std::string side : {"gold", "gate"}) {
        std::vector<std::string> connections = instance;
        for (const hw::PortInfo& port : netlist.manifest.ports)
            if (!port.is_input) connections.push_back(fmt::format(".{0}({1}_{0})", port.name, side));
        if (side == "gate") connections.push_back(fmt::format(".{}(select)", kMutantSelect));
        body += fmt::format("  {0} u_{0} ({1});\n", side, fmt::join(connections, ", "));
    }
    return fmt::format(
        "module macaw_miter ({}, output differs);\n  (* keep *) reg [{}:0] select;\n  always @(posedge "
        "clk_i) select <= "
        "select;\n{}  assign differs = rst_ni & ({} | (gold_out_valid_o & ({})));\nendmodule\n",
        fmt::join(ports, ", "), netlist.select_bits - 1, body, fmt::join(always, " | "),
        with_row.empty() ? "1'b0" : fmt::format("{}", fmt::join(with_row, " | ")));
}

std::string miter_script(const MutatedNetlist& netlist, const std::vector<Mutant>& mutants) {
    std::string script =
        fmt::format("read_rtlil ../{0}\nrename {1} gold\nread_rtlil ../{0}\nrename {1} gate\n",
                    netlist.base().filename().string(), netlist.manifest.top);
    for (const Mutant& mutant : mutants) script += netlist.command(mutant, "gate") + "\n";
    // No opt_dff anywhere: it would take `select` for a constant. No alumacc: both sides must come out alike.
    return script +
           "read_verilog miter.v\nhierarchy -top macaw_miter\nproc\nflatten\ndffunmap\ntechmap\n"
           "simplemap\nzinit -all\nsetundef -undriven -zero\nsetundef -zero\nopt_merge\nopt_clean\naigmap\n"
           "opt_clean\nwrite_aiger -map miter.map miter.aig\n";
}

// The miter as a graph, and what its latches are.
struct Miter {
    Aiger aiger;
    std::vector<std::size_t> select;  // latch of each bit of `select`
    std::vector<std::optional<std::size_t>>
        partner;                   // of the changed array: the register of the unchanged one
    std::vector<bool> is_control;  // short registers with little logic before them
};

using RegisterBit = std::pair<std::string, std::size_t>;  // name, bit

// What steers the array, told from what it computes with: by size alone, since nothing here knows the array.
void find_control(Miter& miter, const std::map<RegisterBit, std::size_t>& gold) {
    constexpr std::size_t kMostBits = 8, kMostGates = 300;
    const std::vector<std::size_t> cones = cone_sizes(miter.aiger, kMostGates);
    miter.is_control.assign(miter.aiger.latches.size(), false);
    for (const auto& [bit, latch] : gold)
        if (!gold.contains({bit.first, kMostBits}) && cones[latch] < kMostGates)
            miter.is_control[latch] = true;
    for (std::size_t latch = 0; latch < miter.partner.size(); ++latch)
        if (miter.partner[latch]) miter.is_control[latch] = miter.is_control[*miter.partner[latch]];
}

Expected<Miter> read_miter(const fs::path& folder, int select_bits) {
    Miter miter;
    MACAW_TRY(miter.aiger, read_aiger(folder / "miter.aig"));
    // Lines "latch <index> <bit> <name>", several for a latch with several names.
    MACAW_TRY(std::string text, read_text(folder / "miter.map"));
    miter.select.assign(static_cast<std::size_t>(select_bits), SIZE_MAX);
    miter.partner.resize(miter.aiger.latches.size());
    std::map<RegisterBit, std::size_t> gold;
    std::vector<std::pair<RegisterBit, std::size_t>> gate;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string kind, name;
        std::size_t latch = 0, bit = 0;
        if (!(words >> kind >> latch >> bit >> name) || kind != "latch") continue;
        require(latch < miter.aiger.latches.size(), "miter.map and miter.aig do not belong together");
        if (name == "select") miter.select.at(bit) = latch;
        if (name.starts_with("u_gold.")) gold[{name.substr(7), bit}] = latch;
        if (name.starts_with("u_gate.")) gate.push_back({{name.substr(7), bit}, latch});
    }
    for (const auto& [name, latch] : gate)
        if (auto partner = gold.find(name); partner != gold.end() && partner->second != latch)
            miter.partner[latch] = partner->second;
    find_control(miter, gold);
    for (std::size_t latch : miter.select)
        if (latch == SIZE_MAX)
            return fail(Error{ErrorKind::ToolFailed,
                              "the select register is missing",
                              {},
                              {(folder / "miter.map").string()}});
    return miter;
}

class Decider {
  public:
    Decider(fs::path folder, Miter miter, std::chrono::seconds limit)
        : folder_(std::move(folder)), miter_(std::move(miter)), limit_(limit.count()) {}

    Expected<EquivalenceVerdict> decide(const Mutant& mutant) const {
        const std::string name = fmt::format("mutant{}", mutant.number);
        MACAW_CHECK(write(mutant.number, name));
        // One step from equal registers: decides at once where the fault does not even reach a register.
        MACAW_TRY(std::string step,
                  run(fmt::format("read_aiger {}_step.aig; strash; orpos; ifraig; sat -C 100000", name)));
        if (has(step, "UNSATISFIABLE")) return equal("equal in every state");
        // The same with the control registers in the states that they can reach.
        MACAW_TRY(std::string control,
                  run(fmt::format("read_aiger {}_control.aig; strash; orpos; scleanup; lcorr; "
                                  "strash; pdr -T {}; print_status",
                                  name, limit_)));
        if (has(control, "Status = 1")) return equal("equal in every reachable state of the control");
        // Frames after which a search for a trace gives up: the pipeline is a few cycles deep, a tile has few
        // beats.
        constexpr int kFrames = 60;
        MACAW_TRY(std::string trace,
                  run(fmt::format("read_aiger {0}.aig; strash; scleanup; lcorr; strash; bmc3 -F {1} -T {2}; "
                                  "print_status",
                                  name, kFrames, limit_)));
        if (has(trace, "Status = 0")) return told_apart(trace);
        // All registers merged leave no latch: the miter is constant. ABC then says "combinational".
        MACAW_TRY(std::string merged,
                  run(fmt::format("read_aiger {0}.aig; strash; scleanup; lcorr -C 20000; strash; scleanup; "
                                  "write_aiger {0}_small.aig; pdr -T {1}; print_status",
                                  name, limit_)));
        if (has(merged, "Status = 1") || has(merged, "network is combinational")) return constant(name);
        if (has(merged, "Status = 0")) return told_apart(merged);
        return EquivalenceVerdict{MutantStatus::Undecided,
                                  fmt::format("no trace and no proof in {} s", limit_)};
    }

  private:
    static bool has(const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    }
    static EquivalenceVerdict equal(const std::string& reason) { return {MutantStatus::Equivalent, reason}; }
    static EquivalenceVerdict told_apart(const std::string& output) {
        std::smatch match;
        std::string reason = "a trace tells it from the unchanged array";
        if (std::regex_search(output, match, std::regex(R"(Frame = +(\d+))")))
            reason += fmt::format(" after {} cycles", match[1].str());
        return {MutantStatus::Survived, reason};
    }
    // The proof by register correspondence holds where what is left of the miter is the constant 0.
    Expected<EquivalenceVerdict> constant(const std::string& name) const {
        MACAW_TRY(Aiger left, read_aiger(folder_ / (name + "_small.aig")));
        if (left.latches.empty() && left.outputs == std::vector<Literal>{0})
            return equal("equal in every reachable state");
        MACAW_TRY(std::string proof,
                  run(fmt::format("read_aiger {}_small.aig; strash; pdr -T {}; print_status", name, limit_)));
        if (has(proof, "Status = 1")) return equal("equal in every reachable state");
        return EquivalenceVerdict{MutantStatus::Undecided, "the reduced miter is not decided"};
    }

    Expected<void> write(int number, const std::string& name) const {
        Aiger aiger = miter_.aiger;
        std::vector<LatchCut> cuts(aiger.latches.size());
        for (std::size_t latch = 0; latch < cuts.size(); ++latch) cuts[latch].partner = miter_.partner[latch];
        for (std::size_t bit = 0; bit < miter_.select.size(); ++bit) {
            aiger.latches[miter_.select[bit]].start = ((number >> bit) & 1) != 0;
            cuts[miter_.select[bit]].fixed = true;
        }
        MACAW_CHECK(write_aiger(folder_ / (name + ".aig"), aiger));
        MACAW_CHECK(write_aiger(folder_ / (name + "_step.aig"), with_shared_state(aiger, cuts)));
        for (std::size_t latch = 0; latch < cuts.size(); ++latch) cuts[latch].kept = miter_.is_control[latch];
        return write_aiger(folder_ / (name + "_control.aig"), with_shared_state(aiger, cuts));
    }

    // ABC ends with 0 whatever it found. Some of its commands know no time limit of their own.
    Expected<std::string> run(const std::string& commands) const {
        MACAW_CHECK(stop_if_interrupted());
        MACAW_TRY(ProcessResult result,
                  run_process({"timeout", std::to_string(2 * limit_), "berkeley-abc", "-q", commands},
                              {folder_, ""}));
        MACAW_CHECK(stop_if_interrupted());
        constexpr int kTimedOut = 124;
        if (result.exit_code != 0 && result.exit_code != kTimedOut)
            return fail(ErrorKind::ToolFailed, "berkeley-abc failed with exit code {}:\n{}", result.exit_code,
                        result.output);
        return std::move(result.output);
    }

    fs::path folder_;
    Miter miter_;
    std::int64_t limit_;
};

}  // namespace

Expected<std::vector<EquivalenceVerdict>> decide_equivalence(const MutatedNetlist& netlist,
                                                             const std::vector<Mutant>& mutants,
                                                             std::chrono::seconds limit) {
    std::vector<EquivalenceVerdict> verdicts(mutants.size());
    if (mutants.empty()) return verdicts;
    const fs::path folder = netlist.folder / "equivalence";
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {folder.string()}});
    MACAW_CHECK(write_text(folder / "miter.v", miter_text(netlist)));
    MACAW_CHECK(write_text(folder / "miter.ys", miter_script(netlist, mutants)));
    MACAW_TRY(std::string output, run_tool({"yosys", "-q", "-s", "miter.ys"}, {folder, ""}));
    (void)output;
    MACAW_TRY(Miter miter, read_miter(folder, netlist.select_bits));
    const Decider decider(folder, std::move(miter), limit);
    Progress progress("equivalence of survivors", static_cast<std::int64_t>(mutants.size()));
    MACAW_CHECK(parallel_for(mutants.size(), [&](std::size_t index) -> Expected<void> {
        MACAW_TRY(verdicts[index], decider.decide(mutants[index]));
        progress.advance();
        return {};
    }));
    return verdicts;
}

}  // namespace macaw::sim
