// The preset `macaw` on the embedded model against the best that plain AXE reaches at the same inner
// accumulator with widths of weights and activations chosen by hand (figures of an independent
// implementation, ../shared/models). Never more than one width each: table `best` in configs/tables has all
// of them. Texts: scripts/texts; the books skip where
// ../shared is not there.
#include "golden/certificate.hpp"
#include "quantizer/llama/perplexity.hpp"
#include "quantizer/quantize_model.hpp"
#include "quantizer/quantized_linear.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;
using macaw::golden::BitWidth;
using macaw::golden::Datapath;

namespace {

struct Texts {
    TokenizedText calibration;
    TokenizedText evaluation;
};

Texts kjv() {
    auto folder = source_folder() / "build/texts";
    return {must(tokenize_file(embedded_tokenizer(), folder / "genesis_exodus.txt")),
            must(tokenize_file(embedded_tokenizer(), folder / "luke_john_acts.txt"))};
}

QuantizationResult quantize(const Texts& texts, int weight_bits, int inner_bits) {
    Datapath datapath;  // A8, signed, T = 64
    datapath.weight_bits = BitWidth(weight_bits);
    datapath.inner_bits = BitWidth(inner_bits);
    datapath.outer_bits = BitWidth(inner_bits + 4);
    auto result =
        must(quantize_model(embedded_checkpoint(), texts.calibration, datapath, options_of(Preset::Macaw)));
    BOOST_TEST(macaw::golden::certify(result.model).safe());
    return result;
}

double perplexity(const QuantizationResult& result, LinearLayers& layers, const TokenizedText& text) {
    Perplexity measured = must(measure_perplexity(*result.prepared, layers, text, {}));
    BOOST_TEST_MESSAGE(text.file << " at " << to_string(result.model.datapath) << ": " << measured.perplexity
                                 << " +- " << measured.standard_error);
    return measured.perplexity;
}

double dequantized_perplexity(const QuantizationResult& result, const TokenizedText& text) {
    auto layers = must(FakeQuantizedLinear::create(result.model, result.prepared->config));
    return perplexity(result, layers, text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(preset_macaw)

// Plain AXE: 32.27 at 13 bits with W4A6, 18 768 with W4A8.
BOOST_AUTO_TEST_CASE(thirteen_bits_with_w4a8_and_the_datapath_is_the_dequantized_model) {
    Texts texts = kjv();
    QuantizationResult result = quantize(texts, 4, 13);
    double dequantized = dequantized_perplexity(result, texts.evaluation);
    BOOST_TEST(dequantized < 31.4);
    auto layers = must(IntegerLinear::create(result.model, result.prepared->config, result.model.datapath));
    BOOST_TEST(perplexity(result, *layers, texts.evaluation) == dequantized,
               boost::test_tools::tolerance(1e-4));
    BOOST_TEST(layers->total_overflows().inner_overflow_tiles == 0);
    BOOST_TEST(layers->total_overflows().outer_overflow_outputs == 0);
}

// Plain AXE: 83.1 with W4A4.
BOOST_AUTO_TEST_CASE(eleven_bits) {
    Texts texts = kjv();
    BOOST_TEST(dequantized_perplexity(quantize(texts, 5, 11), texts.evaluation) < 65);
}

// Plain AXE: 26.03 with W4A6.
BOOST_AUTO_TEST_CASE(thirteen_bits_on_the_books) {
    auto calibration = shared_data("data/books/treasure_island.txt");
    auto evaluation = shared_data("data/books/hound_of_the_baskervilles.txt");
    if (!calibration || !evaluation) {
        BOOST_TEST_MESSAGE("skipped: ../shared/data is not here");
        return;
    }
    Texts texts{must(tokenize_file(embedded_tokenizer(), *calibration)),
                must(tokenize_file(embedded_tokenizer(), *evaluation))};
    BOOST_TEST(dequantized_perplexity(quantize(texts, 5, 13), texts.evaluation) < 26.03);
}

BOOST_AUTO_TEST_SUITE_END()
