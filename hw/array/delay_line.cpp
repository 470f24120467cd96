#include "hw/array/delay_line.hpp"

#include <fmt/format.h>

#include "golden/support/error.hpp"

namespace macaw::hw {

using rtl::Expression;

namespace {

rtl::Module& add_delay(rtl::Design& design, const std::string& name, int bits, int cycles,
                       const rtl::Module* half) {
    rtl::Module& module = design.add_module(fmt::format("{}_{}", name, cycles));
    module.describe({fmt::format("data_o = data_i, {} cycle{} later.", cycles, cycles == 1 ? "" : "s")});
    module.use_clock();
    const rtl::Type word = rtl::unsigned_type(bits);
    const Expression in = module.input("data_i", word);
    if (half == nullptr) {
        const Expression data = module.add_register("data", word, rtl::Reset::None);
        module.drive(data, in);
        module.output("data_o", data);
        return module;
    }
    const Expression out = module.undriven_output("data_o", word);
    const Expression middle = module.undriven_wire("middle", word);
    module.instantiate("u_first", *half, {{"data_i", in}, {"data_o", middle}});
    module.instantiate("u_second", *half, {{"data_i", middle}, {"data_o", out}});
    return module;
}

}  // namespace

DelayLines::DelayLines(rtl::Design& design, const std::string& name, int bits, int longest) {
    for (int cycles = 1; cycles <= longest; cycles *= 2)
        powers_.push_back(&add_delay(design, name, bits, cycles, powers_.empty() ? nullptr : powers_.back()));
}

Expression DelayLines::delayed(rtl::Module& module, const std::string& name, const Expression& value,
                               int cycles) const {
    require(cycles >= 0 && cycles < 1 << powers_.size(), "DelayLines: longer than the longest delay");
    Expression result = value;
    int so_far = 0;
    for (std::size_t power = powers_.size(); power-- > 0;) {
        const int step = 1 << power;
        if ((cycles & step) == 0) continue;
        so_far += step;
        const Expression next = module.undriven_wire(fmt::format("{}_{}", name, so_far), value.type());
        module.instantiate(fmt::format("u_{}_{}", name, so_far), *powers_[power],
                           {{"data_i", result}, {"data_o", next}});
        result = next;
    }
    return result;
}

}  // namespace macaw::hw
