#include "hw/stream/axi_registers.hpp"

#include <fmt/format.h>

namespace macaw::hw {

using rtl::Expression;

namespace {

const rtl::Type kBit = rtl::unsigned_type(1);
const rtl::Type kWord = rtl::unsigned_type(32);

class Builder {
  public:
    Builder(rtl::Design& design, const AxiRegistersShape& shape)
        : shape_(shape), module_(design.add_module("macaw_axi_registers")) {}

    rtl::Module& run() {
        module_.describe(
            {"AXI4-Lite register file: start, shape of a job, counters. Refused accesses answer SLVERR."});
        module_.use_clock_and_reset();
        add_write_channel();
        add_job();
        add_words();
        add_read_channel();
        return module_;
    }

  private:
    Expression word(std::uint32_t value) const { return rtl::constant(kWord, value); }

    Expression is_address(const Expression& address, AxiRegister which) const {
        return rtl::is_equal(address, rtl::constant(address.type(), static_cast<int>(which)));
    }

    // Address and data are taken together, when both are there and the last answer has left.
    void add_write_channel() {
        Expression aw_valid = module_.input("s_axil_awvalid_i", kBit);
        write_address_ = module_.input("s_axil_awaddr_i", rtl::unsigned_type(kAxiAddressBits));
        Expression w_valid = module_.input("s_axil_wvalid_i", kBit);
        write_data_ = module_.input("s_axil_wdata_i", kWord);
        write_strobe_ = module_.input("s_axil_wstrb_i", rtl::unsigned_type(4));
        Expression b_ready = module_.input("s_axil_bready_i", kBit);
        Expression b_valid = module_.add_register("bvalid", kBit, rtl::Reset::ToZero);
        write_ = module_.wire("write", aw_valid & w_valid & ~b_valid);
        module_.drive(b_valid, *write_ | (b_valid & ~b_ready));
        module_.output("s_axil_awready_o", *write_);
        module_.output("s_axil_wready_o", *write_);
        module_.output("s_axil_bvalid_o", b_valid);
    }

    // A word that is written byte by byte as the strobes say, where `enable` allows it.
    Expression add_written_word(const std::string& name, int bits, const Expression& enable) {
        Expression q = module_.add_register(name, rtl::unsigned_type(bits), rtl::Reset::ToZero);
        std::vector<Expression> bytes;  // most significant first
        for (int low = (bits - 1) / 8 * 8; low >= 0; low -= 8) {
            const int width = std::min(8, bits - low);
            bytes.push_back(rtl::select(rtl::bit(*write_strobe_, low / 8),
                                        rtl::slice(*write_data_, low, width), rtl::slice(q, low, width)));
        }
        module_.drive(q, rtl::select(enable, rtl::concatenate(bytes), q));
        return q;
    }

    void add_job() {
        Expression busy = module_.input("busy_i", kBit, "a job is under way");
        Expression finished = module_.input("finished_i", kBit, "its last output leaves in this cycle");
        auto writes = [&](AxiRegister which) { return *write_ & is_address(*write_address_, which); };
        Expression write_length = module_.wire("write_length", writes(AxiRegister::Length) & ~busy);
        Expression write_groups = module_.wire("write_groups", writes(AxiRegister::Groups) & ~busy);
        Expression length = add_written_word("length", 32, write_length);
        Expression groups = add_written_word("groups", 32, write_groups);
        Expression control = module_.wire("write_control", writes(AxiRegister::Control));
        Expression low_byte = rtl::bit(*write_strobe_, 0);
        Expression asks_start = module_.wire("asks_start", low_byte & rtl::bit(*write_data_, 0));
        Expression may_start = module_.wire("may_start", ~busy & rtl::any_bit(length) & rtl::any_bit(groups));
        Expression done_control = module_.wire("done_control", control & (~asks_start | may_start));
        Expression start = module_.wire("start", done_control & asks_start);
        clear_ = module_.wire("clear", done_control & low_byte & rtl::bit(*write_data_, 1));
        Expression done =
            module_.add_register("done", kBit, rtl::Reset::ToZero, "a job ended since the last start");
        module_.drive(done, finished | (done & ~start));

        Expression accepted = write_length | write_groups | done_control;
        words_.push_back({AxiRegister::Length, length});
        words_.push_back({AxiRegister::Groups, groups});
        words_.push_back(
            {AxiRegister::Status, rtl::concatenate({rtl::zero(rtl::unsigned_type(30)), done, busy})});
        module_.output("start_o", start);
        module_.output("length_o", length);
        module_.output("groups_o", groups);
        if (shape_.zero_point_bits > 0) {
            Expression write_zero = module_.wire("write_zero_point", writes(AxiRegister::ZeroPoint));
            Expression zero = add_written_word("zero_point", shape_.zero_point_bits, write_zero);
            accepted = accepted | write_zero;
            words_.push_back({AxiRegister::ZeroPoint, rtl::extend(zero, 32)});
            module_.output("zero_point_o", zero);
        } else {
            words_.push_back({AxiRegister::ZeroPoint, word(0)});
        }
        add_response("bresp", "s_axil_bresp_o", *write_, module_.wire("write_accepted", accepted));
        add_counter("busy_cycles", AxiRegister::BusyCycles, rtl::extend(busy, 32));
        add_counter("stall_cycles", AxiRegister::StallCycles,
                    rtl::extend(module_.input("stall_i", kBit), 32));
        for (auto [name, which] : {std::pair{"inner", AxiRegister::InnerOverflows},
                                   std::pair{"outer", AxiRegister::OuterOverflows}})
            add_counter(fmt::format("{}_overflows", name), which,
                        rtl::extend(module_.input(fmt::format("{}_count_i", name),
                                                  rtl::unsigned_type(shape_.count_bits)),
                                    32));
    }

