#include "reports/silicon/power.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <string_view>
#include <unordered_map>

namespace macaw::reports {

namespace {

// One line of OpenSTA's answer: path, then internal, switching, leakage and total power (W) at activity 0 and
// at 1, then (output pin, load in F) pairs.
struct InstancePower {
    struct Part {
        double internal = 0, switching = 0, leakage = 0;
    };
    std::array<Part, 2> at;  // [activity]
    std::vector<std::pair<std::string, double>> loads;
};
using InstancePowers = std::unordered_map<std::string, InstancePower>;

constexpr const char* kPowerFile = "power.txt";

// One loop for both activities. OpenSTA's figures are
// floats, which nine digits give back exactly. Methods are called as functions and the outputs of a cell are
// found once: every `$object method` makes a Tcl command, and of these loops Tcl is the larger part.
constexpr const char* kWritePower =
    "set tcl_precision 9\n"
    "proc outputs_of {instance} {\n"
    "  set outputs {}\n"
    "  set pins [::sta::Instance_pin_iterator $instance]\n"
    "  while {[::sta::InstancePinIterator_has_next $pins]} {\n"
    "    set pin [::sta::InstancePinIterator_next $pins]\n"
    "    if {[::sta::Pin_is_driver $pin]} { lappend outputs [::sta::Pin_port_name $pin] }\n"
    "  }\n"
    "  ::sta::InstancePinIterator_finish $pins\n"
    "  return $outputs\n"
    "}\n"
    "proc write_power {file} {\n"
    "  set corner [::sta::cmd_corner]\n"
    "  set answer [open $file w]\n"
    "  set iterator [::sta::leaf_instance_iterator]\n"
    "  while {[::sta::LeafInstanceIterator_has_next $iterator]} {\n"
    "    set instance [::sta::LeafInstanceIterator_next $iterator]\n"
    "    set cell [::sta::Instance_liberty_cell $instance]\n"
    "    if {![info exists outputs($cell)]} { set outputs($cell) [outputs_of $instance] }\n"
    "    set line [get_full_name $instance]\n"
    "    foreach activity {0 1} {\n"
    "      ::sta::set_power_global_activity $activity 0.5\n"
    "      append line \" \" [::sta::instance_power $instance $corner]\n"
    "    }\n"
    "    foreach output $outputs($cell) {\n"
    "      set net [::sta::Pin_net [::sta::Instance_find_pin $instance $output]]\n"
    "      set load [expr {$net eq \"NULL\" ? 0 : [::sta::Net_capacitance $net rise $corner max]}]\n"
    "      append line \" \" $output \" \" $load\n"
    "    }\n"
    "    puts $answer $line\n"
    "  }\n"
    "  ::sta::LeafInstanceIterator_finish $iterator\n"
    "  close $answer\n"
    "}\n";

// The words of one line; spans of `line`.
class Words {
  public:
    explicit Words(std::string_view line) : rest_(line) {}

    bool at_end() const { return rest_.empty(); }
    std::string_view next() {
        const std::size_t end = std::min(rest_.find(' '), rest_.size());
        std::string_view word = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return word;
    }
    bool next(double& value) {
        const std::string_view word = next();
        float read = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), read);
        value = static_cast<double>(read);
        return error == std::errc() && end == word.data() + word.size();
    }

  private:
    std::string_view rest_;
};

// False: not of this form.
bool read_line(std::string_view line, std::string& path, InstancePower& power) {
    Words words(line);
    path = words.next();
    std::erase_if(path, [](char c) { return c == '\\' || c == '{' || c == '}'; });  // Tcl and Verilog escapes
    double total = 0;
    for (InstancePower::Part& part : power.at)
        if (!words.next(part.internal) || !words.next(part.switching) || !words.next(part.leakage) ||
            !words.next(total))
            return false;
    while (!words.at_end()) {
        std::string pin(words.next());
        double load = 0;
        if (!words.next(load)) return false;
        power.loads.emplace_back(std::move(pin), load);
    }
    return !path.empty();
}

