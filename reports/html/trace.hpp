// Where a figure of the page leads: the entry of the provenance section that says how the figure was obtained
// and by which step. A figure whose `how` says so is modelled (an estimate) or configured; every other one
// was measured, which here means counted, computed or timed on the thing itself.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace macaw::reports {

enum class Nature { Measured, Modelled, Configured };

Nature nature_of(std::string_view how);
std::string to_string(Nature nature);  // "measured", "modelled (estimate)", "configured"

struct Trace {
    std::string id;  // of the entry in the page
    Nature nature = Nature::Measured;
};

// Of the figures of a run or of a point, by metric key.
using TraceMap = std::map<std::string, Trace>;

// The traces of these keys that are known, each entry once.
std::vector<Trace> traces_of(const TraceMap& map, const std::vector<std::string>& keys);

// The attributes that make an element lead to its entries: href to the first, data-trace for all of several.
std::string trace_attributes(const std::vector<Trace>& traces);

// Markup that leads to its entries; an estimate is marked. Without a trace it stays as it is.
std::string traced_html(const std::string& inner_html, const std::vector<Trace>& traces);

}  // namespace macaw::reports
