// See negative_control.hpp.
#include "sim/negative_control.hpp"

#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"
#include "hw/array/generate_array.hpp"
#include "sim/rtl_under_test.hpp"

namespace macaw::sim {

namespace {

using golden::OverflowMode;

golden::Datapath narrowed(golden::Datapath datapath, golden::BitWidth inner_bits) {
    int margin = datapath.outer_bits.bits() - datapath.inner_bits.bits();
    datapath.inner_bits = inner_bits;
    datapath.outer_bits = golden::BitWidth(inner_bits.bits() + margin);
    return datapath;
}

Expected<NegativeControlRun> run_once(std::span<const LayerData> layers, const golden::Datapath& datapath,
                                      const hw::ArrayConfig& array, const std::filesystem::path& work_folder,
                                      const std::string& command_line) {
    std::string name =
        fmt::format("p{}_{}", datapath.inner_bits.bits(), golden::to_string(datapath.inner_overflow));
    MACAW_TRY(rtl::Design design, hw::generate_array(datapath, array));
    MACAW_TRY(SimulatorProgram simulator,
              build_design(design, datapath, array, work_folder / name, command_line));
    std::vector<LayerCosimulation> rtl(layers.size());
    std::vector<LayerCosimulation> model(layers.size());
    MACAW_CHECK(parallel_for(layers.size(), [&](std::size_t index) -> Expected<void> {
        const LayerData& data = layers[index];
        LayerStimulus stimulus = make_stimulus(data, datapath, array);
        std::string where = fmt::format("{} {}", name, data.layer->name);
        MACAW_TRY(rtl[index], cosimulate(simulator, data, stimulus, golden_of(data, datapath),
                                         work_folder / "scratch", "RTL " + where));
        MACAW_TRY(model[index], cosimulate_model(design, datapath, array, data, "C++ model " + where));
        return {};
    }));
    NegativeControlRun run;
    run.datapath = datapath;
    for (const LayerCosimulation& layer : rtl) run.rtl += layer;
    for (const LayerCosimulation& layer : model) run.model += layer;
    return run;
}

void add(NegativeControlResult& result, const NegativeControlRun& run) {
    result.comparison += run.rtl.comparison;
    result.comparison += run.model.comparison;
    result.outputs = result.comparison.outputs;
    if (run.datapath.inner_overflow == OverflowMode::Wrap) result.wrapped_outputs += run.rtl.inexact_outputs;
    if (run.datapath.inner_overflow == OverflowMode::Saturate)
        result.saturated_outputs += run.rtl.inexact_outputs;
}

}  // namespace

Expected<void> NegativeControlResult::verdict(std::int64_t least) const {
    if (comparison.first)
        return fail(ErrorKind::CheckFailed, "negative control: {} outputs differ; the first: {}",
                    comparison.mismatches, to_string(*comparison.first));
    if (wrapped_outputs < least || saturated_outputs < least)
        return fail(
            Error{ErrorKind::CheckFailed,
                  fmt::format("negative control: {} wrapped and {} saturated outputs, {} of each are wanted",
                              wrapped_outputs, saturated_outputs, least),
                  "more tokens, or narrower accumulators",
                  {}});
    return {};
}

Expected<NegativeControlResult> run_negative_control(std::span<const LayerData> layers,
                                                     const golden::Datapath& datapath,
                                                     std::span<const golden::BitWidth> inner_bits,
                                                     const hw::ArrayConfig& array,
                                                     const std::filesystem::path& work_folder,
                                                     const std::string& command_line) {
    NegativeControlResult result;
    Progress progress("negative control (too narrow on purpose)",
                      static_cast<std::int64_t>(inner_bits.size() * 3));
    for (golden::BitWidth bits : inner_bits)
        for (OverflowMode mode : {OverflowMode::Wrap, OverflowMode::Saturate, OverflowMode::Trap}) {
            golden::Datapath too_narrow = with_mode(narrowed(datapath, bits), mode, array);
            MACAW_TRY(NegativeControlRun run, run_once(layers, too_narrow, array, work_folder, command_line));
            add(result, run);
            result.runs.push_back(std::move(run));
            progress.advance();
        }
    return result;
}

}  // namespace macaw::sim
