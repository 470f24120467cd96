#include "hw/array/output_stationary.hpp"

#include <map>

#include <fmt/format.h>

#include "hw/arith/dot_product_ports.hpp"
#include "hw/arith/packed_dot_product.hpp"
#include "hw/array/array_outputs.hpp"
#include "hw/array/control.hpp"
#include "hw/array/processing_element.hpp"

namespace macaw::hw {

using rtl::Connection;
using rtl::Expression;

namespace {

struct Controls {
    std::vector<Expression> stages;  // [extra_stages]
    Expression in_ready, accept, accumulate, tile_first, tile_done, first_tile, load, shift, out_valid,
        out_last;
};

class Builder {
  public:
    Builder(rtl::Design& design, const golden::Datapath& datapath, const ArrayConfig& array)
        : datapath_(datapath),
          array_(array),
          n_(datapath.activation_bits.bits()),
          m_(datapath.weight_bits.bits()),
          element_(add_processing_element(design, datapath, array)),
          control_(
              add_control(design, {datapath.tile / array.lanes, array.rows, extra_stages(array.pipeline)})),
          top_(design.add_module("macaw_array")) {}

    ArithmeticCost run() {
        describe();
        top_.use_clock_and_reset();
        Expression in_valid = top_.input("in_valid_i", rtl::unsigned_type(1));
        Controls controls = add_controls(in_valid);
        Expression activation = top_.input("activation_i", rtl::unsigned_type(array_.rows * row_bits()),
                                           "row r, lane l at bit (r*L+l)*N");
        Expression weight = top_.input("weight_i", rtl::unsigned_type(array_.columns * column_bits()),
                                       "column c, lane l at bit (c*L+l)*M");
        add_input_registers(activation, weight, controls.accept);
        for (const ColumnOutput& drained : outputs_) add_drain_wires(drained);
        for (int row = 0; row < array_.rows; ++row)
            for (int column = 0; column < array_.columns; ++column) add_element(row, column, controls);
        add_outputs(controls);
        return element_.cost;
    }

  private:
    void describe() {
        top_.describe(
            {"Output-stationary array of dot product units: rows are tokens, columns are output channels.",
             "A beat is taken when in_valid_i and in_ready_o are high: L products for every row and column.",
             "in_last_i closes the dot product; then R rows of results come out, row 0 first."});
        top_.state({"R", fmt::format("{}", array_.rows), "rows (tokens)"});
        top_.state({"C", fmt::format("{}", array_.columns), "columns (output channels)"});
        top_.state({"L", fmt::format("{}", array_.lanes), "lanes: products a beat and element"});
        top_.state({"N", fmt::format("{}", n_),
                    fmt::format("activation bits, {}", to_string(datapath_.activation_signedness))});
        top_.state({"M", fmt::format("{}", m_),
                    fmt::format("weight bits, {}", to_string(datapath_.weight_signedness))});
        top_.state({"T", fmt::format("{}", datapath_.tile), "products of a tile"});
        top_.state({"P_I", fmt::format("{}", datapath_.inner_bits.bits()),
                    fmt::format("inner accumulator bits, {}", to_string(datapath_.inner_overflow))});
        top_.state({"P_O", fmt::format("{}", datapath_.outer_bits.bits()),
                    fmt::format("outer accumulator bits, {}", to_string(datapath_.outer_overflow))});
    }

    Expression bit_wire(const std::string& name, const std::string& comment = {}) {
        return top_.undriven_wire(name, rtl::unsigned_type(1), comment);
    }

    Controls add_controls(const Expression& in_valid) {
        rtl::Type bit = rtl::unsigned_type(1);
        Expression in_ready = top_.undriven_output("in_ready_o", bit);
        Expression in_last = top_.input("in_last_i", bit, "last beat of the dot product");
        Expression out_valid = top_.undriven_output("out_valid_o", bit);
        Expression out_ready = top_.input("out_ready_i", bit);
        Expression out_last = top_.undriven_output("out_last_o", bit, "row R-1");
        std::vector<Expression> stages;
        for (int stage = 1; stage <= extra_stages(array_.pipeline); ++stage)
            stages.push_back(
                bit_wire(fmt::format("stage_{}", stage), "the beat moves into this register stage"));
        Controls controls{stages,
                          in_ready,
                          bit_wire("accept", "the input registers take the beat"),
                          bit_wire("accumulate", "stage 1"),
                          bit_wire("tile_first"),
                          bit_wire("tile_done", "stage 2"),
                          bit_wire("first_tile"),
                          bit_wire("load", "results move into the drain chains"),
                          bit_wire("shift", "a row of results was delivered"),
                          out_valid,
                          out_last};
        std::vector<Connection> connections = {{"in_valid_i", in_valid},
                                               {"in_last_i", in_last},
                                               {"out_ready_i", out_ready},
                                               {"in_ready_o", controls.in_ready},
                                               {"accept_o", controls.accept},
                                               {"accumulate_o", controls.accumulate},
                                               {"tile_first_o", controls.tile_first},
                                               {"tile_done_o", controls.tile_done},
                                               {"first_tile_o", controls.first_tile},
                                               {"load_o", controls.load},
                                               {"shift_o", controls.shift},
                                               {"out_valid_o", controls.out_valid},
                                               {"out_last_o", controls.out_last}};
        connect_stages(connections, controls, "o");
        top_.instantiate("u_control", control_, std::move(connections));
        return controls;
    }

