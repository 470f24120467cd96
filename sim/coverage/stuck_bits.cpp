// See stuck_bits.hpp.
#include "sim/coverage/stuck_bits.hpp"

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostHoles = 64;  // an array with more has another problem
constexpr int kSecondsEach = 20;

// Names of the hole's bit in the flattened design, one an instance.
void collect_nets(const rtl::Module& module, const std::string& path, const CoveragePoint& point,
                  std::vector<std::string>& nets) {
    if (module.name() == point.module) nets.push_back("\\" + path + point.object);
    for (const rtl::Instance& instance : module.instances())
        collect_nets(*instance.module, path + instance.name + ".", point, nets);
}

// -seq 2: what registers held before the first clock edge does not count.
Expected<bool> is_stuck(const std::string& net, const fs::path& work_folder) {
    for (int value : {0, 1}) {
        const std::string script =
            fmt::format("read_ilang flat.il; sat -prove {} 1'{} -tempinduct -seq 2 -maxsteps 3 -timeout {}",
                        net, value, kSecondsEach);
        MACAW_TRY(ProcessResult result, run_process({"yosys", "-p", script}, {work_folder, ""}));
        if (result.exit_code == 0 &&
            result.output.find("Induction step proven: SUCCESS!") != std::string::npos)
            return true;
    }
    return false;
}

}  // namespace

Expected<void> explain_stuck_bits(std::vector<CoverageHole>& holes, const rtl::Design& design,
                                  const std::vector<fs::path>& files, const fs::path& work_folder) {
    std::vector<CoverageHole*> open;
    for (CoverageHole& hole : holes)
        if (hole.point.is_toggle && hole.explanation.empty()) open.push_back(&hole);
    if (open.empty() || open.size() > kMostHoles) return {};
    std::string script;
    for (const fs::path& file : files) script += fmt::format("read_verilog -sv \"{}\"; ", file.string());
    script += fmt::format("hierarchy -top {}; proc; flatten; opt; write_ilang flat.il", design.top().name());
    MACAW_CHECK(run_tool({"yosys", "-q", "-p", script}, {work_folder, ""}));
    for (CoverageHole* hole : open) {
        std::vector<std::string> nets;
        collect_nets(design.top(), "", hole->point, nets);
        bool stuck = !nets.empty();
        for (const std::string& net : nets) {
            if (!stuck) break;
            MACAW_TRY(stuck, is_stuck(net, work_folder));
        }
        if (stuck) hole->explanation = "proven constant by induction over all data";
    }
    return {};
}

}  // namespace macaw::sim
