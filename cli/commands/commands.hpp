// The subcommands: what each takes from the command line (filled in by cli/command_line.cpp) and the function
// that does its work. Every step writes one folder, `output`, that appears complete or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/graph/slurm.hpp"
#include "golden/support/error.hpp"
#include "reports/tables/quality_tables.hpp"

namespace macaw::cli {

// What a command comes to: nothing, or the errors that are printed; the first one decides the exit code.
using Outcome = tl::expected<void, Errors>;

inline Outcome as_outcome(Expected<void> result) {
    if (result) return {};
    return tl::unexpected(Errors{std::move(result).error()});
}

// Quantizes every linear layer.
struct QuantizeArguments {
    std::string config;
    std::string output;
    std::string constraint;  // a word of quantizer.constraint; empty: the configuration's
    bool json = false;
};
Outcome run_command(const QuantizeArguments& arguments);

// The overflow certificate, from the codes alone.
struct BoundArguments {
    std::string layers;         // folder of quantize
    std::string config;         // whose datapath the layers are certified for; empty: that of the layers
    std::string unconstrained;  // like layers, to compare with in the same datapath; may be empty
    std::string output;
};
Outcome run_command(const BoundArguments& arguments);

// One evaluation, or (gather) the tables of several.
struct PerplexityArguments {
    std::string config;
    std::string output;
    reports::EvaluatedArithmetic arithmetic = reports::EvaluatedArithmetic::Float;
    std::string layers;
    int inner_bits = 0;    // 0: the configuration's
    std::string overflow;  // "wrap" or "saturate" for both accumulators; empty: the configuration's
    std::vector<std::string> gather;
    std::string reuse;  // folder of evaluations: an equal one is not done again; empty: none
    bool json = false;
};
Outcome run_command(const PerplexityArguments& arguments);

// Multiple-choice accuracy by likelihood.
struct EvaluateArguments {
    std::string config;
    std::string output;
    std::vector<std::string> tasks;  // JSON-lines files
    reports::EvaluatedArithmetic arithmetic = reports::EvaluatedArithmetic::Float;
    std::string layers;
    std::int64_t limit = 0;  // questions of each task; 0: all
    bool json = false;
};
Outcome run_command(const EvaluateArguments& arguments);

// Quantized layers in a folder that other tools read.
struct ExportArguments {
    std::string layers;
    std::string model;   // the checkpoint that they were made from
    std::string format;  // "compressed-tensors", the only one
    std::string layout;  // of the codes: "pack-quantized", "int-quantized"; empty: the usual one of the width
    std::string output;
};
Outcome run_command(const ExportArguments& arguments);

// The array as SystemVerilog in the configured overflow mode (rtl/) and its twin whose flags witness every
// overflow (trap/).
struct GenerateArguments {
    std::string config;
    std::string output;    // empty with `explain`: nothing is written
    bool explain = false;  // print where every width comes from
    bool json = false;     // the explanation as JSON
};
Outcome run_command(const GenerateArguments& arguments);

// Proofs about the RTL of the array.
struct ProveArguments {
    std::string config;
    std::string output;
    int time_limit = 0;        // seconds, of every run of a solver; 0: the usual one
    bool equivalence = false;  // only that structural and behavioural arithmetic are equal; all must hold
    bool json = false;         // the lines of the table as JSON
};
Outcome run_command(const ProveArguments& arguments);

// What the array's ports see of the layers.
struct StimulateArguments {
    std::string config;
    std::string output;
    std::string layers;  // folder of quantize; empty: the checkpoint's shapes with random codes
};
Outcome run_command(const StimulateArguments& arguments);

// Every layer through the Verilated RTL, against golden.
struct CosimArguments {
    std::string config;
    std::string output;
    std::string layers;
    std::string unconstrained;
    std::string bound;  // folder of bound
    std::string rtl;    // folder of generate
};
Outcome run_command(const CosimArguments& arguments);

// Every layer on the SystemC platform: cycles, stalls and bytes moved, against golden and a formula.
struct SimulateArguments {
    std::string config;
    std::string output;
    std::string layers;         // folder of quantize; empty: the checkpoint's shapes with random codes
    std::string array = "rtl";  // or "model"
    bool json = false;
};
Outcome run_command(const SimulateArguments& arguments);

// Area, least period, power.
struct SynthArguments {
    std::string config;
    std::string output;
    std::string rtl;
    std::string stimulus;  // folder of stimulate; empty: no power
};
Outcome run_command(const SynthArguments& arguments);

// The sign-off table of an array: every simulator against golden, coverage, and further parts.
struct VerifyArguments {
    std::string config;
    std::string output;
    std::string layers;  // folder of quantize; empty: no real layers
    std::uint64_t first_seed = 1;
    int seeds = 8;
    int groups = 40;  // random groups a seed
    bool no_netlist = false;
    bool proofs = false;
    int mutants = 0;         // 0: no mutation testing
    bool must_pass = false;  // a check that fails leaves no folder, but OUTPUT.failed
    bool json = false;
};
Outcome run_command(const VerifyArguments& arguments);

// Mutation testing of the array's regression.
struct MutateArguments {
    std::string config;
    std::string output;
    int count = 500;
    std::uint64_t seed = 1;
    int solver_seconds = 60;  // limit of each solver run about a survivor
    bool json = false;
};
Outcome run_command(const MutateArguments& arguments);

// Random configurations and data against golden, or one such case again.
struct FuzzArguments {
    std::string output;  // may be empty with `replay`
    std::string replay;  // file of a case
    std::uint64_t seed = 1;
    std::int64_t cases = 0;    // 0: as many as the time allows
    std::int64_t seconds = 0;  // 0: the default
    bool json = false;
};
Outcome run_command(const FuzzArguments& arguments);

// One page over finished steps.
struct ReportArguments {
    std::string config;
    std::string output;
    std::vector<std::string> steps;  // "TITLE=FOLDER"
};
Outcome run_command(const ReportArguments& arguments);

// Where a graph's steps run: here, or as jobs of a cluster.
struct ClusterArguments {
    bool slurm = false;
    SlurmOptions options;
};

// All steps of a configuration.
struct RunArguments {
    std::string config;
    std::string output = "out";
    bool show_config = false;
    bool json = false;
    ClusterArguments cluster;
    int jobs = kSlurmJobs;  // at a time, on a cluster
};
Outcome run_command(const RunArguments& arguments);

// All steps, or those of model quality, for every point of the axes; a point that fails is recorded and does
// not stop the others.
struct SweepArguments {
    std::string config;
    std::string output = "out";
    int jobs = 0;  // steps at a time, each on its share of the cores (not in a sweep of all steps on one
                   // machine); 0: one a core, or kSlurmJobs on a cluster
    bool json = false;
    ClusterArguments cluster;
};
Outcome run_command(const SweepArguments& arguments);

// One step of a graph through a launcher.
struct LaunchArguments {
    std::string output;                // folder that the step makes
    std::string failure;               // file for its reason where it fails
    std::string messages;              // file that our own stdout and stderr go to
    int patience = 90;                 // seconds until the folder of a finished step must be seen here
    std::vector<std::string> command;  // the launcher's words, then the step's
};
Outcome run_command(const LaunchArguments& arguments);

// Area and least period of vector MAC units in several arithmetic forms; the points are kept and used again.
struct FormsArguments {
    std::string config;
    std::string output;
    bool json = false;
};
Outcome run_command(const FormsArguments& arguments);

// The cost proxy BOps against bit flips, power and area of synthesised vector MAC units; points are kept and
// used again.
struct BopsArguments {
    std::string config;
    std::string output;
    bool json = false;
};
Outcome run_command(const BopsArguments& arguments);

// What zero-delay toggles miss: vector MAC units in Icarus with the delays of their cells.
struct GlitchArguments {
    std::string config;
    std::string output;
    bool json = false;
};
Outcome run_command(const GlitchArguments& arguments);

// The points of a database of results as CSV, JSON or Accelergy's tables.
struct ResultsArguments {
    std::string database;              // or the folder that has it
    std::optional<std::string> sweep;  // none: all; empty: the points of macaw run
    std::string format = "csv";
    bool values_only = false;  // what two runs of the same points must have in common
    std::string output;        // a file, for accelergy a folder; empty: stdout
};
Outcome run_command(const ResultsArguments& arguments);

// The fast cost model from the points of databases of results, and its error on points held out of the fit.
struct CostFitArguments {
    std::vector<std::string> results;  // databases, or the folders that have them
    double hold_out = 0.25;            // share of the points
    std::uint64_t seed = 1;
    std::string output;  // file of the model
};
Outcome run_command(const CostFitArguments& arguments);

// Modelled area, least period and power of a configuration.
struct CostEstimateArguments {
    std::string config;
    std::string model;     // file of `macaw cost fit`
    std::string stimulus;  // folder of stimulate, for the activity; empty: mean of the training points
    bool json = false;
};
Outcome run_command(const CostEstimateArguments& arguments);

// Two sets of figures; see reports/compare/read_side.hpp for what names them.
struct CompareArguments {
    std::string before;
    std::string after;
    bool json = false;
};
Outcome run_command(const CompareArguments& arguments);

// Which tools are missing, what that disables, how to get them.
struct DoctorArguments {
    bool json = false;
};
Outcome run_command(const DoctorArguments& arguments);

}  // namespace macaw::cli
