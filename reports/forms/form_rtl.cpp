#include "reports/forms/form_rtl.hpp"

#include "hw/array/vector_mac_unit.hpp"
#include "reports/silicon/timing.hpp"

namespace macaw::reports {

namespace fs = std::filesystem;

Expected<FormRtl> rtl_of(const hw::DotProductShape& unit, const FormVariant& variant,
                         const std::optional<fs::path>& plain) {
    FormRtl rtl;
    rtl.options.alumacc = variant.alumacc;
    rtl.options.flatten = true;
    if (variant.kind == FormKind::Plain) {
        MACAW_TRY(std::string text, read_text(*plain));
        rtl.top = plain->stem().string();
        rtl.sources = {{plain->filename().string(), std::move(text)}};
        rtl.options.parameters = {{"K", unit.lanes},
                                  {"M", unit.weight_bits.bits()},
                                  {"N", unit.activation_bits.bits()},
                                  {"P", unit.accumulator_bits.bits()}};
        return rtl;
    }
    auto arithmetic =
        variant.kind == FormKind::Behavioural ? hw::Arithmetic::Behavioural : hw::Arithmetic::Structural;
    rtl.top = hw::kVectorMacUnit;
    rtl.sources = rtl::print_design(hw::vector_mac_unit(unit, arithmetic, variant.form), "macaw forms");
    return rtl;
}

Json identity_of(const FormRtl& rtl, Recipe recipe, const FormLibrary& library) {
    std::vector<std::string> names;
    Json json;
    for (const rtl::SourceFile& source : rtl.sources) {
        names.push_back(source.name);
        json["rtl"].push_back({source.name, source.text});
    }
    Library moved = library.library;
    moved.merged = "library.lib";
    moved.files = {"library.lib"};
    json["library"] = library.hash;
    json["tools"] = {library.origin.yosys, library.origin.abc, library.origin.opensta};
    json["scripts"] = {abc_script(recipe), adder_map({true, true}, moved),
                       mapping_script(names, rtl.top, {true, true}, moved, rtl.options),
                       netlist_script(rtl.top, moved), read_and_constrain(moved, rtl.top, 1)};
    return json;
}

Expected<std::vector<fs::path>> write_sources(const FormRtl& rtl, const fs::path& folder) {
    std::vector<fs::path> files;
    for (const rtl::SourceFile& source : rtl.sources) {
        MACAW_CHECK(write_text(folder / source.name, source.text));
        files.push_back(folder / source.name);
    }
    return files;
}

void keep_results_only(const fs::path& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        std::string name = entry.path().filename().string();
        if (name != "result.json" && name != "critical_path.txt" && name != "mapping.ys" &&
            name != "abc.script")
            fs::remove(entry.path(), ignored);
    }
}

}  // namespace macaw::reports
