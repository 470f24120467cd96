#include "hw/array/weight_stationary_control.hpp"

#include <fmt/format.h>

#include "hw/array/counter.hpp"

namespace macaw::hw {

using rtl::Expression;
using rtl::Module;
using rtl::Reset;

namespace {

const rtl::Type kBit = rtl::unsigned_type(1);

// `value` as it was `cycles` cycles ago: a shift register, newest bit lowest.
Expression delayed(Module& module, const std::string& name, const Expression& value, int cycles, Reset reset,
                   const std::string& comment) {
    Expression q = module.add_register(name, rtl::unsigned_type(cycles), reset, comment);
    module.drive(q, cycles == 1 ? value : rtl::concatenate({rtl::slice(q, 0, cycles - 1), value}));
    return rtl::bit(q, cycles - 1);
}

Expression add_bit(Module& module, const std::string& name, const Expression& value,
                   const std::string& comment) {
    Expression q = module.add_register(name, kBit, Reset::ToZero, comment);
    module.drive(q, value);
    return q;
}

void describe(Module& module, const SystolicTiming& timing) {
    module.describe(
        {"Controller of a weight-stationary array.",
         "A pass of R tokens starts when the T weights of its tile are loaded; a token that opens a",
         "dot product waits for its outer accumulator. in_ready_o and weight_ready_o depend on",
         "registers alone."});
    module.state({"T", fmt::format("{}", timing.tile), "rows of elements: products of a tile"});
    module.state({"R", fmt::format("{}", timing.rows), "tokens of a pass"});
    module.state({"latency", fmt::format("{}", timing.cycles_to_output()),
                  "cycles from accepting a token of the last tile to its results"});
}

}  // namespace

Module& add_systolic_control(rtl::Design& design, const SystolicTiming& timing) {
    Module& module = design.add_module("macaw_systolic_control");
    describe(module, timing);
    module.use_clock_and_reset();
    Expression in_valid = module.input("in_valid_i", kBit);
    Expression in_last = module.input("in_last_i", kBit, "the token's tile closes its dot product");
    Expression weight_valid = module.input("weight_valid_i", kBit);
    Expression out_ready = module.input("out_ready_i", kBit);
    Expression row_final =
        module.input("row_final_i", kBit, "all columns have the results of one more token");

    // Weights: one row of elements a beat.
    Expression loaded =
        module.add_register("loaded", kBit, Reset::ToZero, "the shadow registers hold a whole tile");
    Expression weight_accept = module.wire("weight_accept", weight_valid & ~loaded);
    Counter weight_row = add_counter(module, "weight_row", timing.tile, "row of the next weight beat");
    drive_counter(module, weight_row, weight_accept, weight_row.at_last);

    // Tokens.
    Counter token = add_counter(module, "token", timing.rows, "number of the next token in its pass");
    Expression first_token = module.wire("first_token", at_first(token));
    Expression open =
        module.add_register("dot_open", kBit, Reset::ToZero, "a tile of the dot products was taken");
    Expression used = add_up_down_counter(module, "used_rows", timing.rows,
                                          "outer accumulators that are taken, until their results have left");
    Expression all_used =
        module.wire("all_rows_used", rtl::is_equal(used, rtl::constant(used.type(), timing.rows)));
    Expression in_ready = module.wire("in_ready", (~first_token | loaded) & (open | ~all_used));
    Expression accept = module.wire("accept", in_valid & in_ready);
    drive_counter(module, token, accept, token.at_last);
    module.drive(open, rtl::select(accept & token.at_last, ~in_last, open));
    Expression swap = module.wire("swap", accept & first_token);
    module.drive(loaded, (weight_accept & weight_row.at_last) | (loaded & ~swap));

    // The way of a token down the first column.
    const int depth = timing.cycles_to_bank();
    Expression bank_valid = delayed(module, "token_valid", accept, depth, Reset::ToZero,
                                    "tokens on their way to the outer accumulators");
    Expression bank_first = delayed(module, "token_first", ~open, depth, Reset::None, "of the first tile");
    Expression bank_last = delayed(module, "token_last", in_last, depth, Reset::None, "of the last tile");
    Counter bank_row = add_counter(module, "bank_row", timing.rows, "number of the token that arrives next");
    drive_counter(module, bank_row, bank_valid, bank_row.at_last);

    // Results.
    Expression final_rows =
        add_up_down_counter(module, "final_rows", timing.rows, "tokens whose results wait");
    Expression out_valid = module.wire("out_valid", ~rtl::is_equal(final_rows, rtl::zero(final_rows.type())));
    Expression shift = module.wire("shift", out_valid & out_ready);
    Counter read_row = add_counter(module, "read_row", timing.rows, "token whose results are at the output");
    drive_counter(module, read_row, shift, read_row.at_last);
    drive_up_down_counter(module, final_rows, row_final, shift);
    drive_up_down_counter(module, used, accept & ~open, shift);

    module.output("in_ready_o", in_ready);
    module.output("weight_ready_o", ~loaded);
    module.output("accept_o", accept, "the input register takes the token");
    module.output("swap_o", add_bit(module, "swap", swap, "the token in the input register opens a tile"));
    module.output("weight_accept_o", weight_accept, "the weight register takes the beat");
    module.output("load_o", add_bit(module, "load", weight_accept, "the weight register holds a new row"));
    if (weight_row.value) {
        Expression load_row = module.add_register("load_row", weight_row.value->type(), Reset::None);
        module.drive(load_row, *weight_row.value);
        module.output("load_row_o", load_row, "which row of elements it is for");
    }
    module.output("bank_valid_o", bank_valid);
    module.output("bank_first_o", bank_first);
    module.output("bank_last_o", bank_last);
    if (bank_row.value) module.output("bank_row_o", *bank_row.value);
    if (read_row.value) module.output("read_row_o", *read_row.value);
    module.output("shift_o", shift, "a row of results was delivered");
    module.output("out_valid_o", out_valid);
    module.output("out_last_o", out_valid & read_row.at_last);
    return module;
}

}  // namespace macaw::hw
