#include "hw/array/weight_stationary.hpp"

#include <fmt/format.h>

#include "hw/arith/dot_product_ports.hpp"
#include "hw/array/array_outputs.hpp"
#include "hw/array/delay_line.hpp"
#include "hw/array/outer_bank.hpp"
#include "hw/array/processing_element.hpp"
#include "hw/array/weight_stationary_element.hpp"

namespace macaw::hw {

using rtl::Connection;
using rtl::Expression;

namespace {

const rtl::Type kBit = rtl::unsigned_type(1);

struct Controls {
    Expression accept, swap, weight_accept, load, bank_valid, bank_first, bank_last, shift;
    std::optional<Expression> load_row, bank_row, read_row;
};

// What reaches a row of elements from the left, and a column from above and from the control.
struct Token {
    Expression activation, swap;
    std::optional<Expression> nonzero;  // with operand gating
};
struct WeightBeat {
    Expression weights;  // of this column and the ones to its right
    Expression load;
    std::optional<Expression> row;
};

class Builder {
  public:
    Builder(rtl::Design& design, const golden::Datapath& datapath, const ArrayConfig& array)
        : datapath_(datapath),
          array_(array),
          timing_(systolic_timing(datapath, array)),
          n_(datapath.activation_bits.bits()),
          m_(datapath.weight_bits.bits()),
          element_(add_systolic_element(design, datapath, array)),
          bank_(add_outer_bank(design, datapath, array)),
          control_(add_systolic_control(design, timing_)),
          skew_(design, "macaw_skew", n_, datapath.tile - 1),
          top_(design.add_module("macaw_array")) {}

    ArithmeticCost run() {
        describe();
        top_.use_clock_and_reset();
        Controls controls = add_controls();
        std::vector<Token> tokens = add_skewed_tokens(controls);
        WeightBeat beat = add_weight_register(controls);
        for (int column = 0; column < array_.columns; ++column) {
            add_column(column, tokens, beat, controls);
            if (column + 1 < array_.columns) beat = delayed(column, beat);
        }
        drop_what_leaves_the_last_column(tokens);
        top_.drive(*row_final_, *final_valid_ & *final_last_);
        add_column_outputs(top_, outputs_, values_, controls.shift);
        if (outputs_.size() == 1) top_.mark_unused(controls.shift);  // no flag, nothing sticky
        return element_.cost;
    }

  private:
    void describe() {
        top_.describe(
            {"Weight-stationary array: a column of T elements is a tile, the columns are output channels.",
             "Weights: T beats a tile, row 0 first, one weight for every column; they are loaded while the "
             "tile",
             "before works. Tokens: passes of R, one a tile, T activations each; in_last_i marks the tokens "
             "of",
             "the last tile of a dot product. Then R rows of results come out, token 0 first."});
        top_.state({"T", fmt::format("{}", datapath_.tile), "rows of elements: products of a tile"});
        top_.state({"C", fmt::format("{}", array_.columns), "columns (output channels)"});
        top_.state({"R", fmt::format("{}", array_.rows), "tokens of a pass"});
        top_.state({"N", fmt::format("{}", n_),
                    fmt::format("activation bits, {}", to_string(datapath_.activation_signedness))});
        top_.state({"M", fmt::format("{}", m_),
                    fmt::format("weight bits, {}", to_string(datapath_.weight_signedness))});
        top_.state({"P_I", fmt::format("{}", datapath_.inner_bits.bits()),
                    fmt::format("inner accumulator bits, {}", to_string(datapath_.inner_overflow))});
        top_.state({"P_O", fmt::format("{}", datapath_.outer_bits.bits()),
                    fmt::format("outer accumulator bits, {}", to_string(datapath_.outer_overflow))});
    }

    Expression bit_wire(const std::string& name, const std::string& comment = {}) {
        return top_.undriven_wire(name, kBit, comment);
    }

