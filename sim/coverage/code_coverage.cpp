// See code_coverage.hpp. A line of coverage.dat: C '<key>' <count>, where the key is a list of
// \x01name\x02value.
#include "sim/coverage/code_coverage.hpp"

#include <algorithm>
#include <fstream>
#include <map>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

std::map<std::string, std::string> fields_of(const std::string& key) {
    std::map<std::string, std::string> fields;
    for (std::size_t at = key.find('\x01'); at != std::string::npos;) {
        std::size_t end = key.find('\x01', at + 1);
        std::string field = key.substr(at + 1, end == std::string::npos ? end : end - at - 1);
        std::size_t middle = field.find('\x02');
        if (middle != std::string::npos) fields[field.substr(0, middle)] = field.substr(middle + 1);
        at = end;
    }
    return fields;
}

// page: "v_toggle/macaw_pe", "v_line/macaw_pe", "v_branch/macaw_pe"
Expected<CoveragePoint> point_of(const std::string& key, std::int64_t count, const fs::path& file) {
    std::map<std::string, std::string> fields = fields_of(key);
    const std::string page = fields["page"];
    std::size_t slash = page.find('/');
    if (!page.starts_with("v_") || slash == std::string::npos)
        return fail(Error{ErrorKind::ToolFailed,
                          fmt::format("a coverage point of an unknown kind: \"{}\"", page),
                          {},
                          {file.string()}});
    CoveragePoint point;
    point.is_toggle = page.starts_with("v_toggle");
    point.module = page.substr(slash + 1);
    point.file = fs::path(fields["f"]).filename().string();
    point.line = std::atoi(fields["l"].c_str());
    point.object = fields["o"];
    point.count = count;
    return point;
}

// Paths of all instances of every module below the top: module -> "u_pe_r0_c0.u_dot_product", "" for the top.
void collect_instances(const rtl::Module& module, const std::string& path,
                       std::map<std::string, std::vector<std::string>>& instances) {
    instances[module.name()].push_back(path);
    for (const rtl::Instance& instance : module.instances())
        collect_instances(*instance.module, path.empty() ? instance.name : path + "." + instance.name,
                          instances);
}

// For each bit of a net: whether it is a constant.
using Nets = std::map<std::string, std::vector<bool>>;

Expected<Nets> flat_nets(const rtl::Design& design, const std::vector<fs::path>& files,
                         const fs::path& work) {
    std::string script;
    for (const fs::path& file : files) script += fmt::format("read_verilog -sv \"{}\"; ", file.string());
    script +=
        fmt::format("hierarchy -top {}; proc; flatten; opt; write_json constants.json", design.top().name());
    MACAW_CHECK(run_tool({"yosys", "-q", "-p", script}, {work, ""}));
    MACAW_TRY(Json json, read_json(work / "constants.json"));
    Nets nets;
    for (const auto& [name, net] : json.at("modules").at(design.top().name()).at("netnames").items()) {
        std::vector<bool>& bits = nets[name];
        for (const Json& bit : net.at("bits")) bits.push_back(bit.is_string() && bit != "x" && bit != "z");
    }
    return nets;
}

}  // namespace

Expected<std::vector<CoveragePoint>> read_code_coverage(const std::vector<fs::path>& files) {
    std::map<std::string, std::int64_t> counts;
    for (const fs::path& file : files) {
        std::ifstream stream(file);
        for (std::string line; std::getline(stream, line);) {
            std::size_t end = line.rfind("' ");
            if (!line.starts_with("C '") || end == std::string::npos) continue;
            counts[line.substr(3, end - 3)] += std::atoll(line.c_str() + end + 2);
        }
    }
    if (counts.empty()) return fail(ErrorKind::ToolFailed, "the simulator wrote no coverage points");
    std::vector<CoveragePoint> points;
    for (const auto& [key, count] : counts) {
        MACAW_TRY(CoveragePoint point, point_of(key, count, files.front()));
        points.push_back(std::move(point));
    }
    return points;
}

Expected<std::set<std::string>> constant_bits(const rtl::Design& design, const std::vector<fs::path>& files,
                                              const fs::path& work_folder) {
    MACAW_TRY(Nets nets, flat_nets(design, files, work_folder));
    std::map<std::string, std::vector<std::string>> instances;
    collect_instances(design.top(), "", instances);
    std::set<std::string> constants;
    for (const auto& module : design.modules())
        for (const rtl::SignalInfo& signal : module->signals())
            for (int bit = 0; bit < signal.type.width; ++bit) {
                bool constant = !instances[module->name()].empty();
                for (const std::string& path : instances[module->name()]) {
                    auto net = nets.find(path.empty() ? signal.name : path + "." + signal.name);
                    constant = constant && net != nets.end() &&
                               static_cast<std::size_t>(bit) < net->second.size() &&
                               net->second[static_cast<std::size_t>(bit)];
                }
                if (constant) constants.insert(fmt::format("{}.{}[{}]", module->name(), signal.name, bit));
            }
    return constants;
}

std::int64_t CodeCoverage::explained() const {
    return std::ranges::count_if(holes, [](const CoverageHole& hole) { return !hole.explanation.empty(); });
}

CodeCoverage summarize_code_coverage(const std::vector<CoveragePoint>& points, bool toggles,
                                     const std::set<std::string>& constants) {
    CodeCoverage coverage;
    for (const CoveragePoint& point : points) {
        if (point.is_toggle != toggles) continue;
        ++coverage.points;
        if (point.count > 0) {
            ++coverage.covered;
            continue;
        }
        // A signal of one bit stands without an index.
        std::string bit = point.module + "." + point.object + (point.object.ends_with(']') ? "" : "[0]");
        coverage.holes.push_back(
            {point, toggles && constants.contains(bit) ? "proven constant by propagation" : ""});
    }
    return coverage;
}

}  // namespace macaw::sim
