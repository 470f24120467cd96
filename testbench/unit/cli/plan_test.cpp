// Which steps a run consists of.
#include "cli/graph/plan.hpp"

#include <functional>
#include <map>

#include "testbench/support/cli/sweep_folder.hpp"

using namespace macaw;
using namespace macaw::cli;
namespace fs = std::filesystem;

namespace {

struct RunFolder : testing::SweepFolder {
    RunFolder() : SweepFolder(testing::kOneWideUnit) {}

    // The steps by name, the report among them, of a run whose configuration differs from base.yaml.
    std::map<std::string, fs::path> steps(const std::function<void(RunConfig&)>& change) const {
        auto config = read_run_config(path("base.yaml"));
        BOOST_REQUIRE(config.has_value());
        change(*config);
        StepGraph graph(scratch.path() / "out/store", {});
        auto planned = plan_run(graph, *config, path("base.yaml"));
        BOOST_REQUIRE_MESSAGE(planned.has_value(), (planned ? "" : to_text(planned.error())));
        std::map<std::string, fs::path> folders{{"report", planned->report}};
        for (const PlannedStep& step : planned->steps) folders[step.name] = step.folder;
        return folders;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(plan)

BOOST_AUTO_TEST_CASE(an_array_is_signed_off_where_the_configuration_asks_for_it) {
    RunFolder folder;
    const auto without = folder.steps([](RunConfig&) {});
    BOOST_TEST(!without.contains("verify"));
    const auto with = folder.steps([](RunConfig& c) { c.signoff = SignoffConfig{}; });
    BOOST_TEST(with.contains("verify"));
    for (const auto& [name, path] : without)
        BOOST_TEST((with.at(name) == path) == (name != "report"), name);  // nothing else is done again
}

BOOST_AUTO_TEST_CASE(chosen_layers_change_the_activity_behind_power_and_nothing_else) {
    RunFolder folder;
    const auto all = folder.steps([](RunConfig& c) { c.signoff = SignoffConfig{}; });
    const auto some = folder.steps([](RunConfig& c) {
        c.signoff = SignoffConfig{};
        c.synth.power.layers = {"mlp"};
    });
    const std::set<std::string> changed = {"stimulate", "synth", "report"};
    for (const auto& [name, path] : all) BOOST_TEST((some.at(name) != path) == changed.contains(name), name);
}

BOOST_AUTO_TEST_CASE(a_signoff_is_done_again_for_what_it_looks_at_and_nothing_more) {
    RunFolder folder;
    const auto signoff = [&](const std::function<void(RunConfig&)>& change) {
        return folder
            .steps([&](RunConfig& c) {
                c.signoff = SignoffConfig{};
                change(c);
            })
            .at("verify");
    };
    const fs::path first = signoff([](RunConfig&) {});
    BOOST_TEST(signoff([](RunConfig& c) { c.signoff->seeds = 9; }) != first);
    BOOST_TEST(signoff([](RunConfig& c) { c.signoff->proofs = true; }) != first);
    BOOST_TEST(signoff([](RunConfig& c) { c.array.rows = 2; }) != first);
    BOOST_TEST(signoff([](RunConfig& c) { c.interface.axi = true; }) != first);
    BOOST_TEST(signoff([](RunConfig& c) { c.cosim.tokens = 3; }) != first);
    BOOST_TEST(signoff([](RunConfig& c) { c.synth.recipe = reports::Recipe::Fastest; }) != first);
    BOOST_TEST(signoff([](RunConfig& c) { c.synth.clock_mhz = 50; }) == first);
    BOOST_TEST(signoff([](RunConfig& c) { c.synth.power.saif = true; }) == first);
    const auto rtl_only = [&](reports::Recipe recipe) {
        return signoff([=](RunConfig& c) {
            c.signoff->netlist = false;
            c.synth.recipe = recipe;
        });
    };
    BOOST_TEST(rtl_only(reports::Recipe::Fastest) == rtl_only(reports::Recipe::Balanced));
}

BOOST_AUTO_TEST_SUITE_END()
