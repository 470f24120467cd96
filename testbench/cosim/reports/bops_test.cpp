// A tiny study of BOps with the real tools: a point end to end, and a netlist that computes wrong sums.
#include "reports/bops/bops_point.hpp"
#include "silicon_fixture.hpp"

namespace {

using namespace macaw;
using testing::value_of;
namespace fs = std::filesystem;

struct Study {
    testing::ScratchFolder scratch;
    reports::BopsConfig config;
    reports::FormLibrary library;

    Study() {
        config.plain = scratch.path() / "vector_mac_baseline.sv";
        fs::copy_file(testing::source_folder() / "testbench/baseline/vector_mac_baseline.sv", *config.plain);
        config.activity.cycles = 64;
        library = value_of(reports::load_form_library({"osu018"}, scratch.path() / "library"));
    }
    reports::BopsResult run(const hw::DotProductShape& unit) const {
        return value_of(reports::run_bops_point(unit, config, library, scratch.path() / "points"));
    }
};

hw::DotProductShape unit_of(int lanes) {
    return {lanes, golden::BitWidth(4), golden::Signedness::Signed, golden::BitWidth(3),
            golden::BitWidth(10)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bops)

BOOST_AUTO_TEST_CASE(more_lanes_give_more_flips_power_and_area_and_a_point_is_made_once) {
    Study study;
    const reports::BopsResult small = study.run(unit_of(2)), large = study.run(unit_of(5));
    for (auto figure : {&reports::BopsFigures::flips, &reports::BopsFigures::power,
                        &reports::BopsFigures::area, &reports::BopsFigures::register_flips})
        BOOST_TEST((large.figures.*figure) > (small.figures.*figure));
    BOOST_TEST(small.figures.flips > small.figures.register_flips);
    // Symmetric 3-bit weights are 0 once in 7: 2 * 76 * 64 draws (12 beats are not counted).
    BOOST_TEST(std::abs(small.figures.sparsity - 1.0 / 7) < 0.02);
    const reports::BopsResult again = study.run(unit_of(2));
    BOOST_TEST(again.figures.flips == small.figures.flips);
    BOOST_TEST(again.figures.power == small.figures.power);
    auto stored = std::distance(fs::directory_iterator(study.scratch.path() / "points"), {});
    BOOST_TEST(stored == 2);
    // Weights that are nearly all 0 are another point, which flips less.
    study.config.activity.operands.sparsity = 0.9;
    BOOST_TEST(study.run(unit_of(2)).figures.flips < 0.8 * small.figures.flips);
}

BOOST_AUTO_TEST_CASE(rtl_that_forgets_to_clear_the_accumulator_is_caught_by_the_replay) {
    Study study;
    std::string text = value_of(read_text(*study.config.plain));
    const std::string clear = "first_q ? '0 : accumulator_q";
    BOOST_REQUIRE(text.find(clear) != std::string::npos);
    testing::succeed(
        write_text(*study.config.plain, text.replace(text.find(clear), clear.size(), "accumulator_q")));
    auto result = reports::run_bops_point(unit_of(2), study.config, study.library, study.scratch.path());
    BOOST_REQUIRE(!result.has_value());
    BOOST_TEST((result.error().kind == ErrorKind::CheckFailed));
    BOOST_TEST(result.error().message.find("expected") != std::string::npos, result.error().message);
}

BOOST_AUTO_TEST_SUITE_END()
