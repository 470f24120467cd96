#include "quantizer/quantize_model.hpp"

#include "golden/certificate.hpp"
#include "quantizer/capture.hpp"
#include "quantizer/quantization_folder.hpp"
#include "quantizer/quantized_linear.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;
using macaw::golden::BitWidth;
using macaw::golden::Datapath;
using macaw::golden::OverflowMode;
using macaw::golden::Signedness;

namespace {

constexpr std::int64_t kWindow = 64;

Datapath datapath_of(int inner_bits, Signedness signedness = Signedness::Signed) {
    Datapath datapath;
    datapath.activation_signedness = signedness;
    datapath.inner_bits = BitWidth(inner_bits);
    datapath.outer_bits = BitWidth(inner_bits + 4);
    return datapath;
}

QuantizerOptions quick(Constraint constraint) {
    QuantizerOptions options;
    options.constraint = constraint;
    options.calibration_windows = 3;
    options.window = kWindow;
    return options;
}

QuantizationResult quantize(const Datapath& datapath, Constraint constraint) {
    return must(quantize_model(one_block(), reference_text(), datapath, quick(constraint)));
}

// Largest difference between two ways to compute a group's first layer, relative to the largest output.
float difference(const LinearLayers& one, const LinearLayers& other, LinearGroup group, const Matrix& input) {
    std::vector<Matrix> a(projections_of(group).size());
    std::vector<Matrix> b(a.size());
    one.apply(0, group, input, a);
    other.apply(0, group, input, b);
    float worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        worst = std::max(worst, (a[i] - b[i]).cwiseAbs().maxCoeff() / a[i].cwiseAbs().maxCoeff());
    return worst;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quantize_model_)

BOOST_AUTO_TEST_CASE(every_layer_is_quantized_in_the_order_of_execution_and_certified) {
    QuantizationResult result = quantize(datapath_of(14), Constraint::Axe);
    BOOST_REQUIRE(result.model.layers.size() == kProjections);
    BOOST_TEST(result.model.layers[0].name == "model.layers.0.self_attn.q_proj");
    BOOST_TEST(result.model.layers[6].name == "model.layers.0.mlp.down_proj");
    BOOST_TEST(check_belongs_to(result.model, one_block().config).has_value());
    BOOST_TEST(macaw::golden::check(result.model, "memory").has_value());
    BOOST_TEST(macaw::golden::certify(result.model).safe());
    BOOST_TEST(result.total.tiles_constrained > 0);
    BOOST_TEST(result.total.tiles == (256 + 128 + 128 + 256 + 768 + 768) * 4 + 256 * 12);
    const macaw::Json& provenance = result.model.provenance;
    BOOST_TEST(provenance.at("calibration").at("windows") == 3);
    BOOST_TEST(provenance.at("checkpoint").at("sha256") == embedded_checkpoint().sha256);
    BOOST_TEST(provenance.at("statistics").at("total").at("tiles_constrained") ==
               result.total.tiles_constrained);
}

// Negative control: without the constraint the same datapath is not safe.
BOOST_AUTO_TEST_CASE(an_unconstrained_model_is_not_certified) {
    QuantizationResult result = quantize(datapath_of(14), Constraint::None);
    BOOST_TEST(!macaw::golden::certify(result.model).safe());
    BOOST_TEST(result.total.tiles_constrained == 0);
}

BOOST_AUTO_TEST_CASE(codes_do_not_depend_on_the_number_of_threads_and_a_wide_accumulator_changes_none) {
    auto free = quantize(datapath_of(18), Constraint::None);
    ::setenv("MACAW_THREADS", "3", 1);
    auto wide = quantize(datapath_of(18), Constraint::Axe);
    ::unsetenv("MACAW_THREADS");
    for (std::size_t i = 0; i < kProjections; ++i)
        BOOST_TEST((free.model.layers[i].codes == wide.model.layers[i].codes));
}

BOOST_AUTO_TEST_CASE(integer_datapath_equals_dequantized_float) {
    for (Signedness signedness : {Signedness::Signed, Signedness::Unsigned}) {
        auto result = quantize(datapath_of(16, signedness), Constraint::Axe);
        ModelConfig config = one_block().config;
        auto fake = must(FakeQuantizedLinear::create(result.model, config));
        BOOST_REQUIRE(fake.enter_block(0).has_value());
        auto integer = must(IntegerLinear::create(result.model, config, result.model.datapath));
        BOOST_REQUIRE(integer->enter_block(0).has_value());
        std::srand(1);
        Matrix input = Matrix::Random(5, 256).array() + 0.25F;
        input.row(3).setZero();
        BOOST_TEST(difference(fake, *integer, LinearGroup::MlpInput, input) < 1e-6F);
        BOOST_TEST(difference(fake, *integer, LinearGroup::AttentionInput, input) < 1e-6F);
        BOOST_TEST(integer->total_overflows().inner_overflow_tiles == 0);
        BOOST_TEST(integer->overflows()[4].counts.tiles == 5 * 768 * 4);
        BOOST_TEST(integer->overflows()[3].counts.tiles == 0);
    }
}

// Negative control: accumulators that are too narrow are counted, and their values differ.
BOOST_AUTO_TEST_CASE(a_narrow_accumulator_overflows_and_is_counted) {
    auto result = quantize(datapath_of(16), Constraint::None);
    ModelConfig config = one_block().config;
    auto fake = must(FakeQuantizedLinear::create(result.model, config));
    BOOST_REQUIRE(fake.enter_block(0).has_value());
    Matrix input = Matrix::Random(20, 256);
    for (OverflowMode mode : {OverflowMode::Wrap, OverflowMode::Saturate}) {
        Datapath narrow = datapath_of(9);
        narrow.inner_overflow = mode;
        auto integer = must(IntegerLinear::create(result.model, config, narrow));
        BOOST_REQUIRE(integer->enter_block(0).has_value());
        BOOST_TEST(difference(fake, *integer, LinearGroup::MlpInput, input) > 0.01F);
        BOOST_TEST(integer->total_overflows().inner_overflow_tiles > 0);
    }
}

BOOST_AUTO_TEST_CASE(impossible_requests_are_errors) {
    Checkpoint checkpoint = one_block();
    QuantizerOptions options = quick(Constraint::Axe);
    options.calibration_windows = 9;
    BOOST_TEST(fails_with(quantize_model(checkpoint, reference_text(), Datapath{}, options),
                          "too few for 9 windows"));
    Datapath impossible = datapath_of(16);
    impossible.outer_bits = BitWidth(15);
    BOOST_TEST(fails_with(quantize_model(checkpoint, reference_text(), impossible, quick(Constraint::Axe)),
                          "outer_bits"));
    QuantizerOptions one_sided = quick(Constraint::Axe);
    one_sided.activation.zero_point = macaw::golden::ZeroPoint::Symmetric;
    BOOST_TEST(fails_with(
        quantize_model(checkpoint, reference_text(), datapath_of(16, Signedness::Unsigned), one_sided),
        "symmetric activation codes need negative codes"));
    Datapath tight = datapath_of(14);
    tight.outer_bits = BitWidth(14);
    BOOST_TEST(fails_with(quantize_model(checkpoint, reference_text(), tight, quick(Constraint::DataType)),
                          "need 17 inner and 19 outer bits, there are 14 and 14"));
}

BOOST_AUTO_TEST_CASE(a_quantized_model_of_another_checkpoint_is_refused) {
    auto result = quantize(datapath_of(16), Constraint::None);
    const ModelConfig& other = embedded_checkpoint().config;
    BOOST_TEST(
        fails_with(FakeQuantizedLinear::create(result.model, other), "has 7 layers, the checkpoint has 42"));
    std::swap(result.model.layers[0], result.model.layers[3]);
    BOOST_TEST(fails_with(IntegerLinear::create(result.model, one_block().config, result.model.datapath),
                          "quantized layer 0 is model.layers.0.self_attn.o_proj"));
    std::swap(result.model.layers[0], result.model.layers[3]);
    Datapath narrow = datapath_of(16);
    narrow.weight_bits = BitWidth(3);
    BOOST_TEST(fails_with(IntegerLinear::create(result.model, one_block().config, narrow),
                          "more than 3 weight bits"));
}

BOOST_AUTO_TEST_CASE(captured_activations_are_what_each_layer_reads) {
    Checkpoint checkpoint = one_block();
    auto result = quantize(datapath_of(16), Constraint::Axe);
    const Datapath& datapath = result.model.datapath;
    TokenizedText text = reference_text();
    auto captured = must(capture_activations(checkpoint, result.model, text, datapath, 100, kWindow));
    BOOST_REQUIRE(captured.size() == kProjections);
    BOOST_TEST(captured[0].tokens == 128);  // whole windows
    BOOST_TEST(captured[6].in_features == 768);
    BOOST_TEST((captured[0].codes == captured[2].codes));
    // The first layer of the second window, computed here.
    WindowState state{embed(checkpoint, window_of(text, kWindow, 1)), {}};
    enter_block(checkpoint, 0, state);
    auto expected = quantize_tokens(state.input, macaw::golden::default_coding(datapath)).codes;
    BOOST_TEST(std::equal(expected.begin(), expected.end(), captured[0].codes.begin() + kWindow * 256,
                          captured[0].codes.end()));
    BOOST_TEST(
        fails_with(capture_activations(checkpoint, result.model, text, datapath, 520, kWindow), "too few"));
}

BOOST_AUTO_TEST_CASE(finished_blocks_are_taken_over_and_give_equal_codes) {
    ScratchFolder folder;
    QuantizerOptions options = quick(Constraint::Axe);
    options.algorithm = Algorithm::Qronos;
    auto run = [&](const BlockStore* store) {
        return must(quantize_model(one_block(), reference_text(), datapath_of(14), options, store));
    };
    QuantizationResult whole = run(nullptr);
    BlockStore store = BlockStore::open(folder.path() / "unfinished", {{"run", 1}});
    run(&store);
    QuantizationResult resumed = run(&store);
    BOOST_REQUIRE(resumed.model.layers.size() == whole.model.layers.size());
    for (std::size_t i = 0; i < whole.model.layers.size(); ++i) {
        BOOST_TEST((resumed.model.layers[i].codes == whole.model.layers[i].codes));
        BOOST_TEST((resumed.model.layers[i].scales == whole.model.layers[i].scales));
    }
    BOOST_TEST(resumed.total.tiles_constrained == whole.total.tiles_constrained);
    BOOST_TEST(resumed.total.relative_error() == whole.total.relative_error());
}

// Negative control: it is the stored block that comes back, and only for the key that it was stored for.
BOOST_AUTO_TEST_CASE(a_stored_block_serves_its_own_key_only) {
    ScratchFolder folder;
    auto path = folder.path() / "unfinished";
    BlockStore store = BlockStore::open(path, {{"run", 1}});
    QuantizedLayerResult layer;
    layer.layer = {"layer", 1, 2, {3, -4}, {0.5F}};
    layer.statistics.tiles = 7;
    BOOST_REQUIRE(store.write(2, Datapath{}, {layer}).has_value());
    auto again = BlockStore::open(path, {{"run", 1}}).read(2);
    BOOST_REQUIRE(again.has_value());
    BOOST_TEST((again->front().layer.codes == layer.layer.codes));
    BOOST_TEST(again->front().statistics.tiles == 7);
    BOOST_TEST(!store.read(1).has_value());
    std::filesystem::resize_file(path / "block_0002" / "layers.safetensors", 20);
    BOOST_TEST(!store.read(2).has_value());
    BOOST_TEST(!BlockStore::open(path, {{"run", 2}}).read(2).has_value());
    BOOST_TEST(!std::filesystem::exists(path / "block_0002"));
}

// The guarantee of a layer that uses fewer activation codes than the port rests on its coding: the same codes
// are not safe for all codes of the port.
BOOST_AUTO_TEST_CASE(fewer_activation_codes_carry_the_guarantee_and_all_codes_of_the_port_do_not) {
    QuantizerOptions options = quick(Constraint::Axe);
    options.activation.levels = {0.25};
    auto result = must(quantize_model(one_block(), reference_text(), datapath_of(13), options));
    BOOST_TEST((result.model.layers[0].activation->range == macaw::golden::Range{-32, 32}));
    BOOST_TEST(macaw::golden::certify(result.model).safe());
    for (macaw::golden::QuantizedLayer& layer : result.model.layers)
        layer.activation = macaw::golden::default_coding(result.model.datapath);
    BOOST_TEST(!macaw::golden::certify(result.model).safe());
}

// A prepared model without its frame would be evaluated with the wrong embedding and norms.
BOOST_AUTO_TEST_CASE(a_prepared_model_without_its_frame_is_an_error) {
    ScratchFolder folder;
    QuantizerOptions options = quick(Constraint::Axe);
    options.preparation.fold_norms = true;
    auto result = must(quantize_model(one_block(), reference_text(), datapath_of(16), options));
    BOOST_REQUIRE(write_quantization(folder.path(), result).has_value());
    auto model = must(macaw::golden::read_quantized_model(folder.path()));
    std::filesystem::remove(folder.path() / "frame.safetensors");
    BOOST_TEST(fails_with(load_checkpoint_of(embedded_model(), model, folder.path()), "frame.safetensors"));
}

BOOST_AUTO_TEST_SUITE_END()
