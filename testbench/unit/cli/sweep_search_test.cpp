// What of a grid becomes points: requirements, random samples, and the search that asks the cost model.
#include <cmath>
#include <set>

#include "cli/sweep_grid.hpp"
#include "cli/sweep_screening.hpp"
#include "reports/cost/cost_model.hpp"
#include "reports/cost/training_point.hpp"
#include "testbench/support/cli/sweep_config_folder.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
using namespace macaw::cli;

namespace {

// A model of behavioural arrays on OSU018 by which a bit of a product costs 1 um^2, and a path 1 ns and one
// more for each level of a `*`.
reports::CostModel planted_model() {
    reports::CostGroup group;
    group.library = {"osu018"};
    group.recipe = "balanced";
    group.arithmetic = "behavioural";
    auto coefficients = [&](reports::CostFigure figure, const std::map<std::string, double>& values) {
        for (const std::string& name : reports::term_names(figure)) {
            auto found = values.find(name);
            group.coefficients[to_string(figure)].push_back(found == values.end() ? 0 : found->second);
        }
    };
    coefficients(reports::CostFigure::Area, {{"product_bits", 1}});
    coefficients(reports::CostFigure::Period, {{"fixed", 1}, {"path_product_levels", 1}});
    group.errors["area"] = group.errors["period"] = {};
    return {0.25, 1, {group}};
}

struct SearchFolder : testing::SweepConfigFolder {
    SearchFolder() : SweepConfigFolder("array: {rows: 1, columns: 1, lanes: 4}\n") {
        BOOST_REQUIRE(planted_model().write(scratch.path() / "model.json").has_value());
    }
};

std::vector<std::string> names_of(const SweepConfig& sweep) {
    std::vector<std::string> names;
    for (const SweepConfigPoint& point : sweep.points) names.push_back(point.name);
    return names;
}

// `positions` values 0, 1, ... on each of so many axes.
SweepGrid number_grid(const std::vector<int>& positions) {
    std::vector<Axis> axes;
    for (std::size_t axis = 0; axis < positions.size(); ++axis) {
        Axis& values = axes.emplace_back();
        for (int value = 0; value < positions[axis]; ++value)
            values.push_back({{{"k" + std::to_string(axis), YAML::Node(value)}},
                              {{"k" + std::to_string(axis), std::to_string(value)}}});
    }
    return {axes, {}, {}};
}

std::vector<std::string> names_of(const std::vector<Setting>& settings) {
    std::vector<std::string> names;
    for (const Setting& setting : settings) names.push_back(name_of(setting));
    return names;
}

const std::string kWidths =
    "axes:\n  - datapath.inner_bits: [14, 15, 16, 20]\n  - datapath.outer_bits: [15, 18, 24]\n";
const std::string kShapes =
    "axes:\n  - datapath.weight_bits: [2, 3, 4, 5, 6, 8]\n  - array.lanes: [1, 2, 4, 8]\n"
    "  - datapath.inner_bits: [12, 16]\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(sweep_search)

BOOST_AUTO_TEST_CASE(only_combinations_that_pass_every_requirement_are_points) {
    SearchFolder folder;
    SweepConfig sweep = folder.good(kWidths +
                                    "require:\n  - datapath.inner_bits < datapath.outer_bits\n"
                                    "  - datapath.outer_bits != 18\n");
    BOOST_TEST((names_of(sweep) ==
                std::vector<std::string>{"inner_bits_14-outer_bits_15", "inner_bits_14-outer_bits_24",
                                         "inner_bits_15-outer_bits_24", "inner_bits_16-outer_bits_24",
                                         "inner_bits_20-outer_bits_24"}));
}

BOOST_AUTO_TEST_CASE(a_requirement_may_name_keys_of_the_base_and_of_set) {
    SearchFolder folder;
    const std::string axes = "set: {array.columns: 3}\naxes:\n  - array.lanes: [2, 3, 8, 64]\n";
    BOOST_TEST((names_of(folder.good(axes + "require: [array.lanes divides datapath.tile, "
                                            "array.columns < array.lanes, 64 > array.lanes]\n")) ==
                std::vector<std::string>{"lanes_8"}));
}

BOOST_AUTO_TEST_CASE(a_requirement_sees_what_set_makes_of_a_whole_section) {
    SearchFolder folder;  // whose base has 4 lanes, T = 64
    const std::string rest =
        "axes:\n  - datapath.inner_bits: [15]\nrequire: [array.lanes divides datapath.tile]\n";
    BOOST_TEST(names_of(folder.good("set: {array: {rows: 1, columns: 1, lanes: 8}}\n" + rest)).size() == 1U);
    BOOST_TEST(folder.refuses("set: {array: {rows: 1, columns: 1, lanes: 3}}\n" + rest, "leaves no point"));
    BOOST_TEST(
        folder.refuses("axes:\n  - form:\n      one: {array: {lanes: 3}}\nrequire: [array.lanes divides "
                       "datapath.tile]\n",
                       "which an axis sets as a whole"));
}

BOOST_AUTO_TEST_CASE(what_is_no_comparison_is_refused_with_its_place) {
    SearchFolder folder;
    BOOST_TEST(folder.refuses(kWidths + "require: [datapath.inner_bits less 3]\n", "is not a comparison"));
    BOOST_TEST(
        folder.refuses(kWidths + "require: [datapath.colour < 3]\n", "\"datapath.colour\" is neither"));
    BOOST_TEST(
        folder.refuses("axes:\n  - datapath.inner_overflow: [wrap, trap]\nrequire: "
                       "[datapath.inner_overflow == 1]\n",
                       "is \"wrap\" on an axis, not a number"));
}

BOOST_AUTO_TEST_CASE(every_comparison_says_what_its_sign_says) {
    const Setting none;
    auto holds_for = [&](double left, Comparison comparison, double right) {
        return holds({{"", left}, {"", right}, comparison}, none);
    };
    for (double right : {1.0, 2.0, 3.0}) {
        BOOST_TEST(holds_for(2, Comparison::Less, right) == (2 < right));
        BOOST_TEST(holds_for(2, Comparison::LessOrEqual, right) == (2 <= right));
        BOOST_TEST(holds_for(2, Comparison::Greater, right) == (2 > right));
        BOOST_TEST(holds_for(2, Comparison::GreaterOrEqual, right) == (2 >= right));
        BOOST_TEST(holds_for(2, Comparison::Equal, right) == (2 == right));
        BOOST_TEST(holds_for(2, Comparison::NotEqual, right) == (2 != right));
    }
    BOOST_TEST(holds_for(4, Comparison::Divides, 64));
    BOOST_TEST(!holds_for(3, Comparison::Divides, 64));
    BOOST_TEST(!holds_for(0, Comparison::Divides, 64));
}

BOOST_AUTO_TEST_CASE(a_sample_has_no_repetition_and_is_the_same_for_the_same_seed) {
    testing::check_property("draw(count, seed)", [] {
        const SweepGrid grid = number_grid({*rc::gen::inRange(1, 6), *rc::gen::inRange(1, 6), 4});
        const auto count = *rc::gen::inRange<std::size_t>(1, 120);
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        const std::vector<std::string> names = names_of(grid.draw(count, seed));
        const std::set<std::string> different(names.begin(), names.end());
        RC_ASSERT(different.size() == names.size());
        RC_ASSERT(names.size() == std::min<std::size_t>(count, grid.size()));
        RC_ASSERT(names_of(grid.draw(count, seed)) == names);
        if (count >= grid.size()) RC_ASSERT(names == names_of(grid.all()));
    });
}

BOOST_AUTO_TEST_CASE(a_sample_draws_every_combination_equally_often) {
    const SweepGrid grid = number_grid({5, 4});
    std::map<std::string, int> drawn;
    for (std::uint64_t seed = 0; seed < 4000; ++seed)
        for (const std::string& name : names_of(grid.draw(5, seed))) ++drawn[name];
    BOOST_TEST(drawn.size() == 20U);
    // A quarter of 4000 seeds each: binomial, deviation 27.
    for (const auto& [name, times] : drawn) BOOST_TEST(std::abs(times - 1000) < 6 * 27, name << " " << times);
}

BOOST_AUTO_TEST_CASE(a_grid_that_no_memory_holds_can_be_sampled) {
    const SweepGrid grid = number_grid(std::vector<int>(17, 10));  // 10^17
    BOOST_TEST(grid.draw(20, 1).size() == 20U);
}

BOOST_AUTO_TEST_CASE(a_sample_leaves_excluded_combinations_out_and_must_not_ask_for_too_many) {
    SearchFolder folder;
    const std::string rest =
        "exclude: [{outer_bits: 15}]\nrequire: [datapath.inner_bits <= datapath.outer_bits]\n";
    // 14, 15, 16 fit 18 bits, all four 24 bits.
    SweepConfig sweep = folder.good(kWidths + rest + "sample: {points: 6, seed: 3}\n");
    BOOST_TEST(sweep.points.size() == 6U);
    for (const SweepConfigPoint& point : sweep.points)
        BOOST_TEST(point.config.datapath.outer_bits.bits() > 15);
    BOOST_TEST(folder.refuses(kWidths + rest + "sample: {points: 8}\n", "asks for 8 points, 7 were found"));
    BOOST_TEST(folder.refuses(kWidths + rest + "sample: {points: 6, sed: 3}\n", "seed"));
}

BOOST_AUTO_TEST_CASE(the_search_finds_the_front_of_a_planted_model) {
    SearchFolder folder;
    SweepConfig sweep = folder.good(kShapes +
                                    "search: {cost_model: model.json, minimise: [area, period], maximise: "
                                    "[weight_bits, lanes], synthesise: 500}\n");
    BOOST_REQUIRE(sweep.points.size() == 48U);
    // Of 3 or more bits area is weight bits x 8 x lanes until P_I cuts: here it is compared by definition.
    SweepConfig front = sweep;
    front.search->synthesise = 1;  // fewer than the front has: ends of the front only
    auto thin = choose_points(front);
    BOOST_REQUIRE(thin.has_value());
    auto all = choose_points(sweep);
    BOOST_REQUIRE(all.has_value());
    BOOST_TEST(all->candidates == 48U);
    BOOST_TEST(all->chosen == 48U);
    auto figure = [](const SweepConfigPoint& point, const char* key) {
        return point.modelled.find(key)->value.get<double>();
    };
    auto dominates = [&](const SweepConfigPoint& a, const SweepConfigPoint& b) {
        const std::array<double, 4> of_a = {figure(a, "cost__area__um2"), figure(a, "cost__period__min_ns"),
                                            -double(a.config.datapath.weight_bits.bits()),
                                            -double(a.config.array.lanes)};
        const std::array<double, 4> of_b = {figure(b, "cost__area__um2"), figure(b, "cost__period__min_ns"),
                                            -double(b.config.datapath.weight_bits.bits()),
                                            -double(b.config.array.lanes)};
        bool nowhere_larger = true;
        for (std::size_t i = 0; i < 4; ++i) nowhere_larger = nowhere_larger && of_a[i] <= of_b[i];
        return nowhere_larger && of_a != of_b;
    };
    std::vector<std::string> true_front;
    for (const SweepConfigPoint& point : sweep.points)
        if (std::ranges::none_of(sweep.points,
                                 [&](const SweepConfigPoint& other) { return dominates(other, point); }))
            true_front.push_back(point.name);
    BOOST_TEST(true_front.size() > 5U);
    BOOST_TEST(true_front.size() < 48U);
    SweepConfig searched = folder.good(kShapes +
                                       "search: {cost_model: model.json, minimise: [area, period], maximise: "
                                       "[weight_bits, lanes], synthesise: " +
                                       std::to_string(true_front.size()) + "}\n");
    BOOST_REQUIRE(choose_points(searched).has_value());
    BOOST_TEST((names_of(searched) == true_front));
    BOOST_TEST(std::ranges::count(true_front, front.points[0].name) == 1);
}

BOOST_AUTO_TEST_CASE(every_value_of_per_has_a_front_of_its_own) {
    SearchFolder folder;
    SweepConfig sweep = folder.good(
        kShapes + "search: {cost_model: model.json, minimise: [area], per: [weight_bits], synthesise: 6}\n");
    BOOST_REQUIRE(choose_points(sweep).has_value());
    std::set<int> widths;
    for (const SweepConfigPoint& point : sweep.points)
        widths.insert(point.config.datapath.weight_bits.bits());
    BOOST_TEST(widths.size() == 6U);
}

BOOST_AUTO_TEST_CASE(a_chosen_point_shows_what_was_modelled_and_measured_and_their_difference) {
    SearchFolder folder;
    SweepConfig sweep =
        folder.good(kShapes + "search: {cost_model: model.json, minimise: [area], synthesise: 1}\n");
    BOOST_REQUIRE(choose_points(sweep).has_value());
    // The least: one lane, 2-bit weights, 8-bit activations, 16 bits of a product; 12 bits cut nothing.
    reports::SweepPoint point{sweep.points[0].name, sweep.points[0].axes, {}, {}};
    point.metrics.add("synth__area__um2", 20.0, "cell area after synthesis");
    add_modelled(sweep.points[0], point);
    BOOST_TEST(point.metrics.find("cost__area__um2")->value == Json(16.0));
    BOOST_TEST(point.metrics.find("cost__area__um2")->how.starts_with("modelled: "));
    BOOST_TEST(std::abs(point.metrics.find("cost__area__error__percent")->value.get<double>() + 20) < 1e-9);
    BOOST_TEST((point.metrics.find("cost__period__error__percent") == nullptr));  // was not measured
    BOOST_TEST(modelled_beside_measured({point}).rows().size() == 1U);
    BOOST_TEST(modelled_errors_text({point}).find("median 20.0 %") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_point_that_the_model_was_fitted_on_gives_no_error_of_the_model) {
    SearchFolder folder;
    const std::string text = kShapes + "search: {cost_model: model.json, minimise: [area], synthesise: 1}\n";
    SweepConfig sweep = folder.good(text);
    BOOST_REQUIRE(choose_points(sweep).has_value());
    const RunConfig& config = sweep.points[0].config;
    for (bool held_out : {true, false}) {
        reports::CostModel model = planted_model();
        model.groups[0].points.push_back(
            {"known", reports::identity_of(config.datapath, config.array, config.synth), held_out, {}});
        BOOST_REQUIRE(model.write(folder.scratch.path() / "model.json").has_value());
        SweepConfig again = folder.good(text);
        auto screening = choose_points(again);
        BOOST_REQUIRE(screening.has_value());
        BOOST_TEST(again.points[0].is_training_point == !held_out);
        reports::SweepPoint point{again.points[0].name, again.points[0].axes, {}, {}};
        point.metrics.add("synth__area__um2", 20.0, "cell area after synthesis");
        add_modelled(again.points[0], point);
        BOOST_TEST((point.metrics.find("cost__area__error__percent") != nullptr) == held_out);
        BOOST_TEST((point.metrics.find("cost__area__um2") != nullptr));
    }
}

BOOST_AUTO_TEST_CASE(a_candidate_without_a_figure_for_an_objective_stops_the_search) {
    SearchFolder folder;
    SweepConfig sweep =
        folder.good(kShapes + "search: {cost_model: model.json, minimise: [power], synthesise: 1}\n");
    auto screening = choose_points(sweep);
    BOOST_REQUIRE(!screening.has_value());
    BOOST_TEST(screening.error().message.find("the cost model has no power") != std::string::npos,
               screening.error().message);
}

BOOST_AUTO_TEST_CASE(a_search_that_makes_no_sense_is_refused) {
    SearchFolder folder;
    auto search = [&](const std::string& rest) {
        return kShapes + "search: {cost_model: model.json" + rest + "}\n";
    };
    BOOST_TEST(folder.refuses(search(", minimise: [perplexity]"), "model quality is never modelled"));
    BOOST_TEST(folder.refuses(search(""), "has no objective"));
    BOOST_TEST(folder.refuses(search(", maximise: [lanes]"), "no objective is modelled"));
    BOOST_TEST(folder.refuses(search(", minimise: [area, area]"), "stands here twice"));
    BOOST_TEST(folder.refuses(search(", minimise: [area], per: [colour]"), "no axis has the name"));
    BOOST_TEST(folder.refuses(search(", minimise: [area], candidate: 3"), "candidates"));
    BOOST_TEST(
        folder.refuses(kShapes + "search: {cost_model: none.json, minimise: [area]}\n", "does not exist"));
    BOOST_TEST(
        folder.refuses(search(", minimise: [area]") + "sample: {points: 3}\n", "draws its candidates"));
    BOOST_TEST(folder.refuses(search(", minimise: [area]") + "steps: quality\n", "nothing of model quality"));
}

BOOST_AUTO_TEST_CASE(a_candidate_that_the_model_does_not_cover_is_an_error) {
    SearchFolder folder;
    SweepConfig sweep = folder.good(
        "axes:\n  - array.arithmetic: [behavioural, structural]\n"
        "search: {cost_model: model.json, minimise: [area]}\n");
    auto screening = choose_points(sweep);
    BOOST_REQUIRE(!screening.has_value());
    BOOST_TEST(screening.error().message.find("point arithmetic_structural: the cost model was not fitted") ==
               0U);
}

BOOST_AUTO_TEST_SUITE_END()
