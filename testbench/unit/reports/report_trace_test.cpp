// Every figure of the pages leads to how it was obtained and to the step that gave it.
#include <cstdlib>

#include <boost/test/unit_test.hpp>

#include "reports/html/provenance.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/reports/trace_check.hpp"
#include "testbench/unit/reports/sweep_example.hpp"

using namespace macaw;
using namespace macaw::reports;
using testing::check_traces;
using testing::must;
using testing::text_of;

BOOST_AUTO_TEST_SUITE(report_trace)

namespace {

std::string run_page(const std::filesystem::path& folder) {
    ReportOptions options = testing::example_run(folder);
    must(write_report(options));
    return text_of(options.output / "report.html");
}

std::string sweep_page(const std::filesystem::path& folder, SweepKind kind) {
    SweepReportOptions options = testing::example_sweep(folder, 3);
    options.kind = kind;
    if (kind == SweepKind::Quality) options.candidates = options.points;
    must(write_sweep_report(options));
    return text_of(options.output / "report.html");
}

std::string listed(const std::vector<std::string>& texts) {
    return fmt::format("{}", fmt::join(texts, "; "));
}

// The page without the first thing of this kind at or after `from`.
std::string without(std::string page, const std::string& thing, const std::string& from) {
    const std::size_t begin = page.find(from);
    BOOST_REQUIRE_MESSAGE(begin != std::string::npos, from);
    const std::size_t at = page.find(thing, begin);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, thing);
    const std::size_t end = page.find('"', at + thing.size());
    return page.erase(at, end + 1 - at);
}

void expect_seen(const std::string& page, const std::string& kind) {
    const auto report = check_traces(page);
    BOOST_TEST(!report.untraced.empty(), kind);
    for (const std::string& figure : report.untraced) BOOST_TEST(figure.starts_with(kind), figure);
}

}  // namespace

// A page of your own: MACAW_PAGE=/abs/report.html reports_unit_test --run_test='*/*_named_page_*'
BOOST_AUTO_TEST_CASE(no_figure_of_a_named_page_stands_without_its_origin) {
    const char* page = std::getenv("MACAW_PAGE");
    if (page == nullptr) {
        BOOST_TEST_MESSAGE("skipped: MACAW_PAGE names no page");
        return;
    }
    const auto report = check_traces(text_of(page));
    BOOST_TEST(report.untraced.empty(), listed(report.untraced));
    BOOST_TEST(report.figures > 0u);
    BOOST_TEST_MESSAGE(report.figures << " figures looked at");
}

BOOST_AUTO_TEST_CASE(no_figure_of_a_run_stands_without_its_origin) {
    testing::ScratchFolder scratch;
    const auto report = check_traces(run_page(scratch.path()));
    BOOST_TEST(report.untraced.empty(), listed(report.untraced));
    BOOST_TEST(report.figures > 1500u);
}

BOOST_AUTO_TEST_CASE(no_figure_of_a_sweep_stands_without_its_origin) {
    for (SweepKind kind : {SweepKind::Silicon, SweepKind::Quality}) {
        testing::ScratchFolder scratch;
        const auto report = check_traces(sweep_page(scratch.path(), kind));
        BOOST_TEST(report.untraced.empty(), listed(report.untraced));
        BOOST_TEST(report.figures > 400u);
    }
}

BOOST_AUTO_TEST_CASE(a_figure_that_lost_its_trace_is_found) {
    testing::ScratchFolder scratch;
    const std::string run = run_page(scratch.path());
    expect_seen(without(run, " href=\"#t", "class=\"card\""), "card");
    expect_seen(without(run, " href=\"#t", "class=\"figures"), "cell");
    expect_seen(without(run, " data-trace=\"", "<table class=\"sortable\""), "cell");
    const std::string sweep = sweep_page(scratch.path() / "sweep", SweepKind::Silicon);
    expect_seen(without(sweep, " href=\"#t", "<a class=\"hit\""), "plot");
    std::string verdict = without(run, " href=\"#t", "class=\"verdicts\"");
    expect_seen(without(verdict, " data-trace=\"", "class=\"verdicts\""), "verdict");
}

BOOST_AUTO_TEST_CASE(a_trace_to_an_entry_that_is_not_there_or_says_nothing_is_found) {
    testing::ScratchFolder scratch;
    const std::string run = run_page(scratch.path());
    std::string lost = run;
    lost.replace(lost.find("<li id=\"t1\""), 11, "<li id=\"tx\"");
    BOOST_TEST(!check_traces(lost).untraced.empty());
    std::string silent = run;
    for (std::size_t at = 0; (at = silent.find(">command<", at)) != std::string::npos; ++at)
        silent.replace(at, 9, "><");
    BOOST_TEST(!check_traces(silent).untraced.empty());
}

BOOST_AUTO_TEST_CASE(a_figure_says_whether_it_is_measured_modelled_or_configured) {
    BOOST_TEST((nature_of("modelled: arXiv 2409.17092 Eq. 5") == Nature::Modelled));
    BOOST_TEST((nature_of("total over tokens; modelled: CACTI-like SRAM") == Nature::Modelled));
    BOOST_TEST((nature_of("configured P_I") == Nature::Configured));
    BOOST_TEST((nature_of("configuration") == Nature::Configured));
    BOOST_TEST((nature_of("outputs of the C++ model compared with golden") == Nature::Measured));
    testing::ScratchFolder scratch;
    const std::string page = sweep_page(scratch.path(), SweepKind::Silicon);
    BOOST_TEST(page.find("class=\"t estimate\"") != std::string::npos);
    BOOST_TEST(page.find("energy per token: modelled (estimate).") != std::string::npos);
    BOOST_TEST(page.find("<span class=\"nature\">modelled (estimate)</span> modelled: MACs") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_step_and_an_origin_that_points_share_stand_once) {
    testing::ScratchFolder scratch;
    const std::string page = sweep_page(scratch.path(), SweepKind::Silicon);
    auto count = [&](const std::string& text) {
        std::size_t found = 0;
        for (std::size_t at = 0; (at = page.find(text, at)) != std::string::npos; ++at) ++found;
        return found;
    };
    BOOST_TEST(count("<details class=\"step\"") == 1u + 1 + 4 * 18);  // configuration, float, four a point
    BOOST_TEST(count("200 windows of 512 tokens; float32</li>") == 1u);
    BOOST_TEST(count("macaw synth-w4_a4_p12 configs/demo.yaml") == 1u);
}

BOOST_AUTO_TEST_CASE(the_page_of_a_hundred_and_twenty_points_stays_small) {
    testing::ScratchFolder scratch;
    SweepReportOptions options = testing::example_sweep(scratch.path(), 20);
    BOOST_TEST(options.points.size() == 120u);
    must(write_sweep_report(options));
    const std::string page = text_of(options.output / "report.html");
    BOOST_TEST_MESSAGE("report.html of 120 points: " << page.size() << " bytes");
    BOOST_TEST(page.size() < 5'000'000u);
    BOOST_TEST(check_traces(page).untraced.empty());
}

BOOST_AUTO_TEST_SUITE_END()
