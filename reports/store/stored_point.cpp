// See stored_point.hpp.
#include "reports/store/stored_point.hpp"

#include <array>
#include <filesystem>

namespace macaw::reports {

namespace {

// "tiny-books-llama" of its path: the same on every machine.
std::string last_part(const std::string& path) {
    std::filesystem::path clean = std::filesystem::path(path).lexically_normal();
    return (clean.has_filename() ? clean : clean.parent_path()).filename().string();
}

Json shown_path(const Json& path) {
    return path.is_string() ? Json(last_part(path.get<std::string>())) : path;
}

// "osu018", or "a.lib+b.lib".
Json shown_library(const Json& names) {
    if (!names.is_array()) return shown_path(names);
    std::string text;
    for (const Json& name : names)
        text +=
            (text.empty() ? "" : "+") + (name.is_string() ? last_part(name.get<std::string>()) : name.dump());
    return text;
}

constexpr std::array kSettings = std::to_array<Setting>({
    {"model", "/model", shown_path},
    {"algorithm", "/quantizer/algorithm"},
    {"constraint_kind", "/quantizer/constraint"},
    {"weight_bits", "/datapath/weight_bits"},
    {"activation_bits", "/datapath/activation_bits"},
    {"tile", "/datapath/tile"},
    {"inner_bits", "/datapath/inner_bits"},
    {"outer_bits", "/datapath/outer_bits"},
    {"inner_overflow", "/datapath/inner_overflow"},
    {"outer_overflow", "/datapath/outer_overflow"},
    {"dataflow", "/array/dataflow"},
    {"rows", "/array/rows"},
    {"columns", "/array/columns"},
    {"lanes", "/array/lanes"},
    {"pipeline", "/array/pipeline"},
    {"arithmetic", "/array/arithmetic"},
    {"library", "/synth/library", shown_library},
    {"clock_mhz", "/synth/clock_mhz"},
});

}  // namespace

std::span<const Setting> settings() {
    return kSettings;
}

Json setting_of(const Json& config, const Setting& setting) {
    const Json::json_pointer pointer{std::string(setting.pointer)};
    if (!config.contains(pointer)) return nullptr;
    const Json& value = config.at(pointer);
    return setting.shown != nullptr ? setting.shown(value) : value;
}

}  // namespace macaw::reports