    // OKAY or SLVERR (2), kept until the next access.
    void add_response(const std::string& name, const std::string& port, const Expression& enable,
                      const Expression& accepted) {
        Expression q = module_.add_register(name + "_error", kBit, rtl::Reset::ToZero);
        module_.drive(q, rtl::select(enable, ~accepted, q));
        module_.output(port, rtl::concatenate({q, rtl::constant(kBit, 0)}), "OKAY or SLVERR");
    }

    // Stops at its largest value.
    void add_counter(const std::string& name, AxiRegister which, const Expression& step) {
        Expression q = module_.add_register(name, kWord, rtl::Reset::ToZero);
        Expression sum =
            module_.wire(name + "_sum", rtl::add_modular(rtl::extend(q, 33), rtl::extend(step, 33)));
        Expression next = rtl::select(rtl::bit(sum, 32), ~rtl::zero(kWord), rtl::slice(sum, 0, 32));
        module_.drive(q, rtl::select(*clear_, rtl::zero(kWord), next));
        words_.push_back({which, q});
    }

    void add_words() {
        words_.push_back({AxiRegister::Id, word(kAxiId)});
        words_.push_back({AxiRegister::Shape, word(shape_.shape)});
        words_.push_back({AxiRegister::Widths, word(shape_.widths)});
    }

    void add_read_channel() {
        Expression ar_valid = module_.input("s_axil_arvalid_i", kBit);
        Expression address = module_.input("s_axil_araddr_i", rtl::unsigned_type(kAxiAddressBits));
        Expression r_ready = module_.input("s_axil_rready_i", kBit);
        Expression r_valid = module_.add_register("rvalid", kBit, rtl::Reset::ToZero);
        Expression read = module_.wire("read", ar_valid & ~r_valid);
        module_.drive(r_valid, read | (r_valid & ~r_ready));
        Expression value = word(0), known = rtl::constant(kBit, 0);
        for (const auto& [which, content] : words_) {
            Expression selected = module_.wire(fmt::format("reads_{:02x}", static_cast<int>(which)),
                                               is_address(address, which));
            value = rtl::select(selected, content, value);
            known = known | selected;
        }
        Expression data = module_.add_register("rdata", kWord, rtl::Reset::None);
        module_.drive(data, rtl::select(read, value, data));
        module_.output("s_axil_arready_o", read);
        module_.output("s_axil_rvalid_o", r_valid);
        module_.output("s_axil_rdata_o", data);
        add_response("rresp", "s_axil_rresp_o", read, known);
    }

    const AxiRegistersShape& shape_;
    rtl::Module& module_;
    std::optional<Expression> write_, write_address_, write_data_, write_strobe_, clear_;
    std::vector<std::pair<AxiRegister, Expression>> words_;
};

}  // namespace

rtl::Module& add_axi_registers(rtl::Design& design, const AxiRegistersShape& shape) {
    return Builder(design, shape).run();
}

}  // namespace macaw::hw
