// Whether a lane of a unit is made like the unit of one lane: the same operations on port bits that lie some
// lanes higher and on signals of the same name in that lane.
#pragma once

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "hw/rtl/design.hpp"

namespace macaw::sim {

// Signals that every lane has of its own, as lane 0 calls them.
inline constexpr std::array<const char*, 2> kLaneSignals = {"product_0_", "digit_0_"};

inline bool is_of_lane_0(const std::string& name) {
    return std::ranges::any_of(kLaneSignals, [&](const char* kind) { return name.starts_with(kind); });
}

// The signal that is to another lane what `name` is to lane 0.
inline std::string name_in_lane(const std::string& name, int lane) {
    const std::size_t at = name.find("_0_");
    return name.substr(0, at) + fmt::format("_{}_", lane) + name.substr(at + 3);
}

// Port bits that lie `lane` lanes higher.
struct LaneWidths {
    int activation, weight;
    int of(const std::string& port) const {
        return port == "weight_i" ? weight : port == "activation_i" ? activation : 0;
    }
};

// Compares expressions of two modules: the unit of one lane and one lane of another unit.
class LaneComparison {
  public:
    LaneComparison(const rtl::Module& one, const rtl::Module& all, int lane, LaneWidths widths)
        : one_(one), all_(all), lane_(lane), widths_(widths) {}

    bool alike(const rtl::Expression& first, const rtl::Expression& other) const {
        const rtl::Node &a = first.node(), &b = other.node();
        if (is_bits(a) && is_bits(b)) return same_bits(a, b);
        if (a.operation != b.operation || !(a.type == b.type)) return false;
        if (a.operation == rtl::Operation::Constant) return a.words == b.words;
        if (a.operands.size() != b.operands.size()) return false;
        for (std::size_t i = 0; i < a.operands.size(); ++i)
            if (!alike(a.operands[i], b.operands[i])) return false;
        return true;
    }

  private:
    // A signal or a part of it; all of a port of one lane is a part of that of many.
    static bool is_bits(const rtl::Node& node) {
        return node.operation == rtl::Operation::Signal || node.operation == rtl::Operation::Slice;
    }
    bool same_bits(const rtl::Node& a, const rtl::Node& b) const {
        const int from = signal_of(a), to = signal_of(b);
        return a.type == b.type && same_name(from, to) &&
               low_of(b) == low_of(a) + lane_ * widths_.of(name(one_, from));
    }
    static int signal_of(const rtl::Node& node) {
        return node.operation == rtl::Operation::Slice ? node.operands[0].node().signal : node.signal;
    }
    static int low_of(const rtl::Node& node) {
        return node.operation == rtl::Operation::Slice ? node.low : 0;
    }
    static const std::string& name(const rtl::Module& module, int signal) {
        return module.signals()[static_cast<std::size_t>(signal)].name;
    }
    bool same_name(int first, int other) const {
        const std::string& expected = name(one_, first);
        return name(all_, other) == (is_of_lane_0(expected) ? name_in_lane(expected, lane_) : expected);
    }

    const rtl::Module& one_;
    const rtl::Module& all_;
    int lane_;
    LaneWidths widths_;
};

}  // namespace macaw::sim
