// The report of a run: everything that the steps gave is in it, nothing else is touched, and bad input leaves
// no trace.
#include <cstdlib>

#include <boost/test/unit_test.hpp>

#include "reports/html/label.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/report.hpp"
#include "testbench/support/files.hpp"
#include "testbench/unit/reports/report_example.hpp"

using namespace macaw;
using namespace macaw::reports;
using testing::must;
using testing::text_of;

BOOST_AUTO_TEST_SUITE(report_run)

namespace {

// PATH without any program, until the object dies.
class EmptyPath {
  public:
    explicit EmptyPath(const std::filesystem::path& folder) : old_(std::getenv("PATH")) {
        ::setenv("PATH", folder.c_str(), 1);
    }
    ~EmptyPath() { ::setenv("PATH", old_.c_str(), 1); }

  private:
    std::string old_;
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void replace_step_metrics(const std::filesystem::path& folder, const std::string& key, const Json& value,
                          const std::string& how) {
    Metrics metrics;
    metrics.add(key, value, how);
    must(metrics.write(folder / "metrics.json"));
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_metric_of_every_step_is_in_the_page_with_its_origin_and_in_the_files) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    must(write_report(options));
    const std::string page = text_of(options.output / "report.html");
    const std::string csv = text_of(options.output / "metrics.csv");
    auto values = read_json(options.output / "metrics.json");
    auto origins = read_json(options.output / "provenance.json");
    BOOST_REQUIRE(values);
    BOOST_REQUIRE(origins);
    std::size_t count = 0;
    for (const ReportStep& step : options.steps) {
        auto metrics = Metrics::read(step.folder / "metrics.json");
        BOOST_REQUIRE(metrics);
        for (const Metric& metric : metrics->all()) {
            ++count;
            std::size_t row = page.find("<code>" + metric.key + "</code>");
            BOOST_REQUIRE_MESSAGE(row != std::string::npos, metric.key);
            const std::string line = page.substr(row, page.find("</tr>", row) - row);
            BOOST_TEST(contains(line, escape_html(metric.how)), metric.key);
            BOOST_TEST(contains(line, value_text(metric.key, metric.value, Medium::Html)), metric.key);
            BOOST_TEST((values->at(metric.key) == metric.value), metric.key);
            BOOST_TEST((origins->at(metric.key) == metric.how), metric.key);
            BOOST_TEST(contains(csv, metric.key + ","), metric.key);
        }
    }
    BOOST_TEST(values->size() == count);
}

BOOST_AUTO_TEST_CASE(tables_plots_texts_provenance_and_configuration_are_in_the_page) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    must(write_report(options));
    const std::string page = text_of(options.output / "report.html");
    for (const char* part :
         {"model.layers.5.linear6", "Headroom by layer", "Perplexity against accumulator width",
          "Area by module", "Power by module", "Startpoint: _123_", "inner_bits: 15",
          "macaw cosim configs/demo.yaml", "Yosys 0.23", "2 cores, Debian 12", "20240923",
          "the LM head stay in float", "All 7 864 320 outputs of the generated RTL equal"})
        BOOST_TEST(contains(page, part), part);
    BOOST_TEST(contains(page, std::string(64, 'a')));
    std::size_t plots = testing::files_below(options.output / "plots").size();
    BOOST_TEST(plots == 7u);
    std::size_t inlined = 0;
    for (std::size_t at = 0; (at = page.find("<svg ", at)) != std::string::npos; ++at) ++inlined;
    BOOST_TEST(inlined == plots);
    BOOST_TEST(text_of(options.output / "tables/synth-area_by_module.csv") ==
               text_of(scratch.path() / "synth/area_by_module.csv"));
}

BOOST_AUTO_TEST_CASE(every_local_link_of_the_page_leads_to_a_file_or_a_section) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    must(write_report(options));
    const std::string page = text_of(options.output / "report.html");
    std::size_t links = 0;
    for (std::size_t at = 0; (at = page.find("<a href=\"", at)) != std::string::npos; ++at) {
        std::string target = page.substr(at + 9, page.find('"', at + 9) - at - 9);
        ++links;
        if (target.starts_with("#"))
            BOOST_TEST(contains(page, "id=\"" + target.substr(1) + "\""), target);
        else
            BOOST_TEST(std::filesystem::exists(options.output / target), target);
    }
    BOOST_TEST(links > 10u);
}

