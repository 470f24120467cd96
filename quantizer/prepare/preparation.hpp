// The part of the preparation that looks at weights alone: norms folded into the layers behind them, rotation
// of the residual stream, of the value/output heads and of the down-projection's input (QuaRot, arXiv
// 2404.00456), equalisation, one permutation of the residual stream that balances tiles. The prepared model
// computes the same function, up to float32 rounding; what it saw of the original model is kept, so that
// frame and blocks can be prepared apart and in any order. Not here: what needs calibration inputs
// (smoothing.hpp) and what has to come behind that (balance_block_tiles).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "quantizer/llama/checkpoint.hpp"
#include "quantizer/prepare/hadamard.hpp"
#include "quantizer/prepare/options.hpp"

namespace macaw::quantizer {

class Preparation {
  public:
    // `original`: not prepared yet; its norms are remembered. With options.balance_tiles, every block is read
    // once, and `tile` is the number of columns of a tile. Errors: a dimension without a known Hadamard
    // matrix, rotate_residual without fold_norms.
    static Expected<Preparation> create(const Checkpoint& original, const PreparationOptions& options,
                                        std::int64_t tile);

    // Embedding, norms, final norm and LM head. A tied LM head becomes untied where the final norm has to be
    // folded into it, which is only needed for a rotation of the residual stream: it stays float.
    void prepare_frame(Checkpoint& checkpoint) const;

    // The seven linear layers of a block.
    void prepare_block(std::int64_t block, BlockLinear& linear) const;

    // The input of the down-projection has to be multiplied by the Hadamard matrix (down_input_transform())
    // before it meets the prepared weights: golden::InputTransform::Hadamard.
    bool down_input_rotated() const { return down_.has_value(); }

    // new channel -> channel of the folded and rotated model; empty: not permuted. [hidden]
    const std::vector<Index>& residual_order() const { return residual_order_; }

  private:
    Preparation() = default;
    Expected<void> choose_residual_order(const Checkpoint& original, std::int64_t tile);
    void fold_and_rotate(std::int64_t block, BlockLinear& linear) const;

    ModelConfig config_;
    bool fold_norms_ = false;
    bool equalize_ = false;
    std::vector<BlockNorms> norms_;  // of the original model
    std::optional<Rotation> residual_;
    std::optional<Rotation> heads_;
    std::optional<Rotation> down_;
    std::vector<Index> residual_order_;
};

// The prepared model as a checkpoint: its frame prepared, every block prepared when it is loaded. Shares the
// files of `checkpoint`. Where preparation.down_input_rotated(), its linear layers have to be applied through
// RotatedDownInput or with the input transform of golden::QuantizedLayer.
Checkpoint prepared_checkpoint(Checkpoint checkpoint, const Preparation& preparation);

// Multiplies the input of every down-projection by the Hadamard matrix and lets `layers` do the rest.
class RotatedDownInput final : public LinearLayers {
  public:
    // `layers` outlives this object.
    static Expected<RotatedDownInput> create(LinearLayers& layers, const ModelConfig& config);
    Expected<void> enter_block(std::int64_t block) override { return layers_->enter_block(block); }
    void apply(std::int64_t block, LinearGroup group, const Matrix& input,
               std::span<Matrix> outputs) const override;

  private:
    RotatedDownInput(LinearLayers& layers, HadamardTransform transform)
        : layers_(&layers), transform_(std::move(transform)) {}
    LinearLayers* layers_;
    HadamardTransform transform_;
};

}  // namespace macaw::quantizer
