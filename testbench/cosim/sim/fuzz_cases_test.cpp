// The kept cases of the fuzzer through the tools: lint without a warning, and Icarus against golden.
#include <boost/test/unit_test.hpp>

#include "golden/support/process.hpp"
#include "sim/fuzz/check_case.hpp"
#include "testbench/support/files.hpp"

using namespace macaw;

BOOST_AUTO_TEST_SUITE(fuzz_cases)

BOOST_AUTO_TEST_CASE(all_kept_cases_pass_lint_and_icarus) {
    for (const char* program : {"verilator", "iverilog"})
        if (!find_program(program)) {
            BOOST_TEST_MESSAGE("skipped: " << program << " is not installed");
            return;
        }
    testing::ScratchFolder scratch;
    int cases = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(testing::source_folder() / "testbench/data/fuzz")) {
        if (entry.path().extension() != ".yaml") continue;
        ++cases;
        auto fuzz_case = sim::read_case(entry.path());
        BOOST_REQUIRE(fuzz_case.has_value());
        auto problem = sim::check_with_tools(*fuzz_case, scratch.path() / std::to_string(cases));
        BOOST_REQUIRE(problem.has_value());
        BOOST_TEST(!problem->has_value(), entry.path().string() << ": " << problem->value_or(""));
    }
    BOOST_TEST(cases >= 5);
}

BOOST_AUTO_TEST_SUITE_END()
