// macaw compare BEFORE AFTER: per figure before, after, delta.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "reports/compare/read_side.hpp"

namespace macaw::cli {

namespace {

Expected<void> compare(const CompareArguments& arguments) {
    MACAW_TRY(reports::Side before, reports::read_side(arguments.before));
    MACAW_TRY(reports::Side after, reports::read_side(arguments.after));
    MACAW_TRY(reports::SideComparison comparison, reports::compare(before, after));
    if (arguments.json)
        std::cout << reports::comparison_json(comparison).dump(2) << "\n";
    else
        std::cout << reports::comparison_text(comparison);
    return {};
}

}  // namespace

Outcome run_command(const CompareArguments& arguments) {
    return as_outcome(compare(arguments));
}

}  // namespace macaw::cli
