#include "sim/netlist/levelize.hpp"

#include <algorithm>

namespace macaw::sim {

namespace {

constexpr std::uint32_t kNoCell = ~std::uint32_t{0};

// Local signals of `cell` as signals of the netlist: inputs are nets, outputs write their net directly, the
// rest goes to scratch signals that all cells share, as a cell is evaluated in one go.
class CellPlacer {
  public:
    CellPlacer(FlatNetlist& netlist, NetId scratch_begin)
        : netlist_(netlist), scratch_begin_(scratch_begin) {}

    // The gates of a cell. `state` is the signal of its register, where it has one.
    void emit(const PlacedCell& cell, NetId state) {
        if (cell.function == nullptr) {
            netlist_.gates.push_back({GateKind::Buffer, cell.outputs[0], cell.inputs[0], cell.inputs[0]});
            return;
        }
        map_signals(cell, state);
        for (const CellGate& gate : cell.function->gates)
            netlist_.gates.push_back({gate.kind, at(gate.result), at(gate.a), at(gate.b)});
        // Outputs that no gate writes: a wire from an input, a constant, a register, or a second output.
        for (std::size_t i = 0; i < cell.outputs.size(); ++i) {
            NetId source = at(cell.function->output_signals[i]);
            if (source != cell.outputs[i])
                netlist_.gates.push_back({GateKind::Buffer, cell.outputs[i], source, source});
        }
    }

    NetId at(int local) const { return signals_[static_cast<std::size_t>(local)]; }
    NetId scratch_used() const { return used_; }

    void map_signals(const PlacedCell& cell, NetId state) {
        const CellFunction& function = *cell.function;
        constexpr NetId kUnset = ~NetId{0};
        signals_.assign(static_cast<std::size_t>(function.signals), kUnset);
        std::copy(cell.inputs.begin(), cell.inputs.end(), signals_.begin());
        signals_[static_cast<std::size_t>(function.constant_signal(false))] = kNetZero;
        signals_[static_cast<std::size_t>(function.constant_signal(true))] = kNetOne;
        if (function.flip_flop) signals_[static_cast<std::size_t>(function.flip_flop->state)] = state;
        for (std::size_t i = 0; i < cell.outputs.size(); ++i) {
            NetId& signal = signals_[static_cast<std::size_t>(function.output_signals[i])];
            if (signal == kUnset) signal = cell.outputs[i];
        }
        NetId next = scratch_begin_;
        for (NetId& signal : signals_)
            if (signal == kUnset) signal = next++;
        used_ = std::max(used_, next - scratch_begin_);
    }

  private:
    FlatNetlist& netlist_;
    NetId scratch_begin_;
    NetId used_ = 0;
    std::vector<NetId> signals_;
};

class Levelizer {
  public:
    Levelizer(const std::vector<PlacedCell>& cells, FlatNetlist& netlist) : cells_(cells), netlist_(netlist) {
        driver_.assign(netlist.nets, kNoCell);
        for (std::size_t i = 0; i < cells.size(); ++i)
            for (NetId net : cells[i].outputs) driver_[net] = static_cast<std::uint32_t>(i);
    }

    Expected<void> run() {
        std::size_t register_count = 0;
        for (const PlacedCell& cell : cells_)
            if (is_register(cell)) ++register_count;
        NetId state = netlist_.nets;
        CellPlacer placer(netlist_, netlist_.nets + static_cast<NetId>(register_count));
        MACAW_TRY(NetId clock, clock_net());
        // Registers first: their outputs depend on their state alone.
        std::vector<NetId> states(cells_.size(), 0);
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            if (!is_register(cells_[i])) continue;
            MACAW_CHECK(check_register(cells_[i], clock));
            states[i] = state++;
        }
        MACAW_TRY(std::vector<std::uint32_t> order, topological_order());
        for (std::size_t i = 0; i < cells_.size(); ++i)
            if (is_register(cells_[i])) placer.emit(cells_[i], states[i]);
        for (std::uint32_t cell : order) placer.emit(cells_[cell], 0);
        for (std::size_t i = 0; i < cells_.size(); ++i)
            if (is_register(cells_[i])) {
                MACAW_CHECK(add_register(placer, cells_[i], states[i]));
            }
        netlist_.signals = netlist_.nets + static_cast<NetId>(register_count) + placer.scratch_used();
        return {};
    }

  private:
    static bool is_register(const PlacedCell& cell) {
        return cell.function != nullptr && cell.function->flip_flop;
    }

    const std::string& path(const PlacedCell& cell) const { return netlist_.instances[cell.instance].path; }

