#include "sim/netlist/cell_library.hpp"

#include <algorithm>

namespace macaw::sim {

namespace {

// One primitive cell of Yosys inside a library cell: ports and their bits.
struct Primitive {
    std::string type;
    std::map<std::string, Json> bits;
};

// Builds one CellFunction from a module of the JSON. Signals are numbered as they get known.
class CellReader {
  public:
    CellReader(const std::string& name, const Json& module) : module_(module) { cell_.name = name; }

    CellFunction read() {
        read_ports();
        for (const auto& [unused, cell] : module_.at("cells").items()) {
            Primitive primitive{cell.at("type").get<std::string>(), {}};
            for (const auto& [port, bits] : cell.at("connections").items()) primitive.bits[port] = bits.at(0);
            primitives_.push_back(std::move(primitive));
        }
        read_flip_flops();
        order_gates();
        finish_flip_flop();
        finish_outputs();
        refuse_unread_inputs();
        refuse_gated_outputs();
        return std::move(cell_);
    }

  private:
    void refuse(std::string reason) {
        if (cell_.refusal.empty()) cell_.refusal = std::move(reason);
    }

    void read_ports() {
        for (const auto& [port, description] : module_.at("ports").items()) {
            if (description.at("bits").size() != 1) return refuse(fmt::format("port {} is a bus", port));
            std::string direction = description.at("direction").get<std::string>();
            const Json& bit = description.at("bits").at(0);
            if (direction == "input") {
                known_[bit.dump()] = static_cast<int>(cell_.inputs.size());
                cell_.inputs.push_back(port);
            } else if (direction == "output") {
                cell_.outputs.push_back(port);
                output_bits_.push_back(bit);
            } else {
                refuse(fmt::format("port {} has direction {}", port, direction));
            }
        }
        known_[R"("0")"] = cell_.constant_signal(false);
        known_[R"("1")"] = cell_.constant_signal(true);
        cell_.signals = static_cast<int>(cell_.inputs.size()) + 2;
    }

    std::optional<int> signal(const Json& bit) const {
        auto found = known_.find(bit.dump());
        return found == known_.end() ? std::nullopt : std::optional(found->second);
    }

    int make_signal(const Json& bit) { return known_[bit.dump()] = cell_.signals++; }

    static bool is_flip_flop(const std::string& type) {
        return type.starts_with("$_DFF_") || type.starts_with("$_DFFSR_");
    }

    void read_flip_flops() {
        for (const Primitive& primitive : primitives_) {
            if (!is_flip_flop(primitive.type)) continue;
            if (cell_.flip_flop) return refuse("more than one flip-flop in a cell");
            CellFlipFlop flip_flop;
            flip_flop.state = make_signal(primitive.bits.at("Q"));
            // Behind "$_DFF_" / "$_DFFSR_": polarity of clock, then of the asynchronous pins.
            std::string polarity = primitive.type.substr(primitive.type.find('_', 2) + 1);
            flip_flop.rising = polarity.at(0) == 'P';
            cell_.flip_flop = flip_flop;
        }
    }

    // Gates in an order in which every operand is known; what stays unknown hangs on something unsupported.
    void order_gates() {
        static const std::map<std::string, GateKind> kinds = {
            {"$_BUF_", GateKind::Buffer}, {"$_NOT_", GateKind::Not},  {"$_AND_", GateKind::And},
            {"$_OR_", GateKind::Or},      {"$_XOR_", GateKind::Xor},  {"$_NAND_", GateKind::Nand},
            {"$_NOR_", GateKind::Nor},    {"$_XNOR_", GateKind::Xnor}};
        std::vector<bool> done(primitives_.size(), false);
        for (bool progress = true; progress;) {
            progress = false;
            for (std::size_t i = 0; i < primitives_.size(); ++i) {
                const Primitive& primitive = primitives_[i];
                auto kind = kinds.find(primitive.type);
                if (done[i] || kind == kinds.end()) continue;
                std::optional<int> a = signal(primitive.bits.at("A"));
                std::optional<int> b = primitive.bits.contains("B") ? signal(primitive.bits.at("B")) : a;
                if (!a || !b) continue;
                cell_.gates.push_back({kind->second, make_signal(primitive.bits.at("Y")), *a, *b});
                done[i] = progress = true;
            }
        }
        for (const Primitive& primitive : primitives_)
            if (!kinds.contains(primitive.type) && !is_flip_flop(primitive.type))
                refuse(fmt::format("contains {}", primitive.type));
        fuse_inverters();
    }