    Controls add_controls() {
        Expression in_valid = top_.input("in_valid_i", kBit);
        Expression in_ready = top_.undriven_output("in_ready_o", kBit);
        Expression in_last = top_.input("in_last_i", kBit, "the token belongs to the last tile");
        Expression weight_valid = top_.input("weight_valid_i", kBit);
        Expression weight_ready = top_.undriven_output("weight_ready_o", kBit);
        Expression out_valid = top_.undriven_output("out_valid_o", kBit);
        Expression out_ready = top_.input("out_ready_i", kBit);
        Expression out_last = top_.undriven_output("out_last_o", kBit, "token R-1");
        row_final_ = bit_wire("row_final", "the last column has the result of a token");
        Controls controls{bit_wire("accept", "the input register takes the token"),
                          bit_wire("swap", "the token in the input register opens a tile"),
                          bit_wire("weight_accept", "the weight register takes the beat"),
                          bit_wire("load", "the weight register holds a new row"),
                          bit_wire("bank_valid"),
                          bit_wire("bank_first"),
                          bit_wire("bank_last"),
                          bit_wire("shift", "a row of results was delivered"),
                          {},
                          {},
                          {}};
        std::vector<Connection> connections = {{"in_valid_i", in_valid},
                                               {"in_last_i", in_last},
                                               {"weight_valid_i", weight_valid},
                                               {"out_ready_i", out_ready},
                                               {"row_final_i", *row_final_},
                                               {"in_ready_o", in_ready},
                                               {"weight_ready_o", weight_ready},
                                               {"accept_o", controls.accept},
                                               {"swap_o", controls.swap},
                                               {"weight_accept_o", controls.weight_accept},
                                               {"load_o", controls.load},
                                               {"bank_valid_o", controls.bank_valid},
                                               {"bank_first_o", controls.bank_first},
                                               {"bank_last_o", controls.bank_last},
                                               {"shift_o", controls.shift},
                                               {"out_valid_o", out_valid},
                                               {"out_last_o", out_last}};
        auto add_index = [&](const std::string& name, int count, std::optional<Expression>& index) {
            if (count == 1) return;
            index = top_.undriven_wire(name, rtl::unsigned_type(index_bits(count)));
            connections.push_back({name + "_o", *index});
        };
        add_index("load_row", datapath_.tile, controls.load_row);
        add_index("bank_row", array_.rows, controls.bank_row);
        add_index("read_row", array_.rows, controls.read_row);
        top_.instantiate("u_control", control_, std::move(connections));
        return controls;
    }

    Expression add_input_register(const std::string& name, int bits, const std::string& comment,
                                  const Expression& accept) {
        Expression input = top_.input(name + "_i", rtl::unsigned_type(bits), comment);
        return add_held_register(top_, name, accept, input);
    }

    Expression delayed(const std::string& name, const Expression& value,
                       rtl::Reset reset = rtl::Reset::None) {
        Expression q = top_.add_register(name, value.type(), reset);
        top_.drive(q, value);
        return q;
    }

    // Row t gets its activation t cycles after row 0.
    std::vector<Token> add_skewed_tokens(const Controls& controls) {
        Expression token =
            add_input_register("activation", datapath_.tile * n_, "row t at bit t*N", controls.accept);
        std::vector<Token> tokens;
        Expression swap = controls.swap;
        for (int row = 0; row < datapath_.tile; ++row) {
            const Expression activation =
                skew_.delayed(top_, fmt::format("skew_r{}", row), rtl::slice(token, row * n_, n_), row);
            tokens.push_back({activation, swap, std::nullopt});
            if (array_.gating == Gating::ZeroOperand)
                tokens.back().nonzero = top_.wire(fmt::format("nonzero_{}", row), rtl::any_bit(activation));
            if (row + 1 == datapath_.tile) break;
            swap = delayed(fmt::format("swap_{}", row + 1), swap, rtl::Reset::ToZero);
        }
        return tokens;
    }

    WeightBeat add_weight_register(const Controls& controls) {
        return {
            add_input_register("weight", array_.columns * m_, "column c at bit c*M", controls.weight_accept),
            controls.load, controls.load_row};
    }

    // Column c+1 gets its weights one cycle after column c.
    WeightBeat delayed(int column, const WeightBeat& beat) {
        WeightBeat next{delayed(fmt::format("weight_{}", column + 1),
                                rtl::slice(beat.weights, m_, (array_.columns - column - 1) * m_)),
                        delayed(fmt::format("load_{}", column + 1), beat.load, rtl::Reset::ToZero),
                        {}};
        if (beat.row) next.row = delayed(fmt::format("load_row_{}", column + 1), *beat.row);
        return next;
    }

