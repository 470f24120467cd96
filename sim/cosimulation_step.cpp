// See cosimulation_step.hpp. The figures and tables are made in cosimulation_report.cpp.
#include "sim/cosimulation_step.hpp"

#include <algorithm>

#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"
#include "sim/cosimulation_report.hpp"
#include "sim/rtl_under_test.hpp"
#include "sim/systemc/systemc_array.hpp"
#include "sim/verilator/verilated_array.hpp"

namespace macaw::sim {

namespace {

using golden::OverflowMode;

// Datapath and array of the RTL must be able to take the model's codes.
Expected<void> check_input(const CosimulationInput& input, const hw::RtlManifest& manifest,
                           const CosimulationOptions& options) {
    const golden::Datapath& rtl = manifest.datapath;
    const golden::Datapath& model = input.model->datapath;
    if (rtl.weight_bits != model.weight_bits || rtl.activation_bits != model.activation_bits ||
        rtl.weight_signedness != model.weight_signedness ||
        rtl.activation_signedness != model.activation_signedness || rtl.tile != model.tile)
        return fail(
            Error{ErrorKind::BadInput,
                  fmt::format("the RTL is for {}, the model for {}", to_string(rtl), to_string(model)),
                  "generate the array from the configuration that the model was quantized with",
                  {(options.rtl_folder / "array.json").string()}});
    if (golden::certify(*input.model) != *input.certificate)
        return fail(Error{ErrorKind::CheckFailed,
                          "the certificate does not belong to the quantized codes",
                          "macaw bound writes it anew",
                          {}});
    if (input.layers.empty() || options.systemc_layer >= input.layers.size())
        return fail(ErrorKind::BadInput, "{} layers to co-simulate, SystemC wants number {}",
                    input.layers.size(), options.systemc_layer);
    return {};
}

struct Simulators {
    SimulatorProgram rtl;
    SimulatorProgram trap;
    SimulatorProgram systemc;
};

// One after the other: each build uses two cores itself.
Expected<Simulators> build_simulators(const CosimulationOptions& options, const hw::RtlManifest& manifest) {
    Progress progress("building the simulators", 3);
    Simulators simulators;
    MACAW_TRY(simulators.rtl, build_verilated_array(options.rtl_folder, options.work_folder / "verilated"));
    progress.advance();
    MACAW_TRY(simulators.trap,
              build_generated_array(with_mode(manifest.datapath, OverflowMode::Trap, manifest.array),
                                    manifest.array, options.work_folder / "trap", options.command_line));
    progress.advance();
    MACAW_TRY(simulators.systemc, build_systemc_array(options.rtl_folder, options.work_folder / "systemc"));
    progress.advance();
    return simulators;
}

bool has_saturation(const golden::Datapath& datapath) {
    return datapath.inner_overflow == OverflowMode::Saturate ||
           datapath.outer_overflow == OverflowMode::Saturate;
}

// The first token group with the first four column groups: enough to see every unit of the array at work.
Expected<LayerCosimulation> run_model_part(const rtl::Design& design, const SimulatorProgram& rtl,
                                           const LayerData& data) {
    LayerPart part = first_part(data, rtl.array.rows, std::int64_t{4} * rtl.array.columns);
    return cosimulate_model(design, rtl.datapath, rtl.array, part.data, "C++ model " + data.layer->name);
}

Expected<LayerReport> run_layer(const LayerData& data, const LayerStimulus& stimulus,
                                const Simulators& simulators, const rtl::Design& design,
                                const std::filesystem::path& scratch) {
    LayerReport report;
    // Wrap and trap have the same values, and golden reports overflow in all modes; saturate differs.
    golden::MatmulResult expected = golden_of(data, simulators.rtl.datapath);
    MACAW_TRY(report.rtl,
              cosimulate(simulators.rtl, data, stimulus, expected, scratch, "RTL " + data.layer->name));
    if (has_saturation(simulators.rtl.datapath)) expected = golden_of(data, simulators.trap.datapath);
    MACAW_TRY(report.trap,
              cosimulate(simulators.trap, data, stimulus, expected, scratch, "trap RTL " + data.layer->name));
    MACAW_TRY(report.model, run_model_part(design, simulators.rtl, data));
    return report;
}

Expected<void> run_layers(CosimulationResult& result, const CosimulationInput& input,
                          const Stimulus& stimulus, const Simulators& simulators,
                          const std::filesystem::path& scratch) {
    MACAW_TRY(rtl::Design design, hw::generate_array(result.datapath, result.array));
    std::int64_t mega_macs = 0;
    for (const LayerData& data : input.layers) mega_macs += data.macs() / 1'000'000;
    Progress progress("co-simulation (million MACs)", mega_macs);
    result.layers.resize(input.layers.size());
    return parallel_for(input.layers.size(), [&](std::size_t index) -> Expected<void> {
        MACAW_TRY(result.layers[index],
                  run_layer(input.layers[index], stimulus.layers[index], simulators, design, scratch));
        progress.advance(input.layers[index].macs() / 1'000'000);
        return {};
    });
}

// The same job in both simulators of the same RTL.
Expected<void> run_systemc(CosimulationResult& result, const LayerStimulus& layer,
                           const Simulators& simulators, const std::filesystem::path& scratch) {
    job::Job job = make_job(layer, result.datapath, result.array);
    MACAW_TRY(job::Result verilated, run_simulator(simulators.rtl, job, scratch, "Verilator " + layer.name));
    MACAW_TRY(job::Result systemc, run_simulator(simulators.systemc, job, scratch, "SystemC " + layer.name));
    result.systemc_layer = layer.name;
    result.systemc_seconds = static_cast<double>(systemc.header.nanoseconds) * 1e-9;
    result.systemc =
        compare_recordings("SystemC " + layer.name, verilated, systemc, layer, result.datapath, result.array);
    return {};
}

Expected<void> run_negative(CosimulationResult& result, const CosimulationInput& input,
                            const CosimulationOptions& options) {
    if (input.unconstrained.empty()) return {};
    hw::ArrayConfig small = result.array;
    small.rows = std::min(small.rows, options.negative_rows);
    small.columns = std::min(small.columns, options.negative_columns);
    MACAW_TRY(result.negative_control,
              run_negative_control(input.unconstrained, result.datapath, options.negative_inner_bits, small,
                                   options.work_folder / "negative_control", options.command_line));
    return {};
}

}  // namespace

Expected<void> CosimulationResult::verdict() const {
    Comparison all = systemc;
    std::int64_t flags = 0;
    for (const LayerReport& layer : layers) {
        all += layer.rtl.comparison;
        all += layer.trap.comparison;
        all += layer.model.comparison;
        flags += layer.trap.inner_flag_outputs + layer.trap.outer_flag_outputs;
    }
    if (all.first)
        return fail(ErrorKind::CheckFailed, "{} outputs differ; the first: {}", all.mismatches,
                    to_string(*all.first));
    if (flags > 0)
        return fail(
            Error{ErrorKind::CheckFailed,
                  fmt::format("the trap RTL raised {} overflow flags", flags),
                  "the accumulators are too narrow for this model; macaw bound says how wide they must be",
                  {}});
    MACAW_CHECK(worst_case.verdict());
    if (!negative_control.runs.empty()) MACAW_CHECK(negative_control.verdict());
    return {};
}

Expected<CosimulationResult> run_cosimulation(const CosimulationOptions& options,
                                              const CosimulationInput& input,
                                              const std::filesystem::path& output_folder) {
    MACAW_TRY(hw::RtlManifest manifest, hw::read_rtl(options.rtl_folder));
    MACAW_CHECK(check_input(input, manifest, options));
    CosimulationResult result;
    result.datapath = manifest.datapath;
    result.array = manifest.array;
    MACAW_TRY(Simulators simulators, build_simulators(options, manifest));
    Stimulus stimulus{result.datapath, result.array, {}};
    for (const LayerData& data : input.layers)
        stimulus.layers.push_back(make_stimulus(data, result.datapath, result.array));
    std::filesystem::path scratch = options.work_folder / "scratch";
    MACAW_CHECK(run_layers(result, input, stimulus, simulators, scratch));
    MACAW_CHECK(run_systemc(result, stimulus.layers[options.systemc_layer], simulators, scratch));
    MACAW_TRY(result.worst_case, check_worst_case(*input.model, *input.certificate, result.array,
                                                  options.work_folder / "worst_case", options.command_line));
    MACAW_CHECK(run_negative(result, input, options));
    result.metrics = metrics_of(result);
    MACAW_CHECK(write_report(result, output_folder));
    return result;
}

}  // namespace macaw::sim
