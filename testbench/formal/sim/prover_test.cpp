// What the prover makes of the tools' words: only a proof is a proof.
#include "proof_fixture.hpp"

namespace macaw::sim {

namespace {

using namespace testing;

// A counter that stops at `limit`, and a claim about it.
Property counter(int limit, const std::string& claim, int assertions = 1) {
    Property property;
    property.top = "counter";
    property.assertions = assertions;
    property.sources = {{"counter.sv",
                         "module counter (input wire clk_i, input wire step_i);\n"
                         "    reg [7:0] value = '0;\n"
                         "    always @(posedge clk_i) if (step_i && value < " +
                             std::to_string(limit) + ") value <= value + 1'b1;\n    " + claim +
                             "\nendmodule\n"}};
    return property;
}

// Multiplication is commutative: true, and hard at this width.
Property hard() {
    return {"hard",
            {{"hard.sv",
              "module hard (input wire clk_i, input wire [19:0] a_i, input wire [19:0] b_i, input wire "
              "[19:0] c_i);\n    wire [39:0] p = a_i * (b_i + c_i), q = a_i * b_i + a_i * c_i;\n"
              "    always @* assert (p[30:0] == q[30:0]);\nendmodule\n"}},
            1};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prover_suite)

BOOST_AUTO_TEST_CASE(a_true_claim_is_proven_and_a_false_one_refuted_by_each_method) {
    if (!have_provers()) return;
    Bench bench;
    const Prover prover = bench.prover();
    const Property holds = counter(5, "always @* assert (value <= 5);"),
                   breaks = counter(5, "always @* assert (value <= 4);");
    BOOST_TEST(text(prover.induction("a", holds, 1)) == "proven");
    BOOST_TEST(text(prover.reachability("b", holds)) == "proven");
    BOOST_TEST(text(prover.reachability("c", breaks)) == "refuted");
    BOOST_TEST(text(prover.search("d", breaks, 8)) == "refuted");
}

BOOST_AUTO_TEST_CASE(what_is_not_proven_is_undecided) {
    if (!have_provers()) return;
    Bench bench;
    const Prover prover = bench.prover();
    const Property breaks_late = counter(5, "always @* assert (value <= 4);");
    BOOST_TEST(text(prover.search("a", breaks_late, 3)) == "undecided: no counterexample in 3 cycles");
    // True, but not by induction over one cycle: 6 is good and followed by 7, and never reached.
    const Property true_claim =
        counter(200,
                "reg even = 1'b1; always @(posedge clk_i) if (step_i && value < 200) even "
                "<= !even; always @* assert (value != 7 || !even);");
    BOOST_TEST(text(prover.induction("b", true_claim, 1)).starts_with("undecided: induction"));
    BOOST_TEST(text(prover.reachability("c", true_claim)) == "proven");
}

BOOST_AUTO_TEST_CASE(a_proof_that_takes_too_long_is_undecided) {
    if (!have_provers()) return;
    macaw::testing::ScratchFolder scratch;
    const Prover impatient(scratch.path(), std::chrono::seconds(1));
    BOOST_TEST(text(impatient.all_inputs("a", hard())) == "undecided: no answer in 1 s");
    BOOST_TEST(text(impatient.within("b", hard(), 1)) == "undecided: no answer in 1 s");
}

BOOST_AUTO_TEST_CASE(a_claim_that_vanishes_an_open_net_and_contradicting_assumptions_are_errors) {
    if (!have_provers()) return;
    Bench bench;
    const Prover prover = bench.prover();
    BOOST_TEST(!prover.induction("a", counter(5, "always @* assert (value <= 5);", 2), 1).has_value());
    BOOST_TEST(!prover.induction("b", counter(5, "wire open; always @* assert (open || value <= 5);"), 1)
                    .has_value());
    auto vacuous =
        prover.induction("c", counter(5, "always @* begin assume (value == 9); assert (value == 3); end"), 1);
    BOOST_REQUIRE(!vacuous.has_value());
    BOOST_TEST(vacuous.error().message.find("contradict") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::sim
