// See cosimulation.hpp.
#include "sim/cosimulation.hpp"

#include <algorithm>
#include <numeric>

#include "sim/model/model_array.hpp"

namespace macaw::sim {

LayerCosimulation& LayerCosimulation::operator+=(const LayerCosimulation& other) {
    comparison += other.comparison;
    golden_counts += other.golden_counts;
    inner_flag_outputs += other.inner_flag_outputs;
    outer_flag_outputs += other.outer_flag_outputs;
    inexact_outputs += other.inexact_outputs;
    cycles += other.cycles;
    beats += other.beats;
    input_stall_cycles += other.input_stall_cycles;
    seconds += other.seconds;
    return *this;
}

LayerStimulus make_stimulus(const LayerData& data, const golden::Datapath& datapath,
                            const hw::ArrayConfig& array) {
    return make_stimulus(data.layer->name, data.layer->codes, data.activations, data.shape(), datapath,
                         array);
}

golden::MatmulResult golden_of(const LayerData& data, const golden::Datapath& datapath) {
    return golden::matmul(data.layer->codes, data.activations, data.shape(), datapath);
}

LayerPart first_part(const LayerData& data, std::int64_t tokens, std::int64_t channels) {
    const golden::QuantizedLayer& whole = *data.layer;
    LayerPart part;
    part.layer = std::make_unique<golden::QuantizedLayer>();
    part.layer->name = whole.name;
    part.layer->in_features = whole.in_features;
    part.layer->out_features = std::min(channels, whole.out_features);
    part.layer->codes.assign(whole.codes.begin(),
                             whole.codes.begin() + part.layer->out_features * whole.in_features);
    part.layer->scales.assign(whole.scales.begin(), whole.scales.begin() + part.layer->out_features);
    part.data.layer = part.layer.get();
    part.data.tokens = std::min(tokens, data.tokens);
    part.data.activations.assign(data.activations.begin(),
                                 data.activations.begin() + part.data.tokens * whole.in_features);
    return part;
}

std::int64_t count_inexact(const LayerData& data, const golden::MatmulResult& golden) {
    auto in_features = static_cast<std::size_t>(data.layer->in_features);
    auto channels = static_cast<std::size_t>(data.layer->out_features);
    std::int64_t inexact = 0;
    for (std::size_t at = 0; at < golden.values.size(); ++at) {
        if (golden.inner_overflow[at] == 0 && golden.outer_overflow[at] == 0) continue;
        const golden::ActivationCode* activations = data.activations.data() + at / channels * in_features;
        const golden::WeightCode* weights = data.layer->codes.data() + at % channels * in_features;
        std::int64_t exact = std::inner_product(weights, weights + in_features, activations, std::int64_t{0});
        inexact += exact != golden.values[at] ? 1 : 0;
    }
    return inexact;
}

LayerCosimulation evaluate(const std::string& where, const LayerData& data, const LayerStimulus& stimulus,
                           const golden::MatmulResult& expected, const job::Result& recording,
                           const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    LayerCosimulation result;
    result.name = data.layer->name;
    result.shape = data.shape();
    Outputs outputs = decode(recording, datapath, array);
    result.comparison = compare_outputs(where, expected, outputs, stimulus, datapath, array);
    result.golden_counts = expected.counts;
    result.inner_flag_outputs = std::count(outputs.inner_overflow.begin(), outputs.inner_overflow.end(), 1);
    result.outer_flag_outputs = std::count(outputs.outer_overflow.begin(), outputs.outer_overflow.end(), 1);
    result.inexact_outputs = count_inexact(data, expected);
    result.cycles = static_cast<std::int64_t>(recording.header.cycles);
    result.beats = static_cast<std::int64_t>(recording.header.accepted_beats);
    result.input_stall_cycles = static_cast<std::int64_t>(recording.header.input_stall_cycles);
    result.seconds = static_cast<double>(recording.header.nanoseconds) * 1e-9;
    return result;
}

Expected<LayerCosimulation> cosimulate(const SimulatorProgram& simulator, const LayerData& data,
                                       const LayerStimulus& stimulus, const golden::MatmulResult& expected,
                                       const std::filesystem::path& scratch_folder, const std::string& where,
                                       const Stalls& stalls) {
    job::Job job = make_job(stimulus, simulator.datapath, simulator.array, Pairing::Product, stalls);
    MACAW_TRY(job::Result recording, run_simulator(simulator, job, scratch_folder, where));
    return evaluate(where, data, stimulus, expected, recording, simulator.datapath, simulator.array);
}

Expected<LayerCosimulation> cosimulate_model(const rtl::Design& design, const golden::Datapath& datapath,
                                             const hw::ArrayConfig& array, const LayerData& data,
                                             const std::string& where, const Stalls& stalls) {
    LayerStimulus stimulus = make_stimulus(data, datapath, array);
    MACAW_TRY(job::Result recording,
              run_model(design, make_job(stimulus, datapath, array, Pairing::Product, stalls)));
    return evaluate(where, data, stimulus, golden_of(data, datapath), recording, datapath, array);
}

}  // namespace macaw::sim
