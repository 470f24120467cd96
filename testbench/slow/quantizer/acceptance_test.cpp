// The quantizer on the whole embedded model and whole texts, against the figures of an independent
// implementation (../shared/models/README.md, reference.json). Skips where ../shared is not there.
#include <cmath>
#include <map>

#include "golden/certificate.hpp"
#include "quantizer/llama/perplexity.hpp"
#include "quantizer/quantize_model.hpp"
#include "quantizer/quantized_linear.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;
using macaw::golden::BitWidth;
using macaw::golden::Datapath;
using macaw::golden::OverflowMode;

namespace {

constexpr const char* kEvaluation = "data/kjv/luke_john_acts.txt";
constexpr const char* kCalibration = "data/kjv/genesis_exodus.txt";

bool without_shared() {
    if (shared_data(kEvaluation) && shared_data(kCalibration)) return false;
    BOOST_TEST_MESSAGE("skipped: ../shared/data is not here");
    return true;
}

TokenizedText shared_text(const std::string& name) {
    return must(tokenize_file(embedded_tokenizer(), *shared_data(name)));
}

Datapath datapath_of(int inner_bits) {
    Datapath datapath;  // W4A8, signed activations, T = 64
    datapath.inner_bits = BitWidth(inner_bits);
    datapath.outer_bits = BitWidth(inner_bits + 4);
    return datapath;
}

const QuantizationResult& quantized(Algorithm algorithm, Constraint constraint, int inner_bits) {
    static std::map<std::tuple<Algorithm, Constraint, int>, QuantizationResult> done;
    auto [place, fresh] = done.try_emplace({algorithm, constraint, inner_bits});
    if (fresh) {
        QuantizerOptions options;
        options.algorithm = algorithm;
        options.constraint = constraint;
        place->second = must(quantize_model(embedded_checkpoint(), shared_text(kCalibration),
                                            datapath_of(inner_bits), options));
    }
    return place->second;
}

double perplexity_of(LinearLayers& layers, const std::string& text = kEvaluation) {
    Perplexity result = must(measure_perplexity(embedded_checkpoint(), layers, shared_text(text), {}));
    BOOST_TEST_MESSAGE(text << ": " << result.perplexity << " +- " << result.standard_error);
    return result.perplexity;
}

double dequantized_perplexity(const QuantizationResult& result) {
    auto layers = must(FakeQuantizedLinear::create(result.model, embedded_checkpoint().config));
    return perplexity_of(layers);
}

struct InDatapath {
    double perplexity;
    double inner_rate;  // share of the tiles that left the inner range
    std::int64_t outer_overflows;
};

InDatapath datapath_perplexity(const QuantizationResult& result, const Datapath& datapath) {
    auto layers = must(IntegerLinear::create(result.model, embedded_checkpoint().config, datapath));
    double perplexity = perplexity_of(*layers);
    auto counts = layers->total_overflows();
    double rate = static_cast<double>(counts.inner_overflow_tiles) / static_cast<double>(counts.tiles);
    BOOST_TEST_MESSAGE(to_string(datapath) << ": rate " << rate);
    return {perplexity, rate, counts.outer_overflow_outputs};
}

// Unconstrained layers, a check per tile and a wide outer accumulator, as in the reference table.
InDatapath unconstrained_at(int inner_bits, OverflowMode mode) {
    Datapath datapath = datapath_of(inner_bits);
    datapath.outer_bits = BitWidth(24);
    datapath.inner_overflow = mode;
    datapath.products_per_check = datapath.tile;
    return datapath_perplexity(quantized(Algorithm::Optq, Constraint::None, 16), datapath);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(acceptance)

BOOST_AUTO_TEST_CASE(float_perplexities_equal_the_reference) {
    if (without_shared()) return;
    FloatLinear layers(embedded_checkpoint());
    auto within = boost::test_tools::tolerance(1e-3);
    BOOST_TEST(perplexity_of(layers) == 27.905, within);
    BOOST_TEST(perplexity_of(layers, "data/books/hound_of_the_baskervilles.txt") == 21.26848832212634,
               within);
    BOOST_TEST(perplexity_of(layers, "data/books/treasure_island.txt") == 27.04145177658963, within);
}

BOOST_AUTO_TEST_CASE(unconstrained_perplexities_are_those_of_an_independent_implementation) {
    if (without_shared()) return;
    BOOST_TEST(dequantized_perplexity(quantized(Algorithm::Rtn, Constraint::None, 16)) == 36.39,
               boost::test_tools::tolerance(5e-3));
    BOOST_TEST(dequantized_perplexity(quantized(Algorithm::Optq, Constraint::None, 16)) <= 31.5);
}

BOOST_AUTO_TEST_CASE(sixteen_bits_change_no_code_and_fifteen_little_perplexity) {
    if (without_shared()) return;
    const QuantizationResult& free = quantized(Algorithm::Optq, Constraint::None, 16);
    const QuantizationResult& wide = quantized(Algorithm::Optq, Constraint::Axe, 16);
    for (std::size_t i = 0; i < free.model.layers.size(); ++i)
        BOOST_TEST((free.model.layers[i].codes == wide.model.layers[i].codes));
    const QuantizationResult& narrow = quantized(Algorithm::Optq, Constraint::Axe, 15);
    BOOST_TEST(macaw::golden::certify(narrow.model).safe());
    BOOST_TEST(narrow.total.tiles == 73728);
    BOOST_TEST(narrow.total.tiles_constrained > 7000);  // about 20 %
    BOOST_TEST(dequantized_perplexity(narrow) <= 32.2);
}

BOOST_AUTO_TEST_CASE(the_integer_datapath_has_the_perplexity_of_dequantized_float) {
    if (without_shared()) return;
    const QuantizationResult& narrow = quantized(Algorithm::Optq, Constraint::Axe, 15);
    Datapath datapath = datapath_of(15);
    datapath.inner_overflow = datapath.outer_overflow = OverflowMode::Trap;
    datapath.products_per_check = 16;
    InDatapath integer = datapath_perplexity(narrow, datapath);
    BOOST_TEST(integer.perplexity == dequantized_perplexity(narrow), boost::test_tools::tolerance(1e-4));
    BOOST_TEST(integer.inner_rate == 0);
    BOOST_TEST(integer.outer_overflows == 0);
}

// Reference: saturate 13 / 12 / 11 bits 31.13 (7.7e-6), 32.53 (3.6e-3), 78.7 (6.9e-2); wrap at 12 bits 1801
// (5.0e-3).
BOOST_AUTO_TEST_CASE(unconstrained_layers_overflow_as_often_as_the_reference_says) {
    if (without_shared()) return;
    InDatapath rare = unconstrained_at(13, OverflowMode::Saturate);
    BOOST_TEST((rare.inner_rate > 3e-6 && rare.inner_rate < 2e-5));
    BOOST_TEST(rare.perplexity <= 31.5);
    InDatapath saturated = unconstrained_at(12, OverflowMode::Saturate);
    BOOST_TEST(saturated.inner_rate == 3.6e-3, boost::test_tools::tolerance(0.15));
    BOOST_TEST(saturated.perplexity == 32.53, boost::test_tools::tolerance(0.02));
    InDatapath wrapped = unconstrained_at(12, OverflowMode::Wrap);
    BOOST_TEST(wrapped.inner_rate == 5.0e-3, boost::test_tools::tolerance(0.3));
    BOOST_TEST(wrapped.perplexity > 500);
}

BOOST_AUTO_TEST_SUITE_END()
