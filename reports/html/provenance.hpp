// What was run to get the figures: per step the command, the hashes of its inputs, the versions of its tools,
// the machine, time and memory, every further member of step.json (seeds, settings), as written there, and
// how each figure of the step was obtained. Figures lead to these entries; steps and texts that are shared
// stand once.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/support/file.hpp"
#include "golden/support/metrics.hpp"
#include "reports/html/trace.hpp"

namespace macaw::reports {

class Provenance {
  public:
    // Number of a step for trace().
    using StepNumber = std::size_t;
    static constexpr StepNumber kNoStep = 0;  // figures that no step gave: of the configuration

    // A folder that was added before gives its step again.
    StepNumber add_step(const std::string& title, const std::filesystem::path& folder, const Json& record);
    // The same with step.json of the folder, which is read once.
    Expected<StepNumber> add_step(const std::string& title, const std::filesystem::path& folder);

    // The entry of figures that the step gave in this way.
    Trace trace(StepNumber step, const std::string& how);
    TraceMap trace_all(StepNumber step, const Metrics& metrics);
    // The step itself, for its time and memory.
    Trace step_trace(StepNumber step) const;

    // Markup of the provenance section.
    std::string html() const;

  private:
    struct How {
        std::string id;
        std::string text;
    };
    struct Step {
        std::string title;
        Json record;
        std::vector<How> hows;
        std::map<std::string, std::size_t> how_numbers;  // text -> index of hows
    };
    static std::string step_id(StepNumber step);
    std::string step_html(StepNumber number) const;
    std::string overview_html() const;

    std::vector<Step> steps_ = {
        {"Configuration (and figures without a recorded step)", Json::object(), {}, {}}};
    std::map<std::filesystem::path, StepNumber> numbers_;
    std::size_t hows_ = 0;
};

}  // namespace macaw::reports
