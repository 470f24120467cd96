#include "sim/formal/inner_overflow.hpp"

#include <optional>

#include "embedded/sim_templates.hpp"
#include "hw/array/processing_element.hpp"
#include "hw/rtl/simulator.hpp"
#include "sim/formal/single_element.hpp"

namespace macaw::sim {

using golden::OverflowMode;
using golden::Signedness;

namespace {

std::int64_t largest_magnitude(golden::Range activation) {
    return std::max(activation.max, -activation.min);
}

rtl::Design observed_element(golden::Datapath datapath, const hw::ArrayConfig& array) {
    datapath.inner_overflow = datapath.outer_overflow = OverflowMode::Trap;
    rtl::Design design;
    hw::ProcessingElement element =
        hw::add_processing_element(design, datapath, single_element(datapath, array, 1));
    observe(*element.module, {"inner", "tile_overflow"});
    design.drop_unused_modules();
    return design;
}

// A stream of beats of `stream`, the last one shorter: `units` of |weight| in all.
bool flag_after(rtl::Simulator& simulator, const golden::Datapath& datapath, const WorstStream& stream,
                std::int64_t units) {
    const std::int64_t most = datapath.weight_range().max;
    auto port = [&](const char* name) { return simulator.port(name); };
    auto set_bits = [&](const char* name, std::int64_t value, golden::BitWidth width) {
        simulator.set_bits(port(name), 0, width.bits(),
                           static_cast<std::uint64_t>(value) & ((std::uint64_t{1} << width.bits()) - 1));
    };
    simulator.set(port("rst_ni"), 0);
    simulator.clock_edge();
    simulator.set(port("rst_ni"), 1);
    simulator.set(port("accumulate_i"), 1);
    set_bits("activation_i", stream.activation, datapath.activation_bits);
    bool flag = false, first = true;
    for (std::int64_t left = units; left > 0 && !flag; first = false) {
        const std::int64_t unit = std::min(left, most);
        left -= unit;
        simulator.set(port("tile_first_i"), first ? 1 : 0);
        set_bits("weight_i", stream.negative_codes ? -unit : unit, datapath.weight_bits);
        simulator.clock_edge();
        simulator.evaluate();
        flag = simulator.get(port("observe_tile_overflow_o")) != 0;
    }
    return flag;
}

}  // namespace

WorstStream worst_stream(const golden::Datapath& datapath) {
    const golden::Range x = datapath.activation_range();
    const golden::Range inner = golden::range_of(datapath.inner_bits, Signedness::Signed);
    std::optional<WorstStream> worst;
    auto consider = [&](std::int64_t activation, bool negative_codes) {
        const std::int64_t step = negative_codes ? -activation : activation;
        if (step == 0) return;
        const std::int64_t units = (step > 0 ? inner.max / step : inner.min / step) + 1;
        if (!worst || units < worst->units) worst = {activation, negative_codes, units};
    };
    consider(x.max, false);
    consider(x.min, false);
    if (datapath.weight_signedness == Signedness::Signed) {
        consider(x.max, true);
        consider(x.min, true);
    }
    return *worst;
}

std::int64_t axe_limit(golden::BitWidth accumulator) {
    return golden::range_of(accumulator, Signedness::Signed).max;
}

std::int64_t overflowing_limit(const golden::Datapath& datapath) {
    return worst_stream(datapath).units * largest_magnitude(datapath.activation_range());
}

Property inner_overflow_property(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                 std::int64_t limit) {
    return property_of(observed_element(datapath, array),
                       {"macaw_inner_overflow_proof",
                        embedded::sim_inner_overflow_proof_svh,
                        with_factors(datapath, {{"P", datapath.inner_bits.bits()}, {"LIMIT", limit}}),
                        {},
                        3});
}

std::int64_t beats_of_worst_stream(const golden::Datapath& datapath) {
    const std::int64_t most = datapath.weight_range().max;
    return (worst_stream(datapath).units + most - 1) / most;
}

bool one_more_overflows(const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    rtl::Simulator simulator(observed_element(datapath, array));
    const WorstStream stream = worst_stream(datapath);
    return !flag_after(simulator, datapath, stream, stream.units - 1) &&
           flag_after(simulator, datapath, stream, stream.units);
}

Property lane_product_property(const golden::Datapath& datapath, const hw::ArrayConfig& array, int slack) {
    rtl::Design design;
    const hw::DotProductShape shape = one_product(datapath);
    hw::StructuralForm form = array.form;
    form.accumulation = hw::Accumulation::Resolved;
    if (array.arithmetic == hw::Arithmetic::Structural)
        hw::add_structural_dot_product(design, shape, form);
    else
        hw::add_behavioural_dot_product(design, shape);
    design.drop_unused_modules();
    return property_of(design, {"macaw_lane_product_proof",
                                embedded::sim_lane_product_proof_svh,
                                with_factors(datapath, {{"SLACK", slack}}),
                                {},
                                1});
}

}  // namespace macaw::sim