    static void connect_stages(std::vector<Connection>& connections, const Controls& controls,
                               const char* direction) {
        for (std::size_t stage = 0; stage < controls.stages.size(); ++stage)
            connections.push_back({fmt::format("stage_{}_{}", stage + 1, direction), controls.stages[stage]});
    }

    int row_bits() const { return array_.lanes * n_; }
    int column_bits() const { return array_.lanes * m_; }

    // What the elements of each row and column read. The registers hold their values between beats, so that
    // an idle array does not toggle. With operand gating every element has operand registers of its own
    // instead.
    void add_input_registers(const Expression& activation, const Expression& weight,
                             const Expression& accept) {
        if (array_.arithmetic == Arithmetic::Packed) {
            const DotProductShape shape = inner_shape(datapath_, array_);
            for (int row = 0; row < array_.rows; ++row)
                activations_.push_back(
                    add_word_registers(fmt::format("activation_r{}", row),
                                       pack_activations(activation, row * row_bits(), shape), accept));
            for (int column = 0; column < array_.columns; ++column)
                weights_.push_back(add_word_registers(fmt::format("weight_c{}", column),
                                                      pack_weights(weight, column * column_bits(), shape),
                                                      accept));
            return;
        }
        const bool gated = array_.gating == Gating::ZeroOperand;
        Expression beat = gated ? activation : add_held_register(top_, "activation", accept, activation);
        for (int row = 0; row < array_.rows; ++row)
            activations_.push_back({rtl::slice(beat, row * row_bits(), row_bits())});
        beat = gated ? weight : add_held_register(top_, "weight", accept, weight);
        for (int column = 0; column < array_.columns; ++column)
            weights_.push_back({rtl::slice(beat, column * column_bits(), column_bits())});
    }

    std::vector<Expression> add_word_registers(const std::string& name, const std::vector<Expression>& words,
                                               const Expression& accept) {
        std::vector<Expression> registers;
        for (std::size_t word = 0; word < words.size(); ++word)
            registers.push_back(
                add_held_register(top_, fmt::format("{}_w{}", name, word), accept, words[word]));
        return registers;
    }

    void add_drain_wires(const ColumnOutput& drained) {
        for (int row = 0; row < array_.rows; ++row)
            for (int column = 0; column < array_.columns; ++column)
                drain_wires_[drained.name].push_back(top_.undriven_wire(
                    fmt::format("{}_r{}_c{}", drained.name, row, column), rtl::unsigned_type(drained.width)));
    }

    const Expression& drain_wire(const ColumnOutput& drained, int row, int column) const {
        return drain_wires_.at(drained.name).at(static_cast<std::size_t>(row * array_.columns + column));
    }

    void add_element(int row, int column, const Controls& controls) {
        std::vector<Expression> factors = activations_[static_cast<std::size_t>(row)];
        const std::vector<Expression>& weights = weights_[static_cast<std::size_t>(column)];
        factors.insert(factors.end(), weights.begin(), weights.end());
        const std::vector<FactorPort> ports = factor_ports(datapath_, array_);
        std::vector<Connection> connections;
        for (std::size_t i = 0; i < ports.size(); ++i) connections.push_back({ports[i].name, factors[i]});
        for (const auto& [port, value] : {std::pair{"accumulate_i", controls.accumulate},
                                          {"tile_first_i", controls.tile_first},
                                          {"tile_done_i", controls.tile_done},
                                          {"first_tile_i", controls.first_tile},
                                          {"load_i", controls.load},
                                          {"shift_i", controls.shift}})
            connections.push_back({port, value});
        connect_stages(connections, controls, "i");
        if (array_.gating == Gating::ZeroOperand) connections.push_back({"accept_i", controls.accept});
        for (const ColumnOutput& drained : outputs_) {
            // Behind the last row comes nothing: zeros.
            bool is_last = row + 1 == array_.rows;
            connections.push_back({drained.name + "_i", is_last ? rtl::zero(rtl::unsigned_type(drained.width))
                                                                : drain_wire(drained, row + 1, column)});
            connections.push_back({drained.name + "_o", drain_wire(drained, row, column)});
        }
        top_.instantiate(fmt::format("u_pe_r{}_c{}", row, column), *element_.module, std::move(connections));
    }

    void add_outputs(const Controls& controls) {
        std::vector<std::vector<Expression>> values;
        for (const ColumnOutput& drained : outputs_) {
            auto first_row = drain_wires_.at(drained.name).begin();
            values.emplace_back(first_row, first_row + array_.columns);
        }
        add_column_outputs(top_, outputs_, values, controls.shift);
    }

    const golden::Datapath& datapath_;
    const ArrayConfig& array_;
    int n_, m_;
    ProcessingElement element_;
    const rtl::Module& control_;
    rtl::Module& top_;
    std::vector<std::vector<Expression>> activations_;  // [rows], in the order of factor_ports()
    std::vector<std::vector<Expression>> weights_;      // [columns]
    std::vector<ColumnOutput> outputs_ = column_outputs(datapath_);
    std::map<std::string, std::vector<Expression>> drain_wires_;  // [rows, columns], outputs of the elements
};

}  // namespace

ArithmeticCost add_output_stationary_array(rtl::Design& design, const golden::Datapath& datapath,
                                           const ArrayConfig& array) {
    return Builder(design, datapath, array).run();
}

}  // namespace macaw::hw
