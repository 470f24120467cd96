// Small dot product units of every form and pipeline are `*` and `+` as Yosys reads them, final adders are
// `+` at the widths that are built, and the behavioural unit is the sum that it looks like.
#include "sim/formal/dot_product_proof.hpp"

#include "proof_fixture.hpp"
#include "sim/formal/behavioural_unit.hpp"

namespace macaw::sim {

namespace {

using golden::BitWidth;
using golden::OverflowMode;
using golden::Signedness;
using namespace testing;

constexpr hw::Pipeline kPipelines[] = {hw::Pipeline::None, hw::Pipeline::Multiplier, hw::Pipeline::Tree,
                                       hw::Pipeline::Full};
constexpr hw::FinalAdder kAdders[] = {hw::FinalAdder::Operator, hw::FinalAdder::Ripple,
                                      hw::FinalAdder::BrentKung, hw::FinalAdder::Sklansky,
                                      hw::FinalAdder::KoggeStone};

hw::DotProductShape shape_of(int lanes, int n, Signedness signedness, int m, int p, OverflowMode mode,
                             Signedness weights = Signedness::Signed) {
    return {lanes, BitWidth(n), signedness, BitWidth(m), BitWidth(p), mode, weights};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dot_product_proof_suite)

// Lint does not see a wrong sign and Icarus is not what synthesises: this is what Yosys makes of `*` and the
// casts. Widths, modes, reductions and pipelines take turns.
BOOST_AUTO_TEST_CASE(every_structural_form_equals_the_reference) {
    if (!have_provers()) return;
    Bench bench;
    int number = 0;
    for (auto signedness : {Signedness::Signed, Signedness::Unsigned})
        for (hw::Multiplier multiplier : {hw::Multiplier::BaughWooley, hw::Multiplier::Booth})
            for (hw::FinalAdder adder : kAdders) {
                const bool wraps = number % 2 == 0;
                const hw::DotProductShape shape = shape_of(2, 3, signedness, 2, number % 3 == 0 ? 3 : 7,
                                                           wraps ? OverflowMode::Wrap : OverflowMode::Trap);
                hw::ArrayConfig array = array_of(
                    1, 2, hw::Arithmetic::Structural,
                    {multiplier, number % 4 < 2 ? hw::Reduction::Dadda : hw::Reduction::Wallace, adder,
                     wraps && number % 4 == 0 ? hw::Accumulation::CarrySave : hw::Accumulation::Resolved});
                array.pipeline = kPipelines[number % 4];
                auto proof = bench.prover().within(bench.next_name(), dot_product_property(shape, array, 0),
                                                   cycles_of(array));
                BOOST_TEST(text(proof) == "proven", to_string(array) << ": " << text(proof));
                ++number;
            }
}

BOOST_AUTO_TEST_CASE(every_pipeline_of_unsigned_weights_equals_the_reference) {
    if (!have_provers()) return;
    Bench bench;
    int number = 0;
    for (Signedness activations : {Signedness::Signed, Signedness::Unsigned})
        for (hw::Pipeline pipeline : kPipelines)
            for (hw::Multiplier multiplier : {hw::Multiplier::BaughWooley, hw::Multiplier::Booth}) {
                hw::ArrayConfig array =
                    array_of(1, 2, number % 3 == 0 ? hw::Arithmetic::Behavioural : hw::Arithmetic::Structural,
                             {multiplier, hw::Reduction::Dadda, hw::FinalAdder::Operator});
                array.pipeline = pipeline;
                const auto shape =
                    shape_of(2, 3, activations, 2 + number % 2, number % 4 < 2 ? 4 : 8,
                             number % 5 == 0 ? OverflowMode::Trap : OverflowMode::Wrap, Signedness::Unsigned);
                for (int slack : {0, 1}) {
                    if (slack == 1 && number % 4 != 0) continue;
                    auto proof = bench.prover().within(
                        bench.next_name(), dot_product_property(shape, array, slack), cycles_of(array));
                    BOOST_TEST(text(proof) == (slack == 0 ? "proven" : "refuted"), to_string(array));
                }
                ++number;
            }
}

// Any masks: products of lanes that do not count are 0, in every form and pipeline.
BOOST_AUTO_TEST_CASE(masked_units_equal_the_reference_and_a_mask_that_is_stuck_does_not) {
    if (!have_provers()) return;
    Bench bench;
    hw::DotProductShape shape = shape_of(2, 3, Signedness::Signed, 3, 8, OverflowMode::Wrap);
    shape.masks_products = true;
    std::vector<hw::ArrayConfig> arrays = {
        array_of(1, 2), array_of(1, 2, hw::Arithmetic::Structural, {}),
        array_of(1, 2, hw::Arithmetic::Structural,
                 {hw::Multiplier::Booth, {}, {}, hw::Accumulation::CarrySave})};
    for (hw::ArrayConfig array : arrays)
        for (hw::Pipeline pipeline : {hw::Pipeline::None, hw::Pipeline::Multiplier, hw::Pipeline::Tree}) {
            array.pipeline = pipeline;
            auto proof = bench.prover().within(bench.next_name(), dot_product_property(shape, array, 0),
                                               cycles_of(array));
            BOOST_TEST(text(proof) == "proven", to_string(array) << ": " << text(proof));
        }
    auto broken = dot_product_property(shape, arrays[2], 0, [](rtl::Design& design) {
        design.invert_bit("macaw_dot_product", "digit_1_0_neg_masked", 0);
    });
    BOOST_TEST(text(bench.prover().within(bench.next_name(), broken, 1)) == "refuted");
}

BOOST_AUTO_TEST_CASE(an_operand_gate_is_plain_registers_that_hold_while_an_operand_is_zero) {
    if (!have_provers()) return;
    Bench bench;
    const hw::DotProductShape shape = shape_of(1, 8, Signedness::Signed, 4, 16, OverflowMode::Wrap);
    BOOST_TEST(text(bench.prover().induction(bench.next_name(), operand_gate_property(shape), 1)) ==
               "proven");
    for (const char* signal : {"nonzero", "load", "weight_q"}) {
        auto broken = operand_gate_property(
            shape, [&](rtl::Design& design) { design.invert_bit("macaw_operand_gate", signal, 0); });
        BOOST_TEST(text(bench.prover().search(bench.next_name(), broken, 4)) == "refuted", signal);
    }
}

BOOST_AUTO_TEST_CASE(every_pipeline_of_both_arithmetics_equals_the_reference_and_a_fault_does_not) {
    if (!have_provers()) return;
    Bench bench;
    const hw::DotProductShape shape = shape_of(2, 3, Signedness::Signed, 3, 8, OverflowMode::Wrap);
    for (hw::Arithmetic arithmetic : {hw::Arithmetic::Behavioural, hw::Arithmetic::Structural})
        for (hw::Pipeline pipeline : kPipelines)
            for (int slack : {0, 1}) {
                hw::ArrayConfig array = array_of(1, 2, arithmetic);
                array.pipeline = pipeline;
                auto proof = bench.prover().within(
                    bench.next_name(), dot_product_property(shape, array, slack), cycles_of(array));
                BOOST_TEST(text(proof) == (slack == 0 ? "proven" : "refuted"), to_string(array));
            }
    const hw::ArrayConfig structural = array_of(1, 2, hw::Arithmetic::Structural);
    auto broken = dot_product_property(shape, structural, 0, [](rtl::Design& design) {
        design.invert_bit("macaw_dot_product", "row_a", 0);
    });
    BOOST_TEST(text(bench.prover().within(bench.next_name(), broken, 1)) == "refuted");
}

BOOST_AUTO_TEST_CASE(final_adders_of_large_widths_are_plus) {
    if (!have_provers()) return;
    Bench bench;
    for (hw::FinalAdder adder : kAdders) {
        if (adder == hw::FinalAdder::Operator) continue;
        for (int width : {13, 24, 40})
            BOOST_TEST(text(bench.prover().all_inputs(bench.next_name(), adder_property(adder, width))) ==
                       "proven");
        auto broken = adder_property(
            adder, 16, [](rtl::Design& design) { design.invert_bit("macaw_adder", "sum_o", 7); });
        BOOST_TEST(text(bench.prover().all_inputs(bench.next_name(), broken)) == "refuted");
    }
}

BOOST_AUTO_TEST_CASE(the_behavioural_unit_is_the_accumulator_and_every_product_once) {
    for (Signedness signedness : {Signedness::Signed, Signedness::Unsigned})
        for (Signedness weights : {Signedness::Signed, Signedness::Unsigned}) {
            for (OverflowMode mode : {OverflowMode::Wrap, OverflowMode::Trap})
                for (int lanes : {1, 5, 16})
                    for (int p : {4, 13, 30}) {
                        const hw::DotProductShape shape = shape_of(lanes, 8, signedness, 4, p, mode, weights);
                        BOOST_TEST(behavioural_difference(shape) == "");
                    }
            BOOST_TEST(count_wrong_multiplications(
                           shape_of(1, 8, signedness, 4, 13, OverflowMode::Wrap, weights)) == 0);
        }
}

// Negative controls, wired by hand: the product of lane 0 twice, and a weight of another lane.
BOOST_AUTO_TEST_CASE(a_behavioural_unit_that_is_wired_wrongly_is_refused) {
    const hw::DotProductShape shape = shape_of(2, 4, Signedness::Signed, 3, 9, OverflowMode::Wrap);
    for (int fault : {0, 1, 2}) {
        rtl::Design design;
        rtl::Module& module = design.add_module("macaw_dot_product");
        rtl::Expression x = module.input("activation_i", rtl::unsigned_type(8)),
                        w = module.input("weight_i", rtl::unsigned_type(6)),
                        sum = module.input("accumulator_i", rtl::signed_type(9));
        for (int lane : {0, 1}) {
            const int other = fault == 2 ? 0 : lane;
            rtl::Expression product =
                module.wire("product_" + std::to_string(lane),
                            rtl::multiply_exact(rtl::as_signed(rtl::slice(x, lane * 4, 4)),
                                                rtl::as_signed(rtl::slice(w, other * 3, 3))));
            if (fault == 1 && lane == 1) product = module.reference(module.find("product_0"));
            sum = rtl::add_modular(sum, rtl::resize_modular(product, 9));
        }
        module.output("sum_o", sum);
        const std::string difference = behavioural_difference(module, shape);
        BOOST_TEST(difference == (fault == 0   ? ""
                                  : fault == 1 ? "sum_o does not hold the accumulator and every product once"
                                               : "product_1 is made in another way than that of one lane"));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::sim
