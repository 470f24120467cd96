#include "cli/command_line.hpp"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/graph/step_failure.hpp"
#include "cli/run_config.hpp"
#include "cli/version.hpp"

namespace macaw::cli {

namespace {

constexpr int kUsageError = 2;

struct Program {
    CLI::App app{
        "macaw: how narrow may the accumulators of a MAC array be, is it proven, and what is gained?"};
    std::function<Outcome()> chosen;
};

// A subcommand and the arguments that its options fill in.
template <typename Arguments>
struct Command {
    CLI::App* app;
    std::shared_ptr<Arguments> arguments;
};

template <typename Arguments>
Command<Arguments> add_command(Program& program, CLI::App& parent, const char* name,
                               const char* description) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* app = parent.add_subcommand(name, description);
    app->callback(
        [&program, arguments] { program.chosen = [arguments] { return run_command(*arguments); }; });
    return {app, arguments};
}

template <typename Arguments>
Command<Arguments> add_command(Program& program, const char* name, const char* description) {
    return add_command<Arguments>(program, program.app, name, description);
}

// CONFIG --output FOLDER, which most steps take.
template <typename Arguments>
Command<Arguments> add_step(Program& program, const char* name, const char* description) {
    auto command = add_command<Arguments>(program, name, description);
    command.app->add_option("config", command.arguments->config, "configuration (YAML)")->required();
    command.app->add_option("-o,--output", command.arguments->output, "folder to write")->required();
    return command;
}

// --slurm and what a step's job asks for.
CLI::Option* add_cluster(CLI::App& app, ClusterArguments& arguments) {
    CLI::Option* slurm = app.add_flag("--slurm", arguments.slurm,
                                      "run the steps as jobs of a Slurm cluster (srun); the output folder "
                                      "must be shared by its nodes");
    auto add = [&](const char* name, auto& value, const char* description) {
        return app.add_option(name, value, description)->needs(slurm);
    };
    add("--partition", arguments.options.partition, "of the jobs; left out: the cluster's default");
    add("--account", arguments.options.account, "that the jobs are charged to");
    add("--time", arguments.options.time_limit, "limit of each step, as srun takes it: 30, 2:00:00, 1-12");
    add("--memory", arguments.options.memory, "of each step: 8G");
    add("--cpus", arguments.options.cpus, "of each step")->check(CLI::Range(1, 4096))->capture_default_str();
    return slurm;
}

void add_graph_commands(Program& program) {
    auto run = add_command<RunArguments>(
        program, "run", "Run all steps of a configuration, from the checkpoint to the report");
    run.app->add_option("config", run.arguments->config, "configuration (YAML)")->required();
    run.app->add_option("-o,--output", run.arguments->output, "folder of all runs")->capture_default_str();
    run.app->add_flag("--show-config", run.arguments->show_config,
                      "print the complete configuration and stop");
    run.app->add_flag("--json", run.arguments->json, "print metrics.json instead of the summary");
    CLI::Option* slurm = add_cluster(*run.app, run.arguments->cluster);
    run.app->add_option("-j,--jobs", run.arguments->jobs, "steps on the cluster at a time")
        ->check(CLI::Range(1, 1024))
        ->needs(slurm)
        ->capture_default_str();
    auto sweep =
        add_command<SweepArguments>(program, "sweep", "Run a configuration for every point of its axes");
    sweep.app->add_option("config", sweep.arguments->config, "sweep (YAML)")->required();
    sweep.app->add_option("-o,--output", sweep.arguments->output, "folder of all runs")
        ->capture_default_str();
    sweep.app
        ->add_option("-j,--jobs", sweep.arguments->jobs,
                     fmt::format("steps at a time (not of whole runs on one machine); left out: one a core, "
                                 "or {} on a cluster",
                                 kSlurmJobs))
        ->check(CLI::Range(1, 1024));
    sweep.app->add_flag("--json", sweep.arguments->json, "print the points as JSON instead of the table");
    add_cluster(*sweep.app, sweep.arguments->cluster);
    auto launch = add_command<LaunchArguments>(program, "launch", "Run one step of a graph through srun");
    launch.app->group("");  // graphs call it, people do not
    launch.app->add_option("--output", launch.arguments->output, "folder that the step makes")->required();
    launch.app->add_option("--failure", launch.arguments->failure, "file for its reason where it fails")
        ->required();
    launch.app->add_option("--messages", launch.arguments->messages, "file that stdout and stderr go to")
        ->required();
    launch.app
        ->add_option("--patience", launch.arguments->patience, "seconds until the folder must be seen here")
        ->check(CLI::Range(0, 3600))
        ->capture_default_str();
    launch.app->add_option("command", launch.arguments->command, "behind --: the launcher, then the step")
        ->required();
}

void add_result_commands(Program& program) {
    auto results = add_command<ResultsArguments>(
        program, "results", "Export the points that macaw run and macaw sweep recorded in a folder");
    results.app->add_option("database", results.arguments->database, "output folder, or its results.sqlite")
        ->required();
    results.app->add_option("--sweep", results.arguments->sweep,
                            "only its points; '' for those of macaw run");
    results.app->add_option("--format", results.arguments->format, "csv, json or accelergy (ERT and ART)")
        ->check(CLI::IsMember({"csv", "json", "accelergy"}))
        ->capture_default_str();
    results.app->add_flag("--values-only", results.arguments->values_only,
                          "settings and figures without provenance: equal for two runs of the same points");
    results.app->add_option("-o,--output", results.arguments->output,
                            "file to write, for accelergy a folder; left out: stdout");
    auto compare = add_command<CompareArguments>(program, "compare",
                                                 "Show before, after and delta of two sets of figures");
    for (auto [name, side] :
         {std::pair{"before", &compare.arguments->before}, std::pair{"after", &compare.arguments->after}})
        compare.app
            ->add_option(name, *side,
                         "folder of a run, metrics.json, an output folder, or FOLDER:[SWEEP/]POINT")
            ->required();
    compare.app->add_flag("--json", compare.arguments->json, "for machines");
}

void add_cost_commands(Program& program) {
    CLI::App* cost = program.app.add_subcommand(
        "cost", "The fast cost model: area, least period and power without synthesis");
    cost->require_subcommand(1);
    auto fit = add_command<CostFitArguments>(program, *cost, "fit",
                                             "Fit it on synthesised points, and tell its error on others");
    fit.app
        ->add_option("--results", fit.arguments->results,
                     "output folders of runs and sweeps, or their results.sqlite")
        ->required();
    fit.app->add_option("--hold-out", fit.arguments->hold_out, "share of the points that the fit never sees")
        ->check(CLI::Range(0.01, 0.9))
        ->capture_default_str();
    fit.app->add_option("--seed", fit.arguments->seed, "which points are held out")->capture_default_str();
    fit.app->add_option("-o,--output", fit.arguments->output, "file to write (JSON)")->required();
    auto estimate = add_command<CostEstimateArguments>(
        program, *cost, "estimate", "Model the figures of a configuration in milliseconds");
    estimate.app->add_option("config", estimate.arguments->config, "configuration (YAML)")->required();
    estimate.app->add_option("--model", estimate.arguments->model, "file of macaw cost fit")->required();
    estimate.app->add_option(
        "--stimulus", estimate.arguments->stimulus,
        "folder written by macaw stimulate, for the activity; left out: mean of the model's training points");
    estimate.app->add_flag("--json", estimate.arguments->json, "print the figures as JSON");
}

// --arithmetic and --layers.
template <typename Arguments>
void add_evaluated_model(Command<Arguments>& command) {
    const std::map<std::string, reports::EvaluatedArithmetic> words = {
        {"float", reports::EvaluatedArithmetic::Float},
        {"quantized", reports::EvaluatedArithmetic::Quantized},
        {"datapath", reports::EvaluatedArithmetic::Datapath}};
    command.app
        ->add_option("--arithmetic", command.arguments->arithmetic,
                     "of the linear layers: float, quantized or datapath")
        ->transform(CLI::CheckedTransformer(words));
    command.app->add_option("--layers", command.arguments->layers, "folder written by macaw quantize");
}

void add_evaluation_commands(Program& program) {
    auto evaluate = add_step<EvaluateArguments>(
        program, "evaluate", "Measure multiple-choice accuracy (ARC, HellaSwag, PIQA, WinoGrande, plain)");
    evaluate.app->add_option("--task", evaluate.arguments->tasks, "questions as JSON lines; may be repeated")
        ->required();
    add_evaluated_model(evaluate);
    evaluate.app->add_option("--limit", evaluate.arguments->limit, "only the first questions of each task")
        ->check(CLI::PositiveNumber);
    evaluate.app->add_flag("--json", evaluate.arguments->json, "print the accuracies as JSON");
    auto exported = add_command<ExportArguments>(program, "export",
                                                 "Write quantized layers as a folder that other tools read");
    exported.app->add_option("layers", exported.arguments->layers, "folder written by macaw quantize")
        ->required();
    exported.app->add_option("--model", exported.arguments->model, "checkpoint that they were made from")
        ->required();
    exported.app->add_option("--format", exported.arguments->format, "layout of the folder")
        ->required()
        ->check(CLI::IsMember({"compressed-tensors"}));
    exported.app
        ->add_option("--layout", exported.arguments->layout,
                     "of the codes; left out: packed for 2 and 4 bits, bytes otherwise")
        ->check(CLI::IsMember({"pack-quantized", "int-quantized"}));
    exported.app->add_option("-o,--output", exported.arguments->output, "folder to write")->required();
}

void add_model_commands(Program& program) {
    auto quantize = add_step<QuantizeArguments>(
        program, "quantize", "Quantize every linear layer so that no accumulator can overflow");
    quantize.app->add_option("--constraint", quantize.arguments->constraint,
                             "instead of the configuration's");
    quantize.app->add_flag("--json", quantize.arguments->json, "print the figures as JSON");
    auto bound = add_command<BoundArguments>(program, "bound",
                                             "Certify the widths that quantized layers can never overflow");
    bound.app->add_option("layers", bound.arguments->layers, "folder written by macaw quantize")->required();
    bound.app->add_option("-o,--output", bound.arguments->output, "folder to write")->required();
    bound.app->add_option("--config", bound.arguments->config,
                          "configuration (YAML) whose datapath they are certified for");
    bound.app->add_option("--unconstrained", bound.arguments->unconstrained,
                          "layers to compare with, in the same datapath");
    auto perplexity = add_step<PerplexityArguments>(
        program, "perplexity", "Measure the perplexity of the float or the quantized model");
    add_evaluated_model(perplexity);
    perplexity.app->add_option("--inner-bits", perplexity.arguments->inner_bits,
                               "inner accumulator instead of the configured one");
    perplexity.app
        ->add_option("--overflow", perplexity.arguments->overflow,
                     "mode of both accumulators instead of the configured one")
        ->check(CLI::IsMember({"wrap", "saturate"}));
    perplexity.app->add_option("--gather", perplexity.arguments->gather,
                               "folders of evaluations: write their tables instead");
    perplexity.app->add_option("--reuse", perplexity.arguments->reuse,
                               "folder of evaluations: take the figures of an equal one, and keep these");
    perplexity.app->add_flag("--json", perplexity.arguments->json, "print the figures as JSON");
}

void add_hardware_commands(Program& program) {
    auto generate =
        add_command<GenerateArguments>(program, "generate", "Write the MAC array as SystemVerilog");
    generate.app->add_option("config", generate.arguments->config, "configuration (YAML)")->required();
    generate.app->add_option("-o,--output", generate.arguments->output, "folder to write");
    CLI::Option* explain = generate.app->add_flag("--explain", generate.arguments->explain,
                                                  "print where every width comes from");
    generate.app->add_flag("--json", generate.arguments->json, "print the explanation as JSON")
        ->needs(explain);
    auto stimulate = add_step<StimulateArguments>(
        program, "stimulate", "Write what the array's ports see of the layers: the activity behind power");
    stimulate.app->add_option("--layers", stimulate.arguments->layers,
                              "folder written by macaw quantize; without it random codes");
    auto cosim = add_step<CosimArguments>(
        program, "cosim", "Simulate the generated RTL against the golden model on real layers");
    cosim.app->add_option("--layers", cosim.arguments->layers, "folder written by macaw quantize")
        ->required();
    cosim.app
        ->add_option("--unconstrained", cosim.arguments->unconstrained,
                     "layers that may overflow: the negative control")
        ->required();
    cosim.app->add_option("--bound", cosim.arguments->bound, "folder written by macaw bound")->required();
    cosim.app->add_option("--rtl", cosim.arguments->rtl, "folder written by macaw generate")->required();
    auto simulate = add_step<SimulateArguments>(
        program, "simulate", "Simulate every layer in a system: array, buffers, DMA and memory");
    simulate.app->add_option("--layers", simulate.arguments->layers,
                             "folder written by macaw quantize; without it random codes");
    simulate.app->add_option("--array", simulate.arguments->array, "the C++ model or the Verilated RTL")
        ->check(CLI::IsMember({"model", "rtl"}))
        ->capture_default_str();
    simulate.app->add_flag("--json", simulate.arguments->json, "print the figures as JSON");
    auto synth =
        add_step<SynthArguments>(program, "synth", "Synthesise the array: area, least period, power");
    synth.app->add_option("--rtl", synth.arguments->rtl, "folder written by macaw generate")->required();
    synth.app->add_option("--stimulus", synth.arguments->stimulus,
                          "folder written by macaw stimulate; without it no power");
    auto report = add_step<ReportArguments>(program, "report", "Write the report over finished steps");
    report.app->add_option("--step", report.arguments->steps, "TITLE=FOLDER, in the order of the page")
        ->required();
    auto doctor = add_command<DoctorArguments>(
        program, "doctor", "Say which tools are missing, what that disables, how to install them");
    doctor.app->add_flag("--json", doctor.arguments->json, "for machines");
}

template <typename Arguments>
void add_study(Program& program, const char* name, const char* description) {
    auto study = add_step<Arguments>(program, name, description);
    study.app->add_flag("--json", study.arguments->json, "print the result as JSON");
}

void add_study_commands(Program& program) {
    add_study<FormsArguments>(program, "forms",
                              "Compare the arithmetic forms of a unit: area and least period");
    add_study<BopsArguments>(
        program, "bops", "Compare the cost proxy BOps with bit flips, power and area of vector MAC units");
    add_study<GlitchArguments>(
        program, "glitch",
        "Count what zero-delay toggles miss: units simulated with the delays of their cells");
}

void add_signoff_commands(Program& program) {
    auto verify = add_step<VerifyArguments>(
        program, "verify", "Sign an array off: every simulator against golden, coverage, one table");
    verify.app->add_option("--layers", verify.arguments->layers,
                           "folder written by macaw quantize: also its layers are simulated");
    verify.app->add_option("--seed", verify.arguments->first_seed, "first seed of the random groups")
        ->capture_default_str();
    verify.app->add_option("--seeds", verify.arguments->seeds, "jobs of random groups, a seed each")
        ->check(CLI::Range(0, SignoffConfig::kMostSeeds))
        ->capture_default_str();
    verify.app->add_option("--groups", verify.arguments->groups, "random groups of dot products a seed")
        ->check(CLI::Range(1, SignoffConfig::kMostGroups))
        ->capture_default_str();
    verify.app->add_flag("--no-netlist", verify.arguments->no_netlist, "leave the gate netlist out");
    verify.app->add_flag("--proofs", verify.arguments->proofs, "also prove what macaw prove proves");
    verify.app->add_option("--mutants", verify.arguments->mutants, "also try so many mutants of the netlist")
        ->check(CLI::Range(0, SignoffConfig::kMostMutants));
    verify.app->add_flag("--must-pass", verify.arguments->must_pass,
                         "where a check fails leave no folder, but OUTPUT.failed");
    verify.app->add_flag("--json", verify.arguments->json, "print the table as JSON");
    auto prove = add_step<ProveArguments>(
        program, "prove",
        "Prove the RTL: no overflow inside the budget, flags, ready and valid, structural arithmetic");
    prove.app->add_option("--time-limit", prove.arguments->time_limit, "seconds of every run of a solver")
        ->check(CLI::PositiveNumber);
    prove.app->add_flag("--equivalence", prove.arguments->equivalence,
                        "only that structural and behavioural arithmetic are equal; all must hold");
    prove.app->add_flag("--json", prove.arguments->json, "print the table as JSON");
    auto mutate = add_step<MutateArguments>(
        program, "mutate", "Score the array's regression by the netlist mutants that it kills");
    mutate.app->add_option("--count", mutate.arguments->count, "mutants")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    mutate.app->add_option("--seed", mutate.arguments->seed, "of mutants and regression")
        ->capture_default_str();
    mutate.app
        ->add_option("--solver-seconds", mutate.arguments->solver_seconds,
                     "limit of each solver run about a survivor")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    mutate.app->add_flag("--json", mutate.arguments->json, "print the figures as JSON");
    auto fuzz = add_command<FuzzArguments>(program, "fuzz",
                                           "Check random configurations on random data against golden");
    CLI::Option* output = fuzz.app->add_option("-o,--output", fuzz.arguments->output, "folder to write");
    CLI::Option* cases = fuzz.app->add_option("--cases", fuzz.arguments->cases, "stop after so many")
                             ->check(CLI::PositiveNumber);
    fuzz.app->add_option("--seconds", fuzz.arguments->seconds, "stop after so long (default: 60)")
        ->check(CLI::PositiveNumber)
        ->excludes(cases);
    fuzz.app->add_option("--seed", fuzz.arguments->seed, "of the cases")->capture_default_str();
    fuzz.app->add_option("--replay", fuzz.arguments->replay, "play this case again instead")
        ->excludes(output);
    fuzz.app->add_flag("--json", fuzz.arguments->json, "print the figures as JSON");
}

// Ninja answers 1 whatever a step's exit code was; the graph gives each step a file to leave its reason in.
void tell_graph(int code, const std::string& message) {
    if (const char* file = std::getenv(kFailureFile)) {
        if (auto written = write_failure(file, {code, message}); !written)
            std::fprintf(stderr, "%s\n", to_text(written.error()).c_str());
    }
}

}  // namespace

int run_command_line(int count, char** arguments) {
    Program program;
    program.app.require_subcommand(1);
    program.app.set_version_flag("--version", std::string(kVersion));
    add_graph_commands(program);
    add_result_commands(program);
    add_cost_commands(program);
    add_model_commands(program);
    add_evaluation_commands(program);
    add_hardware_commands(program);
    add_signoff_commands(program);
    add_study_commands(program);
    try {
        program.app.parse(count, arguments);
    } catch (const CLI::ParseError& problem) {
        return program.app.exit(problem) == 0 ? 0 : kUsageError;
    }
    Outcome outcome = program.chosen();
    if (outcome) return 0;
    std::string message = to_text(outcome.error());
    std::fprintf(stderr, "%s\n", message.c_str());
    int code = exit_code(outcome.error().front());
    tell_graph(code, message);
    return code;
}

}  // namespace macaw::cli
