// The layout of the array's ports in a stimulus, and the stimulus file.
#include "sim/stimulus.hpp"

#include "golden/support/safetensors.hpp"
#include "sim/port_vector.hpp"
#include "sim/stimulus_statistics.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

namespace {

using namespace macaw;

golden::Datapath w4a8(int tile) {
    golden::Datapath datapath;
    datapath.tile = tile;
    return datapath;
}

hw::ArrayConfig array_of(int rows, int columns, int lanes) {
    hw::ArrayConfig array;
    array.rows = rows;
    array.columns = columns;
    array.lanes = lanes;
    return array;
}

struct Codes {
    std::vector<golden::WeightCode> weights;
    std::vector<golden::ActivationCode> activations;
};

Codes random_codes(const golden::MatmulShape& shape, const golden::Datapath& datapath) {
    Codes codes;
    golden::Range weight = datapath.weight_range();
    golden::Range activation = datapath.activation_range();
    for (std::int64_t i = 0; i < shape.out_features * shape.in_features; ++i)
        codes.weights.push_back(*rc::gen::inRange<golden::WeightCode>(
            static_cast<golden::WeightCode>(weight.min), static_cast<golden::WeightCode>(weight.max + 1)));
    for (std::int64_t i = 0; i < shape.tokens * shape.in_features; ++i)
        codes.activations.push_back(
            *rc::gen::inRange(static_cast<int>(activation.min), static_cast<int>(activation.max + 1)));
    return codes;
}

// 3 tokens, K = 5, 2 channels on a 2 x 2 array of 2 lanes, W4A8: 2 token groups, 1 column group, 3 beats.
const golden::MatmulShape kShape{3, 5, 2};
const std::vector<golden::WeightCode> kWeights = {1, -2, 3, -4, 5, -6, 7, -7, 6, -5};
const std::vector<golden::ActivationCode> kActivations = {1,  2,  3,   4,    5, -1, -2, -3,
                                                          -4, -5, 127, -128, 0, 1,  -1};

}  // namespace

BOOST_AUTO_TEST_CASE(codes_lie_at_the_bits_that_the_port_protocol_names) {
    sim::LayerStimulus stimulus =
        sim::make_stimulus("layer", kWeights, kActivations, kShape, w4a8(4), array_of(2, 2, 2));

    BOOST_TEST(stimulus.token_groups == 2);
    BOOST_TEST(stimulus.column_groups == 1);
    BOOST_TEST(stimulus.beats == 3);
    BOOST_TEST(stimulus.activation_words == 1);  // 2 rows x 2 lanes x 8 bits
    BOOST_TEST(stimulus.weight_words == 1);      // 2 columns x 2 lanes x 4 bits
    // Row 0 lane 0 in the lowest byte: codes 1, 2 of token 0, then -1, -2 of token 1.
    BOOST_TEST(stimulus.activations[0] == 0xfeff0201U);
    // Last beat of K = 5: one code a token, the other lane is padding.
    BOOST_TEST(stimulus.activations[2] == 0x00fb0005U);
    // Token 2 is alone in its group; row 1 is padding.
    BOOST_TEST(stimulus.activations[3] == 0x0000807fU);
    // Column 0: 1, -2 (0xe); column 1: -6 (0xa), 7.
    BOOST_TEST(stimulus.weights[0] == 0x7ae1U);
    BOOST_TEST(stimulus.weights[2] == 0x0b05U);
}

BOOST_AUTO_TEST_CASE(unpacking_gives_the_codes_back_for_random_shapes_and_widths) {
    testing::check_property("round trip", [] {
        golden::Datapath datapath;
        datapath.weight_bits = golden::BitWidth(*rc::gen::inRange(2, 9));
        datapath.activation_bits = golden::BitWidth(*rc::gen::inRange(2, 17));
        auto signedness = [] {
            return *rc::gen::element(golden::Signedness::Signed, golden::Signedness::Unsigned);
        };
        datapath.activation_signedness = signedness();
        datapath.weight_signedness = signedness();
        golden::MatmulShape shape{*rc::gen::inRange(1, 7), *rc::gen::inRange(1, 20), *rc::gen::inRange(1, 7)};
        hw::ArrayConfig array =
            array_of(*rc::gen::inRange(1, 5), *rc::gen::inRange(1, 5), *rc::gen::inRange(1, 7));
        Codes codes = random_codes(shape, datapath);

        sim::LayerStimulus stimulus =
            sim::make_stimulus("layer", codes.weights, codes.activations, shape, datapath, array);

        RC_ASSERT(sim::unpack_activations(stimulus, datapath, array) == codes.activations);
        RC_ASSERT(sim::unpack_weights(stimulus, datapath, array) == codes.weights);
    });
}

