#include "hw/stream/axi_wrapper.hpp"

#include <bit>

#include <fmt/format.h>

#include "hw/array/array_outputs.hpp"
#include "hw/array/counter.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/stream_layout.hpp"
#include "hw/rtl/verify.hpp"

namespace macaw::hw {

using rtl::Connection;
using rtl::Expression;

namespace {

const rtl::Type kBit = rtl::unsigned_type(1);
const rtl::Type kWord = rtl::unsigned_type(32);

int whole_bytes(int bits) {
    return (bits + 7) / 8 * 8;
}

// The wires between array and the rest.
struct Rows {
    Expression valid, ready, last, data;
    std::optional<Expression> inner, outer;
};

class Builder {
  public:
    Builder(rtl::Design& design, const AxiWrapper& wrapper, const rtl::Module& array,
            const rtl::Module* requantizer)
        : wrapper_(wrapper),
          layout_(wrapper.datapath, wrapper.array),
          array_(array),
          requantizer_(requantizer),
          registers_(add_axi_registers(design, registers_shape())),
          top_(design.add_module("macaw_axi")) {}

    void run() {
        describe();
        top_.use_clock_and_reset();
        add_registers();
        Rows rows = add_array();
        add_sequence(rows);
        add_output(rows);
    }

  private:
    void describe() {
        top_.describe(
            {"AXI4-Stream and AXI4-Lite around macaw_array. Write LENGTH and GROUPS, start, send the beats:",
             "GROUPS x R rows of results come out."});
        top_.state({"LENGTH", "register",
                    layout_.has_weight_stream() ? "tiles of a dot product" : "beats of a dot product"});
        top_.state({"GROUPS", "register", "groups of R x C dot products in a job"});
    }

    int flag_count_bits() const {
        return static_cast<int>(std::bit_width(static_cast<unsigned>(wrapper_.array.columns)));
    }

    AxiRegistersShape registers_shape() const {
        const golden::Datapath& d = wrapper_.datapath;
        const ArrayConfig& a = wrapper_.array;
        const int depth = layout_.has_weight_stream() ? d.tile : a.lanes;
        AxiRegistersShape shape;
        shape.shape = static_cast<std::uint32_t>(a.rows | a.columns << 9 | depth << 18);
        shape.widths = static_cast<std::uint32_t>(d.weight_bits.bits() | d.activation_bits.bits() << 8 |
                                                  d.inner_bits.bits() << 16 | d.outer_bits.bits() << 24);
        shape.count_bits = flag_count_bits();
        if (wrapper_.requantization) shape.zero_point_bits = wrapper_.requantization->output_bits.bits();
        return shape;
    }

    Expression bit_wire(const std::string& name) { return top_.undriven_wire(name, kBit); }

    // All s_axil_* ports go straight to the register file.
    void add_registers() {
        for (const rtl::SignalInfo& port : registers_.signals()) {
            if (!port.name.starts_with("s_axil_")) continue;
            register_connections_.push_back({port.name, port.is_input()
                                                            ? top_.input(port.name, port.type)
                                                            : top_.undriven_output(port.name, port.type)});
        }
        busy_ = bit_wire("busy");
        finished_ = bit_wire("finished");
        stall_ = bit_wire("stall");
        start_ = bit_wire("start");
        length_ = top_.undriven_wire("length", kWord);
        groups_ = top_.undriven_wire("groups", kWord);
        for (const auto& [port, value] : {std::pair{"busy_i", *busy_}, std::pair{"finished_i", *finished_},
                                          std::pair{"stall_i", *stall_}, std::pair{"start_o", *start_},
                                          std::pair{"length_o", *length_}, std::pair{"groups_o", *groups_}})
            register_connections_.push_back({port, value});
    }

    // The low bits of a stream's TDATA.
    Expression add_data_port(const std::string& name, int bits) {
        Expression data = top_.input(name, rtl::unsigned_type(whole_bytes(bits)));
        if (whole_bytes(bits) > bits) top_.mark_unused(rtl::slice(data, bits, whole_bytes(bits) - bits));
        return data;
    }

