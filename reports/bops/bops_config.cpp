#include "reports/bops/bops_config.hpp"

namespace macaw::reports {

tl::expected<BopsConfig, Errors> read_bops_config(const std::filesystem::path& file) {
    auto node = load_yaml(file);
    if (!node) return tl::unexpected(Errors{std::move(node).error()});
    Errors errors;
    BopsConfig config;
    YamlMapping root(*node, file.string(), "", errors);
    read_unit_study(root, config);
    if (!root.has("plain")) root.error({}, "key \"plain\" is missing", "the RTL of the unit");
    if (!config.units.empty() && config.units.size() < 3)
        root.error("units", fmt::format("{} units say nothing about a correlation", config.units.size()),
                   "at least 3");
    root.finish();
    if (!errors.empty()) return tl::unexpected(errors);
    return config;
}

}  // namespace macaw::reports
