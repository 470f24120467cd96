// See known_tables.hpp.
#include "reports/html/known_tables.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace macaw::reports {

namespace {

// Of the figures that are named, the step's first one speaks for the table.
const std::vector<std::string>& figures_of(const std::string& file) {
    static const std::map<std::string, std::vector<std::string>> figures = {
        {"area_by_module.csv", {"synth__area__um2"}},
        {"power_by_module.csv", {"power__total__mw"}},
        {"energy_by_layer.csv", {"energy__per_token__nj", "energy__per_token__chosen_layers__nj"}},
        {"luck.csv", {"model__ppl__datapath"}},
        {"rows.csv", {"bound__inner__bits"}},
        {"unconstrained_layers.csv", {"bound__inner__bits"}},
        {"inner_headroom_histogram.csv", {"bound__inner__headroom__ratio", "bound__inner__bits"}},
        {"worst_case.csv", {"cosim__worst_case__flags__count"}},
        {"negative_control.csv", {"cosim__negative__outputs__count"}},
        {"signoff.csv", {"verify__checks__passed__count", "prove__checks__passed__count"}},
        {"layers.csv",
         {"bound__inner__bits", "cosim__outputs__count", "axe__tiles__count", "none__tiles__count"}}};
    static const std::vector<std::string> none;
    auto known = figures.find(file);
    return known == figures.end() ? none : known->second;
}

}  // namespace

std::string known_caption(const StepTable& table) {
    static const std::map<std::string, std::string> captions = {
        {"luck.csv",
         "Guarantee against luck: the layers made with the constraint beside unconstrained ones at smaller "
         "inner "
         "accumulators, with the share of additions that left the accumulator's range."},
        {"inner_headroom_histogram.csv", "Worst case of each tile against the accumulator's range."},
        {"rows.csv",
         "Certificate by output channel: extreme values over all inputs, and the tiles that reach them."},
        {"unconstrained_layers.csv", "What the layers would need without the constraint."},
        {"worst_case.csv",
         "Every row's worst-case inputs through the trap RTL at the certified widths (no flag), and with one "
         "bit less "
         "(flags)."},
        {"negative_control.csv",
         "Unconstrained layers in accumulators that are too narrow: the comparison sees them."},
        {"area_by_module.csv", "Cell area after synthesis."},
        {"power_by_module.csv", "Power with the toggles that the layers' stimulus makes on the netlist."},
        {"energy_by_layer.csv",
         "Energy of a token by layer: cycles of the array at the mean power of the layer's own part of the "
         "sample."},
        {"signoff.csv",
         "Sign-off of the array: what was checked, how, what was found, and whether it passed."}};
    if (auto known = captions.find(table.file); known != captions.end()) return known->second;
    if (table.file != "layers.csv") return {};
    auto has = [&](const char* column) {
        return std::ranges::find(table.table.columns(), column) != table.table.columns().end();
    };
    if (has("inner_headroom"))
        return "Certificate: extreme values that the accumulators can reach over all inputs, and the widths "
               "that hold "
               "them.";
    if (has("tiles_constrained")) return "What the quantizer did in each layer.";
    if (has("simulator")) return "Generated RTL and C++ model against the golden model, every output.";
    return {};
}

std::string table_origin(const StepTable& table, const Metrics& of_step) {
    std::string origin = "table " + table.file + " of this step";
    for (const std::string& key : figures_of(table.file))
        if (const Metric* metric = of_step.find(key)) return metric->how + "; " + origin;
    return origin;
}

}  // namespace macaw::reports
