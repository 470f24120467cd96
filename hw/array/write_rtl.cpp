#include "hw/array/write_rtl.hpp"

namespace macaw::hw {

namespace {

constexpr const char* kManifestName = "array.json";

Json ports_json(const rtl::Module& top) {
    Json ports = Json::array();
    for (const rtl::SignalInfo& signal : top.signals())
        if (signal.is_port())
            ports.push_back({{"name", signal.name},
                             {"direction", signal.is_input() ? "input" : "output"},
                             {"width", signal.type.width}});
    return ports;
}

Json cost_json(const ArithmeticCost& cost) {
    return Json{{"multipliers", cost.multipliers},
                {"partial_product_bits", cost.partial_product_bits},
                {"booth_digits", cost.booth_digits},
                {"full_adders", cost.full_adders},
                {"half_adders", cost.half_adders},
                {"gates", cost.gates},
                {"prefix_cells", cost.prefix_cells},
                {"reduction_depth", cost.reduction_depth},
                {"carry_propagate_bits", cost.carry_propagate_bits},
                {"carry_propagate_depth", cost.carry_propagate_depth}};
}

Expected<ArithmeticCost> cost_from_json(const Json& json, const std::filesystem::path& file) {
    ArithmeticCost cost;
    MACAW_TRY(cost.multipliers, json_member<std::int64_t>(json, "multipliers", file));
    MACAW_TRY(cost.partial_product_bits, json_member<std::int64_t>(json, "partial_product_bits", file));
    MACAW_TRY(cost.booth_digits, json_member<std::int64_t>(json, "booth_digits", file));
    MACAW_TRY(cost.full_adders, json_member<std::int64_t>(json, "full_adders", file));
    MACAW_TRY(cost.half_adders, json_member<std::int64_t>(json, "half_adders", file));
    MACAW_TRY(cost.gates, json_member<std::int64_t>(json, "gates", file));
    MACAW_TRY(cost.prefix_cells, json_member<std::int64_t>(json, "prefix_cells", file));
    MACAW_TRY(cost.reduction_depth, json_member<int>(json, "reduction_depth", file));
    MACAW_TRY(cost.carry_propagate_bits, json_member<int>(json, "carry_propagate_bits", file));
    MACAW_TRY(cost.carry_propagate_depth, json_member<int>(json, "carry_propagate_depth", file));
    return cost;
}

Json latency_json(const Latency& latency) {
    return Json{{"last_beat_to_first_output_cycles", latency.last_beat_to_first_output},
                {"drain_cycles", latency.drain},
                {"beats_without_stall", latency.beats_without_stall}};
}

Expected<std::vector<PortInfo>> ports_from_json(const Json& json, const std::filesystem::path& file) {
    std::vector<PortInfo> ports;
    for (const Json& item : json) {
        PortInfo port;
        MACAW_TRY(port.name, json_member<std::string>(item, "name", file));
        MACAW_TRY(std::string direction, json_member<std::string>(item, "direction", file));
        port.is_input = direction == "input";
        MACAW_TRY(port.width, json_member<int>(item, "width", file));
        ports.push_back(std::move(port));
    }
    return ports;
}

}  // namespace

Expected<void> write_rtl(const std::filesystem::path& folder, const golden::Datapath& datapath,
                         const ArrayConfig& array, const std::string& command_line) {
    MACAW_TRY(rtl::Design design, generate_array(datapath, array));
    return write_rtl(folder, design, datapath, array, command_line);
}

Expected<void> write_rtl(const std::filesystem::path& folder, const rtl::Design& design,
                         const golden::Datapath& datapath, const ArrayConfig& array,
                         const std::string& command_line) {
    MACAW_TRY(ArithmeticCost cost, cost_of(datapath, array));
    Json files = Json::array();
    for (const rtl::SourceFile& source : rtl::print_design(design, command_line)) {
        MACAW_CHECK(write_text(folder / source.name, source.text));
        files.push_back(source.name);
    }
    Json manifest{{"top", design.top().name()},
                  {"files", files},
                  {"datapath", to_json(datapath)},
                  {"array", to_json(array)},
                  {"ports", ports_json(design.top())},
                  {"latency", latency_json(latency_of(datapath, array))},
                  {"cost", cost_json(cost)}};
    return write_json(folder / kManifestName, manifest);
}

Expected<RtlManifest> read_rtl(const std::filesystem::path& folder) {
    std::filesystem::path file = folder / kManifestName;
    MACAW_TRY(Json json, read_json(file));
    RtlManifest manifest;
    MACAW_TRY(manifest.top, json_member<std::string>(json, "top", file));
    MACAW_TRY(manifest.files, json_member<std::vector<std::string>>(json, "files", file));
    MACAW_TRY(Json datapath, json_member<Json>(json, "datapath", file));
    MACAW_TRY(manifest.datapath, golden::datapath_from_json(datapath, file));
    MACAW_TRY(Json array, json_member<Json>(json, "array", file));
    MACAW_TRY(manifest.array, array_from_json(array, file));
    manifest.datapath.products_per_check = manifest.array.lanes;
    MACAW_TRY(Json ports, json_member<Json>(json, "ports", file));
    MACAW_TRY(manifest.ports, ports_from_json(ports, file));
    MACAW_TRY(Json cost, json_member<Json>(json, "cost", file));
    MACAW_TRY(manifest.cost, cost_from_json(cost, file));
    manifest.latency = latency_of(manifest.datapath, manifest.array);
    for (const std::string& name : manifest.files)
        if (!std::filesystem::exists(folder / name))
            return fail(Error{ErrorKind::BadInput,
                              fmt::format("{} is missing", (folder / name).string()),
                              "run macaw generate again",
                              {file.string()}});
    return manifest;
}

}  // namespace macaw::hw
