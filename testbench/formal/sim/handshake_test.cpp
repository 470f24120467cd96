// Ready and valid of the generated array by reachability, for any stalls on both sides; every register of the
// control, inverted, breaks some claim.
#include "sim/formal/handshake.hpp"

#include "proof_fixture.hpp"

namespace macaw::sim {

namespace {

using namespace testing;

HandshakeArray generated(int rows, int beats, hw::Pipeline pipeline = hw::Pipeline::None) {
    golden::Datapath datapath = w4a8();
    datapath.tile = 16 * beats;
    hw::ArrayConfig config = array_of(rows, 16);
    config.pipeline = pipeline;
    return small_array(datapath, config);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(handshake_suite)

BOOST_AUTO_TEST_CASE(no_word_is_lost_doubled_or_invented_by_arrays_of_many_shapes) {
    if (!have_provers()) return;
    Bench bench;
    for (auto [rows, beats] :
         {std::pair{1, 1}, std::pair{1, 4}, std::pair{2, 1}, std::pair{3, 5}, std::pair{8, 4}}) {
        const HandshakeArray array = generated(rows, beats);
        for (HandshakeClaim claim : kHandshakeClaims)
            BOOST_TEST(text_of_all(bench, handshake_properties(array, claim)) == "proven",
                       to_string(claim) << ", " << rows << " rows, " << beats << " beats");
    }
}

BOOST_AUTO_TEST_CASE(no_word_is_lost_doubled_or_invented_behind_a_pipeline) {
    if (!have_provers()) return;
    Bench bench;
    for (hw::Pipeline pipeline : {hw::Pipeline::Multiplier, hw::Pipeline::Tree}) {  // Full: testbench/slow
        const HandshakeArray array = generated(1, 2, pipeline);
        for (HandshakeClaim claim : kHandshakeClaims)
            BOOST_TEST(text_of_all(bench, handshake_properties(array, claim)) == "proven", to_string(claim));
    }
}

BOOST_AUTO_TEST_CASE(ready_of_the_input_does_not_depend_on_ready_of_the_output_in_the_same_cycle) {
    if (!have_provers()) return;
    Bench bench;
    const HandshakeArray array = generated(2, 2);
    for (bool with_fault : {false, true})
        BOOST_TEST(text(bench.prover().no_path(bench.next_name(), ready_path_property(array, with_fault),
                                               "out_ready_i", "in_ready_o")) ==
                   (with_fault ? "refuted" : "proven"));
}

BOOST_AUTO_TEST_CASE(every_inverted_register_of_the_control_breaks_a_claim) {
    if (!have_provers()) return;
    Bench bench;
    HandshakeArray sound = generated(2, 2);
    const std::vector<std::string> registers = control_registers(sound);
    BOOST_TEST(registers.size() >= 10U);
    for (const std::string& name : registers) {
        HandshakeArray broken = generated(2, 2);
        broken.design.invert_bit("macaw_control", name, 0);
        std::string verdicts;
        for (HandshakeClaim claim : kHandshakeClaims) {
            verdicts += text_of_all(bench, handshake_properties(broken, claim)) + " ";
            if (verdicts.ends_with("refuted ")) break;
        }
        BOOST_TEST(verdicts.ends_with("refuted "), name << ": " << verdicts);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::sim
