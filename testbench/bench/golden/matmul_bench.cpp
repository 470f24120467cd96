// The fast matrix product of the datapath against its baseline, the obvious loops of golden::matmul, on the
// shape of an MLP layer of the embedded model. `ratio`: baseline time / own time, both in this run, on one
// thread.
#include <chrono>
#include <random>

#include <benchmark/benchmark.h>

#include "golden/matmul.hpp"

namespace {

using namespace macaw::golden;

constexpr MatmulShape kShape{64, 256, 768};

struct Data {
    Datapath datapath;
    std::vector<std::int8_t> weights;
    std::vector<ActivationCode> activations;
};

// `certified`: so wide that nothing can overflow; otherwise so narrow that checks find something.
Data make_data(bool certified) {
    Data data;
    data.datapath.inner_bits = BitWidth(certified ? 16 : 12);
    data.datapath.inner_overflow = OverflowMode::Saturate;
    data.datapath.products_per_check = 16;
    std::mt19937 random(1);
    std::uniform_int_distribution<int> weight(certified ? -4 : -7, certified ? 4 : 7);
    std::uniform_int_distribution<int> activation(-128, 127);
    for (std::int64_t i = 0; i < kShape.out_features * kShape.in_features; ++i)
        data.weights.push_back(static_cast<std::int8_t>(weight(random)));
    for (std::int64_t i = 0; i < kShape.tokens * kShape.in_features; ++i)
        data.activations.push_back(activation(random));
    return data;
}

double baseline_seconds(const Data& data) {
    auto start = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(matmul(data.weights, data.activations, kShape, data.datapath));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void fast_matmul_against_reference(benchmark::State& state, Kernel kernel) {
    const Data data = make_data(kernel == Kernel::Best);
    const double baseline = baseline_seconds(data);
    std::vector<std::int64_t> out(static_cast<std::size_t>(kShape.tokens * kShape.out_features));
    const FastMatmul multiply(data.weights, kShape.in_features, data.datapath,
                              data.datapath.activation_range(), kernel);
    macaw::require(multiply.is_certified() == (kernel == Kernel::Best),
            "another kernel than the one to be measured");
    auto start = std::chrono::steady_clock::now();
    for (auto _ : state) benchmark::DoNotOptimize(multiply(data.activations, out));
    double own = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
                 static_cast<double>(state.iterations());
    state.counters["ratio"] = baseline / own;
    state.counters["macs_per_s"] =
        static_cast<double>(kShape.tokens * kShape.in_features * kShape.out_features) / own;
}

BENCHMARK_CAPTURE(fast_matmul_against_reference, certified, Kernel::Best);
BENCHMARK_CAPTURE(fast_matmul_against_reference, counting, Kernel::Counting);
BENCHMARK_CAPTURE(fast_matmul_against_reference, portable, Kernel::Portable);

}  // namespace
