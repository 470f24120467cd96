#include "cli/step.hpp"

#include <algorithm>
#include <fstream>
#include <thread>

#include <sys/resource.h>
#include <sys/utsname.h>

#include "cli/version.hpp"
#include "golden/support/hash.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

std::string& command_line_storage() {
    static std::string text;
    return text;
}

// Value after `key` in a file of "key<separator>value" lines; empty when absent.
std::string value_in(const char* file, const std::string& key, char separator) {
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        if (!line.starts_with(key)) continue;
        std::size_t at = line.find(separator);
        if (at == std::string::npos) continue;
        std::size_t begin = line.find_first_not_of(" \t\"", at + 1);
        std::size_t end = line.find_last_not_of(" \t\"");
        if (begin != std::string::npos && end >= begin) return line.substr(begin, end - begin + 1);
    }
    return {};
}

std::int64_t peak_memory_kib() {
    rusage own{};
    rusage children{};
    ::getrusage(RUSAGE_SELF, &own);
    ::getrusage(RUSAGE_CHILDREN, &children);
    return std::max(own.ru_maxrss, children.ru_maxrss);
}

}  // namespace

void remember_command_line(int count, char** arguments) {
    std::string& text = command_line_storage();
    for (int i = 0; i < count; ++i)
        text += (i > 0 ? " " : "") + (i == 0 ? std::string("macaw") : std::string(arguments[i]));
}

const std::string& command_line() {
    return command_line_storage();
}

std::string machine_text() {
    utsname system{};
    ::uname(&system);
    return fmt::format("{}, {} cores, {}, {}", system.machine, std::thread::hardware_concurrency(),
                       value_in("/proc/cpuinfo", "model name", ':'),
                       value_in("/etc/os-release", "PRETTY_NAME", '='));
}

Expected<StepFolder> StepFolder::begin(std::string step, const fs::path& output, std::vector<fs::path> inputs,
                                       std::vector<std::string> tools) {
    Json hashes = Json::object();
    for (const fs::path& input : inputs) {
        MACAW_TRY(std::string digest, sha256_of_path(input));
        hashes[input.string()] = digest;
    }
    Json versions = Json::object();
    for (const Tool& tool : known_tools()) {
        if (std::ranges::find(tools, tool.program) == tools.end()) continue;
        MACAW_TRY(std::string version, tool_version(tool));
        versions[tool.program] = version;
    }
    MACAW_TRY(OutputFolder folder, OutputFolder::create(output));
    StepFolder result(std::move(step), std::move(folder));
    result.inputs_ = std::move(hashes);
    result.tools_ = std::move(versions);
    return result;
}

Error StepFolder::keep_evidence(Error error) const {
    const fs::path kept = folder_.final_path().string() + ".failed";
    std::error_code problem;
    fs::remove_all(kept, problem);
    fs::copy(folder_.path(), kept, fs::copy_options::recursive, problem);
    if (!problem) error.hint = "evidence and logs: " + kept.string();
    return error;
}

Expected<void> StepFolder::finish(const Metrics& metrics) {
    MACAW_CHECK(stop_if_interrupted());
    MACAW_CHECK(metrics.write(folder_ / "metrics.json"));
    Json record = {
        {"step", step_},
        {"command", command_line()},
        {"inputs", inputs_},
        {"tools", tools_},
        {"macaw", std::string(kVersion)},
        {"machine", machine_text()},
        {"seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count()},
        {"peak_memory_kib", peak_memory_kib()}};
    for (const auto& [key, value] : extra_.items()) record[key] = value;
    MACAW_CHECK(write_json(folder_ / "step.json", record));
    return folder_.commit();
}

}  // namespace macaw::cli
