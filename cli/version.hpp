// The exact program: "0.1.0+<first digits of the hash over all sources>" (scripts/cmake/version.cmake).
#pragma once

#include <string_view>

namespace macaw::cli {

extern const std::string_view kVersion;

}  // namespace macaw::cli
