// One point of a comparison of arithmetic forms: a unit in a form, a library and a recipe, to area and least
// period. A point is named by the hash of all that decides it (RTL, scripts, library, tool versions), so that
// it is synthesised once in an output folder, whatever file asks for it.
#pragma once

#include "reports/forms/form_config.hpp"
#include "reports/silicon/silicon_metrics.hpp"

namespace macaw::reports {

enum class FormKind { Behavioural, Plain, Structural };

struct FormVariant {
    FormKind kind = FormKind::Behavioural;
    bool alumacc = false;          // not of structural forms
    hw::StructuralForm form = {};  // of structural ones
    bool operator==(const FormVariant&) const = default;
};
// "behavioural", "plain, alumacc", "booth dadda operator resolved"
std::string to_string(const FormVariant& variant);

struct FormPoint {
    std::size_t library = 0;  // in FormsConfig::libraries
    hw::DotProductShape unit;
    FormVariant variant;
    Recipe recipe = Recipe::Balanced;
};
// "L = 16, W4A8, P = 16"
std::string to_string(const hw::DotProductShape& unit);

// In the order library, unit, variant, recipe.
std::vector<FormPoint> points_of(const FormsConfig& config);

struct FormFigures {
    double area = 0;    // um^2 of cells
    double period = 0;  // least, ns
    std::int64_t cells = 0;
    std::int64_t adder_cells = 0;
    double product() const { return area * period; }
};

// A library, loaded for all points, with what figures on it are said to come from.
struct FormLibrary {
    Library library;  // absolute paths
    std::string hash;
    SiliconOrigin origin;  // its recipe is empty
};
// Writes helper files into `folder`, which must stay as long as the library is used.
Expected<FormLibrary> load_form_library(const std::vector<std::string>& names,
                                        const std::filesystem::path& folder);

struct FormResult {
    FormPoint point;
    FormFigures figures;
    std::string failure;  // empty: the figures are there
};

// Thread-safe for different points. `store`: the folder that holds a folder per point. A tool that fails is a
// result; Interrupted and a machine that refuses are errors.
Expected<FormResult> run_point(const FormPoint& point, const FormsConfig& config, const FormLibrary& library,
                               const std::filesystem::path& store);

}  // namespace macaw::reports