    // Elements of one column, top to bottom, and its outer accumulators. `tokens` becomes what the next
    // column gets.
    void add_column(int column, std::vector<Token>& tokens, const WeightBeat& beat,
                    const Controls& controls) {
        const rtl::Type sum_type = rtl::signed_type(datapath_.inner_bits.bits());
        const bool flags = has_flag(datapath_.inner_overflow);
        Expression weight = rtl::slice(beat.weights, 0, m_);
        Expression sum = rtl::zero(sum_type), overflow = rtl::zero(kBit);
        for (int row = 0; row < datapath_.tile; ++row) {
            const std::string place = fmt::format("r{}_c{}", row, column);
            Expression load = beat.load;
            if (beat.row) load = load & rtl::is_equal(*beat.row, rtl::constant(beat.row->type(), row));
            Token& token = tokens[static_cast<std::size_t>(row)];
            Token next{top_.undriven_wire("activation_" + place, rtl::unsigned_type(n_)),
                       bit_wire("swap_" + place), std::nullopt};
            if (token.nonzero) next.nonzero = bit_wire("nonzero_" + place);
            Expression next_sum = top_.undriven_wire("partial_sum_" + place, sum_type);
            std::vector<Connection> connections = {{"activation_i", token.activation},
                                                   {"swap_i", token.swap},
                                                   {"load_i", load},
                                                   {"weight_i", weight},
                                                   {"partial_sum_i", sum},
                                                   {"activation_o", next.activation},
                                                   {"swap_o", next.swap},
                                                   {"partial_sum_o", next_sum}};
            if (token.nonzero) {
                connections.push_back({"nonzero_i", *token.nonzero});
                connections.push_back({"nonzero_o", *next.nonzero});
            }
            if (flags) {
                Expression next_overflow = bit_wire("tile_overflow_" + place);
                connections.push_back({"overflow_i", overflow});
                connections.push_back({"overflow_o", next_overflow});
                overflow = next_overflow;
            }
            top_.instantiate("u_pe_" + place, *element_.module, std::move(connections));
            token = next;
            sum = next_sum;
        }
        add_bank(column, sum, overflow, controls);
    }

    void add_bank(int column, const Expression& sum, const Expression& overflow, const Controls& controls) {
        if (column == 0) bank_in_ = {controls.bank_valid, controls.bank_first, controls.bank_last};
        const std::string at = fmt::format("_c{}", column);
        std::vector<Expression> out = {bit_wire("bank_valid" + at), bit_wire("bank_first" + at),
                                       bit_wire("bank_last" + at)};
        std::vector<Connection> connections = {
            {"valid_i", bank_in_[0]}, {"first_i", bank_in_[1]}, {"last_i", bank_in_[2]}, {"tile_sum_i", sum},
            {"valid_o", out[0]},      {"first_o", out[1]},      {"last_o", out[2]}};
        if (has_flag(datapath_.inner_overflow)) connections.push_back({"tile_overflow_i", overflow});
        if (controls.bank_row) {
            Expression row_out = top_.undriven_wire("bank_row" + at, controls.bank_row->type());
            connections.push_back({"row_i", column == 0 ? *controls.bank_row : *bank_row_});
            connections.push_back({"row_o", row_out});
            connections.push_back({"read_row_i", *controls.read_row});
            bank_row_ = row_out;
        }
        for (std::size_t i = 0; i < outputs_.size(); ++i) {
            values_[i].push_back(
                top_.undriven_wire(outputs_[i].name + at, rtl::unsigned_type(outputs_[i].width)));
            connections.push_back({outputs_[i].name + "_o", values_[i].back()});
        }
        top_.instantiate("u_outer_bank" + at, bank_, std::move(connections));
        bank_in_ = std::move(out);
        final_valid_ = bank_in_[0];
        final_last_ = bank_in_[2];
    }

    void drop_what_leaves_the_last_column(const std::vector<Token>& tokens) {
        std::vector<Expression> unused = {bank_in_[1]};
        if (bank_row_) unused.push_back(*bank_row_);
        for (const Token& token : tokens) {
            unused.push_back(token.activation);
            unused.push_back(token.swap);
            if (token.nonzero) unused.push_back(*token.nonzero);
        }
        top_.mark_unused(rtl::concatenate(unused));
    }

    const golden::Datapath& datapath_;
    const ArrayConfig& array_;
    SystolicTiming timing_;
    int n_, m_;
    SystolicElement element_;
    const rtl::Module& bank_;
    const rtl::Module& control_;
    DelayLines skew_;
    rtl::Module& top_;
    std::vector<ColumnOutput> outputs_ = column_outputs(datapath_);
    std::vector<std::vector<Expression>> values_ =
        std::vector<std::vector<Expression>>(outputs_.size());  // [outputs][columns]
    std::vector<Expression> bank_in_;                           // valid, first, last of the next column
    std::optional<Expression> bank_row_, row_final_, final_valid_, final_last_;
};

}  // namespace

SystolicTiming systolic_timing(const golden::Datapath& datapath, const ArrayConfig& array) {
    return {datapath.tile, array.rows, array.columns, extra_stages(array.pipeline)};
}

ArithmeticCost add_weight_stationary_array(rtl::Design& design, const golden::Datapath& datapath,
                                           const ArrayConfig& array) {
    return Builder(design, datapath, array).run();
}

}  // namespace macaw::hw
