// Power of a netlist from counted toggles. OpenSTA 2.0.17 reads no activity file, so it is used as a source
// of coefficients: at global activities 0 and 1 its power of an instance is P(a) = P0 + leakage + a *
// (internal + switching), exact and linear in a, the toggles per cycle of the instance's output net. P0 is
// what the clock pin of a flip-flop costs at two transitions a cycle; for a flip-flop `a` also stands for its
// data pin, which toggles as often.
//
// A cell with several outputs (full adder): switching is split by the load of each output, internal energy
// evenly. Not included: wires, glitches within a cycle (configs/glitch/README.md: how much), the clock's tree
// and the load of the clock pins, what drives the ports.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/silicon/library.hpp"
#include "sim/netlist/netlist.hpp"
#include "sim/netlist/replay.hpp"

namespace macaw::reports {

// Of one instance, in the order of FlatNetlist::instances; W at the clock of the analysis.
struct PowerCoefficients {
    double clock_internal = 0;        // at activity 0: the clock pin
    double internal_per_toggle = 0;   // per toggle and cycle
    double switching_per_toggle = 0;  // all outputs together
    double leakage = 0;
    std::vector<double> output_share;  // of switching, in the order of NetlistInstance::outputs
    double load = 0;                   // F, all outputs together
};

// Of values that are taken for independent draws.
struct Mean {
    double value = 0;
    std::optional<double> standard_error;  // none for a single value
};
Mean mean_of(std::span<const double> values);  // not empty

struct ModulePower {
    std::string module;
    std::int64_t cells = 0;  // instances in the whole design
    double clock = 0;        // W: internal power of clock pins
    double internal = 0;     // W: the rest of the internal power
    double switching = 0;
    double leakage = 0;
    double total() const { return clock + internal + switching + leakage; }
    ModulePower& operator+=(const ModulePower& other);
};

struct Power {
    ModulePower total;
    std::vector<ModulePower> modules;          // largest first
    std::int64_t nets = 0;                     // instance outputs and input ports: every one has a count
    std::int64_t idle_nets = 0;                // of these, without any toggle in the sample
    double toggles_per_cycle = 0;              // mean over the nets
    std::optional<double> static_probability;  // mean over the nets, where the activity has it
    // W, of each segment of the sample; their mean is total.total(). They are spread evenly over the
    // layers and not drawn at random, as the standard error of mean_of() supposes.
    std::vector<double> segments;
};

// Tcl commands that leave each instance's power at activities 0 and 1 in a file of the folder;
// analyze_timing() gives them.
std::string power_commands();
void remove_power_answer(const std::filesystem::path& folder);

// From this file.
// Errors: an instance of the simulated netlist that OpenSTA does not know, or the other way round.
Expected<std::vector<PowerCoefficients>> power_coefficients(const Library& library,
                                                            const sim::FlatNetlist& netlist,
                                                            const std::filesystem::path& folder);

// Errors: an instance that toggles and whose switching power is not 1/2 C V^2 f (OpenSTA takes instances that
// no clock reaches, such as those behind a constant, to run at 1 Hz).
Expected<void> check_switching(const sim::FlatNetlist& netlist,
                               const std::vector<PowerCoefficients>& coefficients,
                               const sim::Activity& activity, double voltage, double clock_mhz);

// [nets] W of one toggle a cycle.
std::vector<double> toggle_weights(const sim::FlatNetlist& netlist,
                                   const std::vector<PowerCoefficients>& coefficients);

// Applies the toggles. Throws std::logic_error when a net has no count, and when the activity's segments,
// weighted by toggle_weights(), give another power than all toggles together.
Power estimate_power(const sim::FlatNetlist& netlist, const std::vector<PowerCoefficients>& coefficients,
                     const sim::Activity& activity);

}  // namespace macaw::reports
