// See worst_case.hpp.
#include "sim/worst_case.hpp"

#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"
#include "sim/rtl_under_test.hpp"

namespace macaw::sim {

namespace {

using golden::Extreme;

// The worst-case vectors of one layer: vector n goes with a copy of its row's codes. [vectors, in_features]
struct Vectors {
    golden::MatmulShape shape;  // tokens = out_features = vectors
    std::vector<golden::WeightCode> weights;
    std::vector<golden::ActivationCode> activations;
    std::vector<std::int64_t> extremes;  // [vectors], what the certificate promises

    std::span<const golden::WeightCode> row(std::size_t vector) const {
        auto length = static_cast<std::size_t>(shape.in_features);
        return std::span(weights).subspan(vector * length, length);
    }
    std::span<const golden::ActivationCode> input(std::size_t vector) const {
        auto length = static_cast<std::size_t>(shape.in_features);
        return std::span(activations).subspan(vector * length, length);
    }
};

Vectors worst_case_vectors(const golden::QuantizedLayer& layer, const golden::LayerCertificate& certificate,
                           const golden::Datapath& datapath) {
    Vectors vectors;
    const golden::Range activation = golden::coding_of(layer, datapath).range;
    auto add = [&](std::int64_t output, Extreme extreme, std::int64_t tile, std::int64_t promised) {
        std::span<const golden::WeightCode> codes = layer.row(output);
        std::vector<golden::ActivationCode> input =
            golden::worst_case_input(codes, activation, datapath.tile, extreme, tile);
        vectors.weights.insert(vectors.weights.end(), codes.begin(), codes.end());
        vectors.activations.insert(vectors.activations.end(), input.begin(), input.end());
        vectors.extremes.push_back(promised);
    };
    for (std::int64_t output = 0; output < layer.out_features; ++output) {
        const golden::RowCertificate& row = certificate.rows[static_cast<std::size_t>(output)];
        add(output, Extreme::Max, -1, row.outer.max);
        add(output, Extreme::Min, -1, row.outer.min);
        add(output, Extreme::Max, row.inner_max_tile, row.inner.max);
        add(output, Extreme::Min, row.inner_min_tile, row.inner.min);
    }
    auto count = static_cast<std::int64_t>(vectors.extremes.size());
    vectors.shape = {count, layer.in_features, count};
    return vectors;
}

std::vector<golden::DotProduct> golden_of(const Vectors& vectors, const golden::Datapath& datapath) {
    std::vector<golden::DotProduct> products;
    for (std::size_t vector = 0; vector < vectors.extremes.size(); ++vector)
        products.push_back(golden::dot_product(vectors.row(vector), vectors.input(vector), datapath));
    return products;
}

enum class Flags { Any, Inner, Outer };

bool counts(bool inner, bool outer, Flags flags) {
    return (inner && flags != Flags::Outer) || (outer && flags != Flags::Inner);
}

// One trap simulator and the level whose flags it is there to show.
struct Bench {
    SimulatorProgram simulator;
    Flags flags = Flags::Any;
    std::string name;
};

struct PlayedRun {
    WorstCaseRun run;
    job::ResultHeader header;
};

Expected<PlayedRun> play(const Bench& bench, const std::string& layer, const Vectors& vectors,
                         std::span<const golden::DotProduct> expected, const std::filesystem::path& scratch) {
    const golden::Datapath& datapath = bench.simulator.datapath;
    const hw::ArrayConfig& array = bench.simulator.array;
    std::string where = fmt::format("worst case {} {}", bench.name, layer);
    LayerStimulus stimulus =
        make_stimulus(layer, vectors.weights, vectors.activations, vectors.shape, datapath, array);
    MACAW_TRY(
        job::Result recording,
        run_simulator(bench.simulator, make_job(stimulus, datapath, array, Pairing::Paired), scratch, where));
    Outputs outputs = decode(recording, datapath, array);
    PlayedRun played;
    played.header = recording.header;
    played.run.inner_bits = datapath.inner_bits;
    played.run.outer_bits = datapath.outer_bits;
    played.run.comparison = compare_paired(where, expected, outputs, datapath);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        played.run.golden_flags +=
            counts(expected[i].inner_overflow, expected[i].outer_overflow, bench.flags) ? 1 : 0;
        played.run.rtl_flags +=
            counts(outputs.inner_overflow[i] != 0, outputs.outer_overflow[i] != 0, bench.flags) ? 1 : 0;
    }
    return played;
}

struct Benches {
    Bench certified;
    std::optional<Bench> narrower_inner;
    std::optional<Bench> narrower_outer;
};

Expected<Bench> build_bench(golden::Datapath datapath, int inner_bits, int outer_bits, Flags flags,
                            const std::string& name, const hw::ArrayConfig& array,
                            const std::filesystem::path& work_folder, const std::string& command_line) {
    datapath.inner_bits = golden::BitWidth(inner_bits);
    datapath.outer_bits = golden::BitWidth(outer_bits);
    datapath = with_mode(datapath, golden::OverflowMode::Trap, array);
    MACAW_TRY(SimulatorProgram simulator,
              build_generated_array(datapath, array, work_folder / name, command_line));
    return Bench{std::move(simulator), flags, name};
}

Expected<Benches> build_benches(const golden::Certificate& certificate, const hw::ArrayConfig& array,
                                const std::filesystem::path& work_folder, const std::string& command_line) {
    int inner = certificate.inner_bits.bits();
    int outer = certificate.outer_bits.bits();
    Progress progress("building the worst-case simulators", 3);
    auto build = [&](int inner_bits, int outer_bits, Flags flags, const char* name) {
        auto bench = build_bench(certificate.datapath, inner_bits, outer_bits, flags, name, array,
                                 work_folder, command_line);
        progress.advance();
        return bench;
    };
    Benches benches;
    MACAW_TRY(benches.certified, build(inner, outer, Flags::Any, "certified"));
    if (inner > 1) {
        MACAW_TRY(benches.narrower_inner, build(inner - 1, outer, Flags::Inner, "narrower_inner"));
    }
    if (outer > inner) {
        MACAW_TRY(benches.narrower_outer, build(inner, outer - 1, Flags::Outer, "narrower_outer"));
    }
    return benches;
}

Expected<WorstCaseLayer> check_layer(const golden::QuantizedLayer& layer,
                                     const golden::LayerCertificate& certificate, const Benches& benches,
                                     const std::filesystem::path& scratch) {
    const golden::Datapath& datapath = benches.certified.simulator.datapath;
    Vectors vectors = worst_case_vectors(layer, certificate, datapath);
    std::vector<golden::DotProduct> expected = golden_of(vectors, datapath);
    WorstCaseLayer result;
    result.name = layer.name;
    result.rows = layer.out_features;
    result.vectors = vectors.shape.tokens;
    for (std::size_t i = 0; i < expected.size(); ++i)
        result.extremes_missed += expected[i].value != vectors.extremes[i] ? 1 : 0;
    MACAW_TRY(PlayedRun certified, play(benches.certified, layer.name, vectors, expected, scratch));
    result.certified = certified.run;
    result.utilisation =
        static_cast<double>(certified.header.accepted_beats) / static_cast<double>(certified.header.cycles);
    auto narrower = [&](const std::optional<Bench>& bench,
                        std::optional<WorstCaseRun>& run) -> Expected<void> {
        if (!bench) return {};
        std::vector<golden::DotProduct> predicted = golden_of(vectors, bench->simulator.datapath);
        MACAW_TRY(PlayedRun played, play(*bench, layer.name, vectors, predicted, scratch));
        run = played.run;
        return {};
    };
    MACAW_CHECK(narrower(benches.narrower_inner, result.narrower_inner));
    MACAW_CHECK(narrower(benches.narrower_outer, result.narrower_outer));
    return result;
}

void add(std::optional<WorstCaseRun>& total, const std::optional<WorstCaseRun>& run) {
    if (!run) return;
    if (total)
        *total += *run;
    else
        total = run;
}

WorstCaseLayer sum_of(const std::vector<WorstCaseLayer>& layers) {
    WorstCaseLayer total = layers.front();
    total.name = "all layers";
    for (std::size_t i = 1; i < layers.size(); ++i) {
        total.rows += layers[i].rows;
        total.vectors += layers[i].vectors;
        total.extremes_missed += layers[i].extremes_missed;
        total.certified += layers[i].certified;
        add(total.narrower_inner, layers[i].narrower_inner);
        add(total.narrower_outer, layers[i].narrower_outer);
        total.utilisation += layers[i].utilisation;
    }
    total.utilisation /= static_cast<double>(layers.size());
    return total;
}

Expected<void> check_run(const WorstCaseRun& run, bool flags_wanted, const char* what) {
    if (run.comparison.first)
        return fail(ErrorKind::CheckFailed, "{} outputs differ; the first: {}", run.comparison.mismatches,
                    to_string(*run.comparison.first));
    if ((run.rtl_flags > 0) != flags_wanted)
        return fail(ErrorKind::CheckFailed, "worst-case inputs at {} (P_I = {}, P_O = {}) raised {} flags",
                    what, run.inner_bits.bits(), run.outer_bits.bits(), run.rtl_flags);
    return {};
}

}  // namespace