    Rows add_array() {
        const golden::Datapath& d = wrapper_.datapath;
        const int activation_bits = layout_.activation_port_bits(), weight_bits = layout_.weight_port_bits();
        in_valid_ = top_.input("s_axis_tvalid_i", kBit);
        array_valid_ = bit_wire("array_valid");
        array_ready_ = bit_wire("array_ready");
        array_last_ = bit_wire("array_last");
        Rows rows{
            bit_wire("row_valid"),
            bit_wire("row_ready"),
            bit_wire("row_last"),
            top_.undriven_wire("row_data", rtl::unsigned_type(wrapper_.array.columns * d.outer_bits.bits())),
            {},
            {}};
        std::vector<Connection> connections = {{"in_valid_i", *array_valid_}, {"in_ready_o", *array_ready_},
                                               {"in_last_i", *array_last_},   {"out_valid_o", rows.valid},
                                               {"out_ready_i", rows.ready},   {"out_last_o", rows.last},
                                               {"out_data_o", rows.data}};
        if (layout_.has_weight_stream()) {
            Expression data = add_data_port("s_axis_tdata_i", activation_bits);
            connections.push_back({"activation_i", rtl::slice(data, 0, activation_bits)});
            add_weight_stream(connections, weight_bits);
        } else {
            Expression data = add_data_port("s_axis_tdata_i", activation_bits + weight_bits);
            connections.push_back({"activation_i", rtl::slice(data, 0, activation_bits)});
            connections.push_back({"weight_i", rtl::slice(data, activation_bits, weight_bits)});
        }
        auto add_flags = [&](const std::string& port, std::optional<Expression>& flags) {
            if (array_.find(port) < 0) return;
            flags = top_.undriven_wire(port.substr(0, port.size() - 2),
                                       rtl::unsigned_type(wrapper_.array.columns));
            connections.push_back({port, *flags});
        };
        add_flags("inner_overflow_o", rows.inner);
        add_flags("outer_overflow_o", rows.outer);
        if (array_.find("overflow_o") >= 0) {
            Expression sticky = bit_wire("overflow");
            connections.push_back({"overflow_o", sticky});
            top_.output("overflow_o", sticky, "sticky, since reset");
        }
        top_.instantiate("u_array", array_, std::move(connections));
        return rows;
    }

    void add_weight_stream(std::vector<Connection>& connections, int weight_bits) {
        Expression valid = top_.input("s_axis_weight_tvalid_i", kBit);
        Expression data = add_data_port("s_axis_weight_tdata_i", weight_bits);
        Expression ready = bit_wire("weight_ready");
        connections.push_back({"weight_i", rtl::slice(data, 0, weight_bits)});
        connections.push_back({"weight_valid_i", valid & *busy_});
        connections.push_back({"weight_ready_o", ready});
        top_.output("s_axis_weight_tready_o", ready & *busy_);
    }

    // Counts down from `load` on start; the signal.
    Expression add_down_counter(const std::string& name, const Expression& load, const std::string& comment) {
        return top_.add_register(name, load.type(), rtl::Reset::ToZero, comment);
    }
    void drive_down_counter(const Expression& counter, const Expression& load, const Expression& step) {
        Expression less = rtl::add_modular(counter, ~rtl::zero(counter.type()));
        top_.drive(counter, rtl::select(*start_, load, rtl::select(step, less, counter)));
    }

    void add_sequence(const Rows& rows) {
        Expression to_take =
            add_down_counter("groups_to_take", *groups_, "groups whose beats are not all taken");
        Expression to_deliver =
            add_down_counter("groups_to_deliver", *groups_, "groups whose rows have not all left");
        Expression taking = top_.wire("taking", rtl::any_bit(to_take));
        top_.drive(*busy_, rtl::any_bit(to_deliver));
        top_.drive(*array_valid_, *in_valid_ & taking);
        top_.output("s_axis_tready_o", *array_ready_ & taking);
        Expression taken = top_.wire("taken", *array_valid_ & *array_ready_);
        top_.drive(*stall_, *array_valid_ & ~*array_ready_);

        // Beats (tiles) of the open group that were taken.
        Expression count = top_.add_register("taken_of_group", kWord, rtl::Reset::ToZero);
        Expression next = top_.wire("taken_of_group_next", rtl::add_modular(count, rtl::constant(kWord, 1)));
        Expression is_last = top_.wire("is_last", rtl::is_equal(next, *length_));
        top_.drive(*array_last_, is_last);
        Expression step = taken;
        if (layout_.has_weight_stream()) {
            Counter token = add_counter(top_, "token", wrapper_.array.rows, "token of the pass");
            drive_counter(top_, token, taken, token.at_last);
            step = top_.wire("pass_taken", taken & token.at_last);
        }
        Expression closes = top_.wire("closes_group", step & is_last);
        top_.drive(count, rtl::select(step, rtl::select(is_last, rtl::zero(kWord), next), count));
        drive_down_counter(to_take, *groups_, closes);

        if (rows.inner || rows.outer) row_leaves_ = top_.wire("row_leaves", rows.valid & rows.ready);
        count_flags("inner", rows.inner);
        count_flags("outer", rows.outer);
        delivered_ = bit_wire("group_delivered");
        drive_down_counter(to_deliver, *groups_, *delivered_);
        top_.drive(*finished_, *delivered_ & rtl::is_equal(to_deliver, rtl::constant(kWord, 1)));
    }

