// The report in a real browser (headless chromium, skipped without it): its own rules let its own style and
// script work, nothing is refused or fetched, and a click sorts a table by the exact numbers.
#include <boost/test/unit_test.hpp>

#include "golden/support/process.hpp"
#include "reports/html/report.hpp"
#include "testbench/support/files.hpp"
#include "testbench/unit/reports/report_example.hpp"

using namespace macaw;

BOOST_AUTO_TEST_SUITE(report_browser)

namespace {

// The document after its scripts ran, followed by what the browser's console said.
std::string load(const std::filesystem::path& page, const std::filesystem::path& profile) {
    auto output =
        run_tool({"chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
                  "--user-data-dir=" + profile.string(), "--dump-dom", "file://" + page.string()});
    if (!output) BOOST_FAIL(to_text(output.error()));
    return *output;
}

bool skip_without_chromium() {
    if (find_program("chromium")) return false;
    BOOST_TEST_MESSAGE("skipped: chromium is not installed");
    return true;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_page_loads_without_a_complaint_of_the_browser) {
    if (skip_without_chromium()) return;
    testing::ScratchFolder scratch;
    reports::ReportOptions options = testing::example_run(scratch.path());
    testing::must(reports::write_report(options));
    const std::string seen = load(options.output / "report.html", scratch.path() / "profile");
    BOOST_TEST(seen.find("CONSOLE") == std::string::npos);
    BOOST_TEST(seen.find("role=\"img\"") != std::string::npos);
    // The negative control: a page that loads something is refused by the page's own rules.
    std::string page = testing::text_of(options.output / "report.html");
    page.replace(page.find("</main>"), 7, "<img src=\"other.png\"></main>");
    testing::must(write_text(scratch.path() / "loading.html", page));
    BOOST_TEST(load(scratch.path() / "loading.html", scratch.path() / "profile").find("CONSOLE") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_click_sorts_a_table_by_its_numbers) {
    if (skip_without_chromium()) return;
    testing::ScratchFolder scratch;
    reports::ReportOptions options = testing::example_run(scratch.path());
    testing::must(reports::write_report(options));
    std::string page = testing::text_of(options.output / "report.html");
    const std::string click =
        "<script>const table = [...document.querySelectorAll('table.sortable')]"
        ".find(t => t.tHead.textContent.includes('total_area_um2'));"
        "table.tHead.rows[0].cells[3].click();"
        "document.title = [...table.tBodies[0].rows].map(r => r.cells[0].textContent).join(' "
        "');</script></body>";
    page.replace(page.rfind("</body>"), 7, click);
    testing::must(write_text(scratch.path() / "sorted.html", page));
    const std::string seen = load(scratch.path() / "sorted.html", scratch.path() / "profile");
    BOOST_TEST(seen.find("<title>stream_wrapper array_top dot_product_element</title>") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
