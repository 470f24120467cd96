// The online Hadamard transform of the down-projection's input against the float product that follows it, for
// 128 tokens and the intermediate x hidden sizes of real models (embedded model, SmolLM2-135M, Llama-3.2-1B,
// Llama-3-8B). `ratio`: time of the product / own time, both in this run, on one thread.
#include <algorithm>
#include <chrono>

#include <benchmark/benchmark.h>

#include "quantizer/prepare/hadamard.hpp"

namespace {

using namespace macaw::quantizer;

constexpr Index kTokens = 128;

double product_seconds(const Matrix& x, const Matrix& weights) {
    double best = 1e9;
    Matrix result(x.rows(), weights.rows());
    for (int i = 0; i < 3; ++i) {
        auto start = std::chrono::steady_clock::now();
        result.noalias() = x * weights.transpose();
        benchmark::DoNotOptimize(result.data());
        best =
            std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

void hadamard_against_product(benchmark::State& state) {
    use_one_blas_thread();
    auto intermediate = static_cast<Index>(state.range(0));
    auto hidden = static_cast<Index>(state.range(1));
    const HadamardTransform transform = *HadamardTransform::create(intermediate);
    Matrix x = Matrix::Random(kTokens, intermediate);
    const double baseline = product_seconds(x, Matrix::Random(hidden, intermediate));
    auto start = std::chrono::steady_clock::now();
    for (auto _ : state) {
        transform.apply_to_rows(x);
        benchmark::DoNotOptimize(x.data());
    }
    double own = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
                 static_cast<double>(state.iterations());
    state.counters["ratio"] = baseline / own;
    state.counters["elements_per_s"] = static_cast<double>(x.size()) / own;
}

BENCHMARK(hadamard_against_product)
    ->Args({768, 256})
    ->Args({1536, 576})
    ->Args({8192, 2048})
    ->Args({14336, 4096});

}  // namespace
