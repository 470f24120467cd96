#include "quantizer/quantized_linear.hpp"

#include <algorithm>
#include <memory>
#include <numeric>

#include "quantizer/row_vectors.hpp"

namespace macaw::quantizer {

MatrixDouble dequantize(const golden::QuantizedLayer& layer) {
    MatrixDouble weights(layer.out_features, layer.in_features);
    for (Index row = 0; row < weights.rows(); ++row)
        for (Index column = 0; column < weights.cols(); ++column)
            weights(row, column) = static_cast<double>(layer.scales[static_cast<std::size_t>(row)]) *
                                   static_cast<double>(layer.row(row)[static_cast<std::size_t>(column)]);
    return weights;
}

Expected<void> check_belongs_to(const golden::QuantizedModel& model, const ModelConfig& config) {
    auto mismatch = [](std::string message) {
        return fail(Error{ErrorKind::BadInput,
                          std::move(message),
                          "the quantized model was made from another checkpoint",
                          {}});
    };
    std::size_t expected = static_cast<std::size_t>(config.blocks) * kProjections;
    if (model.layers.size() != expected)
        return mismatch(fmt::format("the quantized model has {} layers, the checkpoint has {}",
                                    model.layers.size(), expected));
    for (std::size_t index = 0; index < expected; ++index) {
        const golden::QuantizedLayer& layer = model.layers[index];
        auto projection = static_cast<Projection>(index % kProjections);
        std::string name = layer_name(static_cast<std::int64_t>(index / kProjections), projection);
        LinearShape shape = shape_of(projection, config);
        if (layer.name != name || layer.out_features != shape.out_features ||
            layer.in_features != shape.in_features)
            return mismatch(fmt::format("quantized layer {} is {} [{}, {}], the checkpoint has {} [{}, {}]",
                                        index, layer.name, layer.out_features, layer.in_features, name,
                                        shape.out_features, shape.in_features));
    }
    return {};
}

Expected<FakeQuantizedLinear> FakeQuantizedLinear::create(const golden::QuantizedModel& model,
                                                          const ModelConfig& config) {
    use_one_blas_thread();
    MACAW_CHECK(check_belongs_to(model, config));
    MACAW_TRY(InputCoder coder, InputCoder::create(model, model.datapath));
    return FakeQuantizedLinear(model, std::move(coder));
}

Expected<void> FakeQuantizedLinear::enter_block(std::int64_t block) {
    if (block == block_) return {};
    weights_.clear();
    for (std::size_t i = 0; i < kProjections; ++i)
        weights_.push_back(dequantize(model_->layers[static_cast<std::size_t>(block) * kProjections + i]));
    block_ = block;
    return {};
}

void FakeQuantizedLinear::apply(std::int64_t block, LinearGroup group, const Matrix& input,
                                std::span<Matrix> outputs) const {
    require(block == block_, "FakeQuantizedLinear: the block was not entered");
    MatrixDouble x = dequantize(coder_.quantize(block, group, input), input.cols());
    std::size_t index = first_layer(0, group);
    for (Matrix& output : outputs) output = (x * weights_[index++].transpose()).cast<float>();
}

Expected<std::unique_ptr<IntegerLinear>> IntegerLinear::create(const golden::QuantizedModel& model,
                                                               const ModelConfig& config,
                                                               const golden::Datapath& datapath) {
    MACAW_CHECK(check_belongs_to(model, config));
    if (auto problems = golden::validate(datapath); !problems.empty())
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("datapath.{}: {}", problems[0].field, problems[0].message),
                          problems[0].hint,
                          {}});
    golden::Range range = datapath.weight_range();
    for (const golden::QuantizedLayer& layer : model.layers) {
        bool fits = std::all_of(layer.codes.begin(), layer.codes.end(),
                                [&](auto code) { return range.contains(code); });
        if (!fits)
            return fail(ErrorKind::BadInput, "layer {} has codes that need more than {} weight bits",
                        layer.name, datapath.weight_bits.bits());
    }
    MACAW_TRY(InputCoder coder, InputCoder::create(model, datapath));
    return std::unique_ptr<IntegerLinear>(new IntegerLinear(model, datapath, std::move(coder)));
}

IntegerLinear::IntegerLinear(const golden::QuantizedModel& model, const golden::Datapath& datapath,
                             InputCoder coder)
    : model_(model), datapath_(datapath), coder_(std::move(coder)), counts_(model.layers.size()) {}

Expected<void> IntegerLinear::enter_block(std::int64_t block) {
    if (block == block_) return {};
    packed_.clear();
    for (std::size_t i = 0; i < kProjections; ++i) {
        const golden::QuantizedLayer& layer =
            model_.layers[static_cast<std::size_t>(block) * kProjections + i];
        golden::Range activation = golden::coding_of(layer, datapath_).range;
        Packed packed{golden::FastMatmul(layer.codes, layer.in_features, datapath_, activation), {}, false};
        for (std::int64_t row = 0; row < layer.out_features; ++row)
            packed.code_sums.push_back(
                std::accumulate(layer.row(row).begin(), layer.row(row).end(), std::int64_t{0}));
        packed.fits_dequantize_sums =
            fits_dequantize_sums(packed.code_sums, activation, datapath_.outer_bits);
        packed_.push_back(std::move(packed));
    }
    block_ = block;
    return {};
}

void IntegerLinear::apply(std::int64_t block, LinearGroup group, const Matrix& input,
                          std::span<Matrix> outputs) const {
    require(block == block_, "IntegerLinear: the block was not entered");
    std::size_t index = first_layer(block, group);
    QuantizedTokens tokens = coder_.quantize(block, group, input);
    for (Matrix& output : outputs) apply_layer(index++, tokens, output);
}

void IntegerLinear::apply_layer(std::size_t index, const QuantizedTokens& tokens, Matrix& output) const {
    const golden::QuantizedLayer& layer = model_.layers[index];
    const Packed& packed = packed_[index % kProjections];
    auto count = static_cast<std::int64_t>(tokens.scales.size());
    const auto width = static_cast<std::size_t>(layer.out_features);
    const std::size_t size = static_cast<std::size_t>(count) * width;
    auto sums = std::make_unique_for_overwrite<std::int64_t[]>(size);
    golden::OverflowCounts counts = packed.multiply(tokens.codes, {sums.get(), size});
    output.resize(count, layer.out_features);
    for (Index token = 0; token < count; ++token) {
        const std::span<const std::int64_t> row(sums.get() + static_cast<std::size_t>(token) * width, width);
        const auto dequantize = packed.fits_dequantize_sums ? dequantize_sums : dequantize_any_sums;
        dequantize(row, packed.code_sums, tokens.scales[static_cast<std::size_t>(token)], layer.scales,
                   {&output(token, 0), width});
    }
    std::lock_guard lock(mutex_);
    counts_[index] += counts;
}

std::vector<LayerOverflow> IntegerLinear::overflows() const {
    std::lock_guard lock(mutex_);
    std::vector<LayerOverflow> result;
    for (std::size_t index = 0; index < counts_.size(); ++index)
        result.push_back({model_.layers[index].name, counts_[index]});
    return result;
}

golden::OverflowCounts IntegerLinear::total_overflows() const {
    std::lock_guard lock(mutex_);
    golden::OverflowCounts total;
    for (const golden::OverflowCounts& counts : counts_) total += counts;
    return total;
}

}  // namespace macaw::quantizer