Expected<InstancePowers> read_answer(const std::filesystem::path& file) {
    MACAW_TRY(std::string text, read_text(file));
    InstancePowers powers;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = std::string_view(text).substr(begin, end - begin);
        begin = end + 1;
        std::string path;
        InstancePower power;
        if (!read_line(line, path, power))
            return fail(Error{ErrorKind::ToolFailed,
                              fmt::format("cannot read OpenSTA's line: {}", line),
                              {},
                              {file.string()}});
        if (!powers.emplace(path, std::move(power)).second)
            return fail(Error{
                ErrorKind::ToolFailed, "OpenSTA names an instance twice: " + path, {}, {file.string()}});
    }
    return powers;
}

// Loads in the order of the cell's outputs, as shares of their sum.
Expected<std::vector<double>> shares(const sim::NetlistInstance& instance, const sim::CellFunction& cell,
                                     const InstancePower& power) {
    std::vector<double> loads;
    for (const std::string& output : cell.outputs) {
        auto found = std::find_if(power.loads.begin(), power.loads.end(),
                                  [&](const auto& l) { return l.first == output; });
        if (found == power.loads.end())
            return fail(ErrorKind::ToolFailed, "OpenSTA knows no output {} of {}", output, instance.path);
        loads.push_back(found->second);
    }
    double sum = std::accumulate(loads.begin(), loads.end(), 0.0);
    for (double& load : loads) load = sum > 0 ? load / sum : 1.0 / static_cast<double>(loads.size());
    return loads;
}

double load_of(const InstancePower& power) {
    double load = 0;
    for (const auto& [unused, farad] : power.loads) load += farad;
    return load;
}

double dynamic_power_per_toggle(const PowerCoefficients& c, std::size_t output) {
    return c.internal_per_toggle / static_cast<double>(c.output_share.size()) +
           c.switching_per_toggle * c.output_share[output];
}

// From the toggles of each segment; see Power::segments.
std::vector<double> power_of_segments(const Power& power, const sim::Activity& activity) {
    const double cycles =
        static_cast<double>(activity.cycles) / static_cast<double>(activity.segment_weighted_toggles.size());
    std::vector<double> segments;
    for (double toggles : activity.segment_weighted_toggles)
        segments.push_back(power.total.clock + power.total.leakage + toggles / cycles);
    return segments;
}

}  // namespace

Mean mean_of(std::span<const double> values) {
    require(!values.empty(), "mean_of: no value");
    const auto count = static_cast<double>(values.size());
    Mean mean{std::accumulate(values.begin(), values.end(), 0.0) / count, std::nullopt};
    if (values.size() < 2) return mean;
    double squares = 0;
    for (double value : values) squares += (value - mean.value) * (value - mean.value);
    mean.standard_error = std::sqrt(squares / (count - 1) / count);
    return mean;
}

ModulePower& ModulePower::operator+=(const ModulePower& other) {
    cells += other.cells;
    clock += other.clock;
    internal += other.internal;
    switching += other.switching;
    leakage += other.leakage;
    return *this;
}

std::string power_commands() {
    return kWritePower + fmt::format("write_power {}\n", kPowerFile);
}

void remove_power_answer(const std::filesystem::path& folder) {
    std::error_code ignored;
    std::filesystem::remove(folder / kPowerFile, ignored);
}

Expected<std::vector<PowerCoefficients>> power_coefficients(const Library& library,
                                                            const sim::FlatNetlist& netlist,
                                                            const std::filesystem::path& folder) {
    MACAW_TRY(InstancePowers powers, read_answer(folder / kPowerFile));
    if (powers.size() != netlist.instances.size())
        return fail(ErrorKind::ToolFailed, "OpenSTA sees {} instances, the simulated netlist has {}",
                    powers.size(), netlist.instances.size());
    std::vector<PowerCoefficients> coefficients;
    coefficients.reserve(netlist.instances.size());
    for (const sim::NetlistInstance& instance : netlist.instances) {
        auto found = powers.find(instance.path);
        if (found == powers.end())
            return fail(ErrorKind::ToolFailed, "OpenSTA does not know the instance {}", instance.path);
        const sim::CellFunction& cell = *library.cells.find(instance.cell);
        MACAW_TRY(std::vector<double> output_share, shares(instance, cell, found->second));
        const auto& [zero, one] = found->second.at;
        coefficients.push_back({zero.internal, one.internal - zero.internal, one.switching - zero.switching,
                                one.leakage, std::move(output_share), load_of(found->second)});
    }
    return coefficients;
}

