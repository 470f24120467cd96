// macaw doctor: which external tools are here, what each missing one disables, how to get it.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/version.hpp"
#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"

namespace macaw::cli {

Outcome run_command(const DoctorArguments& arguments) {
    Json found = Json::array();
    std::vector<std::string> missing;
    std::string text;
    for (const Tool& tool : known_tools()) {
        if (interrupted()) return as_outcome(stop_if_interrupted());
        bool present = find_program(tool.program).has_value();
        std::string version = present ? tool_version(tool).value_or("version unknown") : "";
        if (!present && !tool.optional) missing.push_back(tool.package);
        text += fmt::format("{:<8} {:<13} {}\n",
                            present         ? "ok"
                            : tool.optional ? "optional"
                                            : "MISSING",
                            tool.program,
                            present ? version
                                    : fmt::format("needed for {}{}", tool.needed_for,
                                                  tool.optional ? "; package " + tool.package : ""));
        found.push_back({{"program", tool.program},
                         {"found", present},
                         {"version", version},
                         {"package", tool.package},
                         {"optional", tool.optional},
                         {"needed_for", tool.needed_for}});
    }
    if (arguments.json)
        std::cout << Json{{"macaw", std::string(kVersion)}, {"tools", found}}.dump(2) << "\n";
    else
        std::cout << "macaw " << kVersion << "\n" << text;
    if (missing.empty()) return {};
    return tl::unexpected(
        Errors{{ErrorKind::MissingTool,
                fmt::format("{} of {} tools are missing", missing.size(), known_tools().size()),
                fmt::format("apt-get install {}", fmt::join(missing, " ")),
                {}}});
}

}  // namespace macaw::cli
