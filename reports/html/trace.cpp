// See trace.hpp.
#include "reports/html/trace.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace macaw::reports {

Nature nature_of(std::string_view how) {
    if (how.find("modelled") != std::string_view::npos) return Nature::Modelled;
    return how.starts_with("configur") ? Nature::Configured : Nature::Measured;
}

std::string to_string(Nature nature) {
    switch (nature) {
        case Nature::Measured:
            return "measured";
        case Nature::Modelled:
            return "modelled (estimate)";
        case Nature::Configured:
            break;
    }
    return "configured";
}

std::vector<Trace> traces_of(const TraceMap& map, const std::vector<std::string>& keys) {
    std::vector<Trace> traces;
    for (const std::string& key : keys) {
        auto found = map.find(key);
        if (found != map.end() && std::ranges::find(traces, found->second.id, &Trace::id) == traces.end())
            traces.push_back(found->second);
    }
    return traces;
}

std::string trace_attributes(const std::vector<Trace>& traces) {
    if (traces.empty()) return {};
    std::string text = fmt::format(" href=\"#{}\"", traces.front().id);
    if (traces.size() == 1) return text;
    std::string ids;
    for (const Trace& trace : traces) ids += (ids.empty() ? "" : " ") + trace.id;
    return text + fmt::format(" data-trace=\"{}\"", ids);
}

std::string traced_html(const std::string& inner_html, const std::vector<Trace>& traces) {
    if (traces.empty()) return inner_html;
    const bool estimate = std::ranges::find(traces, Nature::Modelled, &Trace::nature) != traces.end();
    return fmt::format("<a class=\"t{}\"{}>{}</a>", estimate ? " estimate" : "", trace_attributes(traces),
                       inner_html);
}

}  // namespace macaw::reports
