#include "sim/netlist/netlist.hpp"

#include "sim/netlist/flatten.hpp"
#include "sim/netlist/levelize.hpp"

namespace macaw::sim {

Expected<NetlistPort> FlatNetlist::port(const std::string& name, std::size_t width) const {
    auto found = ports.find(name);
    if (found == ports.end()) return fail(ErrorKind::BadInput, "netlist {}: port {} is missing", top, name);
    if (found->second.nets.size() != width)
        return fail(ErrorKind::BadInput, "netlist {}: port {} has {} bits, expected {}", top, name,
                    found->second.nets.size(), width);
    return found->second;
}

Expected<FlatNetlist> read_netlist(const std::filesystem::path& json_file, const CellLibrary& library,
                                   const std::string& top, const NetlistReadOptions& options) {
    MACAW_TRY(LargeJson json, read_large_json(json_file));
    FlatNetlist netlist;
    netlist.top = top;
    netlist.clock = options.clock;
    std::vector<PlacedCell> cells;
    try {
        MACAW_TRY(cells, flatten(json, library, options, netlist));
    } catch (const nlohmann::json::exception& problem) {
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("is not a netlist written by Yosys: {}", problem.what()),
                          {},
                          {json_file.string()}});
    }
    MACAW_CHECK(levelize(cells, netlist));
    return netlist;
}

}  // namespace macaw::sim
