#include "reports/signoff/gate_netlist.hpp"

#include "golden/support/file.hpp"
#include "hw/array/write_rtl.hpp"
#include "reports/silicon/synthesis.hpp"

namespace macaw::reports {

namespace fs = std::filesystem;

namespace {

std::string short_version(const std::string& text) {
    std::size_t at = text.find(' ', text.find(' ') + 1);
    return text.substr(0, at);
}

}  // namespace

Expected<GateNetlist> write_gate_netlist(const fs::path& rtl, const SiliconOptions& options,
                                         const fs::path& folder) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {folder.string()}});
    MACAW_TRY(hw::RtlManifest manifest, hw::read_rtl(rtl));
    MACAW_CHECK(hw::require_synthesisable(manifest.array));
    MACAW_TRY(ToolLog log, ToolLog::create(fs::absolute(folder), "yosys.log"));
    MACAW_TRY(Library library, load_library(options.library, log));
    std::vector<fs::path> files;
    for (const std::string& file : manifest.files) files.push_back(fs::absolute(rtl / file));
    MACAW_TRY(Synthesis synthesis, synthesize(files, manifest.top, options.recipe, library, log));
    MACAW_CHECK(log.run({"yosys", "-q", "-p",
                         fmt::format("read_liberty -ignore_miss_func \"{}\"; write_verilog -noattr cells.v",
                                     library.merged)}));
    MACAW_TRY(Json description, read_json(rtl / "array.json"));
    description["files"] = {"cells.v", "netlist.v"};
    MACAW_CHECK(write_json(folder / "array.json", description));
    MACAW_TRY(std::string version, run_tool({"yosys", "-V"}));
    return GateNetlist{folder, short_version(version) + ", " + library.title, synthesis.cells};
}

}  // namespace macaw::reports
