#include "reports/glitch/toggle_checks.hpp"

namespace macaw::reports {

namespace {

// The name of a net in a message.
std::string name_of(const sim::FlatNetlist& netlist, sim::NetId net) {
    for (const auto& [name, id, of_vector] : netlist.names)
        if (id == net) return name;
    return fmt::format("net {}", net);
}

}  // namespace

Expected<void> check_equal_toggles(const sim::FlatNetlist& netlist, const sim::Activity& ours,
                                   const sim::Activity& icarus) {
    for (sim::NetId net = 0; net < netlist.nets; ++net)
        if (ours.toggles[net] != icarus.toggles[net])
            return fail(ErrorKind::CheckFailed, "without delays {} toggles {} times, in Icarus {} times",
                        name_of(netlist, net), ours.toggles[net], icarus.toggles[net]);
    return {};
}

Expected<void> check_registers(const sim::FlatNetlist& netlist, const sim::Activity& zero,
                               const sim::Activity& timed) {
    for (const sim::NetlistInstance& instance : netlist.instances) {
        if (!instance.sequential) continue;
        for (sim::NetId net : instance.outputs)
            if (zero.toggles[net] != timed.toggles[net])
                return fail(ErrorKind::CheckFailed,
                            "the register {} toggles {} times with delays, {} times without", instance.path,
                            timed.toggles[net], zero.toggles[net]);
    }
    return {};
}

}  // namespace macaw::reports
