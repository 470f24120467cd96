// A property of generated RTL, written in SystemVerilog: the modules that it is about and one module that
// instantiates them and asserts.
//
// The text of that module comes from sim/templates; widths and limits are its parameters. What a property
// must see inside a generated module is brought out by ports that are added to the graph (observe), because
// Yosys makes a hierarchical reference an undriven wire in silence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hw/rtl/print.hpp"

namespace macaw::sim {

struct Property {
    std::string top;                       // the module that asserts
    std::vector<rtl::SourceFile> sources;  // in compile order
    int assertions = 1;                    // that the tool must find: none may vanish in silence
};

struct PropertyText {
    std::string top;
    std::string_view body;  // of the module, from its port list on
    std::vector<std::pair<std::string, std::int64_t>> parameters;
    std::vector<std::string> defines = {};
    int assertions = 1;
};

// The modules of `design` and the property about them.
Property property_of(const rtl::Design& design, const PropertyText& text);

// Adds outputs observe_<name>_o for the registers <name>. std::logic_error where there is no such register.
void observe(rtl::Module& module, const std::vector<std::string>& registers);

}  // namespace macaw::sim