BOOST_AUTO_TEST_CASE(the_page_loads_nothing_from_anywhere) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    must(write_report(options));
    const std::string page = text_of(options.output / "report.html");
    for (const char* part : {"http://", "https://", " src=", "<link", "@import", "url("})
        BOOST_TEST(!contains(page, part), part);
    BOOST_TEST(contains(page, "default-src 'none'"));
}

BOOST_AUTO_TEST_CASE(text_from_any_file_is_escaped) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    const std::string evil = "<script>alert('\"x\"')</script>";
    replace_step_metrics(scratch.path() / "quantize", "axe__" + evil + "__count", evil, evil);
    Table table({"layer" + evil, evil});
    table.add_row({evil, 1});
    must(table.write(scratch.path() / "quantize/layers.csv"));
    must(table.write(scratch.path() / "quantize" / "<script>.csv"));
    must(write_text(scratch.path() / "synth/critical_path.txt", evil));
    must(write_json(scratch.path() / "synth/step.json",
                    {{"step", evil}, {"command", evil}, {evil, {{evil, evil}}}}));
    options.name = options.configuration_yaml = options.steps[0].title = evil;
    must(write_report(options));
    std::string page = text_of(options.output / "report.html");
    BOOST_TEST(!contains(page, "<script>alert"));
    BOOST_TEST(!contains(page, "('\"x\"')"));
    BOOST_TEST(contains(page, "&lt;script&gt;alert"));
    std::size_t scripts = 0;
    for (std::size_t at = 0; (at = page.find("<script", at)) != std::string::npos; ++at) ++scripts;
    BOOST_TEST(scripts == 1u);  // ours
}

BOOST_AUTO_TEST_CASE(the_same_folders_give_identical_files) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    must(write_report(options));
    ReportOptions again = options;
    again.output = scratch.path() / "again";
    must(write_report(again));
    const std::vector<std::string> files = testing::files_below(options.output);
    BOOST_TEST(files == testing::files_below(again.output), boost::test_tools::per_element());
    for (const std::string& file : files)
        BOOST_TEST((text_of(options.output / file) == text_of(again.output / file)), file);
}

BOOST_AUTO_TEST_CASE(a_report_beside_the_steps_replaces_only_its_own_files) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    options.output = scratch.path();
    must(write_report(options));
    must(write_text(scratch.path() / "plots/stale.svg", "old"));
    std::filesystem::create_directories(scratch.path() / ".report.partial");  // left by a killed run
    must(write_text(scratch.path() / ".report.partial/half", "old"));
    must(write_report(options));
    BOOST_TEST(std::filesystem::exists(scratch.path() / "quantize/layers.csv"));
    BOOST_TEST(std::filesystem::exists(scratch.path() / "report.html"));
    BOOST_TEST(!std::filesystem::exists(scratch.path() / "plots/stale.svg"));
    BOOST_TEST(!std::filesystem::exists(scratch.path() / ".report.partial"));
}

BOOST_AUTO_TEST_CASE(a_missing_or_broken_file_is_named_and_nothing_changes) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    must(write_report(options));
    const std::string before = text_of(options.output / "report.html");
    const std::vector<std::string> files = testing::files_below(options.output);
    auto expect_error = [&](const std::string& file, const std::string& message) {
        auto result = write_report(options);
        BOOST_REQUIRE_MESSAGE(!result, file);
        BOOST_TEST((result.error().kind == ErrorKind::BadInput), file);
        BOOST_TEST(contains(result.error().place.file, file), to_text(result.error()));
        BOOST_TEST(contains(result.error().message, message), to_text(result.error()));
        BOOST_TEST(text_of(options.output / "report.html") == before);
        BOOST_TEST(testing::files_below(options.output) == files, boost::test_tools::per_element());
    };
    std::filesystem::path synth = scratch.path() / "synth";
    must(write_text(synth / "area_by_module.csv", "module,total_area_um2\npe\n"));
    expect_error("synth/area_by_module.csv", "number of cells");
    std::filesystem::remove(synth / "area_by_module.csv");
    must(write_text(synth / "metrics.json", "{\"a\": "));
    expect_error("synth/metrics.json", "not valid JSON");
    must(write_text(synth / "metrics.json", "{\"a__b__ns\": 5}"));
    expect_error("synth/metrics.json", "\"value\" is missing");
    replace_step_metrics(synth, "bound__inner__bits", 1, "x");
    expect_error("synth/metrics.json", "it is different in");
    std::filesystem::remove(synth / "metrics.json");
    expect_error("synth/metrics.json", "cannot be read");
    std::filesystem::remove_all(synth);
    expect_error("synth", "is not the folder of a step");
}

