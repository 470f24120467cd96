// OPTQ + AXE on one layer of Llama-3-8B's shapes (out x in), from the Hessian to certified codes, against the
// time that OpenBLAS takes in the same run for the same number of floating-point operations in matrix
// products (dgemm, as many threads). With C = out_features and K = in_features the operations are
//     Cholesky factor and its inverse          K^3 / 3 + K^3 / 3
//     error feedback between blocks            C K^2            (2 C * 128 * columns behind, summed over the
//     blocks) output energies of weights and errors    2 * 2 C K^2      (statistics of the result)
// The accumulation of H is not part of it. `of_blas`: own time / that of the products; the goal is below 3.
// And the thresholds lambda of all tiles of all rows, in seconds, against sorting every tile (Duchi et al.
// 2008).
#include <algorithm>
#include <chrono>
#include <random>

#include <benchmark/benchmark.h>

#include "golden/support/parallel.hpp"
#include "quantizer/axe.hpp"
#include "quantizer/quantize_layer.hpp"

namespace {

using namespace macaw;
using namespace macaw::quantizer;

constexpr Index kTile = 64;

double seconds_of(const std::function<void()>& work) {
    auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Matrix random_matrix(Index rows, Index columns, unsigned seed) {
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal;
    Matrix matrix(rows, columns);
    for (float& value : matrix.reshaped<Eigen::RowMajor>()) value = normal(engine);
    return matrix;
}

// Of inputs with unequal columns; 512 tokens, so singular without damping.
InputStatistics random_statistics(Index size) {
    Matrix inputs = random_matrix(512, size, 2);
    for (Index column = 0; column < size; ++column)
        inputs.col(column) *= 0.5F + static_cast<float>(column % 17) / 8.0F;
    auto statistics = input_statistics(std::vector<WindowInputs>{{&inputs, nullptr}});
    require(statistics.has_value(), "statistics");
    return std::move(*statistics);
}

// The time of dgemm for so many operations, on all threads of parallel_for.
double seconds_of_products(double operations) {
    constexpr Index kRows = 256;
    constexpr Index kSize = 2048;
    MatrixDouble wide = MatrixDouble::Random(kSize, kSize);
    auto pieces = static_cast<std::size_t>(operations / (2.0 * kRows * kSize * kSize)) + 1;
    return seconds_of([&] {
        (void)parallel_for(pieces, [&](std::size_t) -> Expected<void> {
            thread_local MatrixDouble left = MatrixDouble::Random(kRows, kSize);
            thread_local MatrixDouble product(kRows, kSize);
            product.noalias() = left * wide;
            benchmark::DoNotOptimize(product.data());
            return {};
        });
    });
}

void optq_with_axe(benchmark::State& state) {
    use_one_blas_thread();
    Index rows = state.range(0);
    Index columns = state.range(1);
    Matrix weights = random_matrix(rows, columns, 1);
    InputStatistics statistics = random_statistics(columns);
    golden::Datapath datapath;  // W4A8, T = 64, P_I = 16
    datapath.outer_bits = golden::BitWidth(24);
    QuantizerOptions options;
    auto c = static_cast<double>(rows);
    auto k = static_cast<double>(columns);
    double own = 0;
    double products = 0;
    for (auto _ : state) {
        products += seconds_of_products(2 * k * k * k / 3 + 5 * c * k * k);
        double seconds = seconds_of([&] {
            auto plan = plan_greedy(statistics, options);
            require(plan.has_value(), "plan");
            auto result = quantize_layer("layer", weights, statistics, *plan,
                                         golden::default_coding(datapath), datapath, options);
            require(result.has_value(), "layer");
            benchmark::DoNotOptimize(result->layer.codes.data());
        });
        own += seconds;
        state.SetIterationTime(seconds);
    }
    state.counters["of_blas"] = own / products;
}
BENCHMARK(optq_with_axe)
    ->Args({4096, 4096})
    ->Args({4096, 14336})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kSecond);

// By sorting, as in the paper that the projection is from.
double sorted_threshold(std::span<const double> values, double radius, std::vector<double>& magnitudes) {
    magnitudes.assign(values.begin(), values.end());
    double norm = 0;
    for (double& value : magnitudes) norm += value = std::abs(value);
    if (norm <= radius) return 0;
    std::sort(magnitudes.begin(), magnitudes.end(), std::greater<>());
    double sum = 0;
    double threshold = 0;
    for (std::size_t i = 0; i < magnitudes.size(); ++i) {
        sum += magnitudes[i];
        double candidate = (sum - radius) / static_cast<double>(i + 1);
        if (magnitudes[i] <= candidate) break;
        threshold = candidate;
    }
    return threshold;
}

void thresholds_of_all_rows(benchmark::State& state) {
    MatrixDouble weights =
        3 * random_matrix(4096, 14336, 1).cast<double>();  // about half of the tiles too heavy
    double radius = 150;
    auto all_rows = [&](auto threshold) {
        return seconds_of([&] {
            (void)parallel_for(
                static_cast<std::size_t>(weights.rows()), [&](std::size_t row) -> Expected<void> {
                    thread_local std::vector<double> scratch;
                    double sum = 0;
                    for (Index tile = 0; tile < weights.cols(); tile += kTile)
                        sum += threshold(std::span(&weights(static_cast<Index>(row), tile), kTile), radius,
                                         scratch);
                    benchmark::DoNotOptimize(sum);
                    return {};
                });
        });
    };
    double own = 0;
    double sorted = 0;
    for (auto _ : state) {
        sorted += all_rows(sorted_threshold);
        double seconds = all_rows(l1_threshold);
        own += seconds;
        state.SetIterationTime(seconds);
    }
    state.counters["of_sorting"] = own / sorted;
}
BENCHMARK(thresholds_of_all_rows)->Iterations(3)->UseManualTime()->Unit(benchmark::kSecond);

}  // namespace
