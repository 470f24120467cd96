// Glitches of a tiny unit with the real tools, and what must not be counted as one.
#include <regex>

#include "reports/glitch/glitch_point.hpp"
#include "reports/glitch/toggle_checks.hpp"
#include "silicon_fixture.hpp"
#include "sim/icarus/timed_unit.hpp"

namespace {

using namespace macaw;
using testing::value_of;
namespace fs = std::filesystem;

struct Study {
    testing::ScratchFolder scratch;
    fs::path folder = scratch.path() / "unit";
    hw::DotProductShape unit{3, golden::BitWidth(4), golden::Signedness::Signed, golden::BitWidth(3),
                             golden::BitWidth(10)};
    reports::GlitchConfig config;
    reports::FormLibrary library;

    Study() {
        fs::create_directories(folder);
        config.plain = testing::source_folder() / "testbench/baseline/vector_mac_baseline.sv";
        config.activity.cycles = 100;
        library = value_of(reports::load_form_library({"osu018"}, scratch.path() / "library"));
    }
    Expected<reports::GlitchResult> run(const reports::FormVariant& variant = {
                                            reports::FormKind::Plain, false, {}}) const {
        return reports::count_glitches(unit, variant, config, library, folder);
    }
    sim::FlatNetlist netlist() const {
        return value_of(sim::read_netlist(folder / "netlist.json", library.library.cells,
                                          "vector_mac_baseline", {"clk_i", true}));
    }
    Expected<sim::Activity> simulate(const sim::FlatNetlist& of,
                                     const std::optional<std::string>& sdf) const {
        return sim::run_timed_unit({folder, of, library.library.cells, unit, 10}, config.activity, sdf);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(glitch)

BOOST_AUTO_TEST_CASE(delays_add_toggles_and_power_and_the_control_without_delays_adds_none) {
    Study study;
    const reports::GlitchFigures figures = value_of(study.run()).figures;
    BOOST_TEST(figures.toggle_ratio() > 1.05);
    BOOST_TEST(figures.power_ratio() > 1.02);
    BOOST_TEST(figures.icarus_zero == figures.zero_delay);
    BOOST_TEST(figures.sums == 105);  // 100 beats and 8 in front, of which 3 are still on their way
    BOOST_TEST(fs::exists(study.folder / "toggles_by_net.csv"));
}

BOOST_AUTO_TEST_CASE(one_toggle_more_on_any_net_or_register_is_caught) {
    Study study;
    value_of(study.run());
    const sim::FlatNetlist netlist = study.netlist();
    const sim::Activity zero = value_of(study.simulate(netlist, {}));
    const sim::Activity timed = value_of(study.simulate(netlist, "netlist.sdf"));
    testing::succeed(reports::check_equal_toggles(netlist, zero, zero));
    testing::succeed(reports::check_registers(netlist, zero, timed));
    bool has_register = false, has_gate = false;
    for (const sim::NetlistInstance& instance : netlist.instances) {
        (instance.sequential ? has_register : has_gate) = true;
        for (sim::NetId net : instance.outputs) {
            sim::Activity changed = zero;
            ++changed.toggles[net];
            BOOST_TEST(!reports::check_equal_toggles(netlist, zero, changed).has_value());
            changed = timed;
            ++changed.toggles[net];
            // Of a gate, more toggles with delays are what is looked for.
            BOOST_TEST(reports::check_registers(netlist, zero, changed).has_value() == !instance.sequential);
        }
    }
    BOOST_TEST((has_register && has_gate));
}

// Negative control: the same path through SDF and specify blocks, every delay written as 0.
BOOST_AUTO_TEST_CASE(an_sdf_whose_delays_are_all_zero_gives_a_ratio_of_one) {
    Study study;
    value_of(study.run());
    const std::string sdf = value_of(read_text(study.folder / "netlist.sdf"));
    const std::string zero = std::regex_replace(sdf, std::regex(R"(\([-0-9.]+::[-0-9.]+\))"), "(0.0::0.0)");
    BOOST_REQUIRE(zero != sdf);
    testing::succeed(write_text(study.folder / "zero.sdf", zero));
    const sim::FlatNetlist netlist = study.netlist();
    BOOST_TEST(value_of(study.simulate(netlist, "zero.sdf")).toggles ==
               value_of(study.simulate(netlist, {})).toggles);
}

BOOST_AUTO_TEST_CASE(structural_units_with_adder_cells_are_annotated_too) {
    Study study;
    const reports::FormVariant variant{reports::FormKind::Structural,
                                       false,
                                       {hw::Multiplier::BaughWooley, hw::Reduction::Dadda,
                                        hw::FinalAdder::Operator, hw::Accumulation::CarrySave}};
    BOOST_TEST(value_of(study.run(variant)).figures.toggle_ratio() > 1.01);
}

BOOST_AUTO_TEST_CASE(one_wrong_gate_is_caught_by_the_sums) {
    Study study;
    value_of(study.run());
    std::string text = value_of(read_text(study.folder / "netlist.v"));
    const std::size_t gate = text.find("XNOR2X1");
    BOOST_REQUIRE(gate != std::string::npos);
    testing::succeed(write_text(study.folder / "netlist.v", text.replace(gate, 7, "XOR2X1")));
    auto activity = study.simulate(study.netlist(), {});
    BOOST_REQUIRE(!activity.has_value());
    BOOST_TEST((activity.error().kind == ErrorKind::CheckFailed));
}

BOOST_AUTO_TEST_CASE(a_delay_that_finds_no_cell_is_an_error) {
    Study study;
    value_of(study.run());
    std::string sdf = value_of(read_text(study.folder / "netlist.sdf"));
    const std::size_t name = sdf.rfind("(INSTANCE ");
    BOOST_REQUIRE(name != std::string::npos);
    testing::succeed(write_text(study.folder / "netlist.sdf", sdf.insert(name + 10, "not_there")));
    auto activity = study.simulate(study.netlist(), "netlist.sdf");
    BOOST_REQUIRE(!activity.has_value());
    BOOST_TEST(activity.error().message.find("did not take") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_clock_that_the_netlist_cannot_follow_is_refused) {
    Study study;
    study.config.clock_mhz = 2000;
    auto result = study.run();
    BOOST_REQUIRE(!result.has_value());
    BOOST_TEST(result.error().message.find("least period") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_committed_study_is_read_and_one_without_a_form_is_refused) {
    BOOST_TEST(
        reports::read_glitch_config(testing::source_folder() / "configs/glitch/w4a8.yaml").has_value());
    testing::ScratchFolder scratch;
    testing::succeed(write_text(scratch.path() / "a.yaml", "{name: a, units: [{lanes: 2}]}"));
    auto config = reports::read_glitch_config(scratch.path() / "a.yaml");
    BOOST_REQUIRE(!config.has_value());
    BOOST_TEST(to_text(config.error()).find("no form") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
