// Operand gates in weight-stationary arrays: the element with them equals the one without in every form and
// pipeline, and so does a whole small array; each with gates that are wrong.
#include "sim/formal/gated_column.hpp"

#include "proof_fixture.hpp"
#include "sim/formal/prove.hpp"

namespace macaw::sim {

namespace {

using golden::BitWidth;
using golden::OverflowMode;
using golden::Signedness;
using namespace testing;

hw::ArrayConfig gated(hw::Pipeline pipeline = hw::Pipeline::None,
                      hw::Arithmetic arithmetic = hw::Arithmetic::Behavioural,
                      hw::Multiplier multiplier = hw::Multiplier::BaughWooley) {
    hw::ArrayConfig array = array_of(2, 1, arithmetic);
    array.dataflow = hw::Dataflow::WeightStationary;
    array.columns = 2;
    array.form.multiplier = multiplier;
    array.pipeline = pipeline;
    array.gating = hw::Gating::ZeroOperand;
    return array;
}

golden::Datapath in_columns(int weight_bits, int activation_bits, OverflowMode mode,
                            Signedness activations = Signedness::Signed,
                            Signedness weights = Signedness::Signed) {
    golden::Datapath datapath = w4a8(weight_bits + activation_bits + 2);
    datapath.weight_bits = BitWidth(weight_bits);
    datapath.activation_bits = BitWidth(activation_bits);
    datapath.weight_signedness = weights;
    datapath.activation_signedness = activations;
    datapath.inner_overflow = mode;
    datapath.products_per_check = 1;
    datapath.tile = 3;
    return datapath;
}

std::string text_of_array(Bench& bench, const golden::Datapath& datapath, const hw::ArrayConfig& array,
                          const Fault& fault = {}) {
    auto property = gated_array_property(datapath, array, fault);
    if (!property) return to_text(property.error());
    return text(bench.prover().reachability(bench.next_name(), *property));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gated_column)

BOOST_AUTO_TEST_CASE(flags_and_held_activations_flow_as_true_activations_do_and_wrong_gates_do_not) {
    if (!have_provers()) return;
    Bench bench;
    for (int activation_bits : {2, 8, 16}) {
        const golden::Datapath datapath = in_columns(4, activation_bits, OverflowMode::Trap);
        BOOST_TEST(text(bench.prover().induction(bench.next_name(), gated_flow_property(datapath, gated()),
                                                 1)) == "proven",
                   activation_bits << " bits");
    }
    const golden::Datapath datapath = in_columns(4, 8, OverflowMode::Wrap);
    BOOST_TEST(text(bench.prover().search(bench.next_name(), gated_flow_property(datapath, gated(), true),
                                          4)) == "refuted");
    auto faulty = [&](const Fault& fault) {
        return text(bench.prover().search(bench.next_name(),
                                          gated_flow_property(datapath, gated(), false, fault), 4));
    };
    BOOST_TEST(faulty(invert_flag) == "refuted");
    BOOST_TEST(faulty(stuck_mask(true)) == "refuted");
    BOOST_TEST(faulty(stuck_mask(false)) == "refuted");
    BOOST_TEST(faulty([](rtl::Design& design) {
                   design.invert_bit("macaw_systolic_pe", "activation_q", 7);
               }) == "refuted");
    BOOST_TEST(faulty([](rtl::Design& design) { design.invert_bit("macaw_systolic_pe", "weight_q", 0); }) ==
               "refuted");
}

// The widest codes, too: telling products that count from others makes the two multipliers one.
BOOST_AUTO_TEST_CASE(masked_products_make_the_sums_of_true_ones_and_stuck_masks_do_not) {
    if (!have_provers()) return;
    Bench bench;
    struct Case {
        golden::Datapath datapath;
        hw::ArrayConfig array;
    };
    using enum hw::Pipeline;
    const std::vector<Case> cases = {
        {in_columns(4, 8, OverflowMode::Wrap), gated()},
        {in_columns(8, 16, OverflowMode::Trap, Signedness::Unsigned), gated(Multiplier)},
        {in_columns(8, 8, OverflowMode::Saturate),
         gated(None, hw::Arithmetic::Structural, hw::Multiplier::Booth)},
        {in_columns(4, 8, OverflowMode::Wrap, Signedness::Unsigned, Signedness::Unsigned),
         gated(Multiplier, hw::Arithmetic::Structural, hw::Multiplier::BaughWooley)},
        {in_columns(3, 8, OverflowMode::Trap, Signedness::Signed, Signedness::Unsigned),
         gated(Multiplier, hw::Arithmetic::Structural, hw::Multiplier::Booth)}};
    for (const Case& c : cases)
        for (bool counts : {true, false}) {
            auto said = [&](const Fault& fault) {
                return text(bench.prover().within(bench.next_name(),
                                                  gated_sums_property(c.datapath, c.array, counts, fault),
                                                  cycles_of_gated_sums(c.array)));
            };
            const std::string name = to_string(c.datapath) + " " + to_string(c.array);
            BOOST_TEST(said({}) == "proven", name);
            BOOST_TEST(said(stuck_mask(!counts)) == "refuted", name);
            BOOST_TEST(said(stuck_mask(counts)) == "proven", name);
        }
}

BOOST_AUTO_TEST_CASE(a_small_array_with_gates_is_the_one_without_whatever_comes_and_wrong_flags_are_seen) {
    if (!have_provers()) return;
    Bench bench;
    const golden::Datapath datapath = in_columns(4, 8, OverflowMode::Trap);
    for (hw::Pipeline pipeline : {hw::Pipeline::None, hw::Pipeline::Multiplier})
        BOOST_TEST(text_of_array(bench, datapath, gated(pipeline)) == "proven");
    for (const Fault& fault : {Fault(invert_flag), Fault(invert_first_flag), Fault(misplace_flag),
                               stuck_mask(true), stuck_mask(false)})
        BOOST_TEST(text_of_array(bench, datapath, gated(), fault) == "refuted");
}

BOOST_AUTO_TEST_CASE(every_claim_of_a_small_gated_weight_stationary_array_is_proven) {
    if (!have_provers()) return;
    macaw::testing::ScratchFolder scratch;
    golden::Datapath datapath = in_columns(4, 8, OverflowMode::Wrap);
    datapath.tile = 2;
    hw::ArrayConfig array = gated(hw::Pipeline::None, hw::Arithmetic::Structural, hw::Multiplier::Booth);
    array.form.adder = hw::FinalAdder::BrentKung;
    array.rows = 1;
    auto part = prove(datapath, array, {scratch.path() / "proofs"});
    const std::string problem = part ? "" : to_text(part.error());
    BOOST_REQUIRE_EQUAL(problem, "");
    int of_gates = 0;
    for (const SignoffCheck& check : part->checks) {
        BOOST_TEST((check.status == CheckStatus::Passed), check.name << ": " << check.figure);
        of_gates += check.name.find("with operand gates equals the one without") != std::string::npos;
    }
    BOOST_TEST(of_gates == 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::sim
