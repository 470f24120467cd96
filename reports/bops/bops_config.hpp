// A study of the cost proxy BOps = K (M N + (1 - sparsity) P) (arXiv 2409.17092, Eq. 5 and Figure 2): a file
// as forms/unit_study.hpp says, `plain` required.
#pragma once

#include "reports/forms/unit_study.hpp"

namespace macaw::reports {

struct BopsConfig : UnitStudy {};

// All errors at once.
tl::expected<BopsConfig, Errors> read_bops_config(const std::filesystem::path& file);

}  // namespace macaw::reports
