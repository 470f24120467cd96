// See regression.hpp.
#include "sim/mutation/regression.hpp"

#include <algorithm>
#include <random>

#include "golden/support/parallel.hpp"
#include "sim/comparison.hpp"
#include "sim/model/model_array.hpp"

namespace macaw::sim {

namespace {

// Random    anything in the range
// Extreme   only the ends of the range, at random
// OneSided  every token and every channel has one sign: the accumulators go as far as they can
// Climb     tile sums that just fit the inner accumulator, all of one sign: the outer one climbs to its end
// Sparse    mostly zeros: single products stand alone
// Fading    of one sign and as large as they get, then zeros: flags rise early and must stay, and those of
// the
//           next dot product start anew
// Tiny      -1, 0, 1
enum class Codes { Random, Extreme, OneSided, Climb, Sparse, Fading, Tiny };

std::string to_string(Codes codes) {
    static const char* const words[] = {"random", "extreme", "one-sided", "climbing",
                                        "sparse", "fading",  "tiny"};
    return words[static_cast<std::size_t>(codes)];
}

struct Matrices {
    golden::MatmulShape shape;
    std::vector<golden::WeightCode> weights;          // [out_features, in_features]
    std::vector<golden::ActivationCode> activations;  // [tokens, in_features]
};

class Generator {
  public:
    Generator(const golden::Datapath& datapath, std::uint64_t seed) : datapath_(datapath), random_(seed) {}

    std::int64_t pick(std::int64_t min, std::int64_t max) {
        return std::uniform_int_distribution<std::int64_t>(min, max)(random_);
    }

    Matrices make(const golden::MatmulShape& shape, Codes codes) {
        Matrices matrices{shape, {}, {}};
        for (std::int64_t channel = 0; channel < shape.out_features; ++channel)
            append(matrices.weights, shape.in_features, datapath_.weight_range(), codes);
        if (codes == Codes::Climb) {
            // Some tokens climb and some do not, so that neighbours differ in their flags.
            for (std::int64_t token = 0; token < shape.tokens; ++token)
                if (pick(0, 2) != 0)
                    append_climb(matrices.activations, shape.in_features);
                else
                    append(matrices.activations, shape.in_features, datapath_.activation_range(),
                           Codes::Sparse);
            return matrices;
        }
        for (std::int64_t token = 0; token < shape.tokens; ++token) {
            append(matrices.activations, shape.in_features, datapath_.activation_range(), codes);
            if (codes == Codes::Fading)
                std::fill(matrices.activations.end() - pick(0, shape.in_features), matrices.activations.end(),
                          0);
        }
        return matrices;
    }

  private:
    std::int64_t code(golden::Range range, Codes codes, bool at_max) {
        switch (codes) {
            case Codes::Random:
                return pick(range.min, range.max);
            case Codes::Extreme:
                return pick(0, 1) != 0 ? range.max : range.min;
            case Codes::OneSided:
            case Codes::Climb:
            case Codes::Fading:
                return at_max ? range.max : range.min;
            case Codes::Sparse:
                return pick(0, 7) == 0 ? pick(range.min, range.max) : 0;
            case Codes::Tiny:
                return pick(std::max<std::int64_t>(range.min, -1), std::min<std::int64_t>(range.max, 1));
        }
        throw std::logic_error("unknown codes");
    }

    template <typename Code>
    void append(std::vector<Code>& out, std::int64_t length, golden::Range range, Codes codes) {
        bool at_max = pick(0, 1) != 0;
        for (std::int64_t k = 0; k < length; ++k)
            out.push_back(static_cast<Code>(code(range, codes, at_max)));
    }

    // T products of the largest weight and these activations stay inside P_I bits, with little to spare.
    void append_climb(std::vector<golden::ActivationCode>& out, std::int64_t length) {
        const golden::Range range = datapath_.activation_range();
        const std::int64_t room = golden::range_of(datapath_.inner_bits, golden::Signedness::Signed).max;
        const std::int64_t largest = room / (datapath_.weight_range().max * datapath_.tile);
        const bool up = range.min == 0 || pick(0, 1) != 0;
        for (std::int64_t k = 0; k < length; ++k) {
            std::int64_t value = std::max<std::int64_t>(0, largest - (pick(0, 3) == 0 ? 1 : 0));
            out.push_back(
                static_cast<golden::ActivationCode>(std::clamp(up ? value : -value, range.min, range.max)));
        }
    }

