#include "quantizer/prepare/block_channels.hpp"

#include <random>

#include "quantizer/prepare/smoothing.hpp"
#include "quantizer/prepare/tile_order.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

constexpr Index kTokens = 64;
constexpr float kTolerance = 2e-4F;

// Residual stream behind the first block of the embedded model, [kTokens, hidden].
Matrix stream_behind(const Checkpoint& checkpoint) {
    TokenizedText text = reference_text();
    FloatLinear layers(checkpoint);
    return must(forward_hidden(checkpoint, layers, make_rotary(checkpoint.config, kTokens),
                               std::span(text.tokens).first(kTokens)));
}

Checkpoint with_block(const BlockNorms& norms, const BlockLinear& linear) {
    Checkpoint checkpoint = one_block();
    checkpoint.norms[0] = norms;
    checkpoint.linear = std::make_shared<ChangedLinear>(
        checkpoint.linear, [linear](std::int64_t, BlockLinear& loaded) { loaded = linear; });
    return checkpoint;
}

// How much a block with these weights differs from the first block of the embedded model.
float change_of_stream(const BlockNorms& norms, const BlockLinear& linear) {
    static const Matrix before = stream_behind(one_block());
    return (stream_behind(with_block(norms, linear)) - before).cwiseAbs().maxCoeff();
}

struct Block {
    BlockNorms norms = embedded_checkpoint().norms[0];
    BlockLinear linear = must(embedded_checkpoint().load_linear(0));
};

const ModelConfig& config() {
    return embedded_checkpoint().config;
}

Vector random_scale(Index size, unsigned seed) {
    std::mt19937 engine(seed);
    std::uniform_real_distribution<float> exponent(-2, 2);
    Vector scale(size);
    for (float& value : scale) value = std::exp2(exponent(engine));
    return scale;
}

Index producers(LinearGroup group) {
    return producer_channels(group, config()).back() + 1;
}

// Inputs of the four groups of the first block.
GroupInputs group_inputs() {
    GroupInputs inputs;
    Checkpoint checkpoint = one_block();
    FloatLinear layers(checkpoint);
    ObservedLinear observed(layers, [&](std::int64_t, LinearGroup group, const Matrix& input) {
        inputs[static_cast<std::size_t>(group)] = input;
    });
    TokenizedText text = reference_text();
    must(forward_hidden(checkpoint, observed, make_rotary(checkpoint.config, kTokens),
                        std::span(text.tokens).first(kTokens)));
    return inputs;
}

SmoothingTarget target_of(macaw::golden::Range activations, std::int64_t weight_limit) {
    SmoothingTarget target;
    target.activation = {activations, macaw::golden::ZeroPoint::Symmetric, 1.0F, std::nullopt};
    target.weight_limit = weight_limit;
    return target;
}

