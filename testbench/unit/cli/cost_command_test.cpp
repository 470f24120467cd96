// macaw cost as a user meets it: a model from a database of results, and what it says of configurations.
#include "golden/support/process.hpp"
#include "reports/cost/cost_model.hpp"
#include "testbench/support/cli/macaw_program.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/stored_point_example.hpp"

using namespace macaw;
using namespace macaw::testing;
namespace fs = std::filesystem;

namespace {

// Vector MACs of 4 lanes as a sweep leaves them, with an area of 100 um^2 and a period of 0.1 ns for each
// bit.
reports::StoredPoint synthesised(int inner_bits, int weight_bits) {
    reports::StoredPoint point = example_point("s", inner_bits, 0);
    point.name = fmt::format("inner_bits_{}-weight_bits_{}", inner_bits, weight_bits);
    point.config["datapath"]["weight_bits"] = weight_bits;
    point.config["array"].update({{"rows", 1}, {"columns", 1}, {"lanes", 4}});
    const double bits = inner_bits + weight_bits;
    point.metrics = {{{"synth__area__um2", 100 * bits, "cell area"}, "synth"},
                     {{"timing__period__min_ns", bits / 10, "OpenSTA"}, "synth"}};
    return point;
}

struct CostFolder {
    ScratchFolder scratch;
    fs::path out = scratch.path() / "out";
    std::string model = (scratch.path() / "model.json").string();
    CostFolder() {
        std::vector<reports::StoredPoint> points = {failed_point("s", "bad")};
        for (int inner_bits = 10; inner_bits < 20; ++inner_bits)
            for (int weight_bits : {3, 5}) points.push_back(synthesised(inner_bits, weight_bits));
        points.push_back(points.back());  // the same circuit under another name
        points.back().name = "again";
        succeed(open_store(out).record(points));
    }
    ProcessResult fit() const {
        return macaw_program({"cost", "fit", "--results", out.string(), "--seed", "3", "-o", model});
    }
    std::string config(const std::string& datapath, const std::string& array) const {
        const fs::path file = scratch.path() / "config.yaml";
        succeed(write_text(file, "name: c\ndatapath: {weight_bits: 3, activation_bits: 8, " + datapath +
                                     "}\narray: {rows: 1, columns: 1, " + array + "}\n"));
        return file.string();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cost_command)

BOOST_AUTO_TEST_CASE(a_fit_prints_its_error_on_points_that_were_held_out_and_an_estimate_repeats_it) {
    CostFolder folder;
    ProcessResult fitted = folder.fit();
    BOOST_TEST(fitted.exit_code == 0, fitted.output);
    BOOST_TEST(contains(fitted.output, "area            held out: median"));
    BOOST_TEST(contains(fitted.output, "on 5 points"));   // a quarter of 20
    BOOST_TEST(contains(fitted.output, "on 15 points"));  // the others
    BOOST_TEST(contains(fitted.output, "1 synthesised before under another name, 1 without area"));
    ProcessResult estimated =
        macaw_program({"cost", "estimate",
                       folder.config("inner_bits: 14, outer_bits: 18, outer_overflow: saturate",
                                     "lanes: 4, arithmetic: structural"),
                       "--model", folder.model});
    BOOST_TEST(estimated.exit_code == 0, estimated.output);
    BOOST_TEST(contains(estimated.output, "modelled: cost model of osu018, recipe balanced, structural"));
    BOOST_TEST(!contains(estimated.output, "extrapolated"));
}

BOOST_AUTO_TEST_CASE(an_estimate_outside_the_training_points_warns) {
    CostFolder folder;
    BOOST_TEST(folder.fit().exit_code == 0);
    ProcessResult estimated =
        macaw_program({"cost", "estimate",
                       folder.config("inner_bits: 30, outer_bits: 34", "lanes: 4, arithmetic: structural"),
                       "--model", folder.model, "--json"});
    BOOST_TEST(estimated.exit_code == 0, estimated.output);
    BOOST_TEST(
        contains(estimated.output, "warning: extrapolated: outer_overflow is wrap, in training saturate"));
    BOOST_TEST(contains(estimated.output, "EXTRAPOLATED"));
}

BOOST_AUTO_TEST_CASE(an_arithmetic_that_was_not_fitted_is_an_error) {
    CostFolder folder;
    BOOST_TEST(folder.fit().exit_code == 0);
    ProcessResult estimated = macaw_program(
        {"cost", "estimate", folder.config("inner_bits: 14", "lanes: 4"), "--model", folder.model});
    BOOST_TEST(estimated.exit_code == 2);
    BOOST_TEST(contains(estimated.output, "model.json: error: the cost model was not fitted for osu018"),
               estimated.output);
}

BOOST_AUTO_TEST_SUITE_END()
