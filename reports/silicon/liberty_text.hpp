// The text of Liberty files: unpacking, joining several files of one library into one, and the header
// attributes that are quoted beside figures. Not a parser; cells are read by Yosys and OpenSTA.
#pragma once

#include "reports/silicon/library.hpp"

namespace macaw::reports {

// Fills files, merged, title, corner, voltage, temperature and wire_load from library.sources.
Expected<void> prepare_liberty_files(Library& library, ToolLog& log);

}  // namespace macaw::reports
