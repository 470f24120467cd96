#include "reports/silicon/tool_log.hpp"

#include <fstream>

#include <fmt/ranges.h>

#include "golden/support/file.hpp"

namespace macaw::reports {

Expected<ToolLog> ToolLog::create(const std::filesystem::path& folder, const std::string& log_name) {
    MACAW_CHECK(write_text(folder / log_name, ""));
    return ToolLog(folder, folder / log_name);
}

Expected<std::string> ToolLog::run(const std::vector<std::string>& command) {
    ProcessOptions options;
    options.working_folder = folder_;
    MACAW_TRY(ProcessResult result, run_process(command, options));
    std::ofstream log(file_, std::ios::app | std::ios::binary);
    log << fmt::format("$ {}\n{}\n[exit code {}]\n\n", fmt::join(command, " "), result.output,
                       result.exit_code);
    log.close();
    if (!log) return fail(Error{ErrorKind::System, "the log cannot be written", {}, {file_.string()}});
    if (result.exit_code == 0) return std::move(result.output);
    constexpr std::size_t kShown = 1500;
    std::size_t begin = result.output.size() > kShown ? result.output.size() - kShown : 0;
    return fail(ErrorKind::ToolFailed, "{} failed with exit code {}:\n{}", fmt::join(command, " "),
                result.exit_code, result.output.substr(begin));
}

}  // namespace macaw::reports
