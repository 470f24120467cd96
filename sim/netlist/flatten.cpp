#include "sim/netlist/flatten.hpp"

#include <unordered_map>

namespace macaw::sim {

namespace {

// A bit of a module: a number of the JSON, or a constant.
struct Bit {
    enum class Kind { Net, Zero, One, Unknown } kind = Kind::Unknown;
    std::int64_t number = 0;
};

Bit bit_of(const LargeJson& json) {
    if (json.is_number()) return {Bit::Kind::Net, json.get<std::int64_t>()};
    std::string text = json.get<std::string>();
    if (text == "0") return {Bit::Kind::Zero, 0};
    if (text == "1") return {Bit::Kind::One, 0};
    return {Bit::Kind::Unknown, 0};
}

// The JSON is read once into these, as a processing element is instantiated many times.
struct CellModel {
    std::string name;
    std::string type;
    const CellFunction* function = nullptr;               // null: a submodule
    std::vector<std::optional<Bit>> inputs, outputs;      // library cells: one bit a pin
    std::map<std::string, std::vector<Bit>> connections;  // submodules
};

struct PortModel {
    std::string name;
    bool input = false;
    std::vector<Bit> bits;
};

struct ModuleModel {
    std::vector<PortModel> ports;
    std::vector<CellModel> cells;
    std::vector<std::pair<std::string, std::vector<Bit>>> names;
};

std::vector<Bit> bits_of(const LargeJson& json) {
    std::vector<Bit> bits;
    for (const LargeJson& bit : json) bits.push_back(bit_of(bit));
    return bits;
}

class Flattener {
  public:
    Flattener(const LargeJson& json, const CellLibrary& library, const NetlistReadOptions& options,
              FlatNetlist& netlist)
        : modules_(json.at("modules")), library_(library), options_(options), netlist_(netlist) {
        netlist_.driven = {true, true};
    }

    Expected<std::vector<PlacedCell>> run() {
        MACAW_TRY(const ModuleModel* top, module(netlist_.top));
        NetMap nets;
        for (const PortModel& port : top->ports) {
            NetlistPort flat{port.input, {}};
            for (const Bit& bit : port.bits) {
                MACAW_TRY(NetId net, net_of(bit, nets, port.name));
                if (port.input) MACAW_CHECK(drive(net, port.name));
                flat.nets.push_back(net);
            }
            netlist_.ports.emplace(port.name, std::move(flat));
        }
        MACAW_CHECK(place(netlist_.top, *top, "", nets));
        MACAW_CHECK(check_driven());
        return std::move(cells_);
    }

  private:
    using NetMap = std::unordered_map<std::int64_t, NetId>;

    Expected<const ModuleModel*> module(const std::string& name) {
        if (auto known = models_.find(name); known != models_.end()) return &known->second;
        if (!modules_.contains(name))
            return fail(ErrorKind::BadInput,
                        "netlist: module or cell {} is neither in the netlist nor in the library", name);
        MACAW_TRY(ModuleModel model, read_module(name, modules_.at(name)));
        return &models_.emplace(name, std::move(model)).first->second;
    }

    Expected<ModuleModel> read_module(const std::string& name, const LargeJson& json) {
        ModuleModel model;
        for (const auto& [port, description] : json.at("ports").items()) {
            std::string direction = description.at("direction").get<std::string>();
            if (direction != "input" && direction != "output")
                return fail(ErrorKind::BadInput, "netlist: port {}.{} is neither input nor output", name,
                            port);
            model.ports.push_back({port, direction == "input", bits_of(description.at("bits"))});
        }
        for (const auto& [cell_name, cell] : json.at("cells").items()) {
            MACAW_TRY(CellModel cell_model, read_cell(cell_name, cell));
            model.cells.push_back(std::move(cell_model));
        }
        if (options_.keep_names)
            for (const auto& [net, description] : json.at("netnames").items())
                model.names.emplace_back(net, bits_of(description.at("bits")));
        return model;
    }

    Expected<CellModel> read_cell(const std::string& name, const LargeJson& json) {
        CellModel model;
        model.name = name;
        model.type = json.at("type").get<std::string>();
        const LargeJson& connections = json.at("connections");
        model.function = library_.find(model.type);
        if (model.function == nullptr) {
            for (const auto& [port, bits] : connections.items()) model.connections[port] = bits_of(bits);
            return model;
        }
        if (!model.function->refusal.empty())
            return fail(ErrorKind::BadInput, "netlist: cell {} of type {} cannot be simulated: {}", name,
                        model.type, model.function->refusal);
        auto pin = [&](const std::string& pin_name) -> std::optional<Bit> {
            if (!connections.contains(pin_name) || connections.at(pin_name).empty()) return std::nullopt;
            return bit_of(connections.at(pin_name).at(0));
        };
        for (const std::string& input : model.function->inputs) model.inputs.push_back(pin(input));
        for (const std::string& output : model.function->outputs) model.outputs.push_back(pin(output));
        return model;
    }

    NetId new_net() {
        netlist_.driven.push_back(false);
        return netlist_.nets++;
    }

    Expected<NetId> net_of(const Bit& bit, NetMap& nets, const std::string& where) {
        switch (bit.kind) {
            case Bit::Kind::Zero:
                return kNetZero;
            case Bit::Kind::One:
                return kNetOne;
            case Bit::Kind::Unknown:
                return fail(ErrorKind::BadInput, "netlist: {} is tied to an undefined value", where);
            case Bit::Kind::Net:
                break;
        }
        auto [entry, fresh] = nets.try_emplace(bit.number, NetId{0});
        if (fresh) entry->second = new_net();
        return entry->second;
    }

