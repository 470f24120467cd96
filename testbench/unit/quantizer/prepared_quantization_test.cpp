// Preparation and quantization together: with 8-bit codes a prepared model still is the float model, in both
// kinds of linear layers and after a journey through its folder.
#include "golden/certificate.hpp"
#include "quantizer/prepare/frame.hpp"
#include "quantizer/quantization_folder.hpp"
#include "quantizer/quantized_linear.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;
using macaw::golden::BitWidth;
using macaw::golden::Datapath;

namespace {

constexpr std::int64_t kWindow = 64;
constexpr double kClose = 0.05;  // relative error of the logits; 0.013 to 0.03 is seen

const std::vector<PreparationOptions> kPreparations{
    {.fold_norms = true,
     .rotate_residual = true,
     .rotate_heads = true,
     .rotate_down_input = true,
     .smoothing = Smoothing::Searched,
     .balance_tiles = true},
    {.fold_norms = true, .smoothing = Smoothing::Fixed, .equalize = true, .balance_tiles = true}};

QuantizationResult quantize(const PreparationOptions& preparation, Algorithm algorithm = Algorithm::Optq) {
    Datapath datapath;
    datapath.weight_bits = BitWidth(8);
    datapath.activation_bits = BitWidth(8);
    datapath.tile = 32;
    datapath.inner_bits = BitWidth(20);
    datapath.outer_bits = BitWidth(25);
    QuantizerOptions options;
    options.algorithm = algorithm;
    options.calibration_windows = 3;
    options.window = kWindow;
    options.preparation = preparation;
    return must(quantize_model(one_block(), reference_text(), datapath, options));
}

// Residual stream behind the block. [kWindow, hidden]
Matrix stream(const Checkpoint& checkpoint, LinearLayers& layers) {
    TokenizedText text = reference_text();
    return must(forward_hidden(checkpoint, layers, make_rotary(checkpoint.config, kWindow),
                               std::span(text.tokens).subspan(4 * kWindow, kWindow)));
}

// Logits are what no preparation may change.
double distance_from_float(const Checkpoint& checkpoint, LinearLayers& layers) {
    static const Matrix reference = [] {
        Checkpoint original = one_block();
        FloatLinear linear(original);
        return logits_of(original, stream(original, linear), 0, kWindow);
    }();
    Matrix now = logits_of(checkpoint, stream(checkpoint, layers), 0, kWindow);
    return static_cast<double>((now - reference).norm() / reference.norm());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prepared_quantization)

BOOST_AUTO_TEST_CASE(prepared_and_quantized_is_close_to_float_in_both_kinds_of_layers) {
    for (const PreparationOptions& preparation : kPreparations) {
        QuantizationResult result = quantize(preparation);
        BOOST_REQUIRE(result.prepared.has_value());
        const Checkpoint& frame = *result.prepared;
        auto fake = must(FakeQuantizedLinear::create(result.model, frame.config));
        auto integer = must(IntegerLinear::create(result.model, frame.config, result.model.datapath));
        BOOST_TEST(distance_from_float(frame, fake) < kClose);
        BOOST_TEST(distance_from_float(frame, *integer) < kClose);
        BOOST_TEST(macaw::golden::certify(result.model).safe());
        bool transformed = result.model.layers[6].input_transform == macaw::golden::InputTransform::Hadamard;
        BOOST_TEST(transformed == preparation.rotate_down_input);
        // Negative control: the codes with the frame of the original model.
        BOOST_TEST(distance_from_float(one_block(), fake) > 4 * kClose);
    }
}

BOOST_AUTO_TEST_CASE(algorithms_that_look_at_the_float_model_see_the_prepared_one) {
    for (Algorithm algorithm : {Algorithm::Gpfq, Algorithm::Qronos}) {
        QuantizationResult result = quantize(kPreparations.front(), algorithm);
        auto fake = must(FakeQuantizedLinear::create(result.model, result.prepared->config));
        BOOST_TEST(distance_from_float(*result.prepared, fake) < kClose);
    }
}

BOOST_AUTO_TEST_CASE(frame_and_codes_come_back_from_their_folder) {
    ScratchFolder folder;
    QuantizationResult result = quantize(kPreparations.front());
    BOOST_REQUIRE(write_quantization(folder.path(), result).has_value());
    auto model = must(macaw::golden::read_quantized_model(folder.path()));
    Checkpoint checkpoint = one_block();
    BOOST_REQUIRE(read_frame(folder.path(), checkpoint).has_value());
    auto fake = must(FakeQuantizedLinear::create(model, checkpoint.config));
    auto before = must(FakeQuantizedLinear::create(result.model, result.prepared->config));
    BOOST_TEST((stream(checkpoint, fake) == stream(*result.prepared, before)));
}

BOOST_AUTO_TEST_SUITE_END()
