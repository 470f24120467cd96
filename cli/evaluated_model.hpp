// The model that a command evaluates: the checkpoint with the linear layers in one of the arithmetics, and
// the prepared frame where the quantized layers have one.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "golden/quantized_layer.hpp"
#include "quantizer/quantized_linear.hpp"
#include "reports/tables/quality_tables.hpp"

namespace macaw::cli {

class EvaluatedModel {
  public:
    // `layers`: folder of macaw quantize, not looked at for float. `datapath`: for
    // EvaluatedArithmetic::Datapath.
    static Expected<std::unique_ptr<EvaluatedModel>> load(const std::filesystem::path& model,
                                                          reports::EvaluatedArithmetic arithmetic,
                                                          const std::filesystem::path& layers,
                                                          const golden::Datapath& datapath);

    const quantizer::Checkpoint& checkpoint() const { return checkpoint_; }
    quantizer::LinearLayers& layers() { return *linear_; }
    // Of the quantized layers: "axe", "none"; empty for float.
    const std::string& constraint() const { return constraint_; }
    // Since loading; zero where the arithmetic has no accumulators.
    golden::OverflowCounts overflows() const;

  private:
    EvaluatedModel() = default;
    Expected<void> load_layers(const std::filesystem::path& model, reports::EvaluatedArithmetic arithmetic,
                               const std::filesystem::path& layers, const golden::Datapath& datapath);

    quantizer::Checkpoint checkpoint_;
    golden::QuantizedModel quantized_;
    std::string constraint_;
    std::unique_ptr<quantizer::LinearLayers> linear_;
    const quantizer::IntegerLinear* integer_ = nullptr;  // linear_, where it counts overflows
};

}  // namespace macaw::cli
