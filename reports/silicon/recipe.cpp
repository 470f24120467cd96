#include "reports/silicon/recipe.hpp"

#include <fmt/ranges.h>

namespace macaw::reports {

namespace {

bool maps_full_adder(const RtlModules& modules, const Library& library) {
    return modules.full_adder && library.full_adder.has_value();
}

bool maps_half_adder(const RtlModules& modules, const Library& library) {
    return modules.half_adder && library.half_adder.has_value();
}

// Behind a full adder whose outputs are complements: gates that ABC maps, so that an inverter that reads one
// costs nothing.
constexpr const char* kOutputInverters =
    "  wire sum_n, carry_n;\n"
    "  \\$_NOT_ invert_sum (.A(sum_n), .Y(sum_o));\n"
    "  \\$_NOT_ invert_carry (.A(carry_n), .Y(carry_o));\n";

// Adder modules that the library has no cell for are dissolved into the module around them.
std::string dissolve_adders(const RtlModules& modules, const Library& library) {
    std::string text;
    if (modules.full_adder && !library.full_adder) text += " full_adder";
    if (modules.half_adder && !library.half_adder) text += " half_adder";
    if (text.empty()) return {};
    return "setattr -mod -set keep_hierarchy 1 *\nsetattr -mod -unset keep_hierarchy" + text + "\nflatten\n";
}

}  // namespace

// From eda-flow measurements; never ABC's default script, whose `&fraig -x` takes nearly all of its time.
std::string abc_script(Recipe recipe) {
    switch (recipe) {
        case Recipe::Balanced:
            return "&get -n; &st; &dch; &nf; &put; buffer -c; topo; stime -p; upsize -c; dnsize -c; stime "
                   "-p\n";
        case Recipe::LeastArea:
            return "strash; ifraig; scorr; dc2; dc2; dch -f; amap -m; topo; stime -p\n";
        case Recipe::LeastAreaSized:
            return "strash; ifraig; scorr; dc2; dc2; dch -f; amap -m; buffer -c; topo; upsize -c; dnsize -c; "
                   "stime -p\n";
        case Recipe::Fastest:
            return "strash; dch; map -B 0.9; topo; buffer -c; upsize; dnsize; stime -p\n";
    }
    throw std::logic_error("unknown Recipe");
}

std::string adder_map(const RtlModules& modules, const Library& library) {
    std::string text;
    if (maps_full_adder(modules, library)) {
        const FoundCell& cell = *library.full_adder;
        const char* suffix = cell.inverts ? "n" : "o";
        text += fmt::format(
            "module full_adder (input a_i, input b_i, input c_i, output sum_o, output carry_o);\n{}"
            "  {} _TECHMAP_REPLACE_ (.{}(a_i), .{}(b_i), .{}(c_i), .{}(sum_{}), .{}(carry_{}));\nendmodule\n",
            cell.inverts ? kOutputInverters : "", cell.cell, cell.inputs[0], cell.inputs[1], cell.inputs[2],
            cell.outputs[0], suffix, cell.outputs[1], suffix);
    }
    if (maps_half_adder(modules, library)) {
        const FoundCell& cell = *library.half_adder;
        text += fmt::format(
            "module half_adder (input a_i, input b_i, output sum_o, output carry_o);\n"
            "  {} _TECHMAP_REPLACE_ (.{}(a_i), .{}(b_i), .{}(sum_o), .{}(carry_o));\nendmodule\n",
            cell.cell, cell.inputs[0], cell.inputs[1], cell.outputs[0], cell.outputs[1]);
    }
    return text;
}

std::string mapping_script(const std::vector<std::string>& rtl_files, const std::string& top,
                           const RtlModules& modules, const Library& library,
                           const SynthesisOptions& options) {
    std::string script;
    for (const std::string& file : rtl_files) script += fmt::format("read_verilog -sv \"{}\"\n", file);
    script += fmt::format("hierarchy -check -top {}", top);
    for (const auto& [name, value] : options.parameters)
        script += fmt::format(" -chparam {} {}", name, value);
    script += "\n";
    script += dissolve_adders(modules, library);
    // The body of a mapped adder must not be seen by optimisation, or it would be merged into the logic
    // around it.
    if (maps_full_adder(modules, library)) script += "blackbox full_adder\n";
    if (maps_half_adder(modules, library)) script += "blackbox half_adder\n";
    script += fmt::format("synth -noabc{}{} -top {} -run begin:check\n", options.alumacc ? "" : " -noalumacc",
                          options.flatten ? " -flatten" : "", top);
    std::string adders = adder_map(modules, library);
    if (!adders.empty()) script += "techmap -map adders.v\n";
    script += fmt::format("dfflibmap -liberty \"{}\"\nopt\n", library.merged);
    script += fmt::format("abc -liberty \"{}\" -script abc.script\n", library.merged);
    if (library.tie_high && library.tie_low)
        script +=
            fmt::format("hilomap -hicell {} {} -locell {} {}\n", library.tie_high->cell,
                        library.tie_high->outputs[0], library.tie_low->cell, library.tie_low->outputs[0]);
    script += "opt_clean -purge\n";
    script +=
        fmt::format("read_liberty -lib -ignore_miss_func \"{}\"\nhierarchy -check -top {}\ncheck -assert\n",
                    library.merged, top);
    return script + "write_json mapped.json\n";
}

std::string netlist_script(const std::string& top, const Library& library) {
    return fmt::format(
        "read_json buffered.json\nhierarchy -check -top {1}\ncheck -assert\n"
        "stat -liberty \"{0}\" -top {1}\nwrite_verilog -noattr -noexpr -simple-lhs netlist.v\n"
        // Read back, so that the simulated netlist has the very names of the file that OpenSTA reads.
        "design -reset\nread_liberty -lib -ignore_miss_func \"{0}\"\nread_verilog netlist.v\nhierarchy "
        "-check -top {1}\n"
        "write_json netlist.json\n",
        library.merged, top);
}

}  // namespace macaw::reports
