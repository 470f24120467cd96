// Reading, checking and writing of ArrayConfig.
#include "hw/array/array_config.hpp"

#include <boost/test/unit_test.hpp>

namespace macaw::hw {

namespace {

struct Read {
    ArrayConfig array;
    Errors errors;
};

// No value is the default.
const StructuralForm kForm{Multiplier::Booth, Reduction::Wallace, FinalAdder::Sklansky,
                           Accumulation::CarrySave};

Read read(const std::string& text) {
    Read result;
    result.array = read_array(YamlMapping(YAML::Load(text), "test.yaml", "array", result.errors));
    return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(array_config_suite)

BOOST_AUTO_TEST_CASE(all_keys_are_read) {
    Read result = read(
        "{dataflow: output_stationary, rows: 2, columns: 3, lanes: 4, pipeline: tree, arithmetic: "
        "structural, "
        "multiplier: booth, reduction: wallace, adder: sklansky, accumulation: carry_save}");
    BOOST_TEST(result.errors.empty());
    BOOST_TEST((result.array == ArrayConfig{Dataflow::OutputStationary, 2, 3, 4, Arithmetic::Structural,
                                            kForm, Pipeline::Tree}));
}

BOOST_AUTO_TEST_CASE(a_circuit_cannot_be_chosen_for_behavioural_arithmetic) {
    Read result = read("{multiplier: booth}");
    BOOST_REQUIRE_EQUAL(result.errors.size(), 1U);
    BOOST_TEST(result.errors[0].hint == "add arithmetic: structural");
}

BOOST_AUTO_TEST_CASE(unknown_keys_and_words_are_all_reported) {
    Read result = read("{dataflow: row_stationary, row: 2, lanes: many}");
    BOOST_TEST(result.errors.size() == 3U);
}

BOOST_AUTO_TEST_CASE(json_keeps_every_value) {
    ArrayConfig array{Dataflow::OutputStationary, 5, 6, 7, Arithmetic::Structural, kForm, Pipeline::Full};
    auto again = array_from_json(to_json(array), "array.json");
    BOOST_REQUIRE(again.has_value());
    BOOST_TEST((*again == array));
    Json wrong = to_json(array);
    wrong["arithmetic"] = "booth";
    BOOST_TEST(!array_from_json(wrong, "array.json").has_value());
    wrong.erase("arithmetic");
    BOOST_TEST(!array_from_json(wrong, "array.json").has_value());
}

BOOST_AUTO_TEST_CASE(every_problem_names_its_field) {
    golden::Datapath datapath;  // T = 64
    ArrayConfig array;
    BOOST_TEST(validate(array, datapath).empty());
    array.lanes = 48;
    BOOST_REQUIRE_EQUAL(validate(array, datapath).size(), 1U);
    BOOST_TEST(validate(array, datapath)[0].field == "lanes");
    BOOST_TEST(validate(array, datapath)[0].hint == "lanes that do: 1, 2, 4, 8, 16, 32, 64");
    array = {Dataflow::OutputStationary, 8, 8, 16, Arithmetic::Structural};
    array.form.accumulation = Accumulation::CarrySave;
    BOOST_TEST(validate(array, datapath).empty());
    datapath.inner_overflow = golden::OverflowMode::Saturate;
    BOOST_REQUIRE_EQUAL(validate(array, datapath).size(), 1U);
    BOOST_TEST(validate(array, datapath)[0].field == "accumulation");
    BOOST_TEST(validate(array_for(datapath, array), datapath).empty());
    datapath.inner_overflow = golden::OverflowMode::Wrap;
    array = {Dataflow::OutputStationary, 8, 8, 16, Arithmetic::Packed};
    BOOST_TEST(validate(array, datapath).empty());
    BOOST_TEST(!require_synthesisable(array).has_value());
    array.pipeline = Pipeline::Tree;
    BOOST_REQUIRE_EQUAL(validate(array, datapath).size(), 1U);
    BOOST_TEST(validate(array, datapath)[0].field == "pipeline");
    array = {Dataflow::WeightStationary, 8, 8, 1, Arithmetic::Packed};
    BOOST_REQUIRE_EQUAL(validate(array, datapath).size(), 1U);
    BOOST_TEST(validate(array, datapath)[0].field == "arithmetic");
    array = {Dataflow::OutputStationary, 0, -1, 0, Arithmetic::Structural};
    BOOST_TEST(validate(array, datapath).size() == 3U);
    array = {Dataflow::OutputStationary, 256, 1, 64, Arithmetic::Structural};  // 256 * 64 * 8 bits
    BOOST_REQUIRE_EQUAL(validate(array, datapath).size(), 1U);
    BOOST_TEST(validate(array, datapath)[0].field == "rows");
}

BOOST_AUTO_TEST_CASE(sums_beyond_62_bits_are_refused_where_they_must_be_exact) {
    golden::Datapath datapath;
    datapath.inner_bits = datapath.outer_bits = golden::BitWidth(62);
    BOOST_TEST(validate(ArrayConfig{}, datapath).empty());
    datapath.inner_overflow = golden::OverflowMode::Trap;
    BOOST_TEST(validate(ArrayConfig{}, datapath).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
