// The parts of a report page as markup, and the page around them. Nothing here knows where figures come from;
// every text that is passed in is plain and is escaped here (arguments named ..._html are markup already).
#pragma once

#include <string>
#include <vector>

#include "golden/support/metrics.hpp"
#include "reports/html/plot.hpp"
#include "reports/html/summary.hpp"
#include "reports/html/trace.hpp"

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

// Each verdict leads to the figures that it follows from.
std::string verdicts_html(const std::vector<Verdict>& verdicts, const TraceMap& traces);

// One card a headline figure that is there.
std::string cards_html(const Metrics& metrics, const TraceMap& traces);

// Every metric: label and key, value with unit, and how it was obtained. Brief: without the last, which the
// traces say; for pages with the figures of many points.
enum class FigureDetail { Full, Brief };
std::string figures_html(const Metrics& metrics, const TraceMap& traces, FigureDetail detail);

// Plots side by side where the page is wide enough.
std::string plots_html(const std::vector<DrawnPlot>& plots);

// A long text behind a fold.
std::string text_html(const std::string& name, const std::string& text);

}  // namespace macaw::reports
