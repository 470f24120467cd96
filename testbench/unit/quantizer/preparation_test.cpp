#include "quantizer/prepare/preparation.hpp"

#include "quantizer/llama/perplexity.hpp"
#include "quantizer/prepare/frame.hpp"
#include "quantizer/prepare/tile_order.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

// Float32 rounds differently on a rotated residual stream; the largest change that was seen is 6e-5.
constexpr float kTolerance = 4e-4F;

// Logits of 96 tokens in float, [96, 4096].
Matrix logits(const Checkpoint& checkpoint, LinearLayers& layers) {
    TokenizedText text = reference_text();
    Matrix hidden = must(forward_hidden(checkpoint, layers, make_rotary(checkpoint.config, 96),
                                        std::span(text.tokens).first(96)));
    return logits_of(checkpoint, hidden, 0, 96);
}

Matrix logits(const Checkpoint& checkpoint, bool down_input_rotated = false) {
    FloatLinear layers(checkpoint);
    if (!down_input_rotated) return logits(checkpoint, layers);
    auto rotated = must(RotatedDownInput::create(layers, checkpoint.config));
    return logits(checkpoint, rotated);
}

const Matrix& original_logits() {
    static const Matrix result = logits(embedded_checkpoint());
    return result;
}

float change_of_logits(const Matrix& now, const Matrix& before = original_logits()) {
    return (now - before).cwiseAbs().maxCoeff();
}

Checkpoint prepared(const Checkpoint& original, const PreparationOptions& options) {
    return prepared_checkpoint(original, must(Preparation::create(original, options, 64)));
}

// The embedded model with an LM head of its own, different from the embedding.
Checkpoint untied_checkpoint() {
    Checkpoint checkpoint = embedded_checkpoint();
    checkpoint.untied_lm_head = checkpoint.embedding.colwise().reverse();
    checkpoint.config.tied_embeddings = false;
    return checkpoint;
}

bool all_ones(const Vector& vector) {
    return (vector.array() == 1.0F).all();
}

constexpr PreparationOptions kEverything{.fold_norms = true,
                                         .rotate_residual = true,
                                         .rotate_heads = true,
                                         .rotate_down_input = true,
                                         .balance_tiles = true};

}  // namespace

BOOST_AUTO_TEST_SUITE(preparation)

BOOST_AUTO_TEST_CASE(each_preparation_alone_leaves_the_logits) {
    for (const PreparationOptions& options :
         {PreparationOptions{}, {.fold_norms = true}, {.rotate_heads = true}, {.balance_tiles = true}})
        BOOST_TEST(change_of_logits(logits(prepared(embedded_checkpoint(), options))) < kTolerance,
                   to_json(options).dump());
    PreparationOptions residual{.fold_norms = true, .rotate_residual = true};
    BOOST_TEST(change_of_logits(logits(prepared(embedded_checkpoint(), residual))) < kTolerance);
    PreparationOptions down{.rotate_down_input = true};
    BOOST_TEST(change_of_logits(logits(prepared(embedded_checkpoint(), down), true)) < kTolerance);
}

BOOST_AUTO_TEST_CASE(all_preparations_together_leave_the_logits_and_the_perplexity) {
    Checkpoint checkpoint = prepared(embedded_checkpoint(), kEverything);
    BOOST_TEST(change_of_logits(logits(checkpoint, true)) < kTolerance);
    FloatLinear before(embedded_checkpoint());
    FloatLinear after(checkpoint);
    auto rotated = must(RotatedDownInput::create(after, checkpoint.config));
    PerplexityOptions options{.window = 128, .windows = 2};
    double original =
        must(measure_perplexity(embedded_checkpoint(), before, reference_text(), options)).perplexity;
    double now = must(measure_perplexity(checkpoint, rotated, reference_text(), options)).perplexity;
    BOOST_TEST(now == original, boost::test_tools::tolerance(2e-5));
}

BOOST_AUTO_TEST_CASE(an_untied_head_takes_the_final_norm_and_the_rotation) {
    Checkpoint untied = untied_checkpoint();
    Matrix before = logits(untied);
    BOOST_TEST(change_of_logits(before) > 1.0F);
    BOOST_TEST(change_of_logits(logits(prepared(untied, kEverything), true), before) < kTolerance);
}

// Negative controls: what is left out is seen in the logits.
BOOST_AUTO_TEST_CASE(half_a_preparation_changes_the_logits) {
    const Checkpoint& original = embedded_checkpoint();
    BOOST_TEST(change_of_logits(logits(prepared(original, kEverything))) > 0.1F);  // no online transform
    for (const PreparationOptions& options : {PreparationOptions{.fold_norms = true},
                                              {.fold_norms = true, .rotate_residual = true},
                                              {.balance_tiles = true}}) {
        Checkpoint frame_only = original;
        must(Preparation::create(original, options, 64)).prepare_frame(frame_only);
        BOOST_TEST(change_of_logits(logits(frame_only)) > 0.1F, to_json(options).dump());
    }
    Checkpoint one_head = original;
    auto heads = must(Rotation::random(original.config.head_size, 1));
    one_head.linear = std::make_shared<ChangedLinear>(
        original.linear,
        [&](std::int64_t, BlockLinear& linear) { heads.rotate_rows(linear[Projection::Value]); });
    BOOST_TEST(change_of_logits(logits(one_head)) > 0.1F);
}

