// What the quantizer's tests share: the embedded model (loaded once), its reference arrays, a model of its
// first block only, random layers with a Hessian.
#pragma once

#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "golden/support/file.hpp"
#include "quantizer/greedy_plan.hpp"
#include "quantizer/llama/checkpoint.hpp"
#include "quantizer/llama/tokenizer.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

namespace macaw::testing {

// The value, or a failure of the test with the error's text.
template <typename T>
T must(Expected<T> result) {
    BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? std::string{} : to_text(result.error())));
    return std::move(*result);
}

// True when the result is an error whose text contains `part`.
template <typename T>
bool fails_with(const Expected<T>& result, const std::string& part) {
    if (result) {
        BOOST_TEST_MESSAGE("no error, expected: " << part);
        return false;
    }
    bool found = to_text(result.error()).find(part) != std::string::npos;
    if (!found) BOOST_TEST_MESSAGE("expected \"" << part << "\" in: " << to_text(result.error()));
    return found;
}

inline void must_write(const std::filesystem::path& path, const Json& json) {
    BOOST_REQUIRE(write_json(path, json).has_value());
}

inline const quantizer::Checkpoint& embedded_checkpoint() {
    static const quantizer::Checkpoint checkpoint = must(quantizer::load_checkpoint(embedded_model()));
    return checkpoint;
}

inline const quantizer::Tokenizer& embedded_tokenizer() {
    static const quantizer::Tokenizer tokenizer = must(quantizer::Tokenizer::load(embedded_model()));
    return tokenizer;
}

// The elements of a .npy file of the embedded model (little-endian, C order), without a look at its shape.
template <typename T>
std::vector<T> reference_array(const std::string& name) {
    std::string bytes = must(read_text(embedded_model() / name));
    BOOST_REQUIRE(bytes.size() > 10 && bytes.compare(1, 5, "NUMPY") == 0);
    std::size_t start =
        10 + static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
    std::vector<T> values((bytes.size() - start) / sizeof(T));
    std::memcpy(values.data(), bytes.data() + start, values.size() * sizeof(T));
    return values;
}

// The first 512 tokens of Treasure Island, as a text.
inline quantizer::TokenizedText reference_text() {
    return {"reference_tokens.npy", "0", reference_array<std::int32_t>("reference_tokens.npy")};
}

// The embedded model cut after its first block: quick to quantize.
inline quantizer::Checkpoint one_block() {
    quantizer::Checkpoint checkpoint = embedded_checkpoint();
    checkpoint.config.blocks = 1;
    checkpoint.norms.resize(1);
    return checkpoint;
}

// Linear weights of another source, changed on the way.
class ChangedLinear final : public quantizer::LinearSource {
  public:
    using Change = std::function<void(std::int64_t block, quantizer::BlockLinear& linear)>;
    ChangedLinear(std::shared_ptr<const quantizer::LinearSource> original, Change change)
        : original_(std::move(original)), change_(std::move(change)) {}
    Expected<quantizer::BlockLinear> load(std::int64_t block) const override {
        MACAW_TRY(quantizer::BlockLinear linear, original_->load(block));
        change_(block, linear);
        return linear;
    }

  private:
    std::shared_ptr<const quantizer::LinearSource> original_;
    Change change_;
};

// Weights [out, in] of a normal distribution and inputs [tokens, in] with unequal, correlated columns.
struct RandomLayer {
    quantizer::Matrix weights;
    quantizer::Matrix inputs;
    quantizer::InputStatistics statistics;
};

inline RandomLayer random_layer(quantizer::Index out_features, quantizer::Index in_features, unsigned seed) {
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal;
    auto fill = [&](quantizer::Index rows, quantizer::Index columns) {
        quantizer::Matrix matrix(rows, columns);
        for (float& value : matrix.reshaped<Eigen::RowMajor>()) value = normal(engine);
        return matrix;
    };
    RandomLayer layer;
    layer.weights = fill(out_features, in_features);
    layer.inputs = fill(4 * in_features, in_features) * fill(in_features, in_features);
    layer.statistics =
        must(quantizer::input_statistics(std::vector<quantizer::WindowInputs>{{&layer.inputs, nullptr}}));
    return layer;
}

}  // namespace macaw::testing
