#include "reports/silicon/fanout.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace macaw::reports {

namespace {

constexpr const char* kClock = "clk_i";

// One input pin (of a cell or a submodule) and how many gate inputs stand behind it.
struct Load {
    std::string cell;
    std::string port;
    std::size_t bit = 0;
    int weight = 1;
};

struct Net {
    bool has_driver = false;      // known: not a port of the top module
    bool crosses_border = false;  // of a module, so that ABC saw only a part of it
    std::vector<Load> loads;
    int weight() const {
        int sum = 0;
        for (const Load& load : loads) sum += load.weight;
        return sum;
    }
};

class Buffering {
  public:
    Buffering(LargeJson& netlist, const Library& library, const FanoutLimit& limit)
        : modules_(netlist.at("modules")), library_(library), limit_(limit) {}

    // Submodules first: the parent sees what stands behind their ports after buffering.
    int run(const std::string& name, bool is_top) {
        if (!visited_.insert(name).second) return 0;
        std::set<std::string> submodules;
        for (const auto& [unused, cell] : modules_.at(name).at("cells").items())
            if (!is_library_cell(cell.at("type"))) submodules.insert(cell.at("type"));
        int added = 0;
        for (const std::string& submodule : submodules) added += run(submodule, false);
        return added + buffer_module(modules_.at(name), is_top);
    }

  private:
    bool is_library_cell(const std::string& type) const { return library_.cells.find(type) != nullptr; }

    static bool is_output(const LargeJson& module, const std::string& port) {
        return module.at("ports").at(port).at("direction") == "output";
    }

    // Gate inputs behind one bit of an input port of a module.
    int weight_behind(const std::string& module_name, const std::string& port, std::size_t bit) {
        auto& weights = weights_[module_name];
        if (weights.empty()) weights = weigh(modules_.at(module_name));
        const LargeJson& bits = modules_.at(module_name).at("ports").at(port).at("bits");
        auto found = weights.find(bits.at(bit).dump());
        return found == weights.end() ? 0 : found->second;
    }

    // Gate inputs on each net of a module.
    std::map<std::string, int> weigh(const LargeJson& module) {
        std::map<std::string, int> weights;
        for (const auto& [unused, cell] : module.at("cells").items()) {
            std::string type = cell.at("type").get<std::string>();
            const LargeJson& model = modules_.at(type);
            for (const auto& [port, bits] : cell.at("connections").items()) {
                if (is_output(model, port)) continue;
                for (std::size_t i = 0; i < bits.size(); ++i)
                    weights[bits.at(i).dump()] += is_library_cell(type) ? 1 : weight_behind(type, port, i);
            }
        }
        return weights;
    }

    std::map<std::int64_t, Net> nets_of(const LargeJson& module, bool is_top) {
        std::map<std::int64_t, Net> nets;
        if (!is_top)
            for (const auto& [name, port] : module.at("ports").items())
                for (const LargeJson& bit : port.at("bits"))
                    if (name != kClock && port.at("direction") == "input") {
                        Net& net = nets[bit.get<std::int64_t>()];
                        net.has_driver = net.crosses_border = true;
                    }
        for (const auto& [name, cell] : module.at("cells").items()) {
            std::string type = cell.at("type").get<std::string>();
            for (const auto& [port, bits] : cell.at("connections").items()) {
                bool output = is_output(modules_.at(type), port);
                for (std::size_t i = 0; i < bits.size(); ++i) {
                    if (!bits.at(i).is_number()) continue;
                    Net& net = nets[bits.at(i).get<std::int64_t>()];
                    bool leaf = is_library_cell(type);
                    net.crosses_border |= !leaf;
                    if (output) {
                        net.has_driver = true;
                        continue;
                    }
                    net.loads.push_back({name, port, i, leaf ? 1 : weight_behind(type, port, i)});
                }
            }
        }
        return nets;
    }

    int buffer_module(LargeJson& module, bool is_top) {
        next_bit_ = 2;
        auto see = [&](const LargeJson& bits) {
            for (const LargeJson& bit : bits)
                if (bit.is_number()) next_bit_ = std::max(next_bit_, bit.get<std::int64_t>() + 1);
        };
        for (const auto& [unused, port] : module.at("ports").items()) see(port.at("bits"));
        for (const auto& [unused, cell] : module.at("cells").items())
            for (const auto& [port, bits] : cell.at("connections").items()) see(bits);
        for (const auto& [unused, net] : module.at("netnames").items()) see(net.at("bits"));
        int added = 0;
        for (auto& [bit, net] : nets_of(module, is_top))
            if (net.has_driver && net.crosses_border && net.weight() > limit_.gate_inputs)
                added += buffer_net(module, bit, std::move(net));
        return added;
    }

    // Packs the loads into groups behind one buffer each; the buffers are the loads of the next level.
    int buffer_net(LargeJson& module, std::int64_t bit, Net net) {
        int added = 0;
        while (net.weight() > limit_.gate_inputs && net.loads.size() > 1) {
            Net level;
            for (std::size_t begin = 0; begin < net.loads.size();) {
                int weight = 0;
                std::size_t end = begin;
                while (end < net.loads.size() &&
                       (end == begin || weight + net.loads[end].weight <= limit_.gate_inputs))
                    weight += net.loads[end++].weight;
                level.loads.push_back(
                    add_buffer(module, bit, added++, std::span(net.loads).subspan(begin, end - begin)));
                begin = end;
            }
            // A level of one buffer a load is worth it where loads are heavy: the next one can pack them.
            if (level.weight() >= net.weight()) break;
            net = std::move(level);
        }
        return added;
    }

    Load add_buffer(LargeJson& module, std::int64_t bit, int index, std::span<const Load> loads) {
        const FoundCell& buffer = *library_.buffer;
        std::string name = fmt::format("fanout_{}_{}", bit, index);
        std::int64_t out = next_bit_++;
        module["netnames"][name] = {{"hide_name", 0}, {"bits", {out}}, {"attributes", LargeJson::object()}};
        module["cells"][name + "_buf"] = {
            {"hide_name", 0},
            {"type", buffer.cell},
            {"parameters", LargeJson::object()},
            {"attributes", LargeJson::object()},
            {"port_directions", {{buffer.inputs[0], "input"}, {buffer.outputs[0], "output"}}},
            {"connections", {{buffer.inputs[0], {bit}}, {buffer.outputs[0], {out}}}}};
        for (const Load& load : loads) module["cells"][load.cell]["connections"][load.port][load.bit] = out;
        return {name + "_buf", buffer.inputs[0], 0, 1};
    }

    LargeJson& modules_;
    const Library& library_;
    FanoutLimit limit_;
    std::map<std::string, std::map<std::string, int>> weights_;  // module -> bit -> gate inputs
    std::set<std::string> visited_;
    std::int64_t next_bit_ = 2;
};

}  // namespace

Expected<int> buffer_high_fanout(LargeJson& netlist, const std::string& top, const Library& library,
                                 const FanoutLimit& limit) {
    require(library.buffer.has_value(), "buffer_high_fanout: the library has no buffer");
    try {
        return Buffering(netlist, library, limit).run(top, true);
    } catch (const nlohmann::json::exception& problem) {
        return fail(ErrorKind::ToolFailed, "the netlist of Yosys is not as expected: {}", problem.what());
    }
}

}  // namespace macaw::reports
