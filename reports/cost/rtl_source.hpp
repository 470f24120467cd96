// What is behind a value of the RTL graph when everything that costs nothing is taken off.
#pragma once

#include "hw/rtl/design.hpp"

namespace macaw::reports {

// The node below extensions, truncations, changes of sign and wires of `module`, which owns the value.
inline const rtl::Node& source_of(const rtl::Module& module, const rtl::Expression& value) {
    const rtl::Node* node = &value.node();
    for (;;) {
        switch (node->operation) {
            case rtl::Operation::Extend:
            case rtl::Operation::Truncate:
            case rtl::Operation::AsSigned:
            case rtl::Operation::AsUnsigned:
                node = &node->operands[0].node();
                continue;
            case rtl::Operation::Signal: {
                const auto& info = module.signals()[static_cast<std::size_t>(node->signal)];
                if (info.kind != rtl::SignalKind::Wire || info.drivers.size() != 1) return *node;
                node = &info.drivers[0].node();
                continue;
            }
            default:
                return *node;
        }
    }
}

}  // namespace macaw::reports
