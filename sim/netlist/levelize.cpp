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

    // Order of the gates: outputs of registers (they follow the state alone), logic, data of registers.
    // Order of the signals: nets, a state for each register, a signal for each data that a cell computes,
    // scratch.
    Expected<void> run() {
        MACAW_TRY(NetId clock, clock_net());
        std::vector<std::size_t> registers;
        NetId computed = 0;
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            if (!is_register(cells_[i])) continue;
            MACAW_CHECK(check_register(cells_[i], clock));
            registers.push_back(i);
            if (computes_data(*cells_[i].function)) ++computed;
        }
        NetId first_state = netlist_.nets;
        NetId next_data = first_state + static_cast<NetId>(registers.size());
        CellPlacer placer(netlist_, next_data + computed);
        netlist_.signals = next_data + computed;
        MACAW_TRY(std::vector<std::uint32_t> order, topological_order());
        for (std::size_t i = 0; i < registers.size(); ++i)
            placer.emit(cells_[registers[i]], first_state + static_cast<NetId>(i));
        for (std::uint32_t cell : order) placer.emit(cells_[cell], 0);
        for (std::size_t i = 0; i < registers.size(); ++i)
            add_register(placer, cells_[registers[i]], first_state + static_cast<NetId>(i), next_data);
        netlist_.signals += placer.scratch_used();
        return {};
    }

  private:
    static bool is_register(const PlacedCell& cell) {
        return cell.function != nullptr && cell.function->flip_flop;
    }

    // Such as a flip-flop with an inverted or a scan input; others take a pin as it is.
    static bool computes_data(const CellFunction& function) {
        return function.flip_flop->data > function.constant_signal(true);
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

    // 0 or 1 for a constant net or the output of a tie cell, -1 otherwise.
    int constant_value(NetId net) const {
        if (net <= kNetOne) return static_cast<int>(net);
        if (driver_[net] == kNoCell) return -1;
        const PlacedCell& driver = cells_[driver_[net]];
        if (driver.function == nullptr || !driver.function->inputs.empty() ||
            !driver.function->combinational())
            return -1;
        auto output = std::find(driver.outputs.begin(), driver.outputs.end(), net) - driver.outputs.begin();
        return static_cast<int>(truth_table(*driver.function, static_cast<std::size_t>(output)));
    }

    // The pin's signal is an input, or gates of the cell over inputs that are constants.
    bool tied_inactive(const PlacedCell& cell, const CellFlipFlop::AsynchronousPin& pin) const {
        std::vector<int> value(static_cast<std::size_t>(cell.function->signals), -1);  // 0, 1 or unknown
        for (std::size_t i = 0; i < cell.inputs.size(); ++i) value[i] = constant_value(cell.inputs[i]);
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

    // Data that the cell computes goes through the shared scratch into a signal of its own.
    void add_register(CellPlacer& placer, const PlacedCell& cell, NetId state, NetId& next_data) {
        placer.map_signals(cell, state);
        NetId data = placer.at(cell.function->flip_flop->data);
        if (computes_data(*cell.function)) {
            placer.emit(cell, state);
            netlist_.gates.push_back({GateKind::Buffer, next_data, data, data});
            data = next_data++;
        }
        netlist_.registers.push_back({state, data});
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
