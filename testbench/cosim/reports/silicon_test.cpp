// The silicon step with the real tools on a small array.
#include "reports/silicon/silicon.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "silicon_fixture.hpp"

namespace {

using namespace macaw;
using testing::quick_options;
using testing::SiliconWorkspace;
using testing::SmallArray;
using testing::value_of;

reports::SiliconResult run(const SiliconWorkspace& work,
                           const reports::SiliconOptions& options = quick_options()) {
    return value_of(reports::run_silicon(options, {work.rtl, work.stimulus, {}}, work.silicon));
}

reports::Library osu018(const SiliconWorkspace& work) {
    reports::ToolLog log = value_of(reports::ToolLog::create(work.silicon, "library.log"));
    return value_of(reports::load_library({"osu018"}, log));
}

double metric(const reports::SiliconResult& result, const std::string& key) {
    const Metric* found = result.metrics.find(key);
    BOOST_REQUIRE_MESSAGE(found != nullptr, key + " is missing");
    BOOST_TEST(found->how != "");
    return found->value.get<double>();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(silicon)

BOOST_AUTO_TEST_CASE(a_run_writes_every_file_and_every_figure_with_its_origin) {
    SiliconWorkspace work{SmallArray()};
    reports::SiliconResult result = run(work);
    for (const char* file :
         {"netlist.v", "netlist.json", "yosys.log", "sta.log", "area_by_module.csv", "critical_path.txt",
          "power_by_module.csv", "energy_by_layer.csv", "metrics.json"})
        BOOST_TEST(std::filesystem::exists(work.silicon / file), file);
    BOOST_TEST(!std::filesystem::exists(work.silicon / "activity.saif"));  // only where it is asked for
    BOOST_TEST(metric(result, "synth__area__um2") > metric(result, "synth__area__pe__um2"));
    BOOST_TEST(metric(result, "synth__cells__adder__count") > 0);
    // NAND2X1 has 24 um^2 in osu018_stdcells.lib.
    BOOST_TEST(metric(result, "synth__area__nand2__count") * 24 == metric(result, "synth__area__um2"),
               boost::test_tools::tolerance(1e-9));
    BOOST_TEST(metric(result, "timing__period__min_ns") * metric(result, "timing__fmax__mhz") == 1000.0,
               boost::test_tools::tolerance(1e-9));
    double parts = metric(result, "power__internal__mw") + metric(result, "power__switching__mw") +
                   metric(result, "power__leakage__mw");
    BOOST_TEST(metric(result, "power__total__mw") == parts, boost::test_tools::tolerance(1e-9));
    // 16 MACs a cycle at 100 MHz: mW / (1.6 GMAC/s * utilisation) in pJ.
    BOOST_TEST(metric(result, "energy__per_mac__pj") ==
                   metric(result, "power__total__mw") / (1.6 * metric(result, "power__utilisation__ratio")),
               boost::test_tools::tolerance(1e-9));
    std::string how = result.metrics.find("power__total__mw")->how;
    for (const char* part :
         {"osu018_stdcells", "typical", "1.8 V", "25 C", "100 MHz", "6400 cycles", "seed 1"})
        BOOST_TEST(how.find(part) != std::string::npos, part);
}

// By hand: 30 and 7 inputs in tiles of 8 by 4 lanes take 8 and 2 beats a block, 7 and 4 outputs in pairs of
// columns 4 and 2 blocks, 5 and 6 tokens in pairs of rows 3 groups each: 96 and 12 beats.
BOOST_AUTO_TEST_CASE(energy_of_a_token_is_power_times_cycles_in_each_layer) {
    SiliconWorkspace work{SmallArray()};
    reports::SiliconResult result = run(work);
    BOOST_REQUIRE(result.layers.size() == 2U);
    const sim::Activity& activity = *result.activity;
    double energy = 0, power = 0;
    for (std::size_t i = 0; i < 2; ++i) {
        const reports::LayerEnergy& layer = result.layers[i];
        const double rate =
            static_cast<double>(activity.layer_beats[i]) / static_cast<double>(activity.layer_cycles[i]);
        const double cycles = (i == 0 ? 96.0 / 5 : 12.0 / 6) / rate;
        BOOST_TEST(layer.cycles_per_token == cycles, boost::test_tools::tolerance(1e-9));
        BOOST_TEST(layer.sampled_cycles == activity.layer_cycles[i]);
        // 1 W for a cycle of 100 MHz is 10 nJ.
        energy += layer.power * cycles * 10;
        power += layer.power * static_cast<double>(layer.sampled_cycles) / 6400;
    }
    BOOST_TEST(result.layers[0].macs_per_token() == 210);
    BOOST_TEST(metric(result, "energy__per_token__nj") == energy, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(metric(result, "power__total__mw") == power * 1e3, boost::test_tools::tolerance(1e-9));
    // The layers are told apart.
    BOOST_TEST(result.layers[0].power != result.layers[1].power);
    BOOST_TEST(metric(result, "power__total__standard_error__mw") > 0);
    BOOST_TEST(metric(result, "power__total__standard_error__mw") < metric(result, "power__total__mw") / 10);
    const Table table = value_of(Table::read(work.silicon / "energy_by_layer.csv"));
    BOOST_REQUIRE(table.rows().size() == 2U);
    BOOST_TEST(std::stod(table.rows()[0].back()) + std::stod(table.rows()[1].back()) == 1.0,
               boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(energy_of_some_layers_has_a_name_of_its_own_and_says_which) {
    SiliconWorkspace work{SmallArray()};
    reports::SiliconOptions options = testing::quick_options();
    options.power.layers = {"mlp", "layers.0"};
    const auto result = value_of(reports::run_silicon(options, {work.rtl, work.stimulus, {}}, work.silicon));
    BOOST_TEST(result.metrics.find("energy__per_token__nj") == nullptr);
    for (const char* key : {"energy__per_token__chosen_layers__nj", "power__total__mw"}) {
        const Metric* metric = result.metrics.find(key);
        BOOST_REQUIRE_MESSAGE(metric != nullptr, key);
        BOOST_TEST(metric->how.find("only those of synth.power.layers: mlp, layers.0") != std::string::npos,
                   key);
    }
}

// Two layers of 2048 beats, the second of zeros only: its toggles are charged to it, and segments stand in
// the order of their plan, in both groups of 64.
BOOST_AUTO_TEST_CASE(toggles_are_charged_to_the_layer_and_the_segment_that_made_them) {
    SmallArray small;
    SiliconWorkspace work{small};
    run(work);
    sim::FlatNetlist netlist =
        value_of(sim::read_netlist(work.silicon / "netlist.json", osu018(work).cells, "macaw_array"));
    const golden::MatmulShape shape{64, 32, 16};
    std::mt19937_64 random(3);
    std::vector<golden::WeightCode> weights(16 * 32);
    std::vector<golden::ActivationCode> activations(64 * 32);
    sim::Stimulus stimulus{small.datapath, small.array, {}};
    for (int layer = 0; layer < 2; ++layer) {
        for (auto& code : weights)
            code = static_cast<golden::WeightCode>(layer == 0 ? static_cast<int>(random() % 15) - 7 : 0);
        for (auto& code : activations) code = layer == 0 ? static_cast<int>(random() % 255) - 127 : 0;
        stimulus.layers.push_back(sim::make_stimulus(fmt::format("layer{}", layer), weights, activations,
                                                     shape, small.datapath, small.array));
    }
    const std::vector<double> per_toggle(netlist.nets, 1);
    const sim::ReplayOptions options{128, 20, 1};
    const auto activity = value_of(sim::replay(netlist, stimulus, small.datapath, options, per_toggle));
    const auto starts = value_of(sim::plan_segments(stimulus, options));
    BOOST_REQUIRE(activity.segment_weighted_toggles.size() == 128U);
    double sum = 0;
    std::vector<double> busy, quiet;
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const double toggles = activity.segment_weighted_toggles[i];
        sum += toggles;
        // 256 blocks of 8 beats; a segment walks through 20 cycles behind the warm-up.
        if (starts[i].block < 230) (starts[i].layer == 0 ? busy : quiet).push_back(toggles);
    }
    BOOST_TEST((busy.size() > 50U && quiet.size() > 50U));
    BOOST_TEST(*std::ranges::min_element(busy) > 3 * *std::ranges::max_element(quiet));
    const auto& by_layer = activity.layer_weighted_toggles;
    BOOST_TEST(by_layer[0] > 3 * by_layer[1]);
    BOOST_TEST(by_layer[0] + by_layer[1] == sum, boost::test_tools::tolerance(1e-12));
    std::uint64_t toggles = 0;
    for (std::uint64_t of_net : activity.toggles) toggles += of_net;
    BOOST_TEST(static_cast<double>(toggles) == sum, boost::test_tools::tolerance(1e-12));
    BOOST_CHECK_THROW(sim::replay(netlist, stimulus, small.datapath, options, std::span(per_toggle).first(5)),
                      std::logic_error);
}

// The lines of activity.saif, added up and by hand.
BOOST_AUTO_TEST_CASE(saif_has_every_net_under_its_names_with_its_times_and_toggles) {
    SiliconWorkspace work{SmallArray()};
    reports::SiliconOptions options = quick_options();
    options.power.saif = true;
    reports::SiliconResult result = run(work, options);
    sim::FlatNetlist netlist = value_of(
        sim::read_netlist(work.silicon / "netlist.json", osu018(work).cells, "macaw_array", {"clk_i", true}));
    std::uint64_t named = 0;
    const sim::NetId clock = netlist.ports.at("clk_i").nets[0];
    for (const auto& [name, net, of_vector] : netlist.names)
        named += net == clock ? 2 * 6400 : result.activity->toggles[net];
    const std::string text = value_of(read_text(work.silicon / "activity.saif"));
    BOOST_TEST(text.find("(DURATION 64000000)") != std::string::npos);  // 6400 cycles of 10 ns
    BOOST_TEST(text.find("(clk_i (T0 32000000) (T1 32000000) (TX 0) (TC 12800) (IG 0))") !=
               std::string::npos);
    BOOST_TEST(text.find("(INSTANCE u_pe_r0_c0") != std::string::npos);
    BOOST_TEST(std::count(text.begin(), text.end(), '(') == std::count(text.begin(), text.end(), ')'));
    std::uint64_t toggles = 0, nets = 0;
    for (std::size_t at = text.find("(T0 "); at != std::string::npos; at = text.find("(T0 ", at + 1)) {
        unsigned long long low = 0, high = 0, count = 0;
        BOOST_REQUIRE(
            std::sscanf(text.c_str() + at, "(T0 %llu) (T1 %llu) (TX 0) (TC %llu)", &low, &high, &count) == 3);
        BOOST_REQUIRE(low + high == 64000000U);
        toggles += count;
        ++nets;
    }
    BOOST_TEST(nets == netlist.names.size());
    BOOST_TEST(toggles == named);
}

// 8 x 2 elements of one product, 16 MACs a cycle.
BOOST_AUTO_TEST_CASE(figures_of_a_weight_stationary_array_are_those_of_its_own_elements) {
    SmallArray small;
    small.array.dataflow = hw::Dataflow::WeightStationary;
    small.array.lanes = small.datapath.products_per_check = 1;
    SiliconWorkspace work(small);
    reports::SiliconResult result = run(work);
    BOOST_TEST(metric(result, "synth__area__pe__um2") > 0);
    BOOST_TEST(16 * metric(result, "synth__area__pe__um2") < metric(result, "synth__area__um2"));
    BOOST_TEST(result.activity->outputs > 100);
    BOOST_TEST(metric(result, "energy__per_mac__pj") ==
                   metric(result, "power__total__mw") / (1.6 * metric(result, "power__utilisation__ratio")),
               boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(every_net_of_the_netlist_gets_an_activity) {
    SiliconWorkspace work{SmallArray()};
    reports::SiliconResult result = run(work);
    sim::FlatNetlist netlist =
        value_of(sim::read_netlist(work.silicon / "netlist.json", osu018(work).cells, "macaw_array"));
    BOOST_REQUIRE_EQUAL(result.activity->toggles.size(), netlist.nets);
    BOOST_TEST(result.activity->cycles == 6400);
    std::int64_t driven = std::count(netlist.driven.begin(), netlist.driven.end(), true);
    BOOST_TEST(driven == static_cast<std::int64_t>(netlist.nets));  // no net without a driver
    BOOST_TEST(result.power->nets == driven - 3);                   // but the constants and the clock
    BOOST_TEST(result.power->total.cells == static_cast<std::int64_t>(netlist.instances.size()));
    BOOST_TEST(result.power->total.cells == result.synthesis.cells);
    BOOST_TEST(result.power->idle_nets < result.power->nets / 5);
}

// The totals that a process of OpenSTA of its own gives at one global activity.
double opensta_total(const reports::Library& library, const std::filesystem::path& folder, int activity) {
    reports::ToolLog log = value_of(reports::ToolLog::create(folder, "alone.log"));
    testing::succeed(write_text(folder / "alone.tcl",
                                reports::read_and_constrain(library, "macaw_array", 10) +
                                    fmt::format("set_power_activity -global -activity {}\n", activity) +
                                    "report_power -digits 6\n"));
    const std::string said = value_of(log.run({"sta", "-no_splash", "-exit", "alone.tcl"}));
    std::istringstream line(said.substr(said.find("\nTotal ") + 7));
    double internal = 0, switching = 0, leakage = 0, total = 0;
    line >> internal >> switching >> leakage >> total;
    BOOST_TEST(total > 0);
    return total;
}

// With no toggle, and with one a cycle on every net, our sum over instances must be OpenSTA's own total at
// activities 0 and 1, each from a fresh process: ours asks for both behind timing in one, which must not mix
// them up.
BOOST_AUTO_TEST_CASE(power_at_no_and_at_one_toggle_a_cycle_equals_the_total_of_opensta) {
    SiliconWorkspace work{SmallArray()};
    run(work);
    reports::Library library = osu018(work);
    sim::FlatNetlist netlist =
        value_of(sim::read_netlist(work.silicon / "netlist.json", library.cells, "macaw_array"));
    sim::Activity activity;
    activity.cycles = 10;
    activity.toggles.assign(netlist.nets, 10);
    // Behind a constant no clock arrives and OpenSTA's figure is one at 1 Hz: leave such instances without
    // toggles.
    for (const sim::NetlistInstance& instance : netlist.instances)
        if (instance.path.find("u_pe_r1_") == 0)
            for (sim::NetId net : instance.outputs) activity.toggles[net] = 0;
    reports::ToolLog log = value_of(reports::ToolLog::create(work.silicon, "both.log"));
    value_of(reports::analyze_timing(library, "macaw_array", log, 100.0));
    auto coefficients = value_of(reports::power_coefficients(library, netlist, work.silicon));
    testing::succeed(reports::check_switching(netlist, coefficients, activity, library.voltage, 100));
    for (std::uint64_t toggles : {0U, 1U}) {
        activity.toggles.assign(netlist.nets, 10 * toggles);
        double ours = reports::estimate_power(netlist, coefficients, activity).total.total();
        BOOST_TEST(ours == opensta_total(library, work.silicon, static_cast<int>(toggles)),
                   boost::test_tools::tolerance(1e-5));
    }
}

// The least period is read at the clock of the power where power is asked for, however much faster than the
// netlist that clock is; an answer that is cut off is refused.
BOOST_AUTO_TEST_CASE(the_least_period_does_not_depend_on_the_clock_and_a_broken_power_answer_is_refused) {
    SiliconWorkspace work{SmallArray()};
    run(work);
    reports::Library library = osu018(work);
    reports::ToolLog log = value_of(reports::ToolLog::create(work.silicon, "clocks.log"));
    const double alone = value_of(reports::analyze_timing(library, "macaw_array", log)).min_period_ns;
    for (double clock_mhz : {5000.0, 100.0})
        BOOST_TEST(
            std::abs(value_of(reports::analyze_timing(library, "macaw_array", log, clock_mhz)).min_period_ns -
                     alone) < 1e-4);
    sim::FlatNetlist netlist =
        value_of(sim::read_netlist(work.silicon / "netlist.json", library.cells, "macaw_array"));
    const std::string answer = value_of(read_text(work.silicon / "power.txt"));
    for (const std::string& broken :
         {answer.substr(0, answer.find(' ') + 4), answer + "u_a 1 2 3 4 5 6 x 8 Y 1\n",
          answer + answer.substr(0, answer.find('\n') + 1)}) {
        testing::succeed(write_text(work.silicon / "power.txt", broken));
        auto coefficients = reports::power_coefficients(library, netlist, work.silicon);
        BOOST_REQUIRE(!coefficients.has_value());
        BOOST_TEST((coefficients.error().kind == ErrorKind::ToolFailed));
    }
}

BOOST_AUTO_TEST_CASE(the_netlist_computes_golden_values_and_flags_in_every_overflow_mode) {
    for (golden::OverflowMode mode : {golden::OverflowMode::Saturate, golden::OverflowMode::Trap}) {
        SmallArray small;
        small.datapath.inner_bits = golden::BitWidth(11);  // one beat of four products may overflow
        small.datapath.outer_bits = golden::BitWidth(12);
        small.mode(mode);
        SiliconWorkspace work(small);
        reports::SiliconResult result = run(work);
        BOOST_TEST(result.activity->outputs > 1000);
    }
}

BOOST_AUTO_TEST_CASE(one_wrong_gate_in_the_netlist_is_caught_by_the_replay) {
    SiliconWorkspace work{SmallArray()};
    run(work);
    Json json = value_of(read_json(work.silicon / "netlist.json"));
    int changed = 0;
    for (auto& [name, cell] : json["modules"]["macaw_dot_product"]["cells"].items())
        if (cell["type"] == "XNOR2X1" && changed++ == 0) cell["type"] = "XOR2X1";
    BOOST_REQUIRE(changed > 0);
    testing::succeed(write_json(work.silicon / "wrong.json", json));
    SmallArray small;
    sim::FlatNetlist netlist =
        value_of(sim::read_netlist(work.silicon / "wrong.json", osu018(work).cells, "macaw_array"));
    const std::vector<double> weights(netlist.nets, 1);
    auto activity =
        sim::replay(netlist, testing::random_stimulus(small), small.datapath, {64, 100, 1}, weights);
    BOOST_REQUIRE(!activity.has_value());
    BOOST_TEST((activity.error().kind == ErrorKind::CheckFailed));
    BOOST_TEST(activity.error().message.find("expected") != std::string::npos, activity.error().message);
}

BOOST_AUTO_TEST_CASE(the_same_input_gives_the_same_netlist_and_figures) {
    SiliconWorkspace first{SmallArray()}, second{SmallArray()};
    reports::SiliconResult a = run(first), b = run(second);
    BOOST_TEST(value_of(read_text(first.silicon / "netlist.v")) ==
               value_of(read_text(second.silicon / "netlist.v")));
    BOOST_TEST(metric(a, "power__total__mw") == metric(b, "power__total__mw"));
}

BOOST_AUTO_TEST_CASE(the_trap_twin_is_larger_and_reported_beside_the_array) {
    SiliconWorkspace work{SmallArray()}, trap(SmallArray().mode(golden::OverflowMode::Trap));
    auto result = value_of(reports::run_silicon(quick_options(), {work.rtl, {}, trap.rtl}, work.silicon));
    BOOST_TEST(!result.power.has_value());
    BOOST_TEST(metric(result, "synth__area__trap__um2") > metric(result, "synth__area__um2"));
    BOOST_TEST(metric(result, "timing__period__trap__min_ns") > 0);
}

BOOST_AUTO_TEST_CASE(every_recipe_gives_a_netlist_that_computes_golden_values) {
    for (reports::Recipe recipe : {reports::Recipe::LeastArea, reports::Recipe::Fastest}) {
        SiliconWorkspace work{SmallArray()};
        reports::SiliconOptions options = quick_options();
        options.recipe = recipe;
        BOOST_TEST(run(work, options).activity->outputs > 0);
    }
}

// The clock decides: at 1 MHz every recipe meets it and the smallest wins, at 10 GHz none does and the
// fastest.
BOOST_AUTO_TEST_CASE(the_best_recipe_is_the_smallest_that_meets_the_clock_or_else_the_fastest) {
    for (double clock_mhz : {1.0, 10000.0}) {
        SiliconWorkspace work{SmallArray()};
        reports::SiliconOptions options = quick_options();
        options.best_recipe = true;
        options.clock_mhz = clock_mhz;
        auto result = value_of(reports::run_silicon(options, {work.rtl, {}, {}}, work.silicon));
        BOOST_REQUIRE(result.recipes.size() == reports::recipe_words().size());
        double least_area = result.recipes[0].area, least_period = result.recipes[0].period_ns;
        for (const reports::RecipeCandidate& one : result.recipes) {
            least_area = std::min(least_area, one.area);
            least_period = std::min(least_period, one.period_ns);
        }
        if (clock_mhz == 1.0)
            BOOST_TEST(metric(result, "synth__area__um2") == least_area);
        else
            BOOST_TEST(metric(result, "timing__period__min_ns") == least_period);
        BOOST_TEST(metric(result, "synth__recipe__meeting_clock__count") == (clock_mhz == 1.0 ? 4 : 0));
        BOOST_TEST(std::filesystem::exists(work.silicon / "recipes.csv"));
        BOOST_TEST(result.metrics.find("synth__area__um2")->how.find("chosen") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(two_tools_agree_on_the_area_and_roughly_on_the_delay) {
    SiliconWorkspace work{SmallArray()};
    reports::SiliconResult result = run(work);
    BOOST_TEST(metric(result, "synth__check__area__ratio") == 1.0, boost::test_tools::tolerance(1e-6));
    BOOST_TEST(metric(result, "timing__check__abc_delay__ratio") > 0.8);
    BOOST_TEST(metric(result, "timing__check__abc_delay__ratio") < 3);
}

BOOST_AUTO_TEST_CASE(a_stimulus_of_another_array_is_refused) {
    SmallArray other;
    other.array.rows = 3;
    SiliconWorkspace work{SmallArray()}, foreign(other);
    auto result = reports::run_silicon(quick_options(), {work.rtl, foreign.stimulus, {}}, work.silicon);
    BOOST_REQUIRE(!result.has_value());
    BOOST_TEST(result.error().message.find("another array") != std::string::npos, result.error().message);
}

BOOST_AUTO_TEST_SUITE_END()
