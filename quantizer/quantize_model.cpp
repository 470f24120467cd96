#include "quantizer/quantize_model.hpp"

#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"
#include "quantizer/activation_search.hpp"
#include "quantizer/axe.hpp"
#include "quantizer/llama/perplexity.hpp"
#include "quantizer/prepare/preparation.hpp"
#include "quantizer/prepare/smoothing.hpp"
#include "quantizer/quantized_linear.hpp"

namespace macaw::quantizer {

namespace {

constexpr std::size_t kSmoothingWindows = 4;

// One calibration window on its way through the model: the residual stream of the quantized model, and that
// of the float model where the algorithm compares with it.
struct CalibrationWindow {
    WindowState quantized;
    WindowState original;
};

class ModelQuantizer {
  public:
    ModelQuantizer(Checkpoint prepared, std::optional<HadamardTransform> down_transform,
                   const golden::Datapath& datapath, const QuantizerOptions& options)
        : checkpoint_(std::move(prepared)),
          down_transform_(std::move(down_transform)),
          datapath_(datapath),
          options_(options),
          with_original_(options.algorithm == Algorithm::Gpfq || options.algorithm == Algorithm::Qronos),
          rotary_(make_rotary(checkpoint_.config, options.window)) {
        result_.model.datapath = datapath;
    }

    void start(const TokenizedText& text) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(options_.calibration_windows); ++i) {
            CalibrationWindow window{{embed(checkpoint_, window_of(text, options_.window, i)), {}}, {}};
            if (with_original_) window.original = window.quantized;
            windows_.push_back(std::move(window));
        }
    }

    // `finished`: the layers of the block where they are known already, else empty.
    Expected<void> quantize_block(std::int64_t block, std::vector<QuantizedLayerResult> finished);

    // The layers of the last block.
    std::vector<QuantizedLayerResult> block_layers() const {
        std::vector<QuantizedLayerResult> layers;
        for (std::size_t i = result_.layers.size() - kProjections; i < result_.layers.size(); ++i)
            layers.push_back({result_.model.layers[i], result_.layers[i].statistics});
        return layers;
    }

    QuantizationResult take_result() {
        if (options_.preparation.changes_anything()) result_.prepared = std::move(checkpoint_);
        return std::move(result_);
    }

  private:
    using Weights = std::vector<const Matrix*>;  // of a group's layers

    Expected<void> quantize_group(std::int64_t block, LinearGroup group);
    void enter_windows(std::int64_t block);
    Expected<void> prepare_block(std::int64_t block);
    Expected<GroupInputs> sample_inputs(std::int64_t block);
    void transform_input(LinearGroup group, Matrix& input) const;
    Expected<void> search_group(std::int64_t block, LinearGroup group, const Weights& weights,
                                std::span<const Matrix* const> inputs);
    Expected<void> replay_group(LinearGroup group, const Weights& weights);
    Matrix keep(QuantizedLayerResult layer);
    Expected<void> quantize_windows(const golden::ActivationCoding& coding);
    Expected<InputStatistics> statistics_of_windows() const;
    Expected<void> advance_windows(LinearGroup group, const Weights& original,
                                   const std::vector<Matrix>& dequantized);

    Checkpoint checkpoint_;  // prepared
    std::optional<HadamardTransform> down_transform_;
    const golden::Datapath& datapath_;
    const QuantizerOptions& options_;
    bool with_original_;
    Rotary rotary_;
    std::vector<CalibrationWindow> windows_;
    std::int64_t block_ = 0;                      // in progress
    BlockLinear linear_;                          // of it
    std::vector<QuantizedLayerResult> finished_;  // layers of it, from an earlier run; else empty
    QuantizationResult result_;
};

// The float inputs of the four groups of the block that is entered, from the first calibration windows.
Expected<GroupInputs> ModelQuantizer::sample_inputs(std::int64_t block) {
    std::size_t count = std::min(windows_.size(), kSmoothingWindows);
    GroupInputs inputs;
    for (std::size_t i = 0; i < count; ++i) {
        WindowState state = with_original_ ? windows_[i].original : windows_[i].quantized;
        for (LinearGroup group : kLinearGroups) {
            Matrix& collected = inputs[static_cast<std::size_t>(group)];
            if (i == 0) collected.resize(state.input.rows() * static_cast<Index>(count), state.input.cols());
            collected.middleRows(state.input.rows() * static_cast<Index>(i), state.input.rows()) =
                state.input;
            transform_input(group, state.input);
            std::vector<Matrix> outputs;
            for (Projection projection : projections_of(group))
                outputs.emplace_back(state.input * linear_[projection].transpose());
            advance(checkpoint_, rotary_, block, group, outputs, state);
        }
    }
    return inputs;
}

