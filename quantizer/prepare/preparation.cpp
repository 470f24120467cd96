#include "quantizer/prepare/preparation.hpp"

#include <utility>

#include "quantizer/prepare/block_channels.hpp"
#include "quantizer/prepare/tile_order.hpp"

namespace macaw::quantizer {

namespace {

// Column j times weight[j]: what the norm in front of the layer did. weights: [out_features, in_features]
void scale_columns(Matrix& weights, const Vector& scale) {
    weights.array().rowwise() *= scale.transpose().array();
}

// Layers that read the residual stream through a norm.
constexpr std::array kReaders{Projection::Query, Projection::Key, Projection::Value, Projection::Gate,
                              Projection::Up};
// Layers that add to it.
constexpr std::array kWriters{Projection::Output, Projection::Down};

Vector reordered(const Vector& vector, const std::vector<Index>& order) {
    return vector(order);
}

Expected<Rotation> named(Expected<Rotation> rotation, const char* option) {
    if (rotation) return rotation;
    Error error = std::move(rotation).error();
    error.message = fmt::format("preparation.{}: {}", option, error.message);
    return fail(std::move(error));
}

// The linear layers of another source, prepared.
class PreparedSource final : public LinearSource {
  public:
    PreparedSource(std::shared_ptr<const LinearSource> original, const Preparation& preparation)
        : original_(std::move(original)), preparation_(preparation) {}
    Expected<BlockLinear> load(std::int64_t block) const override {
        MACAW_TRY(BlockLinear linear, original_->load(block));
        preparation_.prepare_block(block, linear);
        return linear;
    }

  private:
    std::shared_ptr<const LinearSource> original_;
    Preparation preparation_;
};

}  // namespace

Expected<Preparation> Preparation::create(const Checkpoint& original, const PreparationOptions& options,
                                          std::int64_t tile) {
    const ModelConfig& config = original.config;
    if (options.rotate_residual && !options.fold_norms)
        return fail(
            Error{ErrorKind::BadInput,
                  "preparation.rotate_residual: a rotation passes a norm only if the weights of the norm "
                  "are folded",
                  "add fold_norms: true",
                  {}});
    Preparation preparation;
    preparation.config_ = config;
    preparation.fold_norms_ = options.fold_norms;
    preparation.norms_ = original.norms;
    if (options.rotate_residual) {
        MACAW_TRY(preparation.residual_,
                  named(Rotation::random(config.hidden_size, options.seed), "rotate_residual"));
    }
    if (options.rotate_heads) {
        // Another sequence of signs than that of the residual stream.
        MACAW_TRY(preparation.heads_,
                  named(Rotation::random(config.head_size, ~options.seed), "rotate_heads"));
    }
    if (options.rotate_down_input) {
        MACAW_TRY(preparation.down_, named(Rotation::plain(config.intermediate_size), "rotate_down_input"));
    }
    preparation.equalize_ = options.equalize;
    if (options.balance_tiles) MACAW_CHECK(preparation.choose_residual_order(original, tile));
    return preparation;
}

Expected<void> Preparation::choose_residual_order(const Checkpoint& original, std::int64_t tile) {
    Index hidden = original.config.hidden_size;
    Matrix gram = Matrix::Zero(hidden, hidden);
    for (std::int64_t block = 0; block < original.config.blocks; ++block) {
        MACAW_TRY(BlockLinear linear, original.load_linear(block));
        fold_and_rotate(block, linear);
        for (Projection projection : kReaders) gram += tile_gram(importance_of(linear[projection]));
    }
    residual_order_ = balanced_tile_order(gram, tile);
    return {};
}

void Preparation::fold_and_rotate(std::int64_t block, BlockLinear& linear) const {
    if (fold_norms_) {
        const BlockNorms& norms = norms_[static_cast<std::size_t>(block)];
        for (Projection projection : projections_of(LinearGroup::AttentionInput))
            scale_columns(linear[projection], norms.attention);
        for (Projection projection : projections_of(LinearGroup::MlpInput))
            scale_columns(linear[projection], norms.mlp);
    }
    if (residual_) {
        for (Projection projection : kReaders) residual_->rotate_columns(linear[projection]);
        for (Projection projection : kWriters) residual_->rotate_rows(linear[projection]);
    }
    if (heads_) {
        heads_->rotate_rows(linear[Projection::Value]);
        heads_->rotate_columns(linear[Projection::Output]);
    }
    if (down_) down_->rotate_columns(linear[Projection::Down]);
}

void Preparation::prepare_block(std::int64_t block, BlockLinear& linear) const {
    require(block >= 0 && static_cast<std::size_t>(block) < norms_.size(), "Preparation: no such block");
    fold_and_rotate(block, linear);
    if (equalize_) equalize_block(config_, down_input_rotated(), linear);
    if (residual_order_.empty()) return;
    for (Projection projection : kReaders) permute_columns(linear[projection], residual_order_);
    for (Projection projection : kWriters) permute_rows(linear[projection], residual_order_);
}

void Preparation::prepare_frame(Checkpoint& checkpoint) const {
    require(checkpoint.norms.size() == norms_.size(), "Preparation: the frame of another model");
    if (fold_norms_)
        for (BlockNorms& norms : checkpoint.norms) {
            norms.attention.setOnes();
            norms.mlp.setOnes();
        }
    if (residual_) {
        if (checkpoint.config.tied_embeddings) checkpoint.untied_lm_head = checkpoint.embedding;
        checkpoint.config.tied_embeddings = false;
        scale_columns(checkpoint.untied_lm_head, checkpoint.final_norm);
        checkpoint.final_norm.setOnes();
        residual_->rotate_columns(checkpoint.embedding);
        residual_->rotate_columns(checkpoint.untied_lm_head);
    }
    if (residual_order_.empty()) return;
    permute_columns(checkpoint.embedding, residual_order_);
    if (!checkpoint.config.tied_embeddings) permute_columns(checkpoint.untied_lm_head, residual_order_);
    for (BlockNorms& norms : checkpoint.norms) {
        norms.attention = reordered(norms.attention, residual_order_);
        norms.mlp = reordered(norms.mlp, residual_order_);
    }
    checkpoint.final_norm = reordered(checkpoint.final_norm, residual_order_);
}

Checkpoint prepared_checkpoint(Checkpoint checkpoint, const Preparation& preparation) {
    preparation.prepare_frame(checkpoint);
    checkpoint.linear = std::make_shared<PreparedSource>(std::move(checkpoint.linear), preparation);
    return checkpoint;
}

Expected<RotatedDownInput> RotatedDownInput::create(LinearLayers& layers, const ModelConfig& config) {
    MACAW_TRY(auto transform, HadamardTransform::create(config.intermediate_size));
    return RotatedDownInput(layers, std::move(transform));
}

void RotatedDownInput::apply(std::int64_t block, LinearGroup group, const Matrix& input,
                             std::span<Matrix> outputs) const {
    if (group != LinearGroup::MlpOutput) return layers_->apply(block, group, input, outputs);
    Matrix rotated = input;
    transform_.apply_to_rows(rotated);
    layers_->apply(block, group, rotated, outputs);
}

}  // namespace macaw::quantizer
