// Reads a report's page and says which of its figures lead nowhere: a number in a card, a verdict, a cell of
// a table or a mark of a plot has to have, itself or from an element around it, a link to an entry of the
// provenance section, and that entry has to say how the figure was obtained and, where a step gave it, the
// step's command.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace macaw::testing {

struct TraceReport {
    std::size_t figures = 0;            // looked at
    std::vector<std::string> untraced;  // "card: 27.9", at most 20
};

TraceReport check_traces(std::string_view page);

}  // namespace macaw::testing
