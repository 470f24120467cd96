#include "reports/glitch/glitch_config.hpp"

#include "reports/forms/unit_config.hpp"

namespace macaw::reports {

std::vector<FormVariant> GlitchConfig::variants() const {
    std::vector<FormVariant> variants;
    if (plain) variants.push_back({FormKind::Plain, false, {}});
    for (const hw::StructuralForm& form : structural) variants.push_back({FormKind::Structural, false, form});
    return variants;
}

tl::expected<GlitchConfig, Errors> read_glitch_config(const std::filesystem::path& file) {
    auto node = load_yaml(file);
    if (!node) return tl::unexpected(Errors{std::move(node).error()});
    Errors errors;
    GlitchConfig config;
    YamlMapping root(*node, file.string(), "", errors);
    read_unit_study(root, config);
    config.structural = read_structural(root);
    root.finish();
    if (errors.empty() && config.variants().empty())
        root.error({}, "no form is left to simulate", "plain, structural or both");
    if (!errors.empty()) return tl::unexpected(errors);
    return config;
}

}  // namespace macaw::reports
