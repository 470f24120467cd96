// The cost model on planted data: coefficients come back, held-out points have no say in the fit, and what
// lies outside the training points is called so.
#include <numeric>
#include <random>

#include "reports/cost/fit_cost_model.hpp"
#include "reports/cost/nonnegative_least_squares.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
using namespace macaw::reports;

namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// 1, 2, 3, ...: what one of each term costs.
std::vector<double> planted(CostFigure figure) {
    std::vector<double> coefficients(term_names(figure).size());
    std::iota(coefficients.begin(), coefficients.end(), 1.0);
    return coefficients;
}

constexpr double kClock = 200;  // MHz

// Random features whose figures are exactly those of the planted coefficients.
TrainingPoint random_point(std::mt19937_64& random, int number) {
    TrainingPoint point;
    point.name = "planted/" + std::to_string(number);
    point.identity = fmt::format("{:016x}", random());
    point.datapath.products_per_check = point.array.lanes;
    for (double& count : point.features.counts.values) count = static_cast<double>(1 + random() % 1000);
    for (double& part : point.features.path.values) part = static_cast<double>(1 + random() % 20);
    point.features.words["dataflow"] = "output_stationary";
    ActivityStatistics activity;
    activity.weight_toggles = static_cast<double>(random() % 100) / 200;
    activity.activation_toggles = static_cast<double>(random() % 100) / 200;
    const double toggles = operand_toggles(activity, point.array);
    auto figure = [&](CostFigure which) {
        return dot(terms_of(which, point.features, toggles), planted(which));
    };
    point.area_um2 = figure(CostFigure::Area);
    point.period_ns = figure(CostFigure::Period);
    MeasuredPower power;
    power.activity = activity;
    power.clock_mhz = kClock;
    power.leakage_mw = figure(CostFigure::Leakage);
    power.total_mw = figure(CostFigure::Dynamic) * kClock * 1e-3 + power.leakage_mw;
    power.energy_per_mac_pj =  // mW / MHz = nJ
        power.total_mw / kClock * 1e3 / double(point.array.macs_per_cycle(point.datapath));
    point.power = power;
    return point;
}

std::vector<TrainingPoint> random_points(int count, std::uint64_t seed = 1) {
    std::mt19937_64 random(seed);
    std::vector<TrainingPoint> points;
    for (int i = 0; i < count; ++i) points.push_back(random_point(random, i));
    return points;
}

CostModel fit(const std::vector<TrainingPoint>& points, const FitOptions& options = {}) {
    std::vector<std::string> left_out;
    auto model = fit_cost_model(points, options, left_out);
    BOOST_REQUIRE_MESSAGE(model.has_value(), (model ? std::string{} : to_text(model.error())));
    return *model;
}

TrainingPoint& named(std::vector<TrainingPoint>& points, const std::string& name) {
    return *std::ranges::find(points, name, &TrainingPoint::name);
}

const KnownPoint& first_point(const CostGroup& group, bool held_out) {
    return *std::ranges::find(group.points, held_out, &KnownPoint::held_out);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cost_model)

BOOST_AUTO_TEST_CASE(nonnegative_least_squares_meets_the_conditions_of_an_optimum) {
    testing::check_property("x >= 0, gradient <= 0, and 0 where x > 0", [] {
        std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
        std::normal_distribution<double> normal;
        const auto rows = *rc::gen::inRange<Eigen::Index>(1, 12),
                   columns = *rc::gen::inRange<Eigen::Index>(1, 8);
        auto draw = [&] { return normal(random); };
        const Eigen::MatrixXd a = Eigen::MatrixXd::NullaryExpr(rows, columns, draw);
        const Eigen::VectorXd b = Eigen::VectorXd::NullaryExpr(rows, draw);
        const Eigen::VectorXd x = nonnegative_least_squares(a, b);
        const Eigen::VectorXd gradient = a.transpose() * (b - a * x);
        for (Eigen::Index i = 0; i < columns; ++i) {
            RC_ASSERT(x(i) >= 0);
            RC_ASSERT(gradient(i) < 1e-6);
            if (x(i) > 0) RC_ASSERT(std::abs(gradient(i)) < 1e-6);
        }
    });
}