// What has to be known of the block's inputs before the block may be changed: SmoothQuant, then the order in
// tiles.
Expected<void> ModelQuantizer::prepare_block(std::int64_t block) {
    const PreparationOptions& preparation = options_.preparation;
    if (preparation.smoothing != Smoothing::Off) {
        MACAW_TRY(GroupInputs inputs, sample_inputs(block));
        golden::ZeroPoint zero_point = zero_point_of(datapath_, options_.activation);
        SmoothingTarget target{{narrowed_range(datapath_, zero_point, 1.0), zero_point, 1.0F, {}},
                               datapath_.weight_range().max,
                               datapath_.tile};
        if (options_.constraint == Constraint::Axe || options_.constraint == Constraint::HardOnly)
            target.l1_radius = l1_radius(target.activation.range, datapath_.inner_bits);
        BlockNorms& norms = checkpoint_.norms[static_cast<std::size_t>(block)];
        MACAW_CHECK(smooth_block(checkpoint_.config, preparation, inputs, target, norms, linear_));
    }
    if (preparation.balance_tiles)
        balance_block_tiles(checkpoint_.config, datapath_.tile, down_transform_.has_value(), linear_);
    return {};
}

void ModelQuantizer::transform_input(LinearGroup group, Matrix& input) const {
    if (group == LinearGroup::MlpOutput && down_transform_) down_transform_->apply_to_rows(input);
}

Expected<void> ModelQuantizer::quantize_block(std::int64_t block,
                                              std::vector<QuantizedLayerResult> finished) {
    block_ = block;
    finished_ = std::move(finished);
    MACAW_TRY(linear_, checkpoint_.load_linear(block));
    enter_windows(block);
    MACAW_CHECK(prepare_block(block));
    if (options_.preparation.smoothing != Smoothing::Off) enter_windows(block);  // the norms have changed
    for (LinearGroup group : kLinearGroups) {
        MACAW_CHECK(stop_if_interrupted());
        MACAW_CHECK(quantize_group(block, group));
    }
    return {};
}

void ModelQuantizer::enter_windows(std::int64_t block) {
    for (CalibrationWindow& window : windows_) {
        enter_block(checkpoint_, block, window.quantized);
        if (with_original_) enter_block(checkpoint_, block, window.original);
    }
}

// Replaces the inputs of all windows by what the hardware makes of them.
Expected<void> ModelQuantizer::quantize_windows(const golden::ActivationCoding& coding) {
    return parallel_for(windows_.size(), [&](std::size_t i) -> Expected<void> {
        Matrix& input = windows_[i].quantized.input;
        input = fake_quantize(input, coding);
        return {};
    });
}

Expected<InputStatistics> ModelQuantizer::statistics_of_windows() const {
    std::vector<WindowInputs> inputs;
    for (const CalibrationWindow& window : windows_)
        inputs.push_back({&window.quantized.input, with_original_ ? &window.original.input : nullptr});
    return input_statistics(inputs);
}

Expected<void> ModelQuantizer::quantize_group(std::int64_t block, LinearGroup group) {
    Weights weights;
    for (Projection projection : projections_of(group)) weights.push_back(&linear_[projection]);
    std::vector<const Matrix*> inputs;
    for (CalibrationWindow& window : windows_) {
        transform_input(group, window.quantized.input);
        if (with_original_) transform_input(group, window.original.input);
        inputs.push_back(&window.quantized.input);
    }
    return finished_.empty() ? search_group(block, group, weights, inputs) : replay_group(group, weights);
}

// A group whose codes were found before the work was interrupted: only the windows have to pass it.
Expected<void> ModelQuantizer::replay_group(LinearGroup group, const Weights& weights) {
    std::vector<Matrix> dequantized;
    for (Projection projection : projections_of(group)) {
        QuantizedLayerResult& layer = finished_[static_cast<std::size_t>(projection)];
        if (dequantized.empty()) MACAW_CHECK(quantize_windows(golden::coding_of(layer.layer, datapath_)));
        dequantized.push_back(keep(std::move(layer)));
    }
    return advance_windows(group, weights, dequantized);
}

// Takes the layer into the result and returns what the forward pass sees of it.
Matrix ModelQuantizer::keep(QuantizedLayerResult layer) {
    Matrix dequantized = dequantize(layer.layer).cast<float>();
    result_.total += layer.statistics;
    result_.layers.push_back({layer.layer.name, layer.statistics});
    result_.model.layers.push_back(std::move(layer.layer));
    return dequantized;
}

