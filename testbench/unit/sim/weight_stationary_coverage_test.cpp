// Functional coverage of weight-stationary arrays: every goal that is left is reached in the C++ model, for
// shapes at the edges of what is excluded; a directed vector that is broken or a kind of stimulus that is
// dropped leaves a hole, and the line of the sign-off fails.
#include "hw/array/generate_array.hpp"
#include "sim/signoff/simulation_checks.hpp"
#include "testbench/support/property.hpp"

namespace {

using namespace macaw;
using golden::OverflowMode;
using sim::Level;
using sim::Position;
using sim::StallContext;
using sim::ValueClass;

struct Systolic {
    golden::Datapath datapath;
    hw::ArrayConfig array;

    Systolic(int tile, int rows, int inner_bits, OverflowMode mode = OverflowMode::Wrap) {
        datapath.weight_bits = golden::BitWidth(3);
        datapath.activation_bits = golden::BitWidth(4);
        datapath.tile = tile;
        datapath.inner_bits = golden::BitWidth(inner_bits);
        datapath.outer_bits = golden::BitWidth(inner_bits + 1);
        datapath.inner_overflow = datapath.outer_overflow = mode;
        datapath.products_per_check = 1;
        array.dataflow = hw::Dataflow::WeightStationary;
        array.rows = rows;
        array.columns = 2;
        array.lanes = 1;
    }
    std::vector<sim::SignoffJob> jobs() const {
        auto jobs = sim::corner_jobs(datapath, array);
        for (auto& job : sim::random_jobs(datapath, array, {1, 2, 10})) jobs.push_back(std::move(job));
        return jobs;
    }
    sim::SignoffStimulus play(const sim::DirectedStimulus& directed) const {
        auto design = hw::generate_array(datapath, array);
        BOOST_TEST_REQUIRE(design.has_value());
        auto stimulus = sim::play_stimulus(*design, datapath, array, jobs(), directed);
        BOOST_TEST_REQUIRE(stimulus.has_value());
        return std::move(*stimulus);
    }
    sim::DirectedStimulus all() const { return {sim::directed_goals(datapath, array)}; }
};

// Sums so wide that random codes seldom meet the ends of their range.
Systolic w4a8() {
    Systolic systolic(8, 2, 13);
    systolic.datapath.weight_bits = golden::BitWidth(4);
    systolic.datapath.activation_bits = golden::BitWidth(8);
    return systolic;
}

// The accumulators' line of the sign-off table.
sim::SignoffCheck line_of(sim::SignoffStimulus stimulus) {
    sim::SimulationResult result;
    result.arrays.push_back({"", std::move(stimulus), {}, {}});
    for (const sim::SignoffCheck& check : simulation_checks(result).checks)
        if (check.name == "functional coverage of the accumulators") return check;
    throw std::logic_error("no line about accumulators");
}

bool is_goal(const sim::SignoffStimulus& stimulus, const sim::Bin& bin) {
    for (const sim::CoverageGoal& goal : stimulus.coverage)
        if (goal.bin == bin) return goal.excluded.empty();
    return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(weight_stationary_coverage)

// coverage_goals throws where something that is excluded was hit.
BOOST_AUTO_TEST_CASE(every_goal_is_reached_by_columns_and_passes_of_many_lengths) {
    for (auto [tile, rows, bits] : {std::tuple{1, 1, 5},
                                    {1, 2, 5},
                                    {2, 1, 6},
                                    {2, 3, 6},
                                    {4, 1, 7},
                                    {4, 2, 7},
                                    {4, 7, 7},
                                    {8, 4, 8},
                                    {64, 1, 11},
                                    {64, 2, 11}}) {
        const Systolic systolic(tile, rows, bits);

        const sim::SignoffStimulus stimulus = systolic.play(systolic.all());

        const sim::SimulatorResult model = sim::judge_model(stimulus);
        BOOST_TEST(model.mismatches == 0, (model.failure ? model.failure->place : ""));
        const sim::SignoffCheck line = line_of(stimulus);
        std::string holes;
        for (const sim::CoverageGoal& goal : stimulus.coverage)
            if (goal.is_hole()) holes += "; " + to_string(goal.bin, systolic.datapath);
        BOOST_TEST((line.status == sim::CheckStatus::Passed),
                   tile << " x " << rows << ": " << line.figure << holes);
        for (int at = 0; at < static_cast<int>(sim::ProtocolEvent::kCount); ++at) {
            const auto event = static_cast<sim::ProtocolEvent>(at);
            const bool can = sim::ProtocolCoverage::unreachable(event, systolic.array).empty();
            BOOST_TEST((stimulus.protocol.hits(event) > 0) == can, to_string(event)
                                                                       << ", " << tile << " x " << rows);
        }
    }
}

BOOST_AUTO_TEST_CASE(saturated_and_trapped_sums_are_reached_as_well) {
    for (OverflowMode mode : {OverflowMode::Saturate, OverflowMode::Trap}) {
        const Systolic systolic(4, 2, 7, mode);
        const sim::SignoffCheck line = line_of(systolic.play(systolic.all()));
        BOOST_TEST((line.status == sim::CheckStatus::Passed), line.figure);
    }
}

// The goals follow the configuration: what one shape cannot do is a goal of another.
BOOST_AUTO_TEST_CASE(what_is_excluded_follows_from_the_shape) {
    const sim::Bin only{Level::Inner, ValueClass::Zero, Position::Only, StallContext::None};
    const sim::Bin refused{Level::Inner, ValueClass::Zero, Position::First, StallContext::Output};
    const sim::Bin at_once{Level::Outer, ValueClass::Zero, Position::Middle, StallContext::None};
    const sim::Bin middle{Level::Outer, ValueClass::Zero, Position::Middle, StallContext::Output};
    const Systolic single(1, 1, 5), column(4, 2, 7);
    const sim::SignoffStimulus of_single = single.play(single.all()), of_column = column.play(column.all());
    BOOST_TEST(is_goal(of_single, only));
    BOOST_TEST(!is_goal(of_column, only));
    BOOST_TEST(!is_goal(of_single, refused));
    BOOST_TEST(is_goal(of_column, refused));
    BOOST_TEST(!is_goal(of_single, at_once));
    BOOST_TEST(is_goal(of_column, at_once));
    BOOST_TEST(!is_goal(of_column, middle));
}

BOOST_AUTO_TEST_CASE(a_directed_vector_that_is_broken_fails_the_line) {
    const Systolic systolic = w4a8();
    sim::DirectedStimulus broken = systolic.all();
    int changed = 0;
    for (sim::DirectedGoal& goal : broken.goals)
        if (goal.group && goal.bin.level == Level::Inner && goal.bin.value == ValueClass::OverflowBelow) {
            std::fill(goal.group->weights.begin(), goal.group->weights.end(), std::int8_t{0});
            ++changed;
        }
    BOOST_TEST(changed > 0);
    const sim::SignoffCheck line = line_of(systolic.play(broken)),
                            sound = line_of(systolic.play(systolic.all()));
    BOOST_TEST((line.status == sim::CheckStatus::Failed), line.figure);
    BOOST_TEST((sound.status == sim::CheckStatus::Passed), sound.figure);
}

// Vectors without stalls are played among the others as well.
BOOST_AUTO_TEST_CASE(each_kind_of_stall_that_is_dropped_fails_the_line) {
    const Systolic systolic = w4a8();
    const sim::DirectedStimulus all = systolic.all();
    for (StallContext dropped : {StallContext::Input, StallContext::Output, StallContext::Weights}) {
        sim::DirectedStimulus rest = all;
        std::erase(rest.contexts, dropped);
        const sim::SignoffCheck line = line_of(systolic.play(rest));
        BOOST_TEST((line.status == sim::CheckStatus::Failed),
                   "without kind " << static_cast<int>(dropped) << ": " << line.figure);
    }
}

BOOST_AUTO_TEST_SUITE_END()