// Within 20 %: OpenSTA takes the larger of a pin's rise and fall capacitances, we ask for the rise one. The
// fault that this catches, an instance without a clock domain, is off by a factor of the clock's frequency.
Expected<void> check_switching(const sim::FlatNetlist& netlist,
                               const std::vector<PowerCoefficients>& coefficients,
                               const sim::Activity& activity, double voltage, double clock_mhz) {
    require(coefficients.size() == netlist.instances.size() && activity.toggles.size() == netlist.nets,
            "check_switching: coefficients or activity of another netlist");
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
        const sim::NetlistInstance& instance = netlist.instances[i];
        if (std::none_of(instance.outputs.begin(), instance.outputs.end(),
                         [&](sim::NetId net) { return activity.toggles[net] != 0; }))
            continue;
        const double expected = 0.5 * coefficients[i].load * voltage * voltage * clock_mhz * 1e6;
        const double given = coefficients[i].switching_per_toggle;
        if (std::abs(given - expected) <= 0.2 * expected + 1e-15) continue;
        return fail(ErrorKind::ToolFailed,
                    "OpenSTA gives {} the switching power {} W at activity 1, expected 1/2 C V^2 f = {} W",
                    instance.path, given, expected);
    }
    return {};
}

std::vector<double> toggle_weights(const sim::FlatNetlist& netlist,
                                   const std::vector<PowerCoefficients>& coefficients) {
    require(coefficients.size() == netlist.instances.size(),
            "toggle_weights: coefficients of another netlist");
    std::vector<double> weights(netlist.nets, 0);
    for (std::size_t i = 0; i < coefficients.size(); ++i)
        for (std::size_t output = 0; output < netlist.instances[i].outputs.size(); ++output)
            weights[netlist.instances[i].outputs[output]] = dynamic_power_per_toggle(coefficients[i], output);
    return weights;
}

Power estimate_power(const sim::FlatNetlist& netlist, const std::vector<PowerCoefficients>& coefficients,
                     const sim::Activity& activity) {
    require(coefficients.size() == netlist.instances.size(),
            "estimate_power: coefficients of another netlist");
    require(activity.toggles.size() == netlist.nets && activity.cycles > 0,
            "estimate_power: a net has no activity");
    Power power;
    std::map<std::string, ModulePower> modules;
    double toggles = 0, probability = 0;
    auto see_net = [&](sim::NetId net) {
        ++power.nets;
        if (activity.toggles[net] == 0) ++power.idle_nets;
        toggles += activity.toggles_per_cycle(net);
        if (!activity.ones.empty()) probability += activity.static_probability(net);
    };
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
        const sim::NetlistInstance& instance = netlist.instances[i];
        const PowerCoefficients& c = coefficients[i];
        ModulePower own{instance.module, 1, c.clock_internal, 0, 0, c.leakage};
        for (std::size_t output = 0; output < instance.outputs.size(); ++output) {
            see_net(instance.outputs[output]);
            double rate = activity.toggles_per_cycle(instance.outputs[output]);
            own.internal += c.internal_per_toggle * rate / static_cast<double>(instance.outputs.size());
            own.switching += c.switching_per_toggle * rate * c.output_share[output];
        }
        ModulePower& module = modules[instance.module];
        module.module = instance.module;
        module += own;
        power.total += own;
    }
    for (const auto& [name, port] : netlist.ports)
        if (port.input && name != netlist.clock) std::for_each(port.nets.begin(), port.nets.end(), see_net);
    power.toggles_per_cycle = toggles / static_cast<double>(power.nets);
    if (!activity.ones.empty()) power.static_probability = probability / static_cast<double>(power.nets);
    power.total.module = "total";
    if (!activity.segment_weighted_toggles.empty()) {
        power.segments = power_of_segments(power, activity);
        require(std::abs(mean_of(power.segments).value - power.total.total()) <= 1e-6 * power.total.total(),
                "estimate_power: the segments' power is not that of all toggles");
    }
    for (const auto& [name, module] : modules) power.modules.push_back(module);
    std::stable_sort(power.modules.begin(), power.modules.end(),
                     [](const ModulePower& a, const ModulePower& b) { return a.total() > b.total(); });
    return power;
}

}  // namespace macaw::reports
