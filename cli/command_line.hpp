// From the command line to a subcommand's arguments. The only part that knows CLI11.
#pragma once

#include "cli/commands/commands.hpp"

namespace macaw::cli {

// Parses, runs the chosen subcommand, prints its errors; the exit code of the program (see main.cpp).
int run_command_line(int count, char** arguments);

}  // namespace macaw::cli
