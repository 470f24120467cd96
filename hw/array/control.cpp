#include "hw/array/control.hpp"

#include <fmt/format.h>

#include "hw/array/counter.hpp"

namespace macaw::hw {

using rtl::Expression;
using rtl::Module;
using rtl::Reset;

namespace {

const rtl::Type kBit = rtl::unsigned_type(1);

// A bit that travels with the pipeline: takes `value` when the pipeline advances.
Expression add_stage(Module& module, const std::string& name, const Expression& advance,
                     const Expression& value, const std::string& comment) {
    Expression q = module.add_register(name, kBit, Reset::ToZero, comment);
    module.drive(q, rtl::select(advance, value, q));
    return q;
}

// What a pipeline stage knows of the beat that it holds.
struct Beat {
    Expression valid, tile_first, tile_last, dot_last;
};

// The beat moves into stage `number` when the pipeline advances.
Beat add_beat_stage(Module& module, int number, const Expression& advance, const Beat& before) {
    const std::string suffix = number == 1 ? "" : fmt::format("_{}", number);
    const std::string stage = fmt::format("stage {}: ", number);
    return {
        add_stage(module, "beat_valid" + suffix, advance, before.valid, stage + "a beat is present"),
        add_stage(module, "tile_first" + suffix, advance, before.tile_first,
                  stage + "first beat of its tile"),
        add_stage(module, "tile_last" + suffix, advance, before.tile_last, stage + "last beat of its tile"),
        add_stage(module, "dot_last" + suffix, advance, before.dot_last,
                  stage + "last beat of its dot product")};
}

void describe(Module& module, const ControlShape& shape) {
    module.describe(
        {"Controller of the array: beats -> tiles -> dot products -> rows of results.",
         "The pipeline stops only when a result is ready and the drain chain still holds the one before;",
         "in_ready_o depends on registers alone, never on out_ready_i in the same cycle."});
    module.state({"T/L", fmt::format("{}", shape.beats_per_tile), "beats of a full tile"});
    module.state({"R", fmt::format("{}", shape.rows), "rows, drained one a cycle"});
    module.state({"latency", fmt::format("{}", kCyclesFromLastBeatToFirstOutput + shape.pipeline_stages),
                  "cycles from accepting the last beat to the first output"});
}

}  // namespace

Module& add_control(rtl::Design& design, const ControlShape& shape) {
    const int result_stage = shape.pipeline_stages + 3;
    Module& module = design.add_module("macaw_control");
    describe(module, shape);
    module.use_clock_and_reset();
    Expression in_valid = module.input("in_valid_i", kBit);
    Expression in_last = module.input("in_last_i", kBit, "the beat closes its dot product");
    Expression out_ready = module.input("out_ready_i", kBit);

    Expression result =
        module.add_register("result", kBit, Reset::ToZero,
                            fmt::format("stage {}: the outer accumulators are final", result_stage));
    Expression draining =
        module.add_register("draining", kBit, Reset::ToZero, "the drain chain holds results");
    Expression advance = module.wire("advance", ~(result & draining), "the pipeline moves");

    // Input: where in its tile is the beat?
    Expression accept = module.wire("accept", in_valid & advance);
    Counter beat =
        add_counter(module, "beat", shape.beats_per_tile, "beats of the open tile that were accepted");
    Expression closes_tile =
        module.wire("closes_tile", shape.beats_per_tile == 1 ? beat.at_last : beat.at_last | in_last);
    drive_counter(module, beat, accept, closes_tile);

    // Stage 1: the beat is in the input registers; then in those of the pipeline.
    Beat present = add_beat_stage(module, 1, advance, {accept, at_first(beat), closes_tile, in_last});
    std::vector<Expression> moves;  // [pipeline_stages] the beat of stage k moves into register stage k
    for (int stage = 1; stage <= shape.pipeline_stages; ++stage) {
        moves.push_back(present.valid & advance);
        present = add_beat_stage(module, stage + 1, advance, present);
    }

    // A tile is complete in the inner accumulators.
    const std::string inner_stage = fmt::format("stage {}: ", result_stage - 1);
    Expression tile_done = add_stage(module, "tile_done", advance, present.valid & present.tile_last,
                                     inner_stage + "a tile is complete");
    Expression tile_is_final =
        add_stage(module, "final_tile", advance, present.dot_last, inner_stage + "it closes its dot product");
    Expression add_tile = module.wire("add_tile", tile_done & advance);
    Expression open =
        module.add_register("dot_open", kBit, Reset::ToZero, "the outer accumulators hold a tile");
    module.drive(open, rtl::select(add_tile, ~tile_is_final, open));

    // The result and the drain.
    module.drive(result, rtl::select(advance, tile_done & tile_is_final, result));
    Expression load = module.wire("load", result & ~draining);
    Expression shift = module.wire("shift", draining & out_ready);
    Counter row = add_counter(module, "row", shape.rows, "row of the result at the output");
    drive_counter(module, row, shift, row.at_last);
    module.drive(draining, load | (draining & ~(shift & row.at_last)));

    module.output("in_ready_o", advance);
    module.output("accept_o", accept, "the input registers take the beat");
    for (std::size_t stage = 0; stage < moves.size(); ++stage)
        module.output(fmt::format("stage_{}_o", stage + 1), moves[stage]);
    module.output("accumulate_o", present.valid & advance);
    module.output("tile_first_o", present.tile_first);
    module.output("tile_done_o", add_tile);
    module.output("first_tile_o", ~open);
    module.output("load_o", load);
    module.output("shift_o", shift);
    module.output("out_valid_o", draining);
    module.output("out_last_o", draining & row.at_last);
    return module;
}

}  // namespace macaw::hw
