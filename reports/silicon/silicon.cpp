#include "reports/silicon/silicon.hpp"

#include <algorithm>

#include "golden/support/csv.hpp"
#include "golden/support/parallel.hpp"
#include "golden/support/progress.hpp"
#include "hw/array/write_rtl.hpp"
#include "hw/stream/interface_sources.hpp"
#include "reports/silicon/saif.hpp"
#include "reports/silicon/silicon_metrics.hpp"

namespace macaw::reports {

namespace fs = std::filesystem;

namespace {

// RTL to be synthesised: absolute paths in compile order.
struct RtlDesign {
    std::string top;
    std::vector<fs::path> files;
};

RtlDesign rtl_design(const fs::path& folder, const std::string& top, const std::vector<std::string>& names) {
    RtlDesign design{top, {}};
    for (const std::string& name : names) design.files.push_back(fs::absolute(folder / name));
    return design;
}

Expected<void> write_area_table(const Synthesis& synthesis, const Library& library, const fs::path& file) {
    Table table({"module", "instances_count", "cells_count", "area_um2", "total_cells_count",
                 "total_area_um2", "total_area_nand2", "share_ratio"});
    const std::optional<double> nand2 = library.nand2_area();
    for (const ModuleArea& module : synthesis.modules) {
        if (module.cells == 0) continue;  // it only holds other modules
        double total = module.area * static_cast<double>(module.instances);
        table.add_row({module.module, module.instances, module.cells, module.area,
                       module.cells * module.instances, total, nand2 ? Json(total / *nand2) : Json(""),
                       total / synthesis.area});
    }
    return table.write(file);
}

Expected<void> write_power_table(const Power& power, const fs::path& file) {
    Table table({"module", "cells_count", "clock_pins_mw", "internal_mw", "switching_mw", "leakage_mw",
                 "total_mw", "share_ratio"});
    std::vector<ModulePower> rows = power.modules;
    rows.push_back(power.total);
    for (const ModulePower& row : rows)
        table.add_row({row.module, row.cells, row.clock * 1e3, row.internal * 1e3, row.switching * 1e3,
                       row.leakage * 1e3, row.total() * 1e3, row.total() / power.total.total()});
    return table.write(file);
}

// Files that only carry data from one tool to the next.
void remove_intermediate_files(const fs::path& folder) {
    std::error_code ignored;
    for (const char* name :
         {"library_functions.json", "library_areas.v", "library_merged.lib", "mapped.json", "buffered.json"})
        fs::remove(folder / name, ignored);
    remove_power_answer(folder);
    for (int i = 0; fs::remove(folder / fmt::format("library_{}.lib", i), ignored); ++i) {
    }
}

// Synthesis and timing into the log's folder; with the power of every instance where its clock is given.
Expected<Netlist> make_netlist(const SiliconOptions& options, const Library& library, const RtlDesign& rtl,
                               ToolLog& yosys, Progress& progress,
                               std::optional<double> power_clock_mhz = std::nullopt) {
    Netlist netlist;
    MACAW_TRY(netlist.synthesis, synthesize(rtl.files, rtl.top, options.recipe, library, yosys));
    MACAW_CHECK(write_area_table(netlist.synthesis, library, yosys.folder() / "area_by_module.csv"));
    progress.advance();
    MACAW_CHECK(stop_if_interrupted());
    MACAW_TRY(ToolLog sta, ToolLog::create(yosys.folder(), "sta.log"));
    MACAW_TRY(netlist.timing, analyze_timing(library, rtl.top, sta, power_clock_mhz));
    progress.advance();
    MACAW_CHECK(stop_if_interrupted());
    return netlist;
}

Expected<void> add_power(const SiliconOptions& options, const Library& library,
                         const hw::RtlManifest& manifest, const fs::path& stimulus_file,
                         const fs::path& folder, SiliconResult& result) {
    MACAW_TRY(sim::Stimulus stimulus,
              sim::read_stimulus_for(stimulus_file, manifest.datapath, manifest.array));
    MACAW_TRY(sim::FlatNetlist netlist, sim::read_netlist(folder / "netlist.json", library.cells,
                                                          manifest.top, {.keep_names = options.power.saif}));
    MACAW_TRY(auto coefficients, power_coefficients(library, netlist, folder));
    MACAW_CHECK(stop_if_interrupted());
    sim::ReplayOptions replay{options.power.segments, options.power.cycles, options.power.seed};
    MACAW_TRY(result.activity, sim::replay(netlist, stimulus, manifest.datapath, replay,
                                           toggle_weights(netlist, coefficients)));
    MACAW_CHECK(check_switching(netlist, coefficients, *result.activity, library.voltage, options.clock_mhz));
    if (options.power.saif)
        MACAW_CHECK(write_saif(netlist, *result.activity, options.clock_mhz, folder / "activity.saif"));
    result.power = estimate_power(netlist, coefficients, *result.activity);
    result.layers = energy_by_layer(stimulus, *result.activity, *result.power, options.clock_mhz);
    MACAW_CHECK(energy_table(result.layers).write(folder / "energy_by_layer.csv"));
    return write_power_table(*result.power, folder / "power_by_module.csv");
}

// A design beside the array, in a folder of its own, as it has netlist and logs of its own; the library is
// loaded again beside them.
Expected<Netlist> make_netlist_beside(const SiliconOptions& options, const RtlDesign& rtl,
                                      const fs::path& folder, Progress& progress) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem)
        return fail(Error{ErrorKind::System, "cannot be made: " + problem.message(), {}, {folder.string()}});
    MACAW_TRY(ToolLog yosys, ToolLog::create(folder, "yosys.log"));
    MACAW_TRY(Library library, load_library(options.library, yosys));
    MACAW_TRY(Netlist netlist, make_netlist(options, library, rtl, yosys, progress));
    remove_intermediate_files(folder);
    return netlist;
}

