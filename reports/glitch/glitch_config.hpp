// Which vector MAC units have their glitches counted: a file as forms/unit_study.hpp says, and `structural`
// (forms/unit_config.hpp) for units built as a bit heap. `plain`, `structural` or both.
#pragma once

#include "hw/arith/structural_form.hpp"
#include "reports/forms/form_point.hpp"
#include "reports/forms/unit_study.hpp"

namespace macaw::reports {

struct GlitchConfig : UnitStudy {
    GlitchConfig() {
        recipe = Recipe::Balanced;
        activity.cycles = 500;
        activity.streams = 1;
    }
    std::vector<hw::StructuralForm> structural;
    // The forms of every unit: plain first.
    std::vector<FormVariant> variants() const;
};

// All errors at once.
tl::expected<GlitchConfig, Errors> read_glitch_config(const std::filesystem::path& file);

}  // namespace macaw::reports
