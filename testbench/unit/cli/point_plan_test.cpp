// Which points of a sweep share which steps: what a step's result depends on, and nothing more.
#include "cli/graph/point_plan.hpp"

#include "testbench/support/cli/sweep_folder.hpp"

using namespace macaw;
using namespace macaw::cli;
namespace fs = std::filesystem;

namespace {

struct PlanFolder : testing::SweepFolder {
    PlanFolder() : SweepFolder(testing::kOneWideUnit) {}

    // The steps of a point of which keys differ from base.yaml, by name.
    std::map<std::string, fs::path> steps(const std::function<void(RunConfig&)>& change) const {
        auto config = read_run_config(path("base.yaml"));
        BOOST_REQUIRE(config.has_value());
        change(*config);
        StepGraph graph(scratch.path() / "out/store", {});
        auto planned = plan_point(graph, *config, path("base.yaml"), SweepSteps::Silicon, "point");
        BOOST_REQUIRE_MESSAGE(planned.has_value(), (planned ? "" : to_text(planned.error())));
        std::map<std::string, fs::path> folders;
        for (const reports::PointStep& step : planned->steps) folders[step.name] = step.folder;
        return folders;
    }
    // Names of the steps that the two points do not share.
    std::string own(const std::function<void(RunConfig&)>& one,
                    const std::function<void(RunConfig&)>& other) const {
        auto left = steps(one), right = steps(other);
        std::vector<std::string> names;
        for (const auto& [name, folder] : left)
            if (right.at(name) != folder) names.push_back(name);
        return fmt::format("{}", fmt::join(names, " "));
    }
};

void nothing(RunConfig&) {}

}  // namespace

BOOST_AUTO_TEST_SUITE(point_plan)

BOOST_AUTO_TEST_CASE(a_changed_axis_redoes_only_what_it_touches) {
    PlanFolder folder;
    BOOST_TEST(folder.own(nothing, nothing) == "");
    BOOST_TEST(folder.own(nothing, [](RunConfig& c) { c.synth.clock_mhz = 50; }) == "synth");
    BOOST_TEST(folder.own(nothing, [](RunConfig& c) { c.array.arithmetic = hw::Arithmetic::Structural; }) ==
               "generate synth");
    BOOST_TEST(folder.own(nothing, [](RunConfig& c) { c.array.rows = 2; }) == "generate stimulate synth");
    // Too wide to limit a code: quantized once.
    BOOST_TEST(folder.own(nothing, [](RunConfig& c) { c.datapath.inner_bits = golden::BitWidth(28); }) ==
               "bound generate perplexity synth");
    BOOST_TEST(folder.own(nothing, [](RunConfig& c) { c.datapath.inner_bits = golden::BitWidth(13); }) ==
               "bound generate perplexity quantize stimulate synth");
}

BOOST_AUTO_TEST_CASE(without_a_guarantee_the_stimulus_depends_on_the_accumulators) {
    PlanFolder folder;
    auto free = [](int inner_bits, golden::OverflowMode mode) {
        return [=](RunConfig& c) {
            c.quantizer.constraint = quantizer::Constraint::None;
            c.datapath.inner_bits = golden::BitWidth(inner_bits);
            c.datapath.inner_overflow = mode;
        };
    };
    using golden::OverflowMode;
    BOOST_TEST(folder.own(free(12, OverflowMode::Wrap), free(13, OverflowMode::Wrap)) ==
               "bound generate perplexity stimulate synth");
    BOOST_TEST(folder.own(free(12, OverflowMode::Wrap), free(12, OverflowMode::Saturate)) ==
               "bound generate perplexity stimulate synth");
}

BOOST_AUTO_TEST_SUITE_END()