SmoothingTarget w4a8() {
    return target_of({-128, 127}, 7);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(block_channels)

// Four query heads of 64 read two value heads: 0 0 1 1.
BOOST_AUTO_TEST_CASE(query_heads_of_a_group_share_the_producers_channels) {
    std::vector<Index> channels = producer_channels(LinearGroup::AttentionOutput, config());
    BOOST_TEST(channels.size() == 256U);
    BOOST_TEST((channels[0] == 0 && channels[64] == 0 && channels[128] == 64 && channels[255] == 127));
    BOOST_TEST((producer_channels(LinearGroup::MlpOutput, config()) == identity_order(768)));
    Vector per_input = Vector::LinSpaced(256, 0, 255);
    Vector largest = largest_by_producer(LinearGroup::AttentionOutput, config(), per_input);
    BOOST_TEST((largest.size() == 128 && largest(0) == 64 && largest(127) == 255));
}

BOOST_AUTO_TEST_CASE(scales_between_producer_and_readers_leave_the_function) {
    for (LinearGroup group : kLinearGroups) {
        Block block;
        Vector scale = random_scale(producers(group), 1);
        scale_group_input(group, config(), scale, block.norms, block.linear);
        BOOST_TEST(change_of_stream(block.norms, block.linear) < kTolerance);
        // Negative control: the readers alone.
        Block half;
        BlockNorms norms = half.norms;
        BlockLinear producer = half.linear;
        scale_group_input(group, config(), scale, norms, half.linear);
        half.linear[Projection::Value] = producer[Projection::Value];
        half.linear[Projection::Up] = producer[Projection::Up];
        bool norm_group = group == LinearGroup::AttentionInput || group == LinearGroup::MlpInput;
        if (norm_group) half.linear = block.linear;
        BOOST_TEST(change_of_stream(half.norms, half.linear) > 1e-2F);
    }
}

BOOST_AUTO_TEST_CASE(equalised_channels_have_equal_maxima_on_both_sides) {
    Block block;
    equalize_block(config(), false, block.linear);
    BOOST_TEST(change_of_stream(block.norms, block.linear) < kTolerance);
    for (auto [group, producer] : {std::pair{LinearGroup::AttentionOutput, Projection::Value},
                                   {LinearGroup::MlpOutput, Projection::Up}}) {
        Vector produced = block.linear[producer].cwiseAbs().rowwise().maxCoeff();
        Vector consumed = largest_by_producer(group, config(), column_maxima(group, block.linear));
        BOOST_TEST((produced - consumed).cwiseAbs().maxCoeff() < 1e-5F);
    }
    Block rotated;
    BlockLinear before = rotated.linear;
    equalize_block(config(), true, rotated.linear);
    BOOST_TEST((rotated.linear[Projection::Up] == before[Projection::Up]));  // behind it is a transform
}

BOOST_AUTO_TEST_CASE(balanced_channels_leave_the_function_and_lower_the_largest_tile) {
    Block block;
    auto largest_tile = [](const BlockLinear& linear, Projection projection, std::int64_t tile) {
        Matrix importance = importance_of(linear[projection]);
        return tile_norms(importance, identity_order(importance.cols()), tile).maxCoeff();
    };
    double down = largest_tile(block.linear, Projection::Down, 32);
    double output = largest_tile(block.linear, Projection::Output, 32);
    BlockLinear before = block.linear;
    balance_block_tiles(config(), 32, false, block.linear);
    BOOST_TEST(change_of_stream(block.norms, block.linear) < kTolerance);
    BOOST_TEST(largest_tile(block.linear, Projection::Down, 32) < 0.95 * down);
    BOOST_TEST(largest_tile(block.linear, Projection::Output, 32) < output);
    block.linear[Projection::Value] = before[Projection::Value];  // negative control
    BOOST_TEST(change_of_stream(block.norms, block.linear) > 1e-2F);
}

BOOST_AUTO_TEST_CASE(balancing_stays_away_from_mixed_channels_and_whole_heads) {
    Block block;
    BlockLinear before = block.linear;
    balance_block_tiles(config(), 64, true, block.linear);  // tile = head
    for (std::size_t i = 0; i < kProjections; ++i) BOOST_TEST((block.linear.weights[i] == before.weights[i]));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(smoothing)

// 16^0.5 / 0.25^0.5 = 8; a dead channel stays; the bounds hold.
BOOST_AUTO_TEST_CASE(smoothing_scale_by_hand) {
    Vector scale = smoothing_scale(Vector{{16, 0, 3, 1e30F}}, Vector{{0.25F, 1, 0, 1e-30F}}, 0.5);
    BOOST_TEST((scale == Vector{{8, 1, 1, 1e5F}}));
    BOOST_TEST((smoothing_scale(Vector{{16}}, Vector{{0.25F}}, 1) == Vector{{16}}));
    BOOST_TEST((smoothing_scale(Vector{{16}}, Vector{{0.25F}}, 0) == Vector{{4}}));
}

BOOST_AUTO_TEST_CASE(smoothed_blocks_compute_the_same_and_searched_ones_have_no_larger_error) {
    GroupInputs inputs = group_inputs();
    for (Smoothing smoothing : {Smoothing::Fixed, Smoothing::Searched}) {
        Block block;
        PreparationOptions options{.smoothing = smoothing, .smoothing_alpha = 0.4};
        auto choices = must(smooth_block(config(), options, inputs, w4a8(), block.norms, block.linear));
        BOOST_TEST(change_of_stream(block.norms, block.linear) < kTolerance);
        BOOST_TEST((block.norms.mlp != embedded_checkpoint().norms[0].mlp || !choices[2].alpha));
        for (const SmoothingChoice& choice : choices) {
            BOOST_TEST((choice.error_before > 0));
            if (smoothing == Smoothing::Fixed) BOOST_TEST((choice.alpha == 0.4));
            if (smoothing == Smoothing::Searched) BOOST_TEST(choice.error_after <= choice.error_before);
        }
    }
}

// An activation channel 50 times as large as the others costs them most of their codes at A4.
BOOST_AUTO_TEST_CASE(search_tames_an_outlier_channel) {
    GroupInputs inputs = group_inputs();
    Block block;
    inputs[0].col(11) *= 50;
    block.norms.attention(11) *= 50;
    for (Projection projection : projections_of(LinearGroup::AttentionInput))
        block.linear[projection].col(11) /= 50;
    SmoothingTarget target = target_of({-8, 7}, 127);
    PreparationOptions options{.smoothing = Smoothing::Searched};
    auto choices = must(smooth_block(config(), options, inputs, target, block.norms, block.linear));
    BOOST_TEST(choices[0].alpha.has_value());
    BOOST_TEST(choices[0].error_after < 0.2 * choices[0].error_before);
    BOOST_TEST(change_of_stream(block.norms, block.linear) < kTolerance);
    // What the choice promises is what the smoothed block has.
    inputs[0].array().rowwise() *= block.norms.attention.transpose().array() /
                                   embedded_checkpoint().norms[0].attention.transpose().array();
    inputs[0].col(11) /= 50;
    double now = group_error(LinearGroup::AttentionInput, config(), inputs[0], block.linear, target,
                             Vector::Ones(config().hidden_size));
    BOOST_TEST(now == choices[0].error_after, boost::test_tools::tolerance(0.05));
}

// With a budget that keeps a tile's codes at one on average, weights should carry the size of their inputs
// (alpha near 1). Negative control: a search that does not know of the budget stays where rounding is best.
BOOST_AUTO_TEST_CASE(search_under_a_binding_budget_moves_towards_the_inputs) {
    GroupInputs inputs = group_inputs();
    auto alpha_with = [&](double radius) {
        Block block;
        SmoothingTarget target = w4a8();
        target.tile = 64;
        target.l1_radius = radius;
        PreparationOptions options{.smoothing = Smoothing::Searched};
        auto choices = must(smooth_block(config(), options, inputs, target, block.norms, block.linear));
        return choices[2].alpha.value_or(0);
    };
    double free = alpha_with(std::numeric_limits<double>::infinity());
    BOOST_TEST(alpha_with(32) > free + 0.2);
    BOOST_TEST(alpha_with(1e9) == free);
}

BOOST_AUTO_TEST_CASE(a_rotated_down_input_is_not_smoothed) {
    Block block;
    PreparationOptions options{.rotate_down_input = true, .smoothing = Smoothing::Fixed};
    auto choices = must(smooth_block(config(), options, group_inputs(), w4a8(), block.norms, block.linear));
    BOOST_TEST(!choices[3].alpha.has_value());
    BOOST_TEST(choices[1].alpha.has_value());
    // The rows of up_proj would have taken the scale.
    BOOST_TEST((block.linear[Projection::Down] == Block{}.linear[Projection::Down]));
}

BOOST_AUTO_TEST_SUITE_END()
