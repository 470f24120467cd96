#include "hw/stream/interface_config.hpp"

#include "hw/stream/axi_wrapper.hpp"

namespace macaw::hw {

InterfaceConfig read_interface(YamlMapping yaml, const golden::Datapath& datapath) {
    InterfaceConfig interface;
    yaml.read("axi", interface.axi);
    if (auto requantize = yaml.mapping("requantize")) {
        interface.requantize = golden::read_requantization(*requantize);
        for (const golden::DatapathProblem& problem :
             golden::validate(*interface.requantize, datapath.outer_bits))
            requantize->error(problem.field, problem.message, problem.hint);
    }
    yaml.finish();
    return interface;
}

Json to_json(const InterfaceConfig& interface) {
    Json json = {{"axi", interface.axi}};
    if (interface.requantize) json["requantize"] = golden::to_json(*interface.requantize);
    return json;
}

Expected<std::optional<rtl::Design>> generate_interface(const InterfaceConfig& interface,
                                                        const golden::Datapath& datapath,
                                                        const ArrayConfig& array) {
    if (interface.axi) {
        MACAW_TRY(rtl::Design design, generate_axi_wrapper({datapath, array, interface.requantize}));
        return std::optional(std::move(design));
    }
    if (interface.requantize) {
        MACAW_TRY(rtl::Design design,
                  generate_requantizer({array.columns, datapath.outer_bits, *interface.requantize}));
        return std::optional(std::move(design));
    }
    return std::optional<rtl::Design>();
}

}  // namespace macaw::hw
