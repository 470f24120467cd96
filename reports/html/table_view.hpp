// A table of the page: sortable and filterable (report.js), every cell leads to where it comes from. Numbers
// are shortened and aligned; the exact text stays with the cell, for sorting and filtering.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "golden/support/csv.hpp"
#include "reports/html/trace.hpp"

namespace macaw::reports {

// A column's head as a reader sees it; `name`, the one of the CSV file, is its tooltip.
struct Heading {
    std::string name;
    std::string text;
};

struct TableView {
    std::string name;                    // of the fold
    std::string caption;                 // may be empty
    std::string link;                    // relative path of the file
    Trace trace;                         // of every cell that has none of its own
    std::vector<Heading> headings = {};  // empty: the columns' names
    // Of one cell (row, column); may be left out, and give nothing.
    std::function<std::vector<Trace>(std::size_t, std::size_t)> cell_traces = {};
    std::function<std::string(std::size_t)> row_link = {};  // of the first cell: a relative path, or empty
    bool open = false;                                      // unfolded, even if it is long
    std::size_t most_rows = 300;  // a longer table is cut and says so; the file has all of it
};

std::string table_html(const Table& table, const TableView& view);

}  // namespace macaw::reports
