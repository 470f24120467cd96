#include "hw/array/counter.hpp"

#include <bit>

namespace macaw::hw {

using rtl::Expression;
using rtl::Module;

namespace {

int bits_for(int largest) {
    return static_cast<int>(std::bit_width(static_cast<unsigned>(largest)));
}

}  // namespace

Counter add_counter(Module& module, const std::string& name, int count, const std::string& comment) {
    if (count == 1) return {rtl::constant(rtl::unsigned_type(1), 1), std::nullopt};
    Expression q =
        module.add_register(name, rtl::unsigned_type(bits_for(count - 1)), rtl::Reset::ToZero, comment);
    return {module.wire(name + "_is_last", rtl::is_equal(q, rtl::constant(q.type(), count - 1))), q};
}

Expression at_first(const Counter& counter) {
    if (!counter.value) return rtl::constant(rtl::unsigned_type(1), 1);
    return rtl::is_equal(*counter.value, rtl::zero(counter.value->type()));
}

void drive_counter(Module& module, const Counter& counter, const Expression& step,
                   const Expression& restart) {
    if (!counter.value) return;
    const Expression& q = *counter.value;
    Expression next =
        rtl::select(restart, rtl::zero(q.type()), rtl::add_modular(q, rtl::constant(q.type(), 1)));
    module.drive(q, rtl::select(step, next, q));
}

Expression add_up_down_counter(Module& module, const std::string& name, int most,
                               const std::string& comment) {
    return module.add_register(name, rtl::unsigned_type(bits_for(most)), rtl::Reset::ToZero, comment);
}

void drive_up_down_counter(Module& module, const Expression& counter, const Expression& up,
                           const Expression& down) {
    // 1 or -1: all bits of the summand but the lowest are `down`.
    Expression one = rtl::constant(counter.type(), 1);
    Expression step = rtl::select(up, one, ~rtl::zero(counter.type()));
    module.drive(counter, rtl::select(up ^ down, rtl::add_modular(counter, step), counter));
}

}  // namespace macaw::hw
