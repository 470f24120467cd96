// Yosys' list of mutants, and the graphs on which equivalence is decided.
#include "sim/mutation/mutant.hpp"

#include "sim/mutation/aiger.hpp"
#include "sim/mutation/mutation.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

namespace {

using namespace macaw;

constexpr const char* kList =
    "mutate -mode inv -module top -cell $add$a.sv:3$7 -port A -portbit 2 -wire u_pe.sum -wirebit 5 -src "
    "a.sv:3.4-3.9 -src b.sv:1.1-1.2\n"
    "mutate -mode const0 -module top -cell $ff$8 -port CLK -portbit 0 -src a.sv:9.1-9.2\n"
    "mutate -mode cnot1 -module top -cell $or$1 -port Y -portbit 0 -ctrlbit 1\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(mutants)

BOOST_AUTO_TEST_CASE(a_list_of_yosys_is_read_and_faults_on_clocks_are_left_out) {
    auto mutants = sim::parse_mutants(kList, 10);
    BOOST_REQUIRE(mutants.has_value());
    BOOST_REQUIRE(mutants->size() == 2U);
    BOOST_TEST((*mutants)[0].number == 1);
    BOOST_TEST((*mutants)[0].mode == "inv");
    BOOST_TEST((*mutants)[0].cell == "$add$a.sv:3$7");
    BOOST_TEST((*mutants)[0].port_bit == 2);
    BOOST_TEST((*mutants)[0].wire == "u_pe.sum[5]");
    BOOST_TEST((*mutants)[0].source == "a.sv:3.4-3.9 b.sv:1.1-1.2");
    BOOST_TEST((*mutants)[1].number == 2);
    BOOST_TEST((*mutants)[1].mode == "cnot1");
    BOOST_TEST(sim::parse_mutants(kList, 1)->size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_line_that_is_not_a_mutant_is_an_error) {
    BOOST_TEST(!sim::parse_mutants("something else\n", 10).has_value());
    BOOST_TEST(!sim::parse_mutants("mutate -mode inv -port A -portbit x -cell c\n", 10).has_value());
}

BOOST_AUTO_TEST_CASE(a_graph_reads_back_as_it_was_written) {
    testing::ScratchFolder folder;
    // Two inputs, a latch that starts at 1, 200 gates in a chain: deltas of one and of two bytes.
    sim::Aiger written{2, {{8, true}}, {6, 9}, {{4, 2}}};
    for (sim::Literal gate = 1; gate < 200; ++gate) written.gates.push_back({2 * (gate + 3), 3});
    BOOST_REQUIRE(sim::write_aiger(folder.path() / "x.aig", written).has_value());
    auto read = sim::read_aiger(folder.path() / "x.aig");
    BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? "" : to_text(read.error())));
    BOOST_TEST(read->inputs == 2U);
    BOOST_REQUIRE(read->latches.size() == 1U);
    BOOST_TEST(read->latches[0].next == 8U);
    BOOST_TEST(read->latches[0].start);
    BOOST_TEST((read->outputs == written.outputs));
    BOOST_TEST((read->gates == written.gates));
}

BOOST_AUTO_TEST_CASE(shared_state_turns_two_equal_registers_into_outputs_that_are_zero) {
    // Input 2; latches 4 and 6, both next = their own value AND the input; the output is whether they differ.
    sim::Aiger aiger{1, {{8, false}, {10, false}}, {}, {{4, 2}, {6, 2}, {7, 4}, {6, 5}, {15, 13}}};
    aiger.outputs = {17};
    std::vector<sim::LatchCut> cuts(2);
    cuts[1].partner = 0;
    sim::Aiger shared = sim::with_shared_state(aiger, cuts);
    BOOST_TEST(shared.latches.empty());
    BOOST_TEST(shared.inputs == 2U);
    BOOST_REQUIRE(shared.outputs.size() == 2U);  // the old one, and whether the next values differ
    // Gates 0 and 1 have become the same: 4 AND 2.
    BOOST_TEST((shared.gates[0] == shared.gates[1]));
    cuts[0].kept = cuts[1].kept = true;
    BOOST_TEST(sim::with_shared_state(aiger, cuts).latches.size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_score_leaves_equivalent_mutants_out_and_survivors_fail) {
    sim::MutationResult result;
    auto add = [&](sim::MutantStatus status, int count) {
        for (int i = 0; i < count; ++i) result.outcomes.push_back({{}, status, {}, {}});
    };
    add(sim::MutantStatus::Killed, 97);
    add(sim::MutantStatus::Equivalent, 1);
    add(sim::MutantStatus::Undecided, 2);
    BOOST_TEST(result.passed());
    BOOST_TEST(result.score() == 97.0 / 99.0);
    BOOST_TEST((sim::signoff_part(result).checks.at(0).status == sim::CheckStatus::Undecided));
    add(sim::MutantStatus::Undecided, 1);
    BOOST_TEST(!result.passed());  // 3 of 101
    result.outcomes.pop_back();
    result.outcomes.back().status = sim::MutantStatus::Survived;
    BOOST_TEST(!result.passed());
    BOOST_TEST((sim::signoff_part(result).checks.at(0).status == sim::CheckStatus::Failed));
}

BOOST_AUTO_TEST_SUITE_END()