BOOST_AUTO_TEST_CASE(two_steps_may_repeat_a_figure_but_not_change_it) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    replace_step_metrics(scratch.path() / "synth", "bound__inner__bits", 15, "read from the certificate");
    must(write_report(options));
    replace_step_metrics(scratch.path() / "synth", "bound__inner__bits", 14, "read from the certificate");
    BOOST_TEST(!write_report(options).has_value());
}

BOOST_AUTO_TEST_CASE(without_gnuplot_the_error_says_how_to_get_it_and_nothing_changes) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    EmptyPath no_programs(scratch.path());
    auto result = write_report(options);
    BOOST_REQUIRE(!result);
    BOOST_TEST((result.error().kind == ErrorKind::MissingTool));
    BOOST_TEST(contains(result.error().hint, "gnuplot-nox"));
    BOOST_TEST(testing::files_below(options.output).empty());
}

BOOST_AUTO_TEST_CASE(a_step_in_a_folder_of_the_report_is_refused_not_replaced) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    options.output = scratch.path();
    std::filesystem::rename(scratch.path() / "synth", scratch.path() / "plots");
    options.steps.back().folder = scratch.path() / "plots";
    auto result = write_report(options);
    BOOST_REQUIRE(!result);
    BOOST_TEST(contains(result.error().message, "keeps its own files"));
    BOOST_TEST(std::filesystem::exists(scratch.path() / "plots/metrics.json"));
}

BOOST_AUTO_TEST_CASE(a_bad_result_is_shown_as_bad) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    must(write_report(options));
    BOOST_TEST(!contains(text_of(options.output / "report.html"), "<li class=\"bad\">"));
    Metrics cosim;
    cosim.add("cosim__outputs__count", 100, "x");
    cosim.add("cosim__mismatches__count", 2, "x");
    must(cosim.write(scratch.path() / "cosim/metrics.json"));
    must(write_report(options));
    const std::string page = text_of(options.output / "report.html");
    const std::size_t bad = page.find("<li class=\"bad\">");
    BOOST_REQUIRE(bad != std::string::npos);
    BOOST_TEST(contains(page.substr(bad, page.find("</li>", bad) - bad), ">2 of 100 outputs"));
}

BOOST_AUTO_TEST_CASE(a_long_table_is_cut_in_the_page_says_so_and_is_whole_in_its_file) {
    testing::ScratchFolder scratch;
    ReportOptions options = testing::example_run(scratch.path());
    Table table({"row"});
    for (int row = 0; row < 500; ++row) table.add_row({"row-" + std::to_string(row)});
    must(table.write(scratch.path() / "bound/rows.csv"));
    must(write_report(options));
    const std::string page = text_of(options.output / "report.html");
    BOOST_TEST(contains(page, "The first 300 of 500 rows"));
    BOOST_TEST(contains(page, "<td>row-299</td>"));
    BOOST_TEST(!contains(page, "<td>row-300</td>"));
    BOOST_TEST(contains(text_of(options.output / "tables/bound-rows.csv"), "row-499"));
}

BOOST_AUTO_TEST_CASE(a_run_without_any_step_is_an_empty_page_not_a_crash) {
    testing::ScratchFolder scratch;
    must(write_report({"empty", "", {}, scratch.path() / "report"}));
    BOOST_TEST(contains(text_of(scratch.path() / "report/report.html"), "<h1>empty</h1>"));
    BOOST_TEST(text_of(scratch.path() / "report/metrics.json") == "{}\n");
}

BOOST_AUTO_TEST_SUITE_END()
