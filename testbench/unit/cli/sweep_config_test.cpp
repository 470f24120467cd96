// What a sweep file means: axes, exclusions, selection; and what of it is refused.
#include "cli/sweep_config.hpp"

#include <map>

#include "cli/point_sweep.hpp"
#include "reports/tables/point_quality.hpp"
#include "testbench/support/cli/sweep_config_folder.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
using namespace macaw::cli;

namespace {

std::vector<std::string> names_of(const SweepConfig& sweep) {
    std::vector<std::string> names;
    for (const SweepConfigPoint& point : sweep.points) names.push_back(point.name);
    return names;
}

reports::SweepPoint candidate(double perplexity, int needed_bits) {
    reports::SweepPoint point;
    point.metrics.add(reports::kValidationPerplexity, perplexity, "");
    for (const char* which : {"inner", "outer"}) {
        point.metrics.add(fmt::format("bound__{}__bits", which), needed_bits, "");
        point.metrics.add(fmt::format("datapath__{}__bits", which), 16, "");
    }
    return point;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sweep_config)

BOOST_AUTO_TEST_CASE(keys_of_one_axis_are_shown_as_far_as_they_tell_its_positions_apart) {
    testing::SweepConfigFolder folder;
    SweepConfig sweep = folder.good(
        "axes:\n  - datapath.inner_bits: [15, 16]\n    datapath.outer_bits: [19, 20]\n"
        "  - datapath.weight_bits: [4, 4, 5]\n    datapath.activation_bits: [6, 8, 8]\n");
    BOOST_REQUIRE(sweep.points.size() == 6U);
    BOOST_TEST(sweep.points[1].name == "inner_bits_15-weight_bits_4-activation_bits_8");
    BOOST_TEST(sweep.points[3].config.datapath.inner_bits.bits() == 16);
    BOOST_TEST(sweep.points[3].config.datapath.outer_bits.bits() == 20);
    BOOST_TEST(sweep.points[3].config.datapath.activation_bits.bits() == 6);
}

BOOST_AUTO_TEST_CASE(an_axis_may_be_written_as_rows) {
    testing::SweepConfigFolder folder;
    SweepConfig sweep = folder.good(
        "axes:\n  - keys: [datapath.inner_bits, datapath.weight_bits, datapath.outer_bits]\n"
        "    rows: [[15, 4, 19], [15, 5, 20]]\n");
    BOOST_TEST((names_of(sweep) ==
                std::vector<std::string>{"inner_bits_15-weight_bits_4", "inner_bits_15-weight_bits_5"}));
    BOOST_TEST(sweep.points[1].config.datapath.outer_bits.bits() == 20);
    BOOST_TEST(folder.refuses("axes:\n  - keys: [datapath.inner_bits]\n    rows: [[15], [16, 2]]\n",
                              "[16, 2] is not a list of 1 values"));
}

BOOST_AUTO_TEST_CASE(an_axis_of_named_settings_sets_all_their_keys) {
    testing::SweepConfigFolder folder;
    SweepConfig sweep = folder.good(
        "steps: quality\naxes:\n  - layers:\n      plain: {}\n"
        "      narrow: {datapath.inner_bits: 12, quantizer.constraint: none}\n");
    BOOST_TEST((names_of(sweep) == std::vector<std::string>{"layers_plain", "layers_narrow"}));
    BOOST_TEST(sweep.points[0].config.datapath.inner_bits.bits() == 15);
    BOOST_TEST(sweep.points[1].config.datapath.inner_bits.bits() == 12);
    BOOST_TEST((sweep.points[1].config.quantizer.constraint == quantizer::Constraint::None));
    BOOST_TEST((sweep.steps == SweepSteps::Quality));
}

BOOST_AUTO_TEST_CASE(excluded_combinations_are_left_out_and_nothing_else) {
    testing::SweepConfigFolder folder;
    const std::string axes =
        "axes:\n  - quantizer.constraint: [axe, none]\n  - datapath.inner_bits: [14, 15, 16]\n";
    SweepConfig sweep = folder.good(axes + "exclude:\n  - {constraint: none, inner_bits: [14, 15]}\n");
    BOOST_TEST((names_of(sweep) ==
                std::vector<std::string>{"constraint_axe-inner_bits_14", "constraint_axe-inner_bits_15",
                                         "constraint_axe-inner_bits_16", "constraint_none-inner_bits_16"}));
    BOOST_TEST(folder.refuses(axes + "exclude:\n  - {colour: red}\n", "no axis has this name"));
    BOOST_TEST(folder.refuses(axes + "exclude:\n  - {constraint: [axe, none]}\n", "leaves no point"));
}

BOOST_AUTO_TEST_CASE(equal_positions_and_equal_names_are_refused) {
    testing::SweepConfigFolder folder;
    BOOST_TEST(
        folder.refuses("axes:\n  - datapath.inner_bits: [15, 15]\n", "two positions of this axis are equal"));
    BOOST_TEST(folder.refuses("axes:\n  - kind: {a b: {}, a_b: {}}\n", "two points would have the name"));
    BOOST_TEST(folder.refuses("axes:\n  - kind: {a: 3}\n", "is not a mapping"));
    BOOST_TEST(folder.refuses("axes:\n  - datapath.inner_bits: 15\n", "neither a list of values nor"));
}

BOOST_AUTO_TEST_CASE(a_selection_gives_every_point_the_validation_windows_with_the_evaluations_length) {
    testing::SweepConfigFolder folder;
    SweepConfig sweep = folder.good(
        "steps: quality\naxes:\n  - datapath.inner_bits: [14, 15]\n  - quantizer.algorithm: [optq, rtn]\n"
        "select: {per: inner_bits}\nvalidation: {text: text.txt, first_window: 128, windows: 32}\n");
    BOOST_REQUIRE(sweep.points.size() == 4U);
    BOOST_TEST(sweep.points[1].group == "inner_bits = 14");
    BOOST_TEST(sweep.points[2].group == "inner_bits = 15");
    const EvaluationConfig& validation = sweep.points[0].validation->evaluation;
    BOOST_TEST(validation.text.filename().string() == "text.txt");
    BOOST_TEST(validation.first_window == 128);
    BOOST_TEST(validation.windows == 32);
    BOOST_TEST(validation.window_tokens == 256);
    BOOST_TEST(sweep.points[0].config.evaluation.text.filename().string() == "other.txt");
}

BOOST_AUTO_TEST_CASE(a_validation_that_has_seen_the_calibration_or_the_evaluation_is_refused) {
    testing::SweepConfigFolder folder;
    const std::string start =
        "steps: quality\naxes:\n  - datapath.inner_bits: [14, 15]\nselect: {per: inner_bits}\n";
    // 64 calibration windows of 512 tokens are the first 128 windows of 256.
    BOOST_TEST(folder.refuses(start + "validation: {text: text.txt, first_window: 127, windows: 2}\n",
                              "the quantizer calibrates on"));
    BOOST_TEST(folder.refuses(start + "validation: {text: other.txt, windows: 2}\n", "that are evaluated"));
    BOOST_TEST(folder.refuses(start, "go together"));
    BOOST_TEST(folder.refuses("axes:\n  - datapath.inner_bits: [15]\nselect: {per: colour}\n",
                              "no axis has the name"));
}

BOOST_AUTO_TEST_CASE(the_best_certified_candidate_of_each_group_is_chosen) {
    std::vector<reports::SweepPoint> candidates = {
        candidate(30, 16), candidate(29, 16), candidate(28, 17), candidate(50, 16), {}};
    BOOST_TEST((select_best(candidates, {"a", "a", "a", "b", "c"}) == std::vector<std::size_t>{1, 3}));
}

// A file under build/ that a table of this name needs, that the user brings and that is not there; empty:
// none.
std::string missing_for(const std::string& table) {
    const std::map<std::string, std::vector<std::string>> brought = {
        {"books", {"texts/treasure_island.txt", "texts/hound_of_the_baskervilles.txt"}},
        {"wikitext", {"texts/wiki.test.raw", "checkpoints/SmolLM2-135M-Instruct.Q4_1.gguf"}}};
    auto found = brought.find(table);
    if (found == brought.end()) return {};
    for (const std::string& file : found->second)
        if (!std::filesystem::exists(testing::source_folder() / "build" / file)) return "build/" + file;
    return {};
}

// They name the demo's texts, which scripts/texts makes.
BOOST_AUTO_TEST_CASE(every_table_of_the_repository_can_be_read) {
    std::filesystem::path configs = testing::source_folder() / "configs";
    if (!std::filesystem::exists(testing::source_folder() / "build/texts/genesis_exodus.txt")) {
        BOOST_TEST_MESSAGE("skipped: build/texts is missing (scripts/texts makes it)");
        return;
    }
    for (const char* folder : {"tables", "sweeps"}) {
        for (const auto& entry : std::filesystem::directory_iterator(configs / folder)) {
            if (entry.path().extension() != ".yaml" || entry.path().stem() == "base") continue;
            if (std::string missing = missing_for(entry.path().stem()); !missing.empty()) {
                BOOST_TEST_MESSAGE("skipped: " << entry.path().filename() << ", the user brings " << missing);
                continue;
            }
            auto sweep = read_sweep_config(entry.path());
            BOOST_TEST(sweep.has_value(), (sweep ? std::string{} : to_text(sweep.error())));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
