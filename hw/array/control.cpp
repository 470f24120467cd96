#include "hw/array/control.hpp"

#include <bit>

#include <fmt/format.h>

namespace macaw::hw {

using rtl::Expression;
using rtl::Module;
using rtl::Reset;

namespace {

const rtl::Type kBit = rtl::unsigned_type(1);

// A counter 0 .. count-1 that steps on `step` and restarts at 0 after a step with `restart`. Where count is 1
// there is no register: it always stands at its first and last value.
struct Counter {
    Expression at_last;
    std::optional<Expression> value;
};

Counter add_counter(Module& module, const std::string& name, int count, const std::string& comment) {
    if (count == 1) return {rtl::constant(kBit, 1), std::nullopt};
    int bits = static_cast<int>(std::bit_width(static_cast<unsigned>(count - 1)));
    Expression q = module.add_register(name, rtl::unsigned_type(bits), Reset::ToZero, comment);
    return {module.wire(name + "_is_last", rtl::is_equal(q, rtl::constant(q.type(), count - 1))), q};
}

Expression at_first(const Counter& counter) {
    if (!counter.value) return rtl::constant(kBit, 1);
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

// A bit that travels with the pipeline: takes `value` when the pipeline advances.
Expression add_stage(Module& module, const std::string& name, const Expression& advance,
                     const Expression& value, const std::string& comment) {
    Expression q = module.add_register(name, kBit, Reset::ToZero, comment);
    module.drive(q, rtl::select(advance, value, q));
    return q;
}

void describe(Module& module, int beats_per_tile, int rows) {
    module.describe(
        {"Controller of the array: beats -> tiles -> dot products -> rows of results.",
         "The pipeline stops only when a result is ready and the drain chain still holds the one before;",
         "in_ready_o depends on registers alone, never on out_ready_i in the same cycle."});
    module.state({"T/L", fmt::format("{}", beats_per_tile), "beats of a full tile"});
    module.state({"R", fmt::format("{}", rows), "rows, drained one a cycle"});
    module.state({"latency", fmt::format("{}", kCyclesFromLastBeatToFirstOutput),
                  "cycles from accepting the last beat to the first output"});
}

}  // namespace

Module& add_control(rtl::Design& design, int beats_per_tile, int rows) {
    Module& module = design.add_module("macaw_control");
    describe(module, beats_per_tile, rows);
    module.use_clock();
    Expression in_valid = module.input("in_valid_i", kBit);
    Expression in_last = module.input("in_last_i", kBit, "the beat closes its dot product");
    Expression out_ready = module.input("out_ready_i", kBit);

    Expression result =
        module.add_register("result", kBit, Reset::ToZero, "stage 3: the outer accumulators are final");
    Expression draining =
        module.add_register("draining", kBit, Reset::ToZero, "the drain chain holds results");
    Expression advance = module.wire("advance", ~(result & draining), "the pipeline moves");

    // Input: where in its tile is the beat?
    Expression accept = module.wire("accept", in_valid & advance);
    Counter beat = add_counter(module, "beat", beats_per_tile, "beats of the open tile that were accepted");
    Expression closes_tile =
        module.wire("closes_tile", beats_per_tile == 1 ? beat.at_last : beat.at_last | in_last);
    drive_counter(module, beat, accept, closes_tile);

    // Stage 1: the beat is in the input registers.
    Expression beat_valid = add_stage(module, "beat_valid", advance, accept, "stage 1: a beat is present");
    Expression tile_first =
        add_stage(module, "tile_first", advance, at_first(beat), "stage 1: first beat of its tile");
    Expression tile_last =
        add_stage(module, "tile_last", advance, closes_tile, "stage 1: last beat of its tile");
    Expression dot_last =
        add_stage(module, "dot_last", advance, in_last, "stage 1: last beat of its dot product");

    // Stage 2: a tile is complete in the inner accumulators.
    Expression tile_done =
        add_stage(module, "tile_done", advance, beat_valid & tile_last, "stage 2: a tile is complete");
    Expression tile_is_final =
        add_stage(module, "final_tile", advance, dot_last, "stage 2: it closes its dot product");
    Expression add_tile = module.wire("add_tile", tile_done & advance);
    Expression open =
        module.add_register("dot_open", kBit, Reset::ToZero, "the outer accumulators hold a tile");
    module.drive(open, rtl::select(add_tile, ~tile_is_final, open));

    // Stage 3 and the drain.
    module.drive(result, rtl::select(advance, tile_done & tile_is_final, result));
    Expression load = module.wire("load", result & ~draining);
    Expression shift = module.wire("shift", draining & out_ready);
    Counter row = add_counter(module, "row", rows, "row of the result at the output");
    drive_counter(module, row, shift, row.at_last);
    module.drive(draining, load | (draining & ~(shift & row.at_last)));

    module.output("in_ready_o", advance);
    module.output("accept_o", accept, "the input registers take the beat");
    module.output("accumulate_o", beat_valid & advance);
    module.output("tile_first_o", tile_first);
    module.output("tile_done_o", add_tile);
    module.output("first_tile_o", ~open);
    module.output("load_o", load);
    module.output("shift_o", shift);
    module.output("out_valid_o", draining);
    module.output("out_last_o", draining & row.at_last);
    return module;
}

}  // namespace macaw::hw
