// The RTL of one vector MAC unit in one arithmetic form, and the name of what synthesis makes of it.
#pragma once

#include "hw/rtl/print.hpp"
#include "reports/forms/form_point.hpp"
#include "reports/silicon/recipe.hpp"

namespace macaw::reports {

struct FormRtl {
    std::vector<rtl::SourceFile> sources;
    std::string top;
    SynthesisOptions options;
};

// `plain`: the file behind FormKind::Plain. Errors: it cannot be read.
Expected<FormRtl> rtl_of(const hw::DotProductShape& unit, const FormVariant& variant,
                         const std::optional<std::filesystem::path>& plain);

// Everything that decides the figures: RTL, scripts, library, tools. No paths of this machine: the library's
// is replaced, as its content is hashed.
Json identity_of(const FormRtl& rtl, Recipe recipe, const FormLibrary& library);

// Writes the sources into `folder`; their paths in compile order.
Expected<std::vector<std::filesystem::path>> write_sources(const FormRtl& rtl,
                                                           const std::filesystem::path& folder);

// Removes everything from the folder of a point but result.json, the longest path and the scripts: what is
// worth keeping of hundreds of points.
void keep_results_only(const std::filesystem::path& folder);

}  // namespace macaw::reports
