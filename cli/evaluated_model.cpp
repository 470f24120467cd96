#include "cli/evaluated_model.hpp"

#include "quantizer/quantization_folder.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

using reports::EvaluatedArithmetic;

Expected<std::unique_ptr<EvaluatedModel>> EvaluatedModel::load(const fs::path& model,
                                                               EvaluatedArithmetic arithmetic,
                                                               const fs::path& layers,
                                                               const golden::Datapath& datapath) {
    std::unique_ptr<EvaluatedModel> evaluated(new EvaluatedModel);
    if (arithmetic == EvaluatedArithmetic::Float) {
        MACAW_TRY(evaluated->checkpoint_, quantizer::load_checkpoint(model));
        evaluated->linear_ = std::make_unique<quantizer::FloatLinear>(evaluated->checkpoint_);
        return evaluated;
    }
    MACAW_CHECK(evaluated->load_layers(model, arithmetic, layers, datapath));
    return evaluated;
}

Expected<void> EvaluatedModel::load_layers(const fs::path& model, EvaluatedArithmetic arithmetic,
                                           const fs::path& layers, const golden::Datapath& datapath) {
    if (layers.empty())
        return fail(
            Error{ErrorKind::BadInput, "--layers is missing", "the folder written by macaw quantize", {}});
    MACAW_TRY(quantized_, golden::read_quantized_model(layers));
    MACAW_TRY(constraint_, json_member<std::string>(quantized_.provenance, "constraint", layers));
    MACAW_TRY(checkpoint_, quantizer::load_checkpoint_of(model, quantized_, layers));
    if (arithmetic == EvaluatedArithmetic::Quantized) {
        MACAW_TRY(auto linear, quantizer::FakeQuantizedLinear::create(quantized_, checkpoint_.config));
        linear_ = std::make_unique<quantizer::FakeQuantizedLinear>(std::move(linear));
        return {};
    }
    MACAW_TRY(auto linear, quantizer::IntegerLinear::create(quantized_, checkpoint_.config, datapath));
    integer_ = linear.get();
    linear_ = std::move(linear);
    return {};
}

golden::OverflowCounts EvaluatedModel::overflows() const {
    return integer_ == nullptr ? golden::OverflowCounts{} : integer_->total_overflows();
}

}  // namespace macaw::cli
