// The whole formal part of a sign-off on small configurations, and what it says where something is wrong.
#include "sim/formal/prove.hpp"

#include "proof_fixture.hpp"
#include "sim/formal/claim.hpp"

namespace macaw::sim {

namespace {

using namespace testing;

FormalCheck claim_of(const Proof& proof, const Proof& control) {
    Claim claim("key", "name", "method");
    claim.must_hold(proof, "the claim");
    claim.must_be_refuted(control, "the control");
    return claim.done("all is well");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prove_suite)

BOOST_AUTO_TEST_CASE(a_line_passes_only_with_a_proof_and_a_refuted_control) {
    const Proof proven{Verdict::Proven, 1, ""}, refuted{Verdict::Refuted, 1, ""},
        undecided{Verdict::Undecided, 1, "no answer in 1 s"};
    BOOST_TEST((claim_of(proven, refuted).line.status == CheckStatus::Passed));
    BOOST_TEST(claim_of(proven, refuted).seconds == 2);
    BOOST_TEST((claim_of(refuted, refuted).line.status == CheckStatus::Failed));
    BOOST_TEST((claim_of(proven, proven).line.status == CheckStatus::Failed));
    BOOST_TEST((claim_of(undecided, refuted).line.status == CheckStatus::Undecided));
    BOOST_TEST((claim_of(proven, undecided).line.status == CheckStatus::Undecided));
    BOOST_TEST((claim_of(refuted, undecided).line.status == CheckStatus::Failed));
    BOOST_TEST(claim_of(undecided, refuted).line.figure == "the claim: no answer in 1 s");
}

BOOST_AUTO_TEST_CASE(every_claim_of_a_small_pipelined_array_is_proven) {
    if (!have_provers()) return;
    macaw::testing::ScratchFolder scratch;
    golden::Datapath datapath = w4a8();
    datapath.tile = 8;
    hw::ArrayConfig array = array_of(2, 4, hw::Arithmetic::Structural,
                                     {hw::Multiplier::Booth, hw::Reduction::Dadda, hw::FinalAdder::BrentKung,
                                      hw::Accumulation::CarrySave});
    array.pipeline = hw::Pipeline::Multiplier;
    auto part = prove(datapath, array, {scratch.path() / "proofs"});
    const std::string problem = part ? "" : to_text(part.error());
    BOOST_REQUIRE_EQUAL(problem, "");
    for (const SignoffCheck& check : part->checks)
        BOOST_TEST((check.status == CheckStatus::Passed), check.name << ": " << check.figure);
    BOOST_TEST(part->checks.size() == 18U);
    BOOST_TEST(part->metrics.find("verify__formal__proven__count")->value == 18);
    BOOST_TEST(std::filesystem::exists(scratch.path() / "proofs/chain.txt"));
}

BOOST_AUTO_TEST_CASE(two_forms_are_equal_by_claims_that_all_pass) {
    if (!have_provers()) return;
    macaw::testing::ScratchFolder scratch;
    golden::Datapath datapath = w4a8();
    for (hw::FinalAdder adder : {hw::FinalAdder::Operator, hw::FinalAdder::Sklansky}) {
        const hw::ArrayConfig array = array_of(
            2, 8, hw::Arithmetic::Structural,
            {hw::Multiplier::BaughWooley, hw::Reduction::ThreeGreedy, adder, hw::Accumulation::CarrySave});
        auto part = prove(datapath, array,
                          {scratch.path() / "proofs", std::chrono::seconds(120), FormalScope::Equivalence});
        BOOST_REQUIRE(part.has_value());
        for (const SignoffCheck& check : part->checks)
            BOOST_TEST((check.status == CheckStatus::Passed), check.name << ": " << check.figure);
        BOOST_TEST(part->checks.size() == (adder == hw::FinalAdder::Operator ? 6U : 7U));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::sim
