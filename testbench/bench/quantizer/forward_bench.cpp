// Tokens a second of the float32 forward pass of the embedded model (512-token windows, LM head and
// likelihoods included) against the sgemm limit: the time that OpenBLAS takes, in the same run and on the
// same one thread, for the same matrix products in the same shapes - linear layers, LM head, and the scores
// and contexts of attention as far as they are causal. `of_sgemm_limit`: the limit's time / own time; 1 would
// mean that norms, rotary embedding, softmax, gates and residual sums cost nothing.
#include <ctime>
#include <filesystem>
#include <random>

#include <benchmark/benchmark.h>

#include "quantizer/llama/perplexity.hpp"

namespace {

using namespace macaw;
using namespace macaw::quantizer;

constexpr std::int64_t kWindow = 512;
constexpr Index kQueryRows = 128;  // of attention in forward.cpp

const Checkpoint& embedded() {
    static const Checkpoint checkpoint = [] {
        auto loaded =
            load_checkpoint(std::filesystem::path(MACAW_SOURCE_DIR) / "testbench/data/tiny-books-llama");
        require(loaded.has_value(), "the embedded model is not readable");
        return std::move(*loaded);
    }();
    return checkpoint;
}

// Of this thread on the processor: what other programs take does not count.
double processor_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::vector<TokenId> random_tokens(std::int64_t vocabulary) {
    std::mt19937 random(1);
    std::uniform_int_distribution<TokenId> token(0, static_cast<TokenId>(vocabulary - 1));
    std::vector<TokenId> tokens(kWindow);
    for (TokenId& t : tokens) t = token(random);
    return tokens;
}

struct Product {
    Index rows;
    Index inner;
    Index columns;
    std::int64_t times;
    double operations() const { return 2.0 * static_cast<double>(rows * inner * columns * times); }
};

// All matrix products of a window: x [rows, inner] times w^T [inner, columns].
std::vector<Product> products_of(const ModelConfig& config) {
    std::vector<Product> products{{kWindow - 1, config.hidden_size, config.vocabulary, 1}};
    for (std::size_t i = 0; i < kProjections; ++i) {
        LinearShape shape = shape_of(static_cast<Projection>(i), config);
        products.push_back({kWindow, shape.in_features, shape.out_features, config.blocks});
    }
    for (Index seen = kQueryRows; seen <= kWindow; seen += kQueryRows) {
        std::int64_t heads = config.attention_heads * config.blocks;
        products.push_back({kQueryRows, config.head_size, seen, heads});  // scores
        products.push_back({kQueryRows, seen, config.head_size, heads});  // context
    }
    return products;
}

double seconds_of(const Product& product) {
    Matrix x = Matrix::Random(product.rows, product.inner);
    Matrix w = Matrix::Random(product.columns, product.inner);
    Matrix out(product.rows, product.columns);
    out.noalias() = x * w.transpose();  // warm
    double start = processor_seconds();
    for (std::int64_t i = 0; i < product.times; ++i) {
        out.noalias() = x * w.transpose();
        benchmark::DoNotOptimize(out.data());
    }
    return processor_seconds() - start;
}

// The faster of three runs, so that a disturbed one does not flatter the ratio.
double sgemm_limit_seconds(const ModelConfig& config) {
    double best = 1e9;
    for (int run = 0; run < 3; ++run) {
        double sum = 0;
        for (const Product& product : products_of(config)) sum += seconds_of(product);
        best = std::min(best, sum);
    }
    return best;
}

void forward_pass(benchmark::State& state) {
    const Checkpoint& checkpoint = embedded();
    const ModelConfig& config = checkpoint.config;
    std::vector<TokenId> tokens = random_tokens(config.vocabulary);
    std::vector<FloatLinear> layers;  // one a block: weights are widened before the clock starts
    for (std::int64_t block = 0; block < config.blocks; ++block) {
        layers.emplace_back(checkpoint);
        require(layers.back().enter_block(block).has_value(), "a block is not readable");
    }
    Rotary rotary = make_rotary(config, kWindow);
    double limit = sgemm_limit_seconds(config);
    double seconds = 0;
    for (auto _ : state) {
        double start = processor_seconds();
        WindowState window{embed(checkpoint, tokens), {}};
        for (std::int64_t block = 0; block < config.blocks; ++block)
            pass_block(checkpoint, layers[static_cast<std::size_t>(block)], rotary, block, window);
        benchmark::DoNotOptimize(log_likelihoods(checkpoint, window.hidden, tokens));
        seconds += processor_seconds() - start;
    }
    double operations = 0;
    for (const Product& product : products_of(config)) operations += product.operations();
    double a_window = seconds / static_cast<double>(state.iterations());
    state.counters["tokens_per_second"] = static_cast<double>(kWindow) / a_window;
    state.counters["sgemm_tokens_per_second"] = static_cast<double>(kWindow) / limit;
    state.counters["sgemm_GFLOPS"] = operations / limit / 1e9;
    state.counters["of_sgemm_limit"] = limit / a_window;
}
BENCHMARK(forward_pass)->Unit(benchmark::kMillisecond)->MinTime(2.0);

}  // namespace
