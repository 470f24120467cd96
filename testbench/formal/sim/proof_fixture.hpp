// What the tests of proofs share: a prover in a scratch folder, and configurations.
#pragma once

#include <boost/test/unit_test.hpp>

#include "golden/support/process.hpp"
#include "hw/array/array_config.hpp"
#include "sim/formal/handshake.hpp"
#include "sim/formal/prover.hpp"
#include "testbench/support/files.hpp"

namespace macaw::sim::testing {

// False, with a message, where a program that the prover needs is not installed.
inline bool have_provers() {
    for (const std::string& program : prover_programs())
        if (!find_program(program)) {
            BOOST_TEST_MESSAGE("skipped: " << program << " is not installed");
            return false;
        }
    return true;
}

// Each proof in a folder of its own, removed at the end.
class Bench {
  public:
    Prover prover() const { return {scratch_.path(), std::chrono::seconds(120)}; }
    std::string next_name() { return "proof_" + std::to_string(++proofs_); }

  private:
    macaw::testing::ScratchFolder scratch_;
    int proofs_ = 0;
};

inline std::string text(const Expected<Proof>& proof) {
    if (!proof) return to_text(proof.error());
    return proof->verdict == Verdict::Proven    ? "proven"
           : proof->verdict == Verdict::Refuted ? "refuted"
                                                : "undecided: " + proof->note;
}

// What one claim's proofs say together: the first that is not "proven".
inline std::string text_of_all(Bench& bench, const std::vector<Property>& properties) {
    std::string said = "nothing to prove";
    for (const Property& property : properties) {
        said = text(bench.prover().reachability(bench.next_name(), property));
        if (said != "proven") break;
    }
    return said;
}

// W4A8, 13 and 17 bits, tiles of 64, 16 lanes.
inline golden::Datapath w4a8(int inner_bits = 13) {
    golden::Datapath datapath;
    datapath.inner_bits = golden::BitWidth(inner_bits);
    datapath.outer_bits = golden::BitWidth(inner_bits + 4);
    datapath.products_per_check = 16;
    return datapath;
}

inline hw::ArrayConfig array_of(int rows, int lanes, hw::Arithmetic arithmetic = hw::Arithmetic::Behavioural,
                                hw::StructuralForm form = {}) {
    return {hw::Dataflow::OutputStationary, rows, 1, lanes, arithmetic, form};
}

inline HandshakeArray small_array(const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    auto small = handshake_array(datapath, array);
    const std::string problem = small ? "" : to_text(small.error());
    BOOST_REQUIRE_EQUAL(problem, "");
    return std::move(*small);
}

}  // namespace macaw::sim::testing