    Expected<NetId> clock_net() const {
        auto port = netlist_.ports.find(netlist_.clock);
        if (port == netlist_.ports.end() || port->second.nets.size() != 1)
            return fail(ErrorKind::BadInput, "netlist {}: clock port {} is missing", netlist_.top,
                        netlist_.clock);
        return port->second.nets[0];
    }

    Expected<void> check_register(const PlacedCell& cell, NetId clock) const {
        const CellFlipFlop& flip_flop = *cell.function->flip_flop;
        if (cell.inputs[static_cast<std::size_t>(flip_flop.clock_input)] != clock || !flip_flop.rising)
            return fail(ErrorKind::BadInput, "netlist: flip-flop {} is not on the rising edge of {}",
                        path(cell), netlist_.clock);
        for (const auto& pin : flip_flop.asynchronous)
            if (!tied_inactive(cell, pin))
                return fail(
                    ErrorKind::BadInput,
                    "netlist: flip-flop {} has an asynchronous set or reset that is not tied inactive",
                    path(cell));
        return {};
    }

    // The pin's signal is an input, or gates of the cell over inputs that are constants.
    static bool tied_inactive(const PlacedCell& cell, const CellFlipFlop::AsynchronousPin& pin) {
        std::vector<int> value(static_cast<std::size_t>(cell.function->signals), -1);  // 0, 1 or unknown
        for (std::size_t i = 0; i < cell.inputs.size(); ++i)
            if (cell.inputs[i] <= kNetOne) value[i] = static_cast<int>(cell.inputs[i]);
        value[static_cast<std::size_t>(cell.function->constant_signal(false))] = 0;
        value[static_cast<std::size_t>(cell.function->constant_signal(true))] = 1;
        for (const CellGate& gate : cell.function->gates) {
            int a = value[static_cast<std::size_t>(gate.a)];
            if (a >= 0 && gate.kind == GateKind::Not) value[static_cast<std::size_t>(gate.result)] = 1 - a;
            if (a >= 0 && gate.kind == GateKind::Buffer) value[static_cast<std::size_t>(gate.result)] = a;
        }
        return value[static_cast<std::size_t>(pin.signal)] == (pin.active_high ? 0 : 1);
    }

    // Combinational cells, each after the cells that drive its inputs. Depth first, so that neighbours in the
    // circuit are neighbours in the list (and in the cache).
    Expected<std::vector<std::uint32_t>> topological_order() const {
        enum class Mark : std::uint8_t { New, Open, Done };
        std::vector<Mark> marks(cells_.size(), Mark::New);
        std::vector<std::uint32_t> order;
        struct Visit {
            std::uint32_t cell;
            std::size_t next_input;
        };
        std::vector<Visit> stack;
        for (std::uint32_t root = 0; root < cells_.size(); ++root) {
            if (is_register(cells_[root]) || marks[root] != Mark::New) continue;
            stack.push_back({root, 0});
            marks[root] = Mark::Open;
            while (!stack.empty()) {
                Visit& visit = stack.back();
                if (visit.next_input == cells_[visit.cell].inputs.size()) {
                    marks[visit.cell] = Mark::Done;
                    order.push_back(visit.cell);
                    stack.pop_back();
                    continue;
                }
                std::uint32_t driver = driver_[cells_[visit.cell].inputs[visit.next_input++]];
                if (driver == kNoCell || is_register(cells_[driver]) || marks[driver] == Mark::Done) continue;
                if (marks[driver] == Mark::Open)
                    return fail(ErrorKind::BadInput, "netlist: combinational loop through {}",
                                path(cells_[driver]));
                marks[driver] = Mark::Open;
                stack.push_back({driver, 0});
            }
        }
        return order;
    }

    // Data must be a net: enable and scan flip-flops compute it inside the cell, in scratch that does not
    // last.
    Expected<void> add_register(CellPlacer& placer, const PlacedCell& cell, NetId state) {
        placer.map_signals(cell, state);
        NetId data = placer.at(cell.function->flip_flop->data);
        if (data >= netlist_.nets)
            return fail(ErrorKind::BadInput,
                        "netlist: flip-flop {} of type {} computes its data inside the cell", path(cell),
                        cell.function->name);
        netlist_.registers.push_back({state, data});
        return {};
    }

    const std::vector<PlacedCell>& cells_;
    FlatNetlist& netlist_;
    std::vector<std::uint32_t> driver_;  // [nets] index of the cell, or kNoCell for ports and constants
};

}  // namespace

Expected<void> levelize(const std::vector<PlacedCell>& cells, FlatNetlist& netlist) {
    return Levelizer(cells, netlist).run();
}

}  // namespace macaw::sim
