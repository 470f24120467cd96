// The exact program: "0.1.0+<first digits of the hash over all sources>" (scripts/cmake/version.cmake).
#pragma once

#include <string_view>

namespace macaw::cli {

extern const std::string_view kVersion;

// Of the sources that decide codes, certificates and perplexities: the version of steps that do nothing else.
extern const std::string_view kModelVersion;

}  // namespace macaw::cli