BOOST_AUTO_TEST_CASE(a_field_may_cross_words_and_leaves_its_neighbours_alone) {
    std::vector<std::uint32_t> words(3, 0xffffffffU);
    sim::set_bits(words, 20, 40, 0x123456789aULL);

    BOOST_TEST(sim::get_bits(words, 20, 40) == 0x123456789aULL);
    BOOST_TEST(sim::get_bits(words, 0, 20) == 0xfffffU);
    BOOST_TEST(sim::get_bits(words, 60, 36) == 0xfffffffffULL);
    BOOST_TEST(sim::get_signed_bits(words, 59, 2) == -2);  // bits 59 = 0, 60 = 1
    BOOST_CHECK_THROW(sim::set_bits(words, 90, 7, 0), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_stimulus_file_reads_back_equal) {
    testing::ScratchFolder folder;
    sim::Stimulus stimulus{w4a8(4), array_of(2, 2, 2), {}};
    stimulus.layers.push_back(sim::make_stimulus("model.layers.0.q", kWeights, kActivations, kShape,
                                                 stimulus.datapath, stimulus.array));
    stimulus.layers.push_back(sim::make_stimulus("model.layers.0.k", kWeights, kActivations, kShape,
                                                 stimulus.datapath, stimulus.array));

    auto written = sim::write_stimulus(folder.path() / "stimulus.safetensors", stimulus);
    auto read = sim::read_stimulus(folder.path() / "stimulus.safetensors");

    BOOST_TEST_REQUIRE(written.has_value());
    BOOST_TEST_REQUIRE(read.has_value(), (read ? "" : to_text(read.error())));
    BOOST_TEST((read->datapath == stimulus.datapath));
    BOOST_TEST((read->array == stimulus.array));
    BOOST_TEST_REQUIRE(read->layers.size() == 2U);
    BOOST_TEST(read->layers[1].name == "model.layers.0.k");
    BOOST_TEST(read->layers[1].shape.out_features == 2);
    BOOST_TEST(read->layers[1].activations == stimulus.layers[1].activations);
    BOOST_TEST(read->layers[1].weights == stimulus.layers[1].weights);
}

BOOST_AUTO_TEST_CASE(another_safetensors_file_is_refused_with_its_place) {
    testing::ScratchFolder folder;
    std::filesystem::path path = folder.path() / "other.safetensors";
    BOOST_TEST_REQUIRE(write_safetensors(path, {}, {}).has_value());

    auto read = sim::read_stimulus(path);

    BOOST_TEST_REQUIRE(!read.has_value());
    BOOST_TEST(read.error().place.file == path.string());
    BOOST_TEST((read.error().kind == ErrorKind::BadInput));
}

BOOST_AUTO_TEST_CASE(a_code_outside_the_datapath_is_a_broken_invariant) {
    std::vector<golden::WeightCode> weights = kWeights;
    weights[3] = -8;  // W4 is symmetric: -7..7

    BOOST_CHECK_THROW(sim::make_stimulus("layer", weights, kActivations, kShape, w4a8(4), array_of(2, 2, 2)),
                      std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_stimulus_serves_arrays_whose_input_ports_are_the_same) {
    testing::ScratchFolder folder;
    const auto file = folder.path() / "stimulus.safetensors";
    sim::Stimulus stimulus{w4a8(4), array_of(2, 2, 2), {}};
    stimulus.layers.push_back(
        sim::make_stimulus("layer", kWeights, kActivations, kShape, stimulus.datapath, stimulus.array));
    BOOST_REQUIRE(sim::write_stimulus(file, stimulus).has_value());
    golden::Datapath other = stimulus.datapath;
    other.inner_bits = golden::BitWidth(24);
    other.outer_bits = golden::BitWidth(30);
    other.inner_overflow = golden::OverflowMode::Saturate;
    hw::ArrayConfig structural = stimulus.array;
    structural.arithmetic = hw::Arithmetic::Structural;
    auto read = sim::read_stimulus_for(file, other, structural);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((read->datapath == other));
    BOOST_TEST((read->array == structural));
    for (const hw::ArrayConfig& shape : {array_of(1, 2, 2), array_of(2, 1, 2), array_of(2, 2, 4)})
        BOOST_TEST(!sim::read_stimulus_for(file, other, shape).has_value());
    for (auto change : std::vector<void (*)(golden::Datapath&)>{
             [](golden::Datapath& d) { d.weight_bits = golden::BitWidth(5); },
             [](golden::Datapath& d) { d.activation_bits = golden::BitWidth(6); },
             [](golden::Datapath& d) { d.activation_signedness = golden::Signedness::Unsigned; },
             [](golden::Datapath& d) { d.tile = 8; }}) {
        golden::Datapath changed = stimulus.datapath;
        change(changed);
        BOOST_TEST(!sim::read_stimulus_for(file, changed, stimulus.array).has_value());
    }
}

BOOST_AUTO_TEST_CASE(statistics_count_zeros_and_changes_of_the_ports) {
    // One row, one column, one lane: beats are the codes themselves. 8-bit activations 1, 2, 0: 2 + 1 changes
    // in 2 steps of 8 bits; 4-bit weights 1, 0, -1 (0001, 0000, 1111): 1 + 4 in 2 steps of 4 bits.
    const golden::MatmulShape shape{1, 3, 1};
    sim::Stimulus stimulus{w4a8(3), array_of(1, 1, 1), {}};
    stimulus.layers.push_back(sim::make_stimulus("layer", std::vector<golden::WeightCode>{1, 0, -1},
                                                 std::vector<golden::ActivationCode>{1, 2, 0}, shape, w4a8(3),
                                                 array_of(1, 1, 1)));
    const sim::StimulusStatistics statistics = sim::statistics_of(stimulus);
    BOOST_TEST(statistics.macs_per_token == 3);
    BOOST_TEST(statistics.tokens == 1);
    BOOST_TEST(statistics.activations.codes == 3);
    BOOST_TEST(statistics.activations.zero_codes == 1);
    BOOST_TEST(statistics.activations.toggle_rate() == 3.0 / 16);
    BOOST_TEST(statistics.weights.zero_codes == 1);
    BOOST_TEST(statistics.weights.toggle_rate() == 5.0 / 8);
    const Metrics metrics = sim::stimulus_metrics(stimulus);
    BOOST_TEST((metrics.find("stimulus__weights__toggle_rate__ratio")->value == 5.0 / 8));
}