    const golden::Datapath& datapath_;
    std::mt19937_64 random_;
};

struct Plan {
    Codes codes = Codes::Random;
    std::int64_t in_features = 1;
    Stalls stalls;
    bool ragged = false;  // padding tokens and channels
};

// Products after which a climbing outer accumulator leaves its range, and some more; 0 where that takes too
// long.
std::int64_t climb_length(const golden::Datapath& datapath) {
    constexpr std::int64_t kMostTiles = 40;
    const int margin = datapath.outer_bits.bits() - datapath.inner_bits.bits();
    const std::int64_t tiles = margin < 6 ? (std::int64_t{1} << margin) + 3 : kMostTiles + 1;
    return tiles <= kMostTiles ? tiles * datapath.tile : 0;
}

std::vector<Plan> make_plans(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                             const RegressionOptions& options, Generator& generator) {
    const std::int64_t tile = datapath.tile, lanes = array.lanes;
    std::vector<Plan> plans;
    auto add = [&](Codes codes, std::int64_t length, int input, int output, bool ragged = false) {
        if (!options.stalls) input = output = 0;
        if (!options.extremes) codes = Codes::Tiny;
        plans.push_back({codes, length, {options.seed + plans.size(), input, output}, ragged});
    };
    // The jobs that find most come first.
    add(Codes::Random, 2 * tile, 0, 0);
    add(Codes::Extreme, 3 * tile + 1, 96, 96);
    add(Codes::Random, lanes + 1, 0, 200);
    add(Codes::OneSided, 2 * tile, 0, 0);
    if (climb_length(datapath) > 0) {
        add(Codes::Climb, climb_length(datapath), 0, 0);
        add(Codes::Climb, climb_length(datapath), 0, 220);
        add(Codes::Climb, climb_length(datapath), 64, 64);
    }
    for (std::int64_t length : {std::int64_t{1}, lanes, tile, 3 * tile + 1})
        for (Codes codes : {Codes::Extreme, Codes::Random, Codes::OneSided, Codes::Sparse}) {
            auto chance = [&] { return static_cast<int>(generator.pick(0, 3)) * 64; };
            add(codes, length, chance(), chance(), true);
        }
    for (int job = 0; job < options.random_jobs; ++job) {
        auto codes = static_cast<Codes>(generator.pick(0, 4));
        std::int64_t length = generator.pick(1, 4 * tile);
        add(codes, length, static_cast<int>(generator.pick(0, 220)), static_cast<int>(generator.pick(0, 220)),
            generator.pick(0, 1) != 0);
    }
    for (int stall : {0, 96, 0, 96, 0}) {
        // Within a tile, and over many.
        for (std::int64_t length : {tile, std::max(4 * tile, 2 * climb_length(datapath))})
            add(Codes::Fading, length, stall, stall, stall > 0);
    }
    return plans;
}

Expected<RegressionJob> make_job_of(const Plan& plan, const rtl::Design& design,
                                    const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    const std::int64_t missing = plan.ragged ? 1 : 0;
    const golden::MatmulShape shape{std::max<std::int64_t>(1, 3 * array.rows - missing), plan.in_features,
                                    std::max<std::int64_t>(1, 2 * array.columns - missing)};
    Matrices matrices = Generator(datapath, plan.stalls.seed).make(shape, plan.codes);
    RegressionJob result;
    result.name = fmt::format("{} K={}, stalls {}/{}, seed {}", to_string(plan.codes), plan.in_features,
                              plan.stalls.input_per_256, plan.stalls.output_per_256, plan.stalls.seed);
    LayerStimulus stimulus =
        make_stimulus(result.name, matrices.weights, matrices.activations, shape, datapath, array);
    result.job = make_job(stimulus, datapath, array, Pairing::Product, plan.stalls);
    MACAW_TRY(result.expected, run_model(design, result.job));
    golden::MatmulResult golden = golden::matmul(matrices.weights, matrices.activations, shape, datapath);
    Comparison comparison =
        compare_outputs("C++ model, " + result.name, golden, decode(result.expected, datapath, array),
                        stimulus, datapath, array);
    if (comparison.first)
        return fail(ErrorKind::CheckFailed, "the unchanged array is not right: {}",
                    to_string(*comparison.first));
    result.outputs = comparison.outputs;
    return result;
}

}  // namespace

Expected<std::vector<RegressionJob>> make_regression(const rtl::Design& design,
                                                     const golden::Datapath& datapath,
                                                     const hw::ArrayConfig& array,
                                                     const RegressionOptions& options) {
    Generator generator(datapath, options.seed);
    std::vector<Plan> plans = make_plans(datapath, array, options, generator);
    std::vector<RegressionJob> jobs(plans.size());
    MACAW_CHECK(parallel_for(plans.size(), [&](std::size_t index) -> Expected<void> {
        MACAW_TRY(jobs[index], make_job_of(plans[index], design, datapath, array));
        return {};
    }));
    return jobs;
}

}  // namespace macaw::sim