BOOST_AUTO_TEST_CASE(planted_coefficients_are_recovered_and_held_out_points_are_hit) {
    const CostModel model = fit(random_points(60));
    BOOST_REQUIRE(model.groups.size() == 1U);
    const CostGroup& group = model.groups[0];
    for (CostFigure figure : kCostFigures) {
        const std::vector<double> expected = planted(figure);
        const std::vector<double>& fitted = group.coefficients.at(to_string(figure));
        BOOST_REQUIRE(fitted.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            BOOST_TEST(fitted[i] == expected[i], boost::test_tools::tolerance(1e-6));
    }
    for (const char* figure : {"area", "period", "power", "energy_per_mac"}) {
        BOOST_TEST(group.errors.at(figure).held_out.points == 15);
        BOOST_TEST(group.errors.at(figure).training.points == 45);
        BOOST_TEST(group.errors.at(figure).held_out.worst < 1e-6);
    }
}

BOOST_AUTO_TEST_CASE(a_held_out_point_has_no_say_in_the_fit) {
    std::vector<TrainingPoint> points = random_points(40);
    const CostModel before = fit(points);
    const KnownPoint held_out = first_point(before.groups[0], true);
    TrainingPoint& point = named(points, held_out.name);
    point.area_um2 *= 10;
    point.features.counts.values.fill(1e9);  // nor in the ranges
    const CostModel after = fit(points);
    BOOST_TEST((after.groups[0].coefficients == before.groups[0].coefficients));
    BOOST_TEST((after.groups[0].ranges == before.groups[0].ranges));
    BOOST_TEST(after.groups[0].errors.at("area").held_out.worst > 1);
    BOOST_TEST(after.groups[0].errors.at("area").training.worst < 1e-6);
}

BOOST_AUTO_TEST_CASE(a_training_point_has_a_say_in_the_fit) {  // so that the case above can fail
    std::vector<TrainingPoint> points = random_points(40);
    const CostModel before = fit(points);
    named(points, first_point(before.groups[0], false).name).area_um2 *= 10;
    BOOST_TEST((fit(points).groups[0].coefficients != before.groups[0].coefficients));
}

BOOST_AUTO_TEST_CASE(the_same_points_are_held_out_whatever_order_they_were_recorded_in) {
    std::vector<TrainingPoint> points = random_points(40);
    const CostModel before = fit(points);
    std::ranges::reverse(points);
    BOOST_TEST((fit(points) == before));
    BOOST_TEST((fit(points, {0.25, 2}).groups[0].points != before.groups[0].points));
}

BOOST_AUTO_TEST_CASE(a_point_outside_the_training_ranges_is_called_so) {
    std::vector<TrainingPoint> points = random_points(40);
    const CostGroup group = fit(points).groups[0];
    auto outside_of = [&](const PointFeatures& features) {
        return estimate(group, features, points[0].datapath, points[0].array, kClock, {}).outside;
    };
    PointFeatures features = named(points, first_point(group, false).name).features;
    BOOST_TEST(outside_of(features).empty());
    features.counts[Count::FullAdders] = 5000;  // at most 1000
    features.words["dataflow"] = "weight_stationary";
    const std::vector<std::string> outside = outside_of(features);
    BOOST_REQUIRE(outside.size() == 2U);
    BOOST_TEST(outside[0].find("full_adders is 5000") == 0U);
    BOOST_TEST(outside[1].find("dataflow is weight_stationary, in training output_stationary") == 0U);
    const Metrics metrics =
        cost_metrics(group, estimate(group, features, points[0].datapath, points[0].array, kClock, {}), {});
    for (const Metric& metric : metrics.all()) {
        BOOST_TEST(metric.how.starts_with("modelled: "));
        BOOST_TEST(metric.how.find("EXTRAPOLATED: full_adders") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(another_library_recipe_or_arithmetic_is_an_error) {
    const CostModel model = fit(random_points(40));
    SiliconOptions options;
    BOOST_TEST(model.group_for(options, hw::Arithmetic::Behavioural).has_value());
    BOOST_TEST(!model.group_for(options, hw::Arithmetic::Structural).has_value());
    options.recipe = Recipe::Fastest;
    BOOST_TEST(!model.group_for(options, hw::Arithmetic::Behavioural).has_value());
    options = {};
    options.library = {"other"};
    auto group = model.group_for(options, hw::Arithmetic::Behavioural);
    BOOST_REQUIRE(!group.has_value());
    BOOST_TEST(group.error().hint.find("osu018, recipe balanced, behavioural arithmetic") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(too_few_points_are_no_fit) {
    std::vector<std::string> left_out;
    auto model = fit_cost_model(random_points(15), {}, left_out);  // 4 held out leave 11
    BOOST_REQUIRE(!model.has_value());
    BOOST_TEST(left_out.size() == 1U);
    BOOST_TEST(fit(random_points(16)).groups.size() == 1U);
}

BOOST_AUTO_TEST_CASE(without_power_no_power_is_modelled) {
    std::vector<TrainingPoint> points = random_points(40);
    for (TrainingPoint& point : points) point.power.reset();
    const CostGroup group = fit(points).groups[0];
    BOOST_TEST(!group.models_power());
    BOOST_TEST(!group.errors.contains("power"));
    const CostEstimate modelled =
        estimate(group, points[0].features, points[0].datapath, points[0].array, kClock, {});
    BOOST_TEST(!modelled.power_mw.has_value());
    BOOST_TEST(modelled.area_um2 > 0);
}

BOOST_AUTO_TEST_CASE(a_model_is_read_back_as_it_was_written) {
    testing::ScratchFolder scratch;
    const CostModel model = fit(random_points(40));
    BOOST_REQUIRE(model.write(scratch.path() / "model.json").has_value());
    auto read = CostModel::read(scratch.path() / "model.json");
    BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? std::string{} : to_text(read.error())));
    BOOST_TEST((*read == model));
}

BOOST_AUTO_TEST_CASE(a_file_that_lacks_something_is_an_error_that_names_it) {
    testing::ScratchFolder scratch;
    const auto file = scratch.path() / "model.json";
    BOOST_REQUIRE(fit(random_points(40)).write(file).has_value());
    auto json = read_json(file);
    BOOST_REQUIRE(json.has_value());
    (*json)["groups"][0]["coefficients"]["area"].erase("full_adders");
    BOOST_REQUIRE(write_json(file, *json).has_value());
    auto read = CostModel::read(file);
    BOOST_REQUIRE(!read.has_value());
    BOOST_TEST(read.error().message.find("full_adders") != std::string::npos);
    BOOST_TEST(read.error().place.file == file.string());
}

BOOST_AUTO_TEST_CASE(the_model_of_the_repository_knows_its_own_training_sweep) {
    auto model = CostModel::read(testing::source_folder() / "configs/cost/osu018.json");
    BOOST_REQUIRE_MESSAGE(model.has_value(), (model ? std::string{} : to_text(model.error())));
    hw::ArrayConfig array;
    array.rows = array.columns = 2;
    array.lanes = 8;
    array.form.multiplier = hw::Multiplier::Booth;  // a form of configs/sweeps/cost_training.yaml
    array.form.reduction = hw::Reduction::ThreeGreedy;
    golden::Datapath datapath;
    datapath.products_per_check = array.lanes;
    for (hw::Arithmetic arithmetic : {hw::Arithmetic::Behavioural, hw::Arithmetic::Structural}) {
        array.arithmetic = arithmetic;
        auto group = model->group_for({}, arithmetic);
        auto features = features_of(datapath, array);
        BOOST_REQUIRE(group.has_value() && features.has_value());
        const CostEstimate modelled =
            estimate(**group, *features, datapath, array, 100, typical_activity(**group, datapath, array));
        BOOST_TEST(modelled.outside.empty(), fmt::format("{}", fmt::join(modelled.outside, "; ")));
        BOOST_TEST(modelled.area_um2 > 1e5);  // 32 multipliers of 4 x 8 bits
        BOOST_TEST(modelled.area_um2 < 1e6);
        BOOST_TEST(modelled.power_mw.value() > 0);
    }
}

BOOST_AUTO_TEST_CASE(error_statistics_are_those_of_a_hand_count) {
    // Ten errors 0.01 .. 0.10: half of them do not exceed 0.05, nine not 0.09.
    std::vector<double> errors;
    for (int i = 10; i >= 1; --i) errors.push_back(i / 100.0);
    BOOST_TEST((error_statistics(errors) == ErrorStatistics{10, 0.05, 0.09, 0.10}));
    BOOST_TEST((error_statistics({}) == ErrorStatistics{}));
}

BOOST_AUTO_TEST_SUITE_END()