Expected<void> ModelQuantizer::search_group(std::int64_t block, LinearGroup group, const Weights& weights,
                                            std::span<const Matrix* const> inputs) {
    MACAW_TRY(CodingChoice choice, choose_coding(inputs, weights, datapath_, options_));
    const golden::ActivationCoding& coding = choice.coding;
    MACAW_CHECK(quantize_windows(coding));
    MACAW_TRY(InputStatistics statistics, statistics_of_windows());
    auto plan = plan_greedy(statistics, options_);
    if (!plan) {
        Error error = std::move(plan).error();
        error.message =
            fmt::format("{}: {}", layer_name(block, projections_of(group).front()), error.message);
        return fail(std::move(error));
    }
    std::vector<Matrix> dequantized;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        std::string name = layer_name(block, projections_of(group)[i]);
        MACAW_TRY(auto quantized,
                  quantize_layer(name, *weights[i], statistics, *plan, coding, datapath_, options_));
        if (group == LinearGroup::MlpOutput && down_transform_)
            quantized.layer.input_transform = golden::InputTransform::Hadamard;
        quantized.statistics.damping = plan->damping;
        dequantized.push_back(keep(std::move(quantized)));
    }
    return advance_windows(group, weights, dequantized);
}

Expected<void> ModelQuantizer::advance_windows(LinearGroup group, const Weights& original,
                                               const std::vector<Matrix>& dequantized) {
    return parallel_for(windows_.size(), [&](std::size_t i) -> Expected<void> {
        CalibrationWindow& window = windows_[i];
        std::vector<Matrix> outputs;
        for (const Matrix& weight : dequantized)
            outputs.emplace_back(window.quantized.input * weight.transpose());
        advance(checkpoint_, rotary_, block_, group, outputs, window.quantized);
        if (!with_original_) return {};
        outputs.clear();
        for (const Matrix* weight : original)
            outputs.emplace_back(window.original.input * weight->transpose());
        advance(checkpoint_, rotary_, block_, group, outputs, window.original);
        return {};
    });
}

// What the codes were made from, and how: enough to make them again and to compare two runs.
Json provenance_of(const std::string& checkpoint_sha256, const TokenizedText& text,
                   const QuantizerOptions& options, const QuantizationResult& result) {
    Json layers = Json::object();
    for (const NamedStatistics& layer : result.layers) layers[layer.layer] = to_json(layer.statistics);
    return {{"algorithm", to_string(options.algorithm)},
            {"constraint", to_string(options.constraint)},
            {"options", to_json(options)},
            {"checkpoint", {{"sha256", checkpoint_sha256}}},
            {"calibration",
             {{"file", text.file},
              {"sha256", text.sha256},
              {"windows", options.calibration_windows},
              {"window_tokens", options.window}}},
            {"statistics", {{"total", to_json(result.total)}, {"layers", layers}}}};
}

// Every coding that the options can lead to is one that the datapath has: asked before any work.
Expected<void> check_activation(const golden::Datapath& datapath, const ActivationOptions& options) {
    golden::ZeroPoint zero_point = zero_point_of(datapath, options);
    for (double levels : options.levels) {
        golden::ActivationCoding coding{narrowed_range(datapath, zero_point, levels), zero_point, 1.0F, {}};
        if (std::string problem = golden::problem_of(coding, datapath); !problem.empty())
            return fail(Error{ErrorKind::BadInput,
                              "quantizer.activation: " + problem,
                              "unsigned activations are asymmetric; signed ones may be either",
                              {}});
    }
    return {};
}

}  // namespace

Expected<QuantizationResult> quantize_model(Checkpoint checkpoint, const TokenizedText& text,
                                            const golden::Datapath& datapath, const QuantizerOptions& options,
                                            const BlockStore* store) {
    use_one_blas_thread();
    if (auto problems = golden::validate(datapath); !problems.empty())
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("datapath.{}: {}", problems[0].field, problems[0].message),
                          problems[0].hint,
                          {}});
    MACAW_CHECK(check_activation(datapath, options.activation));
    MACAW_CHECK(usable_windows(checkpoint.config, text, options.window, options.calibration_windows));
    MACAW_TRY(Preparation preparation, Preparation::create(checkpoint, options.preparation, datapath.tile));
    std::optional<HadamardTransform> down_transform;
    if (preparation.down_input_rotated()) {
        MACAW_TRY(down_transform, HadamardTransform::create(checkpoint.config.intermediate_size));
    }
    const std::string checkpoint_sha256 = checkpoint.sha256;
    const std::int64_t blocks = checkpoint.config.blocks;
    ModelQuantizer quantizer(prepared_checkpoint(std::move(checkpoint), preparation),
                             std::move(down_transform), datapath, options);
    quantizer.start(text);
    Progress progress("quantizing blocks", blocks);
    for (std::int64_t block = 0; block < blocks; ++block) {
        auto finished = store ? store->read(block) : std::nullopt;
        bool replay = finished && finished->size() == kProjections;
        MACAW_CHECK(quantizer.quantize_block(
            block, replay ? std::move(*finished) : std::vector<QuantizedLayerResult>{}));
        if (store && !replay) MACAW_CHECK(store->write(block, datapath, quantizer.block_layers()));
        progress.advance();
    }
    QuantizationResult result = quantizer.take_result();
    result.model.provenance = provenance_of(checkpoint_sha256, text, options, result);
    return result;
}

}  // namespace macaw::quantizer
