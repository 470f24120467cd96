// The stimulus of a sign-off in the C++ model: it agrees with golden, reaches full functional coverage, and a
// fault is seen at its place.
#include "hw/array/generate_array.hpp"
#include "sim/signoff/simulators.hpp"
#include "testbench/support/property.hpp"

namespace {

using namespace macaw;
using golden::OverflowMode;

struct Tiny {
    golden::Datapath datapath;
    hw::ArrayConfig array;

    explicit Tiny(OverflowMode mode) {
        datapath.weight_bits = golden::BitWidth(3);
        datapath.activation_bits = golden::BitWidth(4);
        datapath.tile = 8;
        datapath.inner_bits = golden::BitWidth(8);
        datapath.outer_bits = golden::BitWidth(9);
        datapath.inner_overflow = datapath.outer_overflow = mode;
        datapath.products_per_check = 2;
        array.rows = array.columns = 2;
        array.lanes = 2;
    }
    rtl::Design design() const { return *hw::generate_array(datapath, array); }
    std::vector<sim::SignoffJob> jobs() const {
        auto jobs = sim::corner_jobs(datapath, array);
        for (auto& job : sim::random_jobs(datapath, array, {1, 2, 10})) jobs.push_back(std::move(job));
        return jobs;
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(corners_hold_the_product_of_both_least_codes_and_single_products) {
    Tiny tiny(OverflowMode::Wrap);
    bool least = false, single = false;
    for (const hw::Group& group : sim::signoff_corners(tiny.datapath, tiny.array)) {
        single = single || group.length == 1;
        for (std::size_t k = 0; k < static_cast<std::size_t>(group.length); ++k)
            least = least || (group.activations[k] == -8 && group.weights[k] == -4);
    }
    BOOST_TEST(least);
    BOOST_TEST(single);
}

BOOST_AUTO_TEST_CASE(the_model_agrees_with_golden_and_reaches_every_functional_goal) {
    for (OverflowMode mode : {OverflowMode::Wrap, OverflowMode::Saturate, OverflowMode::Trap}) {
        Tiny tiny(mode);

        auto stimulus = sim::play_stimulus(tiny.design(), tiny.datapath, tiny.array, tiny.jobs());

        BOOST_TEST_REQUIRE(stimulus.has_value());
        sim::SimulatorResult model = sim::judge_model(*stimulus);
        BOOST_TEST(model.mismatches == 0, (model.failure ? model.failure->place : ""));
        BOOST_TEST(model.outputs > 500);
        BOOST_TEST(model.resets > 10);
        sim::CoverageSummary summary = summarize(stimulus->coverage);
        BOOST_TEST(summary.hit == summary.goals);
        BOOST_TEST(summary.goals > 80);
        for (int at = 0; at < static_cast<int>(sim::ProtocolEvent::kCount); ++at) {
            const auto event = static_cast<sim::ProtocolEvent>(at);
            const bool can = sim::ProtocolCoverage::unreachable(event, tiny.array).empty();
            BOOST_TEST((stimulus->protocol.hits(event) > 0) == can, to_string(event));
        }
    }
}

BOOST_AUTO_TEST_CASE(without_directed_vectors_goals_are_missed) {
    Tiny tiny(OverflowMode::Wrap);
    auto job = sim::random_jobs(tiny.datapath, tiny.array, {1, 1, 3});
    auto stimulus = sim::play_stimulus(tiny.design(), tiny.datapath, tiny.array, job);
    BOOST_TEST_REQUIRE(stimulus.has_value());
    sim::AccumulatorCoverage coverage(tiny.datapath);
    auto groups = sim::random_groups(tiny.datapath, tiny.array, 3, 1);
    coverage.add(groups, stimulus->jobs[0].expected, tiny.array, stimulus->jobs[0].trace);

    auto goals = coverage_goals(coverage, sim::directed_goals(tiny.datapath, tiny.array), tiny.array);

    BOOST_TEST(summarize(goals).hit < summarize(goals).goals);
}

// Weight register, column 1, lane 0, bit 0: column 0 stays right.
BOOST_AUTO_TEST_CASE(a_fault_in_one_column_is_seen_there_and_its_jobs_do_not_count_as_coverage) {
    Tiny tiny(OverflowMode::Trap);
    rtl::Design design = tiny.design();
    design.invert_bit("macaw_array", "weight_q", 1 * 2 * 3);

    auto stimulus = sim::play_stimulus(design, tiny.datapath, tiny.array, tiny.jobs());

    BOOST_TEST_REQUIRE(stimulus.has_value());
    sim::SimulatorResult model = sim::judge_model(*stimulus);
    BOOST_TEST(model.mismatches > 100);
    BOOST_TEST_REQUIRE(model.failure.has_value());
    BOOST_TEST(model.failure->place.find("corner vectors, group 0 (K = 1), row ") == 0U,
               model.failure->place);
    BOOST_TEST(model.failure->place.find("column 1") != std::string::npos, model.failure->place);
    BOOST_TEST(summarize(stimulus->coverage).hit == 0);
}
