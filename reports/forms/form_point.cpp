#include "reports/forms/form_point.hpp"

#include "golden/support/hash.hpp"
#include "golden/support/progress.hpp"
#include "hw/arith/form_words.hpp"
#include "reports/forms/form_rtl.hpp"
#include "reports/silicon/synthesis.hpp"
#include "reports/silicon/timing.hpp"

namespace macaw::reports {

namespace fs = std::filesystem;

namespace {

template <typename Enum>
std::string word_of(const std::vector<std::pair<std::string, Enum>>& words, Enum value) {
    for (const auto& [word, meaning] : words)
        if (meaning == value) return word;
    throw std::logic_error("a form without a word");
}

Expected<FormFigures> read_figures(const fs::path& file) {
    FormFigures figures;
    MACAW_TRY(Json json, read_json(file));
    MACAW_TRY(figures.area, json_member<double>(json, "area_um2", file));
    MACAW_TRY(figures.period, json_member<double>(json, "period_ns", file));
    MACAW_TRY(figures.cells, json_member<std::int64_t>(json, "cells", file));
    MACAW_TRY(figures.adder_cells, json_member<std::int64_t>(json, "adder_cells", file));
    return figures;
}

Expected<FormFigures> synthesize_point(const FormPoint& point, const FormRtl& rtl, const Library& library,
                                       const fs::path& folder) {
    MACAW_TRY(std::vector<fs::path> files, write_sources(rtl, folder));
    MACAW_TRY(ToolLog yosys, ToolLog::create(folder, "yosys.log"));
    MACAW_TRY(Synthesis synthesis, synthesize(files, rtl.top, point.recipe, library, yosys, rtl.options));
    MACAW_TRY(ToolLog sta, ToolLog::create(folder, "sta.log"));
    MACAW_TRY(Timing timing, analyze_timing(library, rtl.top, sta));
    return FormFigures{synthesis.area, timing.min_period_ns, synthesis.cells, synthesis.adder_cells};
}

}  // namespace

std::string to_string(const FormVariant& variant) {
    const hw::StructuralForm& form = variant.form;
    switch (variant.kind) {
        case FormKind::Behavioural:
            return variant.alumacc ? "behavioural, alumacc" : "behavioural";
        case FormKind::Plain:
            return variant.alumacc ? "plain, alumacc" : "plain";
        case FormKind::Structural:
            return fmt::format("{} {} {} {}", word_of(hw::kMultipliers, form.multiplier),
                               word_of(hw::kReductions, form.reduction), word_of(hw::kAdders, form.adder),
                               word_of(hw::kAccumulations, form.accumulation));
    }
    throw std::logic_error("unknown FormKind");
}

std::string to_string(const hw::DotProductShape& unit) {
    return fmt::format("L = {}, W{}{}A{}{}, P = {}", unit.lanes, unit.weight_bits.bits(),
                       unit.has_signed_weights() ? "" : " unsigned ", unit.activation_bits.bits(),
                       unit.has_signed_activations() ? "" : " unsigned", unit.accumulator_bits.bits());
}

std::vector<FormPoint> points_of(const FormsConfig& config) {
    std::vector<FormPoint> points;
    for (std::size_t library = 0; library < config.libraries.size(); ++library)
        for (const hw::DotProductShape& unit : config.units) {
            std::vector<FormVariant> variants;
            for (bool alumacc : {false, true}) {
                if (config.behavioural) variants.push_back({FormKind::Behavioural, alumacc, {}});
                // The plain unit has signed factors only.
                if (config.plain && unit.has_signed_weights() && unit.has_signed_activations())
                    variants.push_back({FormKind::Plain, alumacc, {}});
            }
            for (const hw::StructuralForm& form : config.structural)
                variants.push_back({FormKind::Structural, false, form});
            for (const FormVariant& variant : variants)
                for (Recipe recipe : config.recipes) points.push_back({library, unit, variant, recipe});
        }
    return points;
}

Expected<FormLibrary> load_form_library(const std::vector<std::string>& names, const fs::path& folder) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem)
        return fail(Error{ErrorKind::System, "cannot be made: " + problem.message(), {}, {folder.string()}});
    MACAW_TRY(ToolLog log, ToolLog::create(folder, "library.log"));
    FormLibrary loaded;
    MACAW_TRY(loaded.library, load_library(names, log));
    Library& library = loaded.library;
    library.merged = fs::absolute(folder / library.merged).string();
    for (std::string& file : library.files) file = fs::absolute(folder / file).string();
    for (const fs::path& source : library.sources) {
        MACAW_TRY(std::string digest, sha256_of_file(source));
        loaded.hash += digest;
    }
    MACAW_TRY(loaded.origin, find_origin(SiliconOptions{}, library));
    loaded.origin.recipe.clear();
    return loaded;
}

Expected<FormResult> run_point(const FormPoint& point, const FormsConfig& config, const FormLibrary& library,
                               const fs::path& store) {
    MACAW_CHECK(stop_if_interrupted());
    MACAW_TRY(FormRtl rtl, rtl_of(point.unit, point.variant, config.plain));
    FormResult result{point, {}, {}};
    const fs::path folder = store / sha256(identity_of(rtl, point.recipe, library).dump()).substr(0, 32);
    if (fs::exists(folder / "result.json")) {
        MACAW_TRY(result.figures, read_figures(folder / "result.json"));
        return result;
    }
    MACAW_TRY(OutputFolder output, OutputFolder::create(folder));
    auto figures = synthesize_point(point, rtl, library.library, output.path());
    if (!figures && figures.error().kind != ErrorKind::ToolFailed) return tl::unexpected(figures.error());
    if (!figures) {
        result.failure = figures.error().message.substr(0, 500);
        return result;
    }
    result.figures = *figures;
    MACAW_CHECK(write_json(output / "result.json", {{"unit", to_string(point.unit)},
                                                    {"form", to_string(point.variant)},
                                                    {"library", library.origin.library},
                                                    {"recipe", to_string(point.recipe)},
                                                    {"area_um2", figures->area},
                                                    {"period_ns", figures->period},
                                                    {"cells", figures->cells},
                                                    {"adder_cells", figures->adder_cells}}));
    keep_results_only(output.path());
    MACAW_CHECK(output.commit());
    return result;
}

}  // namespace macaw::reports