    // How many outputs of the row that leaves have the flag.
    void count_flags(const std::string& name, const std::optional<Expression>& flags) {
        const rtl::Type type = rtl::unsigned_type(flag_count_bits());
        Expression count = rtl::zero(type);
        if (flags) {
            for (int column = 0; column < wrapper_.array.columns; ++column)
                count = rtl::add_modular(count, rtl::extend(top_.wire(fmt::format("{}_flag_{}", name, column),
                                                                      rtl::bit(*flags, column)),
                                                            type.width));
            count = rtl::select(*row_leaves_, top_.wire(name + "_flags", count), rtl::zero(type));
        }
        register_connections_.push_back({name + "_count_i", top_.wire(name + "_count", count)});
    }

    void add_output(const Rows& rows) {
        Expression ready = top_.input("m_axis_tready_i", kBit);
        if (requantizer_ == nullptr) {
            top_.drive(rows.ready, ready);
            add_master(rows.valid, rows.last, rows.data, ready);
            std::vector<Expression> flags;  // most significant first
            if (rows.outer) flags.push_back(*rows.outer);
            if (rows.inner) flags.push_back(*rows.inner);
            if (!flags.empty())
                top_.output("m_axis_tuser_o", rtl::concatenate(flags), "inner flags, above them outer");
        } else {
            add_requantized(rows, ready);
        }
        top_.instantiate("u_registers", registers_, std::move(register_connections_));
    }

    void add_requantized(const Rows& rows, const Expression& ready) {
        const golden::Requantization& r = *wrapper_.requantization;
        const RequantizerShape shape{wrapper_.array.columns, wrapper_.datapath.outer_bits, r};
        const int scale_bits = shape.columns * shape.scale_bits();
        Expression zero_point = top_.undriven_wire("zero_point", rtl::unsigned_type(r.output_bits.bits()));
        register_connections_.push_back({"zero_point_o", zero_point});
        Expression valid = bit_wire("code_valid"), last = bit_wire("code_last");
        Expression data =
            top_.undriven_wire("code_data", rtl::unsigned_type(shape.columns * r.output_bits.bits()));
        Expression scale = add_data_port("s_axis_scale_tdata_i", scale_bits);
        top_.instantiate("u_requantizer", *requantizer_,
                         {{"in_valid_i", rows.valid},
                          {"in_ready_o", rows.ready},
                          {"in_last_i", rows.last},
                          {"in_data_i", rows.data},
                          {"scale_valid_i", top_.input("s_axis_scale_tvalid_i", kBit)},
                          {"scale_ready_o", top_.undriven_output("s_axis_scale_tready_o", kBit)},
                          {"scale_i", rtl::slice(scale, 0, scale_bits)},
                          {"zero_point_i", zero_point},
                          {"out_valid_o", valid},
                          {"out_ready_i", ready},
                          {"out_last_o", last},
                          {"out_data_o", data}});
        add_master(valid, last, data, ready);
    }

    void add_master(const Expression& valid, const Expression& last, const Expression& data,
                    const Expression& ready) {
        top_.output("m_axis_tvalid_o", valid);
        top_.output("m_axis_tlast_o", last);
        const int padding = whole_bytes(data.width()) - data.width();
        top_.output("m_axis_tdata_o",
                    padding == 0 ? data : rtl::concatenate({rtl::zero(rtl::unsigned_type(padding)), data}));
        top_.drive(*delivered_, valid & ready & last);
    }

    const AxiWrapper& wrapper_;
    StreamLayout layout_;
    const rtl::Module& array_;
    const rtl::Module* requantizer_;
    const rtl::Module& registers_;
    rtl::Module& top_;
    std::vector<Connection> register_connections_;
    std::optional<Expression> busy_, finished_, stall_, start_, length_, groups_, in_valid_, array_valid_,
        array_ready_, array_last_, row_leaves_, delivered_;
};

}  // namespace

Expected<rtl::Design> generate_axi_wrapper(const AxiWrapper& wrapper) {
    constexpr int kMostLanes = (1 << 14) - 1;  // what the word SHAPE holds
    if (wrapper.array.lanes > kMostLanes)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("lanes: {} do not fit the AXI register SHAPE", wrapper.array.lanes),
                          fmt::format("{} at most behind AXI", kMostLanes),
                          {}});
    MACAW_TRY(rtl::Design design, generate_array(wrapper.datapath, wrapper.array));
    const rtl::Module& array = design.top();
    rtl::Module* requantizer = nullptr;
    if (wrapper.requantization) {
        const RequantizerShape shape{wrapper.array.columns, wrapper.datapath.outer_bits,
                                     *wrapper.requantization};
        MACAW_CHECK(generate_requantizer(shape));  // for its errors
        requantizer = &add_requantizer(design, shape);
        design.configuration.push_back("Behind it " + to_string(*wrapper.requantization));
    }
    Builder(design, wrapper, array, requantizer).run();
    rtl::require_verified(design);
    return design;
}

}  // namespace macaw::hw
