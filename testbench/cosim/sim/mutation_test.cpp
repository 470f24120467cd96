// Mutation testing of a small array: the regression kills what matters, a weaker one does not, and a fault
// that changes nothing is proven to change nothing.
#include "sim/mutation/mutation.hpp"

#include "golden/support/process.hpp"
#include "hw/array/write_rtl.hpp"
#include "sim/mutation/mutated_netlist.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

namespace {

using namespace macaw;
using sim::MutantStatus;

golden::Datapath small_datapath() {
    golden::Datapath datapath;
    datapath.weight_bits = golden::BitWidth(3);
    datapath.activation_bits = golden::BitWidth(4);
    datapath.tile = 4;
    datapath.inner_bits = golden::BitWidth(7);
    datapath.outer_bits = golden::BitWidth(8);
    datapath.inner_overflow = datapath.outer_overflow = golden::OverflowMode::Trap;
    datapath.products_per_check = 2;
    return datapath;
}

hw::ArrayConfig small_array() {
    hw::ArrayConfig array;
    array.rows = 2;
    array.columns = 1;
    array.lanes = 2;
    return array;
}

bool tools_are_there() {
    for (const char* tool : {"yosys", "verilator", "berkeley-abc"})
        if (!find_program(tool)) {
            BOOST_TEST_MESSAGE("skipped: " << tool << " is not installed");
            return false;
        }
    return true;
}

sim::MutationResult require(Expected<sim::MutationResult> result) {
    BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? "" : to_text(result.error())));
    return std::move(*result);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mutation)

BOOST_AUTO_TEST_CASE(the_regression_kills_every_mutant_that_matters_and_a_weaker_one_does_not) {
    if (!tools_are_there()) return;
    testing::ScratchFolder folder;
    sim::MutationOptions options;
    options.count = 100;
    options.solver_limit = std::chrono::seconds(10);
    sim::MutationResult full =
        require(sim::run_mutation(small_datapath(), small_array(), options, folder.path() / "full"));
    BOOST_TEST_MESSAGE(to_text(full));
    BOOST_TEST(full.outcomes.size() == 100U);
    BOOST_TEST(full.count(MutantStatus::Survived) == 0);
    BOOST_TEST(full.passed());
    for (const sim::MutantOutcome& outcome : full.outcomes)
        BOOST_TEST((outcome.status == MutantStatus::Killed) == !outcome.killed_by.empty());

    // Without waiting and without large codes: stalls, saturation and high bits are never looked at.
    options.regression.stalls = options.regression.extremes = false;
    options.regression.random_jobs = 0;
    sim::MutationResult weak =
        require(sim::run_mutation(small_datapath(), small_array(), options, folder.path() / "weak"));
    BOOST_TEST_MESSAGE(to_text(weak));
    BOOST_TEST(weak.count(MutantStatus::Survived) >= 5);
    BOOST_TEST(weak.score() < full.score() - 0.04);
    BOOST_TEST(!weak.passed());
    BOOST_REQUIRE(sim::write_mutants(weak, folder.path()).has_value());
    BOOST_TEST(std::filesystem::file_size(folder.path() / "mutants.csv") > 5000U);
}

// An input of an OR that is inverted only while another input is 1.
BOOST_AUTO_TEST_CASE(a_mutant_that_changes_nothing_is_proven_equivalent) {
    if (!tools_are_there()) return;
    testing::ScratchFolder folder;
    BOOST_REQUIRE(std::filesystem::create_directory(folder.path() / "rtl"));
    BOOST_REQUIRE(hw::write_rtl(folder.path() / "rtl", small_datapath(), small_array(), "test").has_value());
    auto netlist = sim::make_mutated_netlist(folder.path() / "rtl", folder.path() / "all", 1500, 1);
    BOOST_REQUIRE_MESSAGE(netlist.has_value(), (netlist ? "" : to_text(netlist.error())));
    std::vector<sim::Mutant> chosen;
    for (const sim::Mutant& mutant : netlist->mutants)
        if (mutant.mode == "cnot1" && mutant.cell.find("$reduce_or") != std::string::npos &&
            mutant.port == "A" && chosen.empty())
            chosen.push_back(mutant);
    BOOST_REQUIRE(chosen.size() == 1U);
    chosen[0].number = 1;
    sim::MutationOptions options;
    options.solver_limit = std::chrono::seconds(10);
    sim::MutationResult result =
        require(sim::run_mutation(small_datapath(), small_array(), options, chosen, folder.path() / "one"));
    BOOST_TEST(sim::to_string(result.outcomes.at(0).status) == "equivalent", result.outcomes[0].reason);
    BOOST_TEST(result.passed());
}

BOOST_AUTO_TEST_SUITE_END()
