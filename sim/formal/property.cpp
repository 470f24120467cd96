#include "sim/formal/property.hpp"

#include <fmt/format.h>

namespace macaw::sim {

Property property_of(const rtl::Design& design, const PropertyText& text) {
    Property property{text.top, rtl::print_design(design, "macaw prove"), text.assertions};
    std::string source;
    for (const std::string& define : text.defines) source += fmt::format("`define {}\n", define);
    source += fmt::format("module {} #(\n", text.top);
    for (std::size_t i = 0; i < text.parameters.size(); ++i) {
        const auto& [name, value] = text.parameters[i];
        source +=
            fmt::format("    parameter signed [63:0] {} = {}64'sd{}{}\n", name, value < 0 ? "-" : "",
                        value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value),
                        i + 1 < text.parameters.size() ? "," : "");
    }
    source += ")";
    source += text.body;
    property.sources.push_back({text.top + ".sv", source});
    return property;
}

void observe(rtl::Module& module, const std::vector<std::string>& registers) {
    for (const std::string& name : registers) {
        const int signal = module.find(name + "_q");
        require(signal >= 0, ("observe: " + module.name() + " has no register " + name).c_str());
        module.output("observe_" + name + "_o", module.reference(signal), "seen by the property");
    }
}

}  // namespace macaw::sim
