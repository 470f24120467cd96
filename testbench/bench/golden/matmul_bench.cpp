// The fast matrix products of the datapath on the shape of an MLP layer of the embedded model, on one thread,
// against two baselines in the same run: the obvious loops of golden::matmul (`ratio`: their time / own time)
// and the int8 GEMM of oneDNN, which adds up in 32 bits and checks nothing (`of_onednn`: own time / its
// time). Run with ONEDNN_MAX_CPU_ISA=AVX2, the instruction set that ours is written for.
#include <chrono>
#include <functional>
#include <random>

#include <benchmark/benchmark.h>
#include <oneapi/dnnl/dnnl.h>

#include "golden/matmul.hpp"

namespace {

using namespace macaw::golden;

constexpr MatmulShape kShape{64, 256, 768};

struct Data {
    Datapath datapath;
    std::vector<WeightCode> weights;
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
        data.weights.push_back(static_cast<WeightCode>(weight(random)));
    for (std::int64_t i = 0; i < kShape.tokens * kShape.in_features; ++i)
        data.activations.push_back(activation(random));
    return data;
}

// activations + 128 as unsigned bytes times weights, with 128 as their zero point.
class OneDnn {
  public:
    explicit OneDnn(const Data& data) : weights_(data.weights.begin(), data.weights.end()) {
        for (ActivationCode code : data.activations)
            activations_.push_back(static_cast<std::uint8_t>(code + kOffset));
        out_.resize(static_cast<std::size_t>(kShape.tokens * kShape.out_features));
    }
    void multiply() {
        const std::int32_t no_offset = 0;
        dnnl_status_t status =
            dnnl_gemm_u8s8s32('N', 'T', 'F', kShape.tokens, kShape.out_features, kShape.in_features, 1.0F,
                              activations_.data(), kShape.in_features, kOffset, weights_.data(),
                              kShape.in_features, 0, 0.0F, out_.data(), kShape.out_features, &no_offset);
        macaw::require(status == dnnl_success, "oneDNN failed");
    }
    bool agrees_with(const std::vector<std::int64_t>& sums) const {
        return std::equal(sums.begin(), sums.end(), out_.begin());
    }

  private:
    static constexpr std::uint8_t kOffset = 128;
    std::vector<std::int8_t> weights_;
    std::vector<std::uint8_t> activations_;
    std::vector<std::int32_t> out_;
};

double seconds_of(const std::function<void()>& work, int times) {
    work();  // warm
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / times;
}

void fast_matmul_against_reference(benchmark::State& state, Kernel kernel) {
    const Data data = make_data(kernel == Kernel::Best);
    const double baseline = seconds_of(
        [&] { benchmark::DoNotOptimize(matmul(data.weights, data.activations, kShape, data.datapath)); }, 1);
    OneDnn onednn(data);
    const double theirs = seconds_of([&] { onednn.multiply(); }, 500);
    std::vector<std::int64_t> out(static_cast<std::size_t>(kShape.tokens * kShape.out_features));
    const FastMatmul multiply(data.weights, kShape.in_features, data.datapath,
                              data.datapath.activation_range(), kernel);
    macaw::require(multiply.uses_certified_kernel() == (kernel == Kernel::Best),
                   "another kernel than the one to be measured");
    auto start = std::chrono::steady_clock::now();
    for (auto _ : state) benchmark::DoNotOptimize(multiply(data.activations, out));
    double own = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
                 static_cast<double>(state.iterations());
    if (multiply.uses_certified_kernel()) macaw::require(onednn.agrees_with(out), "oneDNN has other sums");
    state.counters["ratio"] = baseline / own;
    state.counters["of_onednn"] = own / theirs;
    state.counters["macs_per_s"] =
        static_cast<double>(kShape.tokens * kShape.in_features * kShape.out_features) / own;
}

BENCHMARK_CAPTURE(fast_matmul_against_reference, certified, Kernel::Best);
BENCHMARK_CAPTURE(fast_matmul_against_reference, counting, Kernel::Counting);
BENCHMARK_CAPTURE(fast_matmul_against_reference, portable, Kernel::Portable);

}  // namespace