    Expected<void> drive(NetId net, const std::string& driver) {
        if (netlist_.driven[net])
            return fail(ErrorKind::BadInput, "netlist: {} drives a net that is driven already", driver);
        netlist_.driven[net] = true;
        return {};
    }

    Expected<void> place(const std::string& name, const ModuleModel& model, const std::string& path,
                         NetMap& nets) {
        for (const CellModel& cell : model.cells) {
            std::string cell_path = path + cell.name;
            if (cell.function != nullptr) {
                MACAW_CHECK(place_cell(cell, name, cell_path, nets));
            } else {
                MACAW_CHECK(place_submodule(cell, cell_path, nets));
            }
        }
        for (const auto& [net, bits] : model.names)
            for (std::size_t i = 0; i < bits.size(); ++i)
                if (auto found = nets.find(bits[i].number);
                    bits[i].kind == Bit::Kind::Net && found != nets.end())
                    netlist_.names.push_back(
                        {fmt::format("{}{}[{}]", path, net, i), found->second, bits.size() > 1});
        return {};
    }

    Expected<void> place_cell(const CellModel& model, const std::string& module, const std::string& path,
                              NetMap& nets) {
        PlacedCell cell{model.function, {}, {}, netlist_.instances.size()};
        for (std::size_t i = 0; i < model.inputs.size(); ++i) {
            std::string pin = path + "/" + model.function->inputs[i];
            if (!model.inputs[i]) return fail(ErrorKind::BadInput, "netlist: pin {} is not connected", pin);
            MACAW_TRY(NetId net, net_of(*model.inputs[i], nets, pin));
            cell.inputs.push_back(net);
            read_by_.try_emplace(net, path);
        }
        for (std::size_t i = 0; i < model.outputs.size(); ++i) {
            std::string pin = path + "/" + model.function->outputs[i];
            NetId net = 0;
            if (model.outputs[i]) {
                MACAW_TRY(net, net_of(*model.outputs[i], nets, pin));
            } else {
                net = new_net();
            }
            MACAW_CHECK(drive(net, pin));
            cell.outputs.push_back(net);
        }
        netlist_.instances.push_back(
            {path, model.type, module, cell.outputs, model.function->flip_flop.has_value()});
        cells_.push_back(std::move(cell));
        return {};
    }

    Expected<void> place_submodule(const CellModel& cell, const std::string& path, NetMap& outer) {
        MACAW_TRY(const ModuleModel* inner, module(cell.type));
        NetMap nets;
        struct PassThrough {
            Bit inside;
            NetId outside;
        };
        std::vector<PassThrough> later;
        // Inputs first: an output may be an input's wire, whatever their order in the port list.
        std::vector<const PortModel*> ports;
        for (bool input : {true, false})
            for (const PortModel& port : inner->ports)
                if (port.input == input) ports.push_back(&port);
        for (const PortModel* of_module : ports) {
            const PortModel& port = *of_module;
            auto connection = cell.connections.find(port.name);
            for (std::size_t i = 0; i < port.bits.size(); ++i) {
                std::string pin = fmt::format("{}/{}[{}]", path, port.name, i);
                bool connected = connection != cell.connections.end() && i < connection->second.size();
                if (!connected && port.input)
                    return fail(ErrorKind::BadInput, "netlist: pin {} is not connected", pin);
                NetId net = 0;
                if (connected) {
                    MACAW_TRY(net, net_of(connection->second[i], outer, pin));
                } else {
                    net = new_net();
                }
                // The first port that mentions a bit of the submodule names its net; an output that finds its
                // bit taken (or constant) is a wire through the submodule.
                bool fresh =
                    port.bits[i].kind == Bit::Kind::Net && nets.try_emplace(port.bits[i].number, net).second;
                if (fresh) continue;
                if (port.input)
                    return fail(ErrorKind::BadInput, "netlist: pin {} shares its wire with another port",
                                pin);
                later.push_back({port.bits[i], net});
            }
        }
        MACAW_CHECK(place(cell.type, *inner, path + "/", nets));
        for (const PassThrough& wire : later) {
            MACAW_TRY(NetId source, net_of(wire.inside, nets, path));
            MACAW_CHECK(drive(wire.outside, path));
            read_by_.try_emplace(source, path);
            cells_.push_back({nullptr, {source}, {wire.outside}, 0});
        }
        return {};
    }

    Expected<void> check_driven() {
        for (const auto& [net, reader] : read_by_)
            if (!netlist_.driven[net])
                return fail(ErrorKind::BadInput, "netlist: {} reads a net that nothing drives", reader);
        for (const auto& [name, port] : netlist_.ports)
            for (NetId net : port.nets)
                if (!netlist_.driven[net])
                    return fail(ErrorKind::BadInput, "netlist: nothing drives port {}", name);
        return {};
    }

    const LargeJson& modules_;
    const CellLibrary& library_;
    const NetlistReadOptions& options_;
    FlatNetlist& netlist_;
    std::map<std::string, ModuleModel> models_;
    std::vector<PlacedCell> cells_;
    std::map<NetId, std::string> read_by_;  // one reader of each net that is read
};

}  // namespace

Expected<std::vector<PlacedCell>> flatten(const LargeJson& json, const CellLibrary& library,
                                          const NetlistReadOptions& options, FlatNetlist& netlist) {
    return Flattener(json, library, options, netlist).run();
}

}  // namespace macaw::sim
