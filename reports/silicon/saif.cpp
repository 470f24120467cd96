#include "reports/silicon/saif.hpp"

#include <cctype>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "golden/support/file.hpp"

namespace macaw::reports {

namespace {

struct Level {
    std::map<std::string, sim::NetId> nets;                   // by name and, of a vector, index
    std::map<std::string, std::unique_ptr<Level>> instances;  // by name
};

// Everything but letters, digits and underscores is escaped.
std::string saif_name(std::string_view name) {
    std::string escaped;
    for (char c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

// From names such as "pe_r0_c1/sum_q[3]".
Level tree_of(const sim::FlatNetlist& netlist) {
    Level top;
    for (const auto& [name, net, of_vector] : netlist.names) {
        Level* level = &top;
        std::size_t at = 0;
        for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', at)) {
            std::unique_ptr<Level>& below = level->instances[name.substr(at, slash - at)];
            if (!below) below = std::make_unique<Level>();
            level = below.get();
            at = slash + 1;
        }
        level->nets.emplace(of_vector ? name.substr(at) : name.substr(at, name.rfind('[') - at), net);
    }
    return top;
}

class Writer {
  public:
    Writer(const sim::FlatNetlist& netlist, const sim::Activity& activity, double clock_mhz)
        : activity_(activity), period_ps_(1e6 / clock_mhz), clock_(netlist.ports.at(netlist.clock).nets[0]) {
        text_ = fmt::format(
            "(SAIFILE\n(SAIFVERSION \"2.0\")\n(DIRECTION \"backward\")\n(DESIGN \"{}\")\n"
            "(VENDOR \"macaw\")\n(PROGRAM_NAME \"macaw\")\n(DIVIDER / )\n(TIMESCALE 1 ps)\n(DURATION {})\n",
            netlist.top, picoseconds(static_cast<double>(activity.cycles)));
    }

    std::string write(const std::string& top, const Level& tree) {
        add_level(top, tree);
        return text_ + ")\n";
    }

  private:
    std::int64_t picoseconds(double cycles) const { return std::llround(cycles * period_ps_); }

    void add_level(const std::string& name, const Level& level) {
        text_ += fmt::format("(INSTANCE {}\n", saif_name(name));
        if (!level.nets.empty()) {
            text_ += "(NET\n";
            for (const auto& [net_name, net] : level.nets) add_net(saif_name(net_name), net);
            text_ += ")\n";
        }
        for (const auto& [instance, below] : level.instances) add_level(instance, *below);
        text_ += ")\n";
    }

    void add_net(const std::string& name, sim::NetId net) {
        const auto cycles = static_cast<double>(activity_.cycles);
        const bool clock = net == clock_;  // not simulated: up and down once a cycle
        const std::int64_t high = picoseconds(clock ? cycles / 2 : static_cast<double>(activity_.ones[net]));
        const std::uint64_t toggles =
            clock ? 2 * static_cast<std::uint64_t>(activity_.cycles) : activity_.toggles[net];
        text_ += fmt::format("({} (T0 {}) (T1 {}) (TX 0) (TC {}) (IG 0))\n", name, picoseconds(cycles) - high,
                             high, toggles);
    }

    const sim::Activity& activity_;
    double period_ps_;
    sim::NetId clock_;
    std::string text_;
};

}  // namespace

Expected<void> write_saif(const sim::FlatNetlist& netlist, const sim::Activity& activity, double clock_mhz,
                          const std::filesystem::path& file) {
    require(!netlist.names.empty(), "write_saif: the netlist was read without its names");
    require(activity.ones.size() == netlist.nets, "write_saif: a net has no static probability");
    return write_text(file, Writer(netlist, activity, clock_mhz).write(netlist.top, tree_of(netlist)));
}

}  // namespace macaw::reports