    // And + Not -> Nand, likewise Or and Xor, where nothing else reads the inner gate.
    void fuse_inverters() {
        auto uses = [&](int signal) {
            auto count = std::count_if(cell_.gates.begin(), cell_.gates.end(),
                                       [&](const CellGate& g) { return g.a == signal || g.b == signal; });
            return count + std::count_if(output_bits_.begin(), output_bits_.end(), [&](const Json& bit) {
                       auto found = known_.find(bit.dump());
                       return found != known_.end() && found->second == signal;
                   });
        };
        for (CellGate& inverter : cell_.gates) {
            if (inverter.kind != GateKind::Not || uses(inverter.a) != 1 || cell_.flip_flop) continue;
            auto inner = std::find_if(cell_.gates.begin(), cell_.gates.end(),
                                      [&](const CellGate& g) { return g.result == inverter.a; });
            if (inner == cell_.gates.end()) continue;
            GateKind fused = inner->kind == GateKind::And   ? GateKind::Nand
                             : inner->kind == GateKind::Or  ? GateKind::Nor
                             : inner->kind == GateKind::Xor ? GateKind::Xnor
                                                            : GateKind::Not;
            if (fused == GateKind::Not) continue;
            inverter = {fused, inverter.result, inner->a, inner->b};
            *inner = {GateKind::Buffer, -1, -1, -1};  // removed below
        }
        std::erase_if(cell_.gates, [](const CellGate& gate) { return gate.result < 0; });
    }

    void finish_flip_flop() {
        if (!cell_.flip_flop) return;
        const Primitive& primitive = *std::find_if(primitives_.begin(), primitives_.end(),
                                                   [](const Primitive& p) { return is_flip_flop(p.type); });
        std::optional<int> data = signal(primitive.bits.at("D"));
        std::optional<int> clock = signal(primitive.bits.at("C"));
        if (!data) return refuse("the data of its flip-flop is unknown");
        if (!clock || *clock >= static_cast<int>(cell_.inputs.size()))
            return refuse("the clock of its flip-flop is not an input");
        cell_.flip_flop->data = *data;
        cell_.flip_flop->clock_input = *clock;
        add_asynchronous(primitive);
    }

    // $_DFF_<clock><reset><value>_ has pin R, $_DFFSR_<clock><set><reset>_ has S and R.
    void add_asynchronous(const Primitive& primitive) {
        std::string polarity = primitive.type.substr(primitive.type.find('_', 2) + 1);
        bool set_reset = primitive.type.starts_with("$_DFFSR_");
        for (std::string pin : {"S", "R"}) {
            auto bit = primitive.bits.find(pin);
            if (bit == primitive.bits.end()) continue;
            std::optional<int> found = signal(bit->second);
            if (!found) return refuse("an asynchronous pin of its flip-flop is unknown");
            char active = polarity.at(set_reset && pin == "R" ? 2 : 1);
            cell_.flip_flop->asynchronous.push_back({*found, active == 'P'});
        }
    }

    void finish_outputs() {
        for (std::size_t i = 0; i < cell_.outputs.size(); ++i) {
            std::optional<int> found = signal(output_bits_[i]);
            if (!found) refuse(fmt::format("output {} has no function", cell_.outputs[i]));
            cell_.output_signals.push_back(found.value_or(0));
        }
    }