// Recipe `best`: the array with every recipe, in folders of their own; returns the options with the chosen
// one.
Expected<SiliconOptions> choose_best_recipe(const SiliconOptions& options, const RtlDesign& rtl,
                                            const fs::path& folder, SiliconResult& result) {
    const auto& words = recipe_words();
    result.recipes.resize(words.size());
    Progress progress("trying recipes", static_cast<std::int64_t>(2 * words.size()));
    MACAW_CHECK(parallel_for(words.size(), [&](std::size_t i) -> Expected<void> {
        SiliconOptions one = options;
        one.recipe = words[i].second;
        MACAW_TRY(Netlist netlist,
                  make_netlist_beside(one, rtl, folder / "recipes" / words[i].first, progress));
        result.recipes[i] = {one.recipe, netlist.synthesis.area, netlist.timing.min_period_ns};
        return {};
    }));
    const double period_ns = 1000 / options.clock_mhz;
    MACAW_CHECK(recipe_table(result.recipes, period_ns).write(folder / "recipes.csv"));
    SiliconOptions chosen = options;
    chosen.recipe = result.recipes[choose_recipe(result.recipes, period_ns)].recipe;
    return chosen;
}

Expected<void> add_trap(const SiliconOptions& options, const fs::path& rtl, const fs::path& folder,
                        Progress& progress, SiliconResult& result) {
    MACAW_TRY(hw::RtlManifest manifest, hw::read_rtl(rtl));
    MACAW_CHECK(hw::require_synthesisable(manifest.array));
    MACAW_TRY(result.trap,
              make_netlist_beside(options, rtl_design(rtl, manifest.top, manifest.files), folder, progress));
    return {};
}

// Figures of the interface stand beside those of the array alone, so the array inside must be that array.
Expected<void> add_interface(const SiliconOptions& options, const SiliconInputs& inputs,
                             const fs::path& folder, Progress& progress, SiliconResult& result) {
    const fs::path& rtl = *inputs.interface_rtl;
    MACAW_TRY(hw::InterfaceSources sources, hw::read_interface_sources(rtl));
    if (sources.holds_array()) MACAW_CHECK(hw::check_array_inside(rtl, sources, inputs.rtl));
    MACAW_TRY(result.interface,
              make_netlist_beside(options, rtl_design(rtl, sources.top, sources.files), folder, progress));
    return {};
}

}  // namespace

Expected<SiliconResult> run_silicon(const SiliconOptions& asked, const SiliconInputs& inputs,
                                    const fs::path& folder) {
    require(validate(asked).empty(), "run_silicon: options were not validated");
    MACAW_TRY(hw::RtlManifest manifest, hw::read_rtl(inputs.rtl));
    MACAW_TRY(ToolLog yosys, ToolLog::create(folder, "yosys.log"));
    MACAW_TRY(Library library, load_library(asked.library, yosys));
    MACAW_CHECK(check_figures(library, inputs.stimulus.has_value()));
    MACAW_CHECK(hw::require_synthesisable(manifest.array));
    std::int64_t steps =
        2 + (inputs.stimulus ? 1 : 0) + (inputs.trap_rtl ? 2 : 0) + (inputs.interface_rtl ? 2 : 0);
    SiliconResult result;
    SiliconOptions options = asked;
    const RtlDesign rtl = rtl_design(inputs.rtl, manifest.top, manifest.files);
    if (asked.best_recipe) {
        MACAW_TRY(options, choose_best_recipe(asked, rtl, folder, result));
    }
    {
        Progress progress("synthesis, timing, power", steps);
        MACAW_TRY(Netlist netlist,
                  make_netlist(options, library, rtl, yosys, progress,
                               inputs.stimulus ? std::optional(options.clock_mhz) : std::nullopt));
        result.synthesis = std::move(netlist.synthesis);
        result.timing = std::move(netlist.timing);
        if (inputs.stimulus) {
            MACAW_CHECK(add_power(options, library, manifest, *inputs.stimulus, folder, result));
            progress.advance();
        }
        if (inputs.trap_rtl)
            MACAW_CHECK(add_trap(options, *inputs.trap_rtl, folder / "trap", progress, result));
        if (inputs.interface_rtl)
            MACAW_CHECK(add_interface(options, inputs, folder / "interface", progress, result));
    }
    MACAW_TRY(SiliconOrigin origin, find_origin(options, library));
    result.metrics = silicon_metrics(result, manifest, options, origin);
    MACAW_CHECK(result.metrics.write(folder / "metrics.json"));
    remove_intermediate_files(folder);
    return result;
}

}  // namespace macaw::reports
