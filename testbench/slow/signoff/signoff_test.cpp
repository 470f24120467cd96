// macaw verify on the reference configurations: every check passes, and the coverage that issue and
// README promise is reached.
#include "golden/support/file.hpp"
#include "golden/support/metrics.hpp"
#include "golden/support/process.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(signoff)

BOOST_AUTO_TEST_CASE(the_reference_configurations_are_signed_off) {
    testing::ScratchFolder folder;
    for (const char* name : {"w4a8_wrap", "w4a4_unsigned_saturate", "w8a8_trap", "w4a8_weight_stationary"}) {
        fs::path config = testing::source_folder() / "configs/signoff" / (std::string(name) + ".yaml");
        fs::path output = folder.path() / name;

        auto run = run_process({MACAW_PROGRAM, "verify", config.string(), "--output", output.string()});

        BOOST_TEST_REQUIRE(run.has_value());
        BOOST_TEST_MESSAGE(run->output);
        BOOST_TEST(run->exit_code == 0, name);
        auto metrics = Metrics::read(output / "metrics.json");
        BOOST_TEST_REQUIRE(metrics.has_value());
        auto value = [&](const std::string& key) {
            const Metric* metric = metrics->find("verify__" + key);
            BOOST_TEST_REQUIRE(metric != nullptr, key);
            return metric->value.get<double>();
        };
        BOOST_TEST(value("checks__failed__count") == 0.0);
        BOOST_TEST(value("functional__array_covered__percent") == 100.0);
        BOOST_TEST(value("functional__protocol_covered__percent") == 100.0);
        BOOST_TEST(value("code__line_covered__percent") >= 95.0);
        BOOST_TEST(value("code__toggle_covered__percent") >= 95.0);
        for (const char* simulator : {"cpp_model", "verilated_rtl", "icarus_rtl"})
            BOOST_TEST(value(fmt::format("simulation__{}_outputs__count", simulator)) > 1000, simulator);
        BOOST_TEST(fs::exists(output / "signoff.md"));
        BOOST_TEST(fs::exists(output / "code_coverage_holes.txt"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
