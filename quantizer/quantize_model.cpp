#include "quantizer/quantize_model.hpp"

#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"
#include "quantizer/hessian.hpp"
#include "quantizer/llama/perplexity.hpp"
#include "quantizer/quantized_linear.hpp"

namespace macaw::quantizer {

namespace {

// The work in progress: residual streams of all calibration windows, and the layers that are done.
class ModelQuantizer {
  public:
    ModelQuantizer(const Checkpoint& checkpoint, const golden::Datapath& datapath,
                   const QuantizerOptions& options)
        : checkpoint_(checkpoint),
          datapath_(datapath),
          options_(options),
          rotary_(make_rotary(checkpoint.config, options.window)) {
        result_.model.datapath = datapath;
    }

    void start(const TokenizedText& text) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(options_.calibration_windows); ++i)
            windows_.push_back({embed(checkpoint_, window_of(text, options_.window, i)), {}});
    }

    Expected<void> quantize_block(std::int64_t block) {
        MACAW_TRY(linear_, checkpoint_.load_linear(block));
        for (WindowState& window : windows_) enter_block(checkpoint_, block, window);
        for (LinearGroup group : kLinearGroups) {
            MACAW_CHECK(stop_if_interrupted());
            MACAW_CHECK(quantize_group(block, group));
        }
        return {};
    }

    QuantizationResult take_result() { return std::move(result_); }

  private:
    Expected<void> quantize_group(std::int64_t block, LinearGroup group);
    Expected<void> advance_windows(std::int64_t block, LinearGroup group, const std::vector<Matrix>& weights);

    const Checkpoint& checkpoint_;
    const golden::Datapath& datapath_;
    const QuantizerOptions& options_;
    Rotary rotary_;
    std::vector<WindowState> windows_;
    BlockLinear linear_;  // of the block in progress
    QuantizationResult result_;
};

Expected<void> ModelQuantizer::quantize_group(std::int64_t block, LinearGroup group) {
    MACAW_CHECK(parallel_for(windows_.size(), [&](std::size_t i) -> Expected<void> {
        windows_[i].input = fake_quantize(windows_[i].input, golden::default_coding(datapath_)).cast<float>();
        return {};
    }));
    MACAW_TRY(MatrixDouble hessian, input_hessian(windows_));
    auto factor = factorize(hessian, options_);
    if (!factor) {
        Error error = std::move(factor).error();
        error.message =
            fmt::format("{}: {}", layer_name(block, projections_of(group).front()), error.message);
        return fail(std::move(error));
    }
    std::vector<Matrix> weights;  // dequantized, of the group's layers
    for (Projection projection : projections_of(group)) {
        std::string name = layer_name(block, projection);
        MACAW_TRY(auto quantized,
                  quantize_layer(name, linear_[projection], hessian, *factor, datapath_, options_));
        weights.push_back(dequantize(quantized.layer).cast<float>());
        result_.total += quantized.statistics;
        result_.layers.push_back({name, quantized.statistics});
        result_.model.layers.push_back(std::move(quantized.layer));
    }
    return advance_windows(block, group, weights);
}

Expected<void> ModelQuantizer::advance_windows(std::int64_t block, LinearGroup group,
                                               const std::vector<Matrix>& weights) {
    return parallel_for(windows_.size(), [&](std::size_t i) -> Expected<void> {
        std::vector<Matrix> outputs;
        for (const Matrix& weight : weights) outputs.emplace_back(windows_[i].input * weight.transpose());
        advance(checkpoint_, rotary_, block, group, outputs, windows_[i]);
        return {};
    });
}

// What the codes were made from, and how: enough to make them again and to compare two runs.
Json provenance_of(const Checkpoint& checkpoint, const TokenizedText& text, const QuantizerOptions& options,
                   const QuantizationResult& result) {
    Json layers = Json::object();
    for (const NamedStatistics& layer : result.layers) layers[layer.layer] = to_json(layer.statistics);
    return {{"algorithm", to_string(options.algorithm)},
            {"constraint", to_string(options.constraint)},
            {"options", to_json(options)},
            {"checkpoint", {{"sha256", checkpoint.sha256}}},
            {"calibration",
             {{"file", text.file},
              {"sha256", text.sha256},
              {"windows", options.calibration_windows},
              {"window_tokens", options.window}}},
            {"statistics", {{"total", to_json(result.total)}, {"layers", layers}}}};
}

}  // namespace

Expected<QuantizationResult> quantize_model(const Checkpoint& checkpoint, const TokenizedText& text,
                                            const golden::Datapath& datapath,
                                            const QuantizerOptions& options) {
    use_one_blas_thread();
    if (auto problems = golden::validate(datapath); !problems.empty())
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("datapath.{}: {}", problems[0].field, problems[0].message),
                          problems[0].hint,
                          {}});
    MACAW_CHECK(usable_windows(checkpoint.config, text, options.window, options.calibration_windows));
    ModelQuantizer quantizer(checkpoint, datapath, options);
    quantizer.start(text);
    Progress progress("quantizing blocks", checkpoint.config.blocks);
    for (std::int64_t block = 0; block < checkpoint.config.blocks; ++block) {
        MACAW_CHECK(quantizer.quantize_block(block));
        progress.advance();
    }
    QuantizationResult result = quantizer.take_result();
    result.model.provenance = provenance_of(checkpoint, text, options, result);
    return result;
}

}  // namespace macaw::quantizer
