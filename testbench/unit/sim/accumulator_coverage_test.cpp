// Functional coverage: what it counts is what golden computes, directed vectors arrive where they aim, and
// what is called unreachable is so by enumeration.
#include <map>
#include <set>

#include "sim/coverage/coverage_goals.hpp"
#include "sim/coverage/product_sum.hpp"
#include "sim/signoff/playlist.hpp"
#include "testbench/support/property.hpp"

namespace {

using namespace macaw;
using golden::OverflowMode;
using sim::Level;
using sim::Position;
using sim::ValueClass;

struct Small {
    golden::Datapath datapath;
    hw::ArrayConfig array;
};

// Products small enough that every sum can be enumerated.
Small random_small() {
    Small small;
    int lanes = *rc::gen::inRange(1, 4);
    small.array.rows = small.array.columns = 1;
    small.array.lanes = lanes;
    if (lanes == 1)
        small.array.dataflow =
            *rc::gen::element(hw::Dataflow::OutputStationary, hw::Dataflow::WeightStationary);
    small.datapath.weight_bits = golden::BitWidth(*rc::gen::inRange(2, 4));
    small.datapath.activation_bits = golden::BitWidth(*rc::gen::inRange(2, 5));
    auto signedness = [] {
        return *rc::gen::element(golden::Signedness::Signed, golden::Signedness::Unsigned);
    };
    small.datapath.activation_signedness = signedness();
    small.datapath.weight_signedness = signedness();
    small.datapath.tile = lanes * *rc::gen::inRange(1, 5);
    int inner = *rc::gen::inRange(2, 11);
    small.datapath.inner_bits = golden::BitWidth(inner);
    small.datapath.outer_bits = golden::BitWidth(inner + *rc::gen::inRange(0, 3));
    small.datapath.inner_overflow =
        *rc::gen::element(OverflowMode::Wrap, OverflowMode::Saturate, OverflowMode::Trap);
    small.datapath.outer_overflow =
        *rc::gen::element(OverflowMode::Wrap, OverflowMode::Saturate, OverflowMode::Trap);
    small.datapath.products_per_check = lanes;
    return small;
}

std::set<std::int64_t> beat_sums(const Small& small) {
    golden::Range weights = small.datapath.weight_port_range();
    golden::Range activations = small.datapath.activation_range();
    std::set<std::int64_t> products, sums = {0};
    for (std::int64_t w = weights.min; w <= weights.max; ++w)
        for (std::int64_t a = activations.min; a <= activations.max; ++a) products.insert(w * a);
    for (int lane = 0; lane < small.array.lanes; ++lane) {
        std::set<std::int64_t> next;
        for (std::int64_t sum : sums)
            for (std::int64_t product : products) next.insert(sum + product);
        sums = std::move(next);
    }
    return sums;
}

// Every (value class, position) that the inner accumulator can reach, by walking through all its values.
std::set<std::pair<ValueClass, Position>> reachable_inner(const Small& small) {
    std::set<std::pair<ValueClass, Position>> reached;
    const std::set<std::int64_t> sums = beat_sums(small);
    const std::int64_t beats = small.datapath.tile / small.array.lanes;
    const bool in_columns = small.array.dataflow == hw::Dataflow::WeightStationary;
    std::set<std::int64_t> values = {0};
    for (std::int64_t beat = 0; beat < beats; ++beat) {
        std::set<std::int64_t> next;
        for (std::int64_t value : values)
            for (std::int64_t sum : sums) {
                sim::RangeCheck check;
                check.above = value + sum > 0;
                check.result =
                    golden::accumulate(value + sum, small.datapath.inner_bits, small.datapath.inner_overflow);
                next.insert(check.result.value);
                for (ValueClass seen : classes_of(check, small.datapath.inner_bits)) {
                    // A ragged tile may end behind its first beat, but not in a column of elements.
                    if (beat == 0 && (beats == 1 || !in_columns)) reached.insert({seen, Position::Only});
                    if (beat == 0 && beats > 1) reached.insert({seen, Position::First});
                    if (beat > 0 && (beat + 1 == beats || !in_columns))
                        reached.insert({seen, Position::Last});
                    if (beat > 0 && beat + 1 < beats) reached.insert({seen, Position::Middle});
                }
            }
        values = std::move(next);
    }
    return reached;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_traced_dot_product_is_that_of_golden) {
    testing::check_property("trace_dot_product = golden::dot_product", [] {
        Small small = random_small();
        const auto length = *rc::gen::inRange<std::size_t>(1, 40);
        golden::Range activations = small.datapath.activation_range(),
                      weights = small.datapath.weight_range();
        auto w = *rc::gen::container<std::vector<golden::WeightCode>>(
            length, rc::gen::inRange(static_cast<golden::WeightCode>(weights.min),
                                     static_cast<golden::WeightCode>(weights.max + 1)));
        auto a = *rc::gen::container<std::vector<golden::ActivationCode>>(
            length, rc::gen::inRange(static_cast<golden::ActivationCode>(activations.min),
                                     static_cast<golden::ActivationCode>(activations.max + 1)));

        golden::DotProduct traced =
            sim::trace_dot_product(w, a, small.datapath, [](const sim::RangeCheck&) {});

        RC_ASSERT(traced == golden::dot_product(w, a, small.datapath));
    });
}

BOOST_AUTO_TEST_CASE(directed_vectors_take_the_accumulator_where_they_aim) {
    testing::check_property("a directed group hits its bin", [] {
        Small small = random_small();
        for (const sim::DirectedGoal& goal : sim::directed_goals(small.datapath, small.array)) {
            if (!goal.group) continue;
            bool hit = false;
            const hw::Group group = sim::as_checked(*goal.group, small.datapath, small.array);
            sim::trace_dot_product(
                group.weights, group.activations, small.datapath, [&](const sim::RangeCheck& check) {
                    if (check.level != goal.bin.level || check.position != goal.bin.position) return;
                    for (ValueClass value :
                         classes_of(check, check.level == Level::Inner ? small.datapath.inner_bits
                                                                       : small.datapath.outer_bits))
                        hit = hit || value == goal.bin.value;
                });
            if (!hit) RC_FAIL(to_string(goal.bin, small.datapath) + " of " + to_string(small.datapath));
        }
    });
}

BOOST_AUTO_TEST_CASE(what_is_called_unreachable_is_so_by_enumeration) {
    int proven = 0, reached = 0;
    testing::check_property("no reachable bin is excluded", [&] {
        Small small = random_small();
        const auto reachable = reachable_inner(small);
        for (const sim::DirectedGoal& goal : sim::directed_goals(small.datapath, small.array)) {
            if (goal.bin.level != Level::Inner) continue;
            bool can = reachable.contains({goal.bin.value, goal.bin.position});
            if (can && !goal.unreachable.empty())
                RC_FAIL(to_string(goal.bin, small.datapath) + " of " + to_string(small.datapath) + ": " +
                        goal.unreachable);
            proven += goal.unreachable.empty() ? 0 : 1;
            reached += can ? 1 : 0;
        }
    });
    BOOST_TEST(proven > 100);
    BOOST_TEST(reached > 100);
}

BOOST_AUTO_TEST_CASE(sums_of_products_are_found_or_proven_out_of_reach) {
    golden::Datapath datapath;  // W3A4: products -28..32 in steps
    datapath.weight_bits = golden::BitWidth(3);
    datapath.activation_bits = golden::BitWidth(4);
    sim::ProductSums sums(datapath);

    BOOST_TEST(sums.range().min == -28);
    BOOST_TEST(sums.range().max == 32);
    for (std::int64_t sum = -8 * 28; sum <= 8 * 32; ++sum) {
        auto found = sums.find(sum, 8);
        BOOST_TEST(found.has_value() == !sums.is_unreachable(sum, 8));
        if (!found) continue;
        std::int64_t total = 0;
        for (const sim::CodePair& pair : *found) total += pair.product();
        BOOST_TEST(found->size() == 8U);
        BOOST_TEST(total == sum);
    }
    BOOST_TEST(sums.is_unreachable(255, 8));  // 8 * 32 - 1: the second largest product is 28
    BOOST_TEST(!sums.is_unreachable(252, 8));
}

BOOST_AUTO_TEST_CASE(beats_that_a_reset_swallowed_do_not_count) {
    Small small;
    small.array.rows = small.array.columns = 1;
    small.array.lanes = 2;
    small.datapath.tile = 4;
    small.datapath.inner_bits = small.datapath.outer_bits = golden::BitWidth(12);
    small.datapath.products_per_check = 2;
    std::vector<hw::Group> groups = {{2, {0, 0}, {0, 0}}};
    auto expected = sim::expected_outputs(groups, small.datapath, small.array);
    sim::job::Job job = sim::make_job(sim::SignoffJob{"", groups, {}, 0, 0}, small.datapath, small.array);
    sim::job::InputPlayer player(job);
    auto accept = [&](bool refused) {
        return sim::PortCycle{true, true, true, !refused, true, refused, false, 0, 0};
    };
    sim::PortTrace trace(job);
    trace.record({}, player.beat());
    trace.record(accept(false), player.beat());  // lost
    trace.record({}, player.beat());
    trace.record(accept(true), player.beat());

    sim::AccumulatorCoverage coverage(small.datapath);
    coverage.add(groups, expected, small.array, trace);

    sim::Bin zero{Level::Inner, ValueClass::Zero, Position::Only, sim::StallContext::None};
    BOOST_TEST(coverage.hits(zero) == 0);
    zero.stall = sim::StallContext::Output;
    BOOST_TEST(coverage.hits(zero) == 1);
}
