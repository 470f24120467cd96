#include "reports/bops/bops_point.hpp"

#include "golden/support/hash.hpp"
#include "golden/support/progress.hpp"
#include "reports/forms/form_rtl.hpp"
#include "reports/silicon/power.hpp"
#include "reports/silicon/synthesis.hpp"
#include "reports/silicon/timing.hpp"

namespace macaw::reports {

namespace fs = std::filesystem;

namespace {

constexpr int kStoredFormat = 1;  // of result.json; another number makes every point anew

std::string name_of(const hw::DotProductShape& unit, const FormRtl& rtl, const BopsConfig& config,
                    const FormLibrary& library) {
    const sim::VectorMacSample& sample = config.activity;
    Json json = {
        {"format", kStoredFormat},
        {"unit", to_string(unit)},
        {"netlist", identity_of(rtl, config.recipe, library)},
        {"clock_mhz", config.clock_mhz},
        {"activity", {sample.cycles, sample.operands.beats, sample.operands.sparsity, sample.operands.seed}}};
    return "bops_" + sha256(json.dump()).substr(0, 32);
}

Expected<BopsFigures> read_figures(const fs::path& file) {
    BopsFigures figures;
    MACAW_TRY(Json json, read_json(file));
    MACAW_TRY(figures.sparsity, json_member<double>(json, "sparsity", file));
    MACAW_TRY(figures.flips, json_member<double>(json, "flips_per_cycle", file));
    MACAW_TRY(figures.register_flips, json_member<double>(json, "register_flips_per_cycle", file));
    MACAW_TRY(figures.power, json_member<double>(json, "power_w", file));
    MACAW_TRY(figures.area, json_member<double>(json, "area_um2", file));
    MACAW_TRY(figures.period, json_member<double>(json, "period_ns", file));
    MACAW_TRY(figures.cells, json_member<std::int64_t>(json, "cells", file));
    MACAW_TRY(figures.nets, json_member<std::int64_t>(json, "nets", file));
    return figures;
}

Json to_json(const BopsFigures& figures) {
    return {{"sparsity", figures.sparsity},
            {"flips_per_cycle", figures.flips},
            {"register_flips_per_cycle", figures.register_flips},
            {"power_w", figures.power},
            {"area_um2", figures.area},
            {"period_ns", figures.period},
            {"cells", figures.cells},
            {"nets", figures.nets}};
}

double flips_of_registers(const sim::FlatNetlist& netlist, const sim::Activity& activity) {
    double flips = 0;
    for (const sim::NetlistInstance& instance : netlist.instances)
        if (instance.sequential)
            for (sim::NetId net : instance.outputs) flips += activity.toggles_per_cycle(net);
    return flips;
}

Expected<void> add_activity(const hw::DotProductShape& unit, const FormRtl& rtl, const BopsConfig& config,
                            const Library& library, const fs::path& folder, BopsFigures& figures) {
    MACAW_TRY(sim::FlatNetlist netlist, sim::read_netlist(folder / "netlist.json", library.cells, rtl.top));
    MACAW_TRY(sim::VectorMacActivity sample, sim::replay_vector_mac(netlist, unit, config.activity));
    MACAW_TRY(auto coefficients, power_coefficients(library, netlist, folder));
    MACAW_CHECK(check_switching(netlist, coefficients, sample.activity, library.voltage, config.clock_mhz));
    const Power power = estimate_power(netlist, coefficients, sample.activity);
    figures.sparsity = sample.zero_weights;
    figures.nets = power.nets;
    figures.flips = power.toggles_per_cycle * static_cast<double>(power.nets);
    figures.register_flips = flips_of_registers(netlist, sample.activity);
    figures.power = power.total.total();
    return {};
}

Expected<BopsFigures> measure(const hw::DotProductShape& unit, const FormRtl& rtl, const BopsConfig& config,
                              const Library& library, const fs::path& folder) {
    MACAW_TRY(std::vector<fs::path> files, write_sources(rtl, folder));
    MACAW_TRY(ToolLog yosys, ToolLog::create(folder, "yosys.log"));
    MACAW_TRY(Synthesis synthesis, synthesize(files, rtl.top, config.recipe, library, yosys, rtl.options));
    MACAW_TRY(ToolLog sta, ToolLog::create(folder, "sta.log"));
    MACAW_TRY(Timing timing, analyze_timing(library, rtl.top, sta, config.clock_mhz));
    BopsFigures figures;
    figures.area = synthesis.area;
    figures.cells = synthesis.cells;
    figures.period = timing.min_period_ns;
    MACAW_CHECK(add_activity(unit, rtl, config, library, folder, figures));
    return figures;
}

}  // namespace

double BopsResult::bops() const {
    return unit.lanes * (unit.weight_bits.bits() * unit.activation_bits.bits() +
                         (1 - figures.sparsity) * unit.accumulator_bits.bits());
}

Expected<BopsResult> run_bops_point(const hw::DotProductShape& unit, const BopsConfig& config,
                                    const FormLibrary& library, const fs::path& store) {
    MACAW_CHECK(stop_if_interrupted());
    MACAW_TRY(FormRtl rtl, rtl_of(unit, {FormKind::Plain, false, {}}, config.plain));
    BopsResult result{unit, {}};
    const fs::path folder = store / name_of(unit, rtl, config, library);
    if (fs::exists(folder / "result.json")) {
        MACAW_TRY(result.figures, read_figures(folder / "result.json"));
        return result;
    }
    MACAW_TRY(OutputFolder output, OutputFolder::create(folder));
    auto figures = measure(unit, rtl, config, library.library, output.path());
    if (!figures) {
        Error error = std::move(figures).error();
        error.message = to_string(unit) + ": " + error.message;
        return fail(std::move(error));
    }
    result.figures = *figures;
    Json json = to_json(result.figures);
    json["unit"] = to_string(unit);
    MACAW_CHECK(write_json(output / "result.json", json));
    keep_results_only(output.path());
    MACAW_CHECK(output.commit());
    return result;
}

}  // namespace macaw::reports