BOOST_AUTO_TEST_CASE(folded_norms_are_ones_and_a_rotated_stream_has_no_outlier_channels) {
    Checkpoint checkpoint = prepared(embedded_checkpoint(), {.fold_norms = true, .rotate_residual = true});
    BOOST_TEST(all_ones(checkpoint.final_norm));
    for (const BlockNorms& norms : checkpoint.norms)
        BOOST_TEST((all_ones(norms.attention) && all_ones(norms.mlp)));
    auto spread = [](const Matrix& embedding) {  // largest channel's share of the mean channel
        auto squares = embedding.colwise().squaredNorm();
        return squares.maxCoeff() / squares.mean();
    };
    BOOST_TEST(spread(checkpoint.embedding) < 0.8F * spread(embedded_checkpoint().embedding));
}

BOOST_AUTO_TEST_CASE(the_seed_decides_the_rotation) {
    PreparationOptions options = kEverything;
    Checkpoint first = prepared(embedded_checkpoint(), options);
    BOOST_TEST((first.embedding == prepared(embedded_checkpoint(), options).embedding));
    options.seed = 2;
    BOOST_TEST((first.embedding != prepared(embedded_checkpoint(), options).embedding));
}

BOOST_AUTO_TEST_CASE(a_size_without_a_hadamard_matrix_names_the_option) {
    Checkpoint odd = embedded_checkpoint();
    odd.config.intermediate_size = 93 * 64;
    BOOST_TEST(fails_with(Preparation::create(odd, {.rotate_down_input = true}, 64),
                          "preparation.rotate_down_input: no Hadamard matrix of size 5952"));
    BOOST_TEST(fails_with(Preparation::create(odd, {.rotate_residual = true}, 64), "add fold_norms: true"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(frame)

BOOST_AUTO_TEST_CASE(a_frame_comes_back_as_it_was_written) {
    ScratchFolder folder;
    BOOST_TEST(!has_frame(folder.path()));
    for (const PreparationOptions& options : {PreparationOptions{.balance_tiles = true}, kEverything}) {
        Checkpoint written = prepared(embedded_checkpoint(), options);
        BOOST_REQUIRE(write_frame(folder.path(), written).has_value());
        BOOST_TEST(has_frame(folder.path()));
        Checkpoint read = embedded_checkpoint();
        BOOST_REQUIRE(read_frame(folder.path(), read).has_value());
        BOOST_TEST(read.config.tied_embeddings == written.config.tied_embeddings);
        BOOST_TEST((read.embedding == written.embedding && read.lm_head() == written.lm_head()));
        BOOST_TEST((read.final_norm == written.final_norm));
        for (std::size_t block = 0; block < written.norms.size(); ++block)
            BOOST_TEST((read.norms[block].attention == written.norms[block].attention &&
                        read.norms[block].mlp == written.norms[block].mlp));
    }
}

BOOST_AUTO_TEST_CASE(a_frame_of_another_checkpoint_or_shape_is_refused) {
    ScratchFolder folder;
    Checkpoint other = embedded_checkpoint();
    BOOST_REQUIRE(write_frame(folder.path(), other).has_value());
    other.sha256 = "0";
    BOOST_TEST(fails_with(read_frame(folder.path(), other), "made from another checkpoint"));
    other = embedded_checkpoint();
    other.config.hidden_size = 128;
    BOOST_TEST(fails_with(read_frame(folder.path(), other), "model.embed_tokens.weight"));
    Checkpoint broken = embedded_checkpoint();
    broken.final_norm(3) = std::numeric_limits<float>::quiet_NaN();
    BOOST_REQUIRE(write_frame(folder.path(), broken).has_value());
    BOOST_TEST(
        fails_with(read_frame(folder.path(), broken), "model.norm.weight holds a value that is not finite"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(preparation_options)

namespace {

PreparationOptions read(const std::string& text, macaw::Errors& errors) {
    return read_preparation_options(macaw::YamlMapping(YAML::Load(text), "test.yaml", "preparation", errors));
}

}  // namespace

BOOST_AUTO_TEST_CASE(yaml_and_json_of_a_preparation_agree) {
    macaw::Errors errors;
    PreparationOptions options = read(
        "{fold_norms: true, rotate_residual: true, rotate_heads: true, rotate_down_input: true, smoothing: "
        "0.4, "
        "equalize: true, balance_tiles: true, seed: 77}",
        errors);
    BOOST_TEST(
        (options.smoothing == Smoothing::Fixed && options.smoothing_alpha == 0.4 && options.seed == 77));
    BOOST_TEST((options.rotate_down_input && options.equalize && options.balance_tiles));
    BOOST_TEST((read(to_json(options).dump(), errors) == options));  // JSON is YAML
    for (const char* word : {"off", "search"}) {
        PreparationOptions other = read(fmt::format("{{smoothing: {}}}", word), errors);
        BOOST_TEST((read(to_json(other).dump(), errors) == other));
        BOOST_TEST(other.changes_anything() == (other.smoothing == Smoothing::Searched));
    }
    BOOST_TEST((read("{}", errors) == PreparationOptions{}));
    BOOST_TEST(errors.empty());
}

BOOST_AUTO_TEST_CASE(all_errors_of_a_preparation_are_reported_at_once) {
    macaw::Errors errors;
    read("{rotate_residual: true, smoothing: 1.5, equalise: true, seed: minus}", errors);
    read("{smoothing: sometimes}", errors);
    BOOST_TEST(errors.size() == 5U);
    std::string text = to_text(errors);
    for (const char* part : {"preparation.rotate_residual", "fold_norms: true, or rotate_residual: false",
                             "alpha 1.5 is outside [0, 1]", "did you mean \"equalize\"?",
                             "\"minus\" is not an integer", "\"sometimes\" is not known"})
        BOOST_TEST(text.find(part) != std::string::npos, part << " in\n" << text);
}

BOOST_AUTO_TEST_SUITE_END()
