#include "reports/silicon/synthesis.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <regex>

#include "reports/silicon/cross_check.hpp"
#include "reports/silicon/fanout.hpp"
#include "reports/silicon/recipe.hpp"

namespace macaw::reports {

namespace {

Expected<RtlModules> find_modules(const std::vector<std::filesystem::path>& files) {
    RtlModules modules;
    for (const std::filesystem::path& file : files) {
        MACAW_TRY(std::string text, read_text(file));
        modules.full_adder |= std::regex_search(text, std::regex(R"((^|\n)module full_adder\b)"));
        modules.half_adder |= std::regex_search(text, std::regex(R"((^|\n)module half_adder\b)"));
    }
    return modules;
}

// Counts instances and adds up areas over the hierarchy of the final netlist.
class AreaCounter {
  public:
    AreaCounter(const LargeJson& netlist, const Library& library)
        : modules_(netlist.at("modules")), library_(library) {}

    Expected<Synthesis> run(const std::string& top) {
        result_.top = top;
        MACAW_CHECK(count(top, 1));
        for (const auto& [name, area] : by_module_) {
            result_.modules.push_back(area);
            result_.cells += area.cells * area.instances;
            result_.area += area.area * static_cast<double>(area.instances);
        }
        std::stable_sort(
            result_.modules.begin(), result_.modules.end(), [](const ModuleArea& a, const ModuleArea& b) {
                return a.area * static_cast<double>(a.instances) > b.area * static_cast<double>(b.instances);
            });
        return std::move(result_);
    }

  private:
    bool is_adder(const std::string& type) const {
        return (library_.full_adder && library_.full_adder->cell == type) ||
               (library_.half_adder && library_.half_adder->cell == type);
    }

    // Adds `times` instances of the module; returns the area of one with everything below.
    Expected<double> count(const std::string& name, std::int64_t times) {
        auto [entry, fresh] = by_module_.try_emplace(name, ModuleArea{name, 0, 0, 0});
        ModuleArea& own = entry->second;  // references into a std::map stay valid
        own.instances += times;
        double subtree = 0;
        for (const auto& [cell_name, cell] : modules_.at(name).at("cells").items()) {
            std::string type = cell.at("type").get<std::string>();
            if (library_.cells.find(type) == nullptr) {
                if (!modules_.contains(type) || type.starts_with("$"))
                    return fail(ErrorKind::ToolFailed,
                                "synthesis left the cell {} of type {} in module {}: the library "
                                "has nothing to map it to",
                                cell_name, type, name);
                MACAW_TRY(double below, count(type, times));
                subtree += below;
                continue;
            }
            double area = library_.areas.at(type);
            subtree += area;
            if (is_adder(type)) result_.adder_cells += times;
            if (cell_name.starts_with("fanout_")) result_.fanout_buffers += times;
            if (!fresh) continue;
            own.area += area;
            ++own.cells;
        }
        result_.subtree_area[name] = subtree;
        return subtree;
    }

    const LargeJson& modules_;
    const Library& library_;
    std::map<std::string, ModuleArea> by_module_;
    Synthesis result_;
};

}  // namespace

double Synthesis::area_of(const std::string& module) const {
    auto found = subtree_area.find(module);
    require(found != subtree_area.end(), ("area_of: the netlist has no module " + module).c_str());
    return found->second;
}

const ModuleArea* Synthesis::find(const std::string& module) const {
    auto found = std::ranges::find(modules, module, &ModuleArea::module);
    return found == modules.end() ? nullptr : &*found;
}

Expected<Synthesis> synthesize(const std::vector<std::filesystem::path>& files, const std::string& top,
                               Recipe recipe, const Library& library, ToolLog& log,
                               const SynthesisOptions& options) {
    MACAW_TRY(RtlModules modules, find_modules(files));
    std::vector<std::string> names;
    for (const std::filesystem::path& file : files) names.push_back(std::filesystem::absolute(file).string());
    MACAW_CHECK(write_text(log.folder() / "abc.script", abc_script(recipe)));
    MACAW_CHECK(write_text(log.folder() / "adders.v", adder_map(modules, library)));
    MACAW_CHECK(
        write_text(log.folder() / "mapping.ys", mapping_script(names, top, modules, library, options)));
    MACAW_TRY(std::string mapping_output, log.run({"yosys", "-s", "mapping.ys"}));

    MACAW_TRY(LargeJson netlist, read_large_json(log.folder() / "mapped.json"));
    MACAW_TRY(int buffers, buffer_high_fanout(netlist, top, library, {}));
    (void)buffers;  // counted in the final netlist
    MACAW_CHECK(write_text(log.folder() / "buffered.json", netlist.dump()));

    MACAW_CHECK(write_text(log.folder() / "netlist.ys", netlist_script(top, library)));
    MACAW_TRY(std::string netlist_output, log.run({"yosys", "-s", "netlist.ys"}));
    MACAW_TRY(LargeJson final_netlist, read_large_json(log.folder() / "netlist.json"));
    MACAW_TRY(Synthesis synthesis, AreaCounter(final_netlist, library).run(top));
    MACAW_TRY(synthesis.yosys_area, check_area(top, synthesis.area, netlist_output));
    synthesis.abc_delay_ns = abc_delay_ns(mapping_output);
    return synthesis;
}

}  // namespace macaw::reports
