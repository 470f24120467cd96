#include "tools.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "hw/array/write_testbench.hpp"

namespace macaw::hw::testing {

namespace {

std::string output_of(std::vector<std::string> command, const std::vector<std::string>& files,
                      const std::filesystem::path& folder) {
    command.insert(command.end(), files.begin(), files.end());
    auto result = run_process(command, {folder, ""});
    if (!result) throw std::runtime_error(to_text(result.error()));
    if (result->exit_code != 0) return fmt::format("exit code {}\n{}", result->exit_code, result->output);
    return result->output;
}

}  // namespace

std::vector<std::string> write_sources(const std::filesystem::path& folder,
                                       const std::vector<rtl::SourceFile>& sources) {
    std::vector<std::string> names;
    for (const rtl::SourceFile& source : sources) {
        if (!write_text(folder / source.name, source.text))
            throw std::runtime_error("cannot write " + source.name);
        names.push_back(source.name);
    }
    return names;
}

std::string lint(const std::filesystem::path& folder, const std::vector<std::string>& files) {
    return output_of({"verilator", "--lint-only", "-Wall"}, files, folder);
}

std::string yosys_check(const std::filesystem::path& folder, const std::vector<std::string>& files,
                        const std::string& top) {
    std::string script = fmt::format("read_verilog -sv {}; hierarchy -check -top {}; proc; check -assert",
                                     fmt::join(files, " "), top);
    return output_of({"yosys", "-q", "-p", script}, {}, folder);
}

std::string icarus_compile(const std::filesystem::path& folder, const std::vector<std::string>& files) {
    return output_of({"iverilog", "-g2012", "-Wall", "-Wno-timescale", "-o", "simulation"}, files, folder);
}

std::string icarus_check(const std::filesystem::path& folder, const std::vector<std::string>& files,
                         const golden::Datapath& datapath, const ArrayConfig& array,
                         const std::vector<Group>& groups) {
    if (!write_testbench(folder, datapath, array, groups))
        throw std::runtime_error("cannot write the testbench");
    std::vector<std::string> sources = files;
    sources.insert(sources.begin(), "testbench/macaw_array_testbench.sv");
    std::string compiled = icarus_compile(folder, sources);
    if (!compiled.empty()) return compiled;
    return output_of({"vvp", "-n", "simulation"}, {}, folder);
}

}  // namespace macaw::hw::testing