WorstCaseRun& WorstCaseRun::operator+=(const WorstCaseRun& other) {
    comparison += other.comparison;
    golden_flags += other.golden_flags;
    rtl_flags += other.rtl_flags;
    return *this;
}

Expected<void> WorstCaseResult::verdict() const {
    if (total.extremes_missed > 0)
        return fail(ErrorKind::CheckFailed, "{} worst-case inputs do not reach the certificate's extreme",
                    total.extremes_missed);
    MACAW_CHECK(check_run(total.certified, false, "the certified widths"));
    if (total.narrower_inner) MACAW_CHECK(check_run(*total.narrower_inner, true, "one inner bit less"));
    if (total.narrower_outer) MACAW_CHECK(check_run(*total.narrower_outer, true, "one outer bit less"));
    return {};
}

Expected<WorstCaseResult> check_worst_case(const golden::QuantizedModel& model,
                                           const golden::Certificate& certificate,
                                           const hw::ArrayConfig& array,
                                           const std::filesystem::path& work_folder,
                                           const std::string& command_line) {
    require(!model.layers.empty() && model.layers.size() == certificate.layers.size(),
            "check_worst_case: the certificate is of another model");
    hw::ArrayConfig single = array;
    single.rows = 1;
    single.columns = 1;
    MACAW_TRY(Benches benches, build_benches(certificate, single, work_folder, command_line));
    WorstCaseResult result;
    result.layers.resize(model.layers.size());
    Progress progress("worst-case inputs through the RTL", static_cast<std::int64_t>(model.layers.size()));
    MACAW_CHECK(parallel_for(model.layers.size(), [&](std::size_t index) -> Expected<void> {
        MACAW_TRY(result.layers[index], check_layer(model.layers[index], certificate.layers[index], benches,
                                                    work_folder / "scratch"));
        progress.advance();
        return {};
    }));
    result.total = sum_of(result.layers);
    return result;
}

}  // namespace macaw::sim
