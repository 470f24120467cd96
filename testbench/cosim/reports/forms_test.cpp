// A tiny comparison of arithmetic forms with the real tools: four lanes, one recipe.
#include "reports/forms/form_table.hpp"
#include "silicon_fixture.hpp"

namespace {

using namespace macaw;
using testing::value_of;
namespace fs = std::filesystem;

struct Tiny {
    testing::ScratchFolder scratch;
    reports::FormsConfig config;
    reports::FormLibrary library;

    Tiny() {
        config.name = "tiny";
        config.recipes = {reports::Recipe::Balanced};
        for (int p : {8, 12, 16})
            config.units.push_back({4, golden::BitWidth(4), golden::Signedness::Signed, golden::BitWidth(4),
                                    golden::BitWidth(p), golden::OverflowMode::Wrap});
        config.plain = scratch.path() / "vector_mac_baseline.sv";
        fs::copy_file(testing::source_folder() / "testbench/baseline/vector_mac_baseline.sv", *config.plain);
        config.structural = {{hw::Multiplier::BaughWooley, hw::Reduction::ThreeGreedy,
                              hw::FinalAdder::Operator, hw::Accumulation::Resolved}};
        library = value_of(reports::load_form_library({"osu018"}, scratch.path() / "library"));
    }

    reports::FormResult run(const reports::FormPoint& point) const {
        return value_of(reports::run_point(point, config, library, scratch.path() / "points"));
    }

    std::vector<reports::FormResult> run_all() const {
        std::vector<reports::FormResult> results;
        for (const reports::FormPoint& point : reports::points_of(config)) results.push_back(run(point));
        return results;
    }

    std::size_t stored() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(scratch.path() / "points"), fs::directory_iterator{}));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(forms)

BOOST_AUTO_TEST_CASE(every_form_is_synthesised_once_and_structural_area_grows_with_p) {
    Tiny tiny;
    std::vector<reports::FormResult> results = tiny.run_all();
    BOOST_REQUIRE(results.size() == 3U * 5U);
    for (const reports::FormResult& result : results) {
        BOOST_TEST(result.failure == "");
        BOOST_TEST(result.figures.area > 0);
        BOOST_TEST(result.figures.period > 0);
        const bool structural = result.point.variant.kind == reports::FormKind::Structural;
        BOOST_TEST((result.figures.adder_cells > 0) == structural);
    }
    BOOST_TEST(tiny.stored() == results.size());
    reports::AreaGrowth growth = reports::area_growth(results, {tiny.library});
    BOOST_TEST(growth.compared == 2);
    BOOST_TEST(growth.not_growing.empty());
    for (const reports::FormComparison& comparison : reports::compare_forms(results)) {
        BOOST_REQUIRE(comparison.behavioural != nullptr);
        BOOST_REQUIRE(comparison.structural != nullptr);
        BOOST_TEST(comparison.structural->figures.product() < comparison.behavioural->figures.product());
    }
    // Again, from what is stored.
    std::vector<reports::FormResult> again = tiny.run_all();
    for (std::size_t i = 0; i < results.size(); ++i)
        BOOST_TEST(again[i].figures.product() == results[i].figures.product());
    BOOST_TEST(tiny.stored() == results.size());
}

// Negative controls: a unit that is made larger is not taken for the one in store and shows as larger; RTL
// that Yosys refuses is a failed point with its reason, and is not stored.
BOOST_AUTO_TEST_CASE(changed_rtl_gives_other_figures_and_bad_rtl_a_failure) {
    Tiny tiny;
    tiny.config.behavioural = false;
    tiny.config.structural.clear();
    reports::FormPoint point = reports::points_of(tiny.config).front();
    reports::FormResult before = tiny.run(point);
    std::string text = value_of(read_text(*tiny.config.plain));
    const std::string sum = "assign sum_o = sum_q;";
    BOOST_REQUIRE(text.find(sum) != std::string::npos);
    std::string larger = text;
    larger.replace(larger.find(sum), sum.size(), "assign sum_o = sum_q + (sum_q << 1);");
    testing::succeed(write_text(*tiny.config.plain, larger));
    reports::FormResult after = tiny.run(point);
    BOOST_TEST(after.failure == "");
    BOOST_TEST(after.figures.area > before.figures.area);
    testing::succeed(write_text(*tiny.config.plain, text.replace(text.find(sum), sum.size(), "assign ;")));
    const std::size_t stored = tiny.stored();
    reports::FormResult bad = tiny.run(point);
    BOOST_TEST(bad.failure.find("yosys") != std::string::npos, bad.failure);
    BOOST_TEST(tiny.stored() == stored);
}

BOOST_AUTO_TEST_SUITE_END()
