#include "quantizer/input_coder.hpp"

#include "quantizer/row_vectors.hpp"

namespace macaw::quantizer {

std::size_t first_layer(std::int64_t block, LinearGroup group) {
    return static_cast<std::size_t>(block) * kProjections +
           static_cast<std::size_t>(projections_of(group).front());
}

QuantizedTokens quantize_tokens(const Matrix& x, const golden::ActivationCoding& coding) {
    QuantizedTokens tokens;
    tokens.codes.resize(static_cast<std::size_t>(x.size()));
    auto width = static_cast<std::size_t>(x.cols());
    for (Index token = 0; token < x.rows(); ++token) {
        std::span<golden::ActivationCode> codes(&tokens.codes[static_cast<std::size_t>(token) * width],
                                                width);
        tokens.scales.push_back(golden::quantize_token(row_span(x, token), coding, codes));
    }
    return tokens;
}

MatrixDouble dequantize(const QuantizedTokens& tokens, Index in_features) {
    MatrixDouble result(static_cast<Index>(tokens.scales.size()), in_features);
    const golden::ActivationCode* code = tokens.codes.data();
    for (Index token = 0; token < result.rows(); ++token) {
        golden::TokenScale scale = tokens.scales[static_cast<std::size_t>(token)];
        for (Index column = 0; column < in_features; ++column)
            result(token, column) =
                static_cast<double>(scale.scale) * static_cast<double>(*code++ - scale.zero_point);
    }
    return result;
}

Matrix fake_quantize(const Matrix& x, const golden::ActivationCoding& coding) {
    Matrix result(x.rows(), x.cols());
    std::vector<golden::ActivationCode> codes(static_cast<std::size_t>(x.cols()));
    for (Index token = 0; token < x.rows(); ++token) {
        const golden::TokenScale scale = golden::quantize_token(row_span(x, token), coding, codes);
        dequantize_row(codes, scale.scale, scale.zero_point, {&result(token, 0), codes.size()});
    }
    return result;
}

Expected<InputCoder> InputCoder::create(const golden::QuantizedModel& model,
                                        const golden::Datapath& datapath) {
    InputCoder coder;
    for (const golden::QuantizedLayer& layer : model.layers) {
        Layer entry{golden::coding_of(layer, datapath), {}};
        if (std::string problem = golden::problem_of(entry.coding, datapath); !problem.empty())
            return fail(ErrorKind::BadInput, "layer {}: {}", layer.name, problem);
        if (layer.input_transform == golden::InputTransform::Hadamard) {
            entry.transform = layer.in_features;
            MACAW_TRY(HadamardTransform transform, HadamardTransform::create(layer.in_features));
            coder.transforms_.emplace(layer.in_features, std::move(transform));
        }
        std::size_t index = coder.layers_.size();
        for (LinearGroup group : kLinearGroups) {
            auto first = static_cast<std::size_t>(projections_of(group).front());
            std::size_t position = index % kProjections;
            if (position <= first || position >= first + projections_of(group).size()) continue;
            const Layer& other = coder.layers_[index - position + first];
            if (!(other.coding == entry.coding) || other.transform != entry.transform)
                return fail(ErrorKind::BadInput, "layer {} codes the same inputs in another way than {}",
                            layer.name, model.layers[index - position + first].name);
        }
        coder.layers_.push_back(std::move(entry));
    }
    return coder;
}

QuantizedTokens InputCoder::quantize(std::int64_t block, LinearGroup group, const Matrix& input) const {
    const Layer& layer = layers_[first_layer(block, group)];
    if (!layer.transform) return quantize_tokens(input, layer.coding);
    Matrix transformed = input;
    transforms_.at(*layer.transform).apply_to_rows(transformed);
    return quantize_tokens(transformed, layer.coding);
}

}  // namespace macaw::quantizer
