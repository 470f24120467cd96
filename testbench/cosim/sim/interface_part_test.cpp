// macaw_axi, with arrays of both dataflows and a requantizer, in Icarus and Verilator against golden; and one
// inverted bit anywhere in it.
#include "sim/signoff/interface_part.hpp"

#include <boost/test/unit_test.hpp>

#include "golden/support/process.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/hw/trap_wrapper.hpp"

namespace macaw::sim {

namespace {

bool have(const char* tool) {
    if (find_program(tool)) return true;
    BOOST_TEST_MESSAGE("skipped: " << tool << " is not installed");
    return false;
}

SignoffPart checked(const hw::AxiWrapper& wrapper, std::function<void(rtl::Design&)> fault = {}) {
    macaw::testing::ScratchFolder folder;
    InterfaceOptions options;
    options.work_folder = folder.path();
    options.command_line = "a test";
    options.fault = std::move(fault);
    auto part = run_interface(wrapper, options);
    BOOST_REQUIRE_MESSAGE(part.has_value(), (part ? "" : to_text(part.error())));
    return std::move(*part);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interface_part)

BOOST_AUTO_TEST_CASE(wrappers_of_both_dataflows_equal_golden_with_and_without_a_requantizer) {
    if (!have("iverilog") || !have("verilator")) return;
    hw::AxiWrapper systolic = hw::testing::trap_wrapper();
    systolic.array.dataflow = hw::Dataflow::WeightStationary;
    systolic.array.lanes = systolic.datapath.products_per_check = 1;
    systolic.requantization = golden::Requantization{};
    systolic.requantization->rounding = golden::Rounding::HalfUp;
    for (const hw::AxiWrapper& wrapper : {hw::testing::trap_wrapper(), systolic}) {
        const SignoffPart part = checked(wrapper);
        BOOST_REQUIRE_EQUAL(part.checks.size(), 2U);
        for (const SignoffCheck& check : part.checks)
            BOOST_TEST((check.status == CheckStatus::Passed), check.name << ": " << check.figure);
        // 3 jobs of 6 groups of 2 x 3 outputs, each twice; Verilator plays the last.
        BOOST_TEST(part.metrics.find("verify__interface__icarus_outputs__count")->value == 216);
        BOOST_TEST(part.metrics.find("verify__interface__verilator_outputs__count")->value == 72);
    }
}

BOOST_AUTO_TEST_CASE(one_inverted_bit_in_wrapper_registers_or_requantizer_is_caught) {
    if (!have("iverilog") || !have("verilator")) return;
    hw::AxiWrapper wrapper = hw::testing::trap_wrapper();
    wrapper.requantization = golden::Requantization{};
    const std::pair<const char*, const char*> faults[] = {{"macaw_axi", "inner_count"},
                                                          {"macaw_axi_registers", "length_q"},
                                                          {"macaw_requantizer", "out_data_o"}};
    for (const auto& [module, signal] : faults) {
        const SignoffPart part =
            checked(wrapper, [&](rtl::Design& design) { design.invert_bit(module, signal, 0); });
        for (const SignoffCheck& check : part.checks)
            BOOST_TEST((check.status == CheckStatus::Failed), signal << ", " << check.name);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::sim
