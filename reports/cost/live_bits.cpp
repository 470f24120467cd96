#include "reports/cost/live_bits.hpp"

#include <algorithm>

namespace macaw::reports {

using rtl::Expression;
using rtl::Node;
using rtl::Operation;
using rtl::SignalKind;

LiveBits::LiveBits(const rtl::Module& module)
    : module_(module),
      needed_signal_(module.signals().size(), 0),
      significant_signal_(module.signals().size(), -1) {
    for (std::size_t i = 0; i < module.signals().size(); ++i)
        if (module.signals()[i].kind == SignalKind::Output) need_signal(i, module.signals()[i].type.width);
    for (const rtl::Instance& instance : module.instances())
        for (const rtl::Connection& connection : instance.connections) {
            const int port = instance.module->find(connection.port);
            if (port >= 0 && instance.module->signals()[static_cast<std::size_t>(port)].is_input())
                need(connection.value, connection.value.width());
        }
}

int LiveBits::of(const Expression& value) const {
    auto needed = needed_.find(&value.node());
    return needed == needed_.end() ? 0 : std::min(needed->second, significant(value));
}

void LiveBits::need(const Expression& value, int bits) {
    bits = std::min(bits, value.width());
    if (bits <= 0) return;
    int& needed = needed_[&value.node()];
    if (needed >= bits) return;
    needed = bits;
    if (value.node().operation == Operation::Signal)
        need_signal(static_cast<std::size_t>(value.node().signal), bits);
    else
        need_operands(value.node(), bits);
}

void LiveBits::need_signal(std::size_t signal, int bits) {
    if (needed_signal_[signal] >= bits) return;
    needed_signal_[signal] = bits;
    for (const Expression& driver : module_.signals()[signal].drivers) need(driver, bits);
}

void LiveBits::need_operands(const Node& node, int bits) {
    switch (node.operation) {
        case Operation::Slice:
            need(node.operands[0], node.low + bits);
            return;
        case Operation::Concatenate: {
            int low = 0;  // of the part, from the least significant one
            for (auto part = node.operands.rbegin(); part != node.operands.rend(); ++part) {
                need(*part, bits - low);
                low += part->width();
            }
            return;
        }
        case Operation::Select:
            need(node.operands[0], 1);
            need(node.operands[1], bits);
            need(node.operands[2], bits);
            return;
        case Operation::Equal:
        case Operation::AnyBit:
        case Operation::AllBits:
            for (const Expression& operand : node.operands) need(operand, operand.width());
            return;
        default:  // bit i of the result depends on bits 0..i of the operands
            for (const Expression& operand : node.operands) need(operand, bits);
            return;
    }
}

int LiveBits::significant(const Expression& value) const {
    const Node& node = value.node();
    auto known = significant_.find(&node);
    if (known != significant_.end()) return known->second;
    auto operand = [&](std::size_t index) { return significant(node.operands[index]); };
    int bits = node.type.width;
    switch (node.operation) {
        case Operation::Signal: {
            const auto signal = static_cast<std::size_t>(node.signal);
            const rtl::SignalInfo& info = module_.signals()[signal];
            int& of_signal = significant_signal_[signal];
            if (of_signal < 0) {
                of_signal = info.type.width;
                if (info.kind == SignalKind::Wire && info.drivers.size() == 1)
                    of_signal = std::min(of_signal, significant(info.drivers[0]));
            }
            bits = of_signal;
            break;
        }
        case Operation::Extend:
        case Operation::Truncate:
        case Operation::AsSigned:
        case Operation::AsUnsigned:
            bits = operand(0);
            break;
        case Operation::Slice:
            bits = std::max(1, operand(0) - node.low);
            break;
        case Operation::Add:
            bits = std::max(operand(0), operand(1)) + 1;
            break;
        case Operation::Multiply:
        case Operation::MultiplyModular:
            bits = operand(0) + operand(1);
            break;
        default:
            break;
    }
    return significant_[&node] = std::min(bits, node.type.width);
}

}  // namespace macaw::reports