    // Yosys drops the enable of a three-state buffer: its function would be wrong, so the cell is refused.
    void refuse_unread_inputs() {
        if (cell_.flip_flop || !cell_.refusal.empty()) return;
        for (int input = 0; input < static_cast<int>(cell_.inputs.size()); ++input) {
            bool read = std::any_of(cell_.gates.begin(), cell_.gates.end(),
                                    [&](const CellGate& g) { return g.a == input || g.b == input; }) ||
                        std::count(cell_.output_signals.begin(), cell_.output_signals.end(), input) > 0;
            if (!read)
                refuse(
                    fmt::format("input {} is in no function", cell_.inputs[static_cast<std::size_t>(input)]));
        }
    }

    // An output of a flip-flop cell must follow its state alone: such cells are evaluated at the clock's
    // edge.
    void refuse_gated_outputs() {
        if (!cell_.flip_flop) return;
        std::vector<bool> follows_input(static_cast<std::size_t>(cell_.signals), false);
        std::fill_n(follows_input.begin(), cell_.inputs.size(), true);
        auto at = [&](int signal) { return follows_input[static_cast<std::size_t>(signal)]; };
        for (const CellGate& gate : cell_.gates)
            follows_input[static_cast<std::size_t>(gate.result)] = at(gate.a) || at(gate.b);
        for (std::size_t i = 0; i < cell_.outputs.size(); ++i)
            if (at(cell_.output_signals[i]))
                refuse(fmt::format("output {} bypasses its flip-flop", cell_.outputs[i]));
    }

    const Json& module_;
    CellFunction cell_;
    std::vector<Json> output_bits_;
    std::vector<Primitive> primitives_;
    std::map<std::string, int> known_;  // bit, as JSON text -> signal
};

}  // namespace

bool gate_value(GateKind kind, bool a, bool b) {
    switch (kind) {
        case GateKind::Buffer:
            return a;
        case GateKind::Not:
            return !a;
        case GateKind::And:
            return a && b;
        case GateKind::Or:
            return a || b;
        case GateKind::Xor:
            return a != b;
        case GateKind::Nand:
            return !(a && b);
        case GateKind::Nor:
            return !(a || b);
        case GateKind::Xnor:
            return a == b;
    }
    throw std::logic_error("unknown GateKind");
}

std::uint64_t truth_table(const CellFunction& cell, std::size_t output) {
    require(cell.combinational() && cell.inputs.size() <= 6,
            "truth_table: not a combinational cell of up to 6 inputs");
    std::uint64_t table = 0;
    for (std::uint64_t row = 0; row < (std::uint64_t{1} << cell.inputs.size()); ++row) {
        std::vector<bool> value(static_cast<std::size_t>(cell.signals), false);
        for (std::size_t input = 0; input < cell.inputs.size(); ++input)
            value[input] = (row >> input & 1) != 0;
        value[static_cast<std::size_t>(cell.constant_signal(true))] = true;
        for (const CellGate& gate : cell.gates)
            value[static_cast<std::size_t>(gate.result)] = gate_value(
                gate.kind, value[static_cast<std::size_t>(gate.a)], value[static_cast<std::size_t>(gate.b)]);
        if (value[static_cast<std::size_t>(cell.output_signals.at(output))]) table |= std::uint64_t{1} << row;
    }
    return table;
}

Expected<CellLibrary> CellLibrary::read(const std::filesystem::path& file) {
    MACAW_TRY(Json json, read_json(file));
    CellLibrary library;
    try {
        for (const auto& [name, module] : json.at("modules").items())
            library.cells_.emplace(name, CellReader(name, module).read());
    } catch (const nlohmann::json::exception& problem) {
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("is not a cell library written by Yosys: {}", problem.what()),
                          {},
                          {file.string()}});
    }
    return library;
}

const CellFunction* CellLibrary::find(const std::string& name) const {
    auto found = cells_.find(name);
    return found == cells_.end() ? nullptr : &found->second;
}

}  // namespace macaw::sim
