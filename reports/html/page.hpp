// The parts of a report page as markup, and the page around them. Nothing here knows where figures come from;
// every text that is passed in is plain and is escaped here (arguments named ..._html are markup already).
#pragma once

#include <string>
#include <vector>

#include "golden/support/csv.hpp"
#include "golden/support/metrics.hpp"
#include "reports/html/plot.hpp"
#include "reports/html/summary.hpp"

namespace macaw::reports {

struct Section {
    std::string id;
    std::string title;
    std::string body_html;
};

struct Page {
    std::string title;  // of the browser's tab
    std::string heading;
    std::string lead_html;  // verdicts, cards, what is covered
    std::vector<Section> sections;
    std::string configuration_yaml;  // shown last; empty: left out
};

// report.html, from reports/templates/report.{html,css,js}.
std::string page_html(const Page& page);

std::string verdicts_html(const std::vector<Verdict>& verdicts);

// One card a headline figure that is there; its origin is the card's tooltip (and stands in the step's
// table).
std::string cards_html(const Metrics& metrics);

// Every metric: label and key, value with unit, how it was obtained.
std::string figures_html(const Metrics& metrics);

// A CSV table; numbers are shortened and aligned, the exact text stays as the cell's tooltip. Long tables are
// cut after kShownRows rows and say so. `link` is the relative path of the file; `caption` may be empty.
inline constexpr std::size_t kShownRows = 300;
std::string table_html(const Table& table, const std::string& name, const std::string& caption,
                       const std::string& link);

// Plots side by side where the page is wide enough.
std::string plots_html(const std::vector<DrawnPlot>& plots);

// A long text behind a fold.
std::string text_html(const std::string& name, const std::string& text);

}  // namespace macaw::reports
