// The report in a real browser (headless chromium, skipped without it): its own rules let its own style and
// script work, nothing is refused or fetched, tables sort and filter by the exact numbers, a figure shows its
// origin and leads to it, a phone scrolls down only, and paper gets every column and every fold.
#include <boost/test/unit_test.hpp>

#include "golden/support/process.hpp"
#include "reports/html/report.hpp"
#include "testbench/support/files.hpp"
#include "testbench/unit/reports/sweep_example.hpp"

using namespace macaw;

BOOST_AUTO_TEST_SUITE(report_browser)

namespace {

// The document after its scripts ran, followed by what the browser's console said.
std::string load(const std::filesystem::path& page, const std::filesystem::path& profile,
                 const std::string& window = "1280,900") {
    auto output = run_tool({"chromium", "--headless", "--no-sandbox", "--disable-gpu",
                            "--enable-logging=stderr", "--window-size=" + window,
                            "--user-data-dir=" + profile.string(), "--virtual-time-budget=5000",
                            "--hide-scrollbars", "--dump-dom", "file://" + page.string()});
    if (!output) BOOST_FAIL(to_text(output.error()));
    return *output;
}

bool skip_without_chromium() {
    if (find_program("chromium")) return false;
    BOOST_TEST_MESSAGE("skipped: chromium is not installed");
    return true;
}

std::string title_of(const std::string& document) {
    const std::size_t begin = document.find("<title>") + 7;
    return document.substr(begin, document.find("</title>") - begin);
}

void write_scripted(const std::filesystem::path& file, const std::string& script,
                    const std::filesystem::path& scripted) {
    std::string page = testing::text_of(file);
    page.replace(page.rfind("</body>"), 7, "<script>" + script + "</script></body>");
    testing::must(write_text(scripted, page));
}

// What the page's title is after the script, which runs in the finished page, has set it.
std::string title_after(const std::filesystem::path& file, const std::string& script,
                        const std::filesystem::path& scratch, const std::string& window = "1280,900") {
    write_scripted(file, script, scratch / "scripted.html");
    return title_of(load(scratch / "scripted.html", scratch / "profile", window));
}

// The same on a phone: in a frame, because a window of chromium is at least 500 pixels wide.
std::string title_on_a_phone(const std::filesystem::path& file, const std::string& script,
                             const std::filesystem::path& scratch) {
    write_scripted(file, script + "parent.postMessage(document.title, '*');", scratch / "scripted.html");
    testing::must(write_text(scratch / "phone.html",
                             "<!doctype html><title>silence</title><script>addEventListener('message', event "
                             "=> (document.title = event.data));</script>"
                             "<iframe src=\"scripted.html\" width=\"390\" height=\"844\" style=\"border: 0\">"
                             "</iframe>"));
    return title_of(load(scratch / "phone.html", scratch / "profile"));
}

std::filesystem::path run_page(const std::filesystem::path& folder) {
    reports::ReportOptions options = testing::example_run(folder);
    testing::must(reports::write_report(options));
    return options.output / "report.html";
}

std::filesystem::path sweep_page(const std::filesystem::path& folder) {
    reports::SweepReportOptions options = testing::example_sweep(folder, 3);
    testing::must(reports::write_sweep_report(options));
    return options.output / "report.html";
}

// The number of pages of a PDF file, of its page tree's root.
int pages_of(const std::filesystem::path& page, const std::filesystem::path& scratch) {
    const std::filesystem::path pdf = scratch / "page.pdf";
    auto output = run_tool({"chromium", "--headless", "--no-sandbox", "--disable-gpu",
                            "--user-data-dir=" + (scratch / "profile").string(),
                            "--print-to-pdf=" + pdf.string(), "file://" + page.string()});
    if (!output) BOOST_FAIL(to_text(output.error()));
    const std::string text = testing::text_of(pdf);
    BOOST_TEST(text.starts_with("%PDF"));
    int pages = 0;
    for (std::size_t at = 0; (at = text.find("/Count ", at)) != std::string::npos; ++at)
        pages = std::max(pages, std::stoi(text.substr(at + 7)));
    return pages;
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

BOOST_AUTO_TEST_CASE(a_table_shows_the_rows_that_its_filters_let_through) {
    if (skip_without_chromium()) return;
    testing::ScratchFolder scratch;
    const std::filesystem::path page = sweep_page(scratch.path());
    // Columns: point, weight bits, activation bits, inner bits; 3 x 2 x 3 points.
    const std::string count =
        "const table = document.querySelector('#points table.sortable');"
        "const fields = [...table.tHead.querySelectorAll('input')];"
        "const anywhere = table.parentElement.previousElementSibling.querySelector('input');"
        "const rows = (column, text) => { const field = column < 0 ? anywhere : fields[column]; field.value "
        "= text;"
        "  field.dispatchEvent(new Event('input'));"
        "  const n = [...table.tBodies[0].rows].filter(r => r.offsetParent !== null).length;"
        "  field.value = ''; field.dispatchEvent(new Event('input')); return n; };";
    const std::string title =
        title_after(page,
                    count +
                        "document.title = [rows(3, '13'), rows(3, '>12'), rows(3, '<=12'), rows(3, '!=14'), "
                        "rows(0, 'w4_'),"
                        "rows(3, '1'), rows(-1, 'w8_a8'), rows(0, 'nothing'), rows(0, '')].join(' ');",
                    scratch.path());
    BOOST_TEST(title == "6 12 6 12 6 0 3 0 18");
    // Two columns at once, and an exact value that is shown shortened.
    const std::string both = title_after(
        page,
        count +
            "fields[1].value = '>=6'; document.title = rows(2, '<8') + ' ' + rows(fields.findIndex(f => "
            "f.ariaLabel.includes('filter area')), '>2e6');",
        scratch.path());
    BOOST_TEST(both == "6 12");
}

BOOST_AUTO_TEST_CASE(a_figure_shows_its_origin_on_hover_and_leads_to_it) {
    if (skip_without_chromium()) return;
    testing::ScratchFolder scratch;
    const std::filesystem::path page = sweep_page(scratch.path());
    const std::string look =
        "const over = element => { element.dispatchEvent(new PointerEvent('pointerover', {bubbles: true}));"
        "  const box = document.getElementById('trace'); return box.hidden ? 'nothing' : box.textContent; };"
        "const says = (text, ...parts) => parts.every(part => text.includes(part));";
    const std::string hover = title_after(
        page,
        look +
            "const cell = [...document.querySelectorAll('#points td a.t')].find(a => a.textContent === "
            "'1\u202f720\u202f002');"
            "const estimate = document.querySelector('#details a.estimate');"
            "const mark = document.querySelector('#frontier a.hit');"
            "document.title = ["
            "says(over(cell), 'measured', 'library osu018_stdcells, corner typical', 'macaw "
            "synth-w4_a4_p12', "
            "'a'.repeat(64), 'Yosys 0.23', '0.1.0', '2 cores, Debian 12'),"
            "says(over(estimate), 'modelled (estimate)', 'energy per MAC of this netlist'),"
            "says(over(mark), 'perplexity 31.65', 'area', 'macaw perplexity-w4_a4_p12', 'macaw "
            "synth-w4_a4_p12'),"
            "over(document.querySelector('h1'))].join(' ');",
        scratch.path());
    BOOST_TEST(hover == "true true true nothing");
    const std::string follow =
        title_after(page,
                    "const link = document.querySelector('#frontier td a.t'); const id = link.hash.slice(1);"
                    "const entry = document.getElementById(id);"
                    "const before = entry.closest('details').open; link.click();"
                    "setTimeout(() => { const at = entry.getBoundingClientRect(); document.title = [before, "
                    "entry.closest('details').open, location.hash === '#' + id, at.top >= 0 && at.bottom <= "
                    "innerHeight].join(' '); }, 500);",
                    scratch.path());
    BOOST_TEST(follow == "false true true true");
}

BOOST_AUTO_TEST_CASE(a_phone_scrolls_down_only) {
    if (skip_without_chromium()) return;
    testing::ScratchFolder scratch;
    const std::string measure =
        "document.querySelectorAll('details').forEach(fold => (fold.open = true));"
        "document.title = innerWidth + ' ' + document.documentElement.scrollWidth;";
    for (const std::filesystem::path& page : {run_page(scratch.path()), sweep_page(scratch.path())}) {
        BOOST_TEST(title_on_a_phone(page, measure, scratch.path()) == "390 390");
        // The negative control: something wide is seen.
        const std::string wide =
            "document.querySelector('main').insertAdjacentHTML('beforeend', '<p style=\"width: "
            "500px\">wide</p>');";
        BOOST_TEST(title_on_a_phone(page, wide + measure, scratch.path()) != "390 390");
    }
}

BOOST_AUTO_TEST_CASE(paper_gets_every_column_and_every_fold) {
    if (skip_without_chromium()) return;
    testing::ScratchFolder scratch;
    // The rules for print, on a screen as wide as the printable part of A4 landscape: (297 - 22) mm at 96
    // dpi.
    const std::string measure =
        "const sheet = document.querySelector('style').sheet;"
        "const print = [...sheet.cssRules].find(rule => rule.media && rule.media.mediaText === 'print');"
        "const style = document.createElement('style');"
        "style.textContent = [...print.cssRules].map(rule => rule.cssText).join('\\n');"
        "document.head.append(style); dispatchEvent(new Event('beforeprint'));"
        "const folded = document.querySelectorAll('details:not([open])').length;"
        "const cut = [...document.querySelectorAll('table, pre')].filter(e => e.offsetWidth > 1039 || "
        "e.scrollWidth > 1039).length;"
        "document.title = folded + ' ' + cut;";
    for (const std::filesystem::path& page : {run_page(scratch.path()), sweep_page(scratch.path())}) {
        BOOST_TEST(title_after(page, measure, scratch.path(), "1039,900") == "0 0");
        const int pages = pages_of(page, scratch.path());
        BOOST_TEST(pages > 5);
        std::string folded = testing::text_of(page);
        folded.replace(folded.find("\"beforeprint\""), 13, "\"never\"");
        testing::must(write_text(scratch.path() / "folded.html", folded));
        BOOST_TEST(pages_of(scratch.path() / "folded.html", scratch.path()) < pages);
    }
}

BOOST_AUTO_TEST_SUITE_END()
