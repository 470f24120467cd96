#include "hw/stream/requantizer.hpp"

#include <bit>

#include <fmt/format.h>

#include "hw/rtl/verify.hpp"

namespace macaw::hw {

using rtl::Connection;
using rtl::Expression;

namespace {

const rtl::Type kBit = rtl::unsigned_type(1);

struct Widths {
    explicit Widths(const RequantizerShape& shape)
        : outer(shape.outer_bits.bits()),
          bias(shape.requantization.bias_bits.bits()),
          multiplier(shape.requantization.multiplier_bits.bits()),
          shift(shape.shift_bits()),
          sum(std::max(outer, bias) + 1),
          product(sum + multiplier),
          output(shape.requantization.output_bits.bits()) {}
    int outer, bias, multiplier, shift, sum, product, output;
};

// (value + bias) * multiplier, exact.
rtl::Module& add_scaling(rtl::Design& design, const RequantizerShape& shape) {
    const Widths w(shape);
    rtl::Module& module = design.add_module("macaw_scaling");
    module.describe({"(value_i + bias_i) * multiplier_i, exact."});
    Expression value = module.input("value_i", rtl::signed_type(w.outer));
    Expression bias = module.input("bias_i", rtl::signed_type(w.bias));
    Expression multiplier = module.input("multiplier_i", rtl::unsigned_type(w.multiplier));
    Expression sum =
        module.wire("sum", rtl::add_modular(rtl::extend(value, w.sum), rtl::extend(bias, w.sum)));
    // The multiplier gets a sign bit 0, so that the product is one of two signed numbers; it fits a bit less.
    Expression factor = rtl::as_signed(rtl::extend(multiplier, w.multiplier + 1));
    Expression product = module.wire("product", rtl::multiply_exact(sum, factor));
    module.mark_unused(rtl::slice(product, w.product, 1));
    module.output("product_o", rtl::truncate(product, w.product));
    return module;
}

// clamp(zero point + round(product / 2^shift)).
class RoundingUnit {
  public:
    RoundingUnit(rtl::Design& design, const RequantizerShape& shape)
        : shape_(shape), w_(shape), module_(design.add_module("macaw_rounding")) {}

    rtl::Module& run() {
        const golden::Requantization& r = shape_.requantization;
        module_.describe(
            {"product_i / 2^shift_i, rounded, plus the zero point, clamped to the output's range."});
        Expression product = module_.input("product_i", rtl::signed_type(w_.product));
        Expression shift = module_.input("shift_i", rtl::unsigned_type(w_.shift));
        // zero_point_i has the output's bits; its sign is the output's.
        Expression zero_bits = module_.input("zero_point_i", rtl::unsigned_type(w_.output));

        Expression shifted = shift_right(product, shift);
        const int fraction = r.largest_shift;
        Expression whole =
            module_.wire("whole", rtl::as_signed(rtl::slice(shifted, fraction, w_.product)), "floor");
        Expression half = rtl::bit(shifted, fraction - 1);
        Expression up = half;
        if (r.rounding == golden::Rounding::HalfEven) {
            Expression odd = rtl::bit(shifted, fraction);
            up = half & (fraction > 1 ? odd | rtl::any_bit(rtl::slice(shifted, 0, fraction - 1)) : odd);
        } else if (fraction > 1) {
            module_.mark_unused(rtl::slice(shifted, 0, fraction - 1));
        }
        // Rounding and zero point need two bits more than the larger of the two.
        const int width = std::max(w_.product, w_.output + 1) + 2;
        const bool is_signed = r.output_signedness == golden::Signedness::Signed;
        Expression zero =
            rtl::extend(rtl::as_signed(is_signed ? zero_bits : rtl::extend(zero_bits, w_.output + 1)), width);
        Expression carry = rtl::as_signed(rtl::extend(module_.wire("round_up", up), width));
        Expression sum =
            module_.wire("sum", rtl::add_modular(rtl::add_modular(rtl::extend(whole, width), zero), carry));
        module_.output("code_o", clamp(sum, is_signed));
        return module_;
    }

  private:
    // product * 2^fraction >> shift: `fraction` bits below the point keep all that is shifted out.
    Expression shift_right(const Expression& product, const Expression& shift) {
        const int fraction = shape_.requantization.largest_shift;
        const int width = w_.product + fraction;
        Expression value = module_.wire(
            "scaled", rtl::concatenate({rtl::as_unsigned(product), rtl::zero(rtl::unsigned_type(fraction))}));
        for (int k = 0; k < w_.shift; ++k) {
            const int by = 1 << k;
            std::vector<Expression> bits(static_cast<std::size_t>(std::min(by, width)),
                                         rtl::bit(value, width - 1));
            bits.push_back(rtl::slice(value, by, width - by));
            value = module_.wire(fmt::format("shifted_{}", k),
                                 rtl::select(rtl::bit(shift, k), rtl::concatenate(bits), value));
        }
        return value;
    }

    // The range of the output inside that of the sum: it fits when all bits from the output's sign up are
    // equal (signed), or 0 (unsigned).
    Expression clamp(const Expression& sum, bool is_signed) {
        const int n = w_.output, top = sum.width() - 1;
        Expression negative = rtl::bit(sum, top);
        const int first = is_signed ? n - 1 : n;  // lowest bit that must be the sign
        Expression above = module_.wire("above", rtl::slice(sum, first, top - first));
        Expression too_large = module_.wire("too_large", ~negative & rtl::any_bit(above));
        Expression too_small =
            module_.wire("too_small", is_signed ? negative & ~rtl::all_bits(above) : negative);
        const golden::Range range = shape_.requantization.output_range();
        auto constant = [&](std::int64_t value) {
            return is_signed ? rtl::as_unsigned(rtl::constant(rtl::signed_type(n), value))
                             : rtl::constant(rtl::unsigned_type(n), value);
        };
        return rtl::select(too_large, constant(range.max),
                           rtl::select(too_small, constant(range.min), rtl::slice(sum, 0, n)));
    }

    const RequantizerShape& shape_;
    Widths w_;
    rtl::Module& module_;
};

class Builder {
  public:
    Builder(rtl::Design& design, const RequantizerShape& shape)
        : shape_(shape),
          w_(shape),
          scaling_(add_scaling(design, shape)),
          rounding_(RoundingUnit(design, shape).run()),
          module_(design.add_module("macaw_requantizer")) {}

    rtl::Module& run() {
        module_.describe(
            {"Rows of accumulators become rows of codes: clamp(zero point + round((value + bias) *",
             "multiplier / 2^shift)). Each group of rows, up to in_last_i, has scales of its own."});
        module_.state({"C", fmt::format("{}", shape_.columns), "columns"});
        module_.state({"P_O", fmt::format("{}", w_.outer), "accumulator bits"});
        module_.state({"B", fmt::format("{}", w_.bias), "bias bits, signed"});
        module_.state({"S", fmt::format("{}", w_.multiplier), "multiplier bits, unsigned"});
        module_.state({"H", fmt::format("{}", w_.shift), "shift bits"});
        module_.state({"N", fmt::format("{}", w_.output),
                       fmt::format("code bits, {}", to_string(shape_.requantization.output_signedness))});
        module_.use_clock_and_reset();
        add_handshakes();
        add_columns();
        return module_;
    }

  private:
    // Two stages, each free when the next one takes what it holds.
    void add_handshakes() {
        Expression in_valid = module_.input("in_valid_i", kBit);
        Expression in_last = module_.input("in_last_i", kBit, "last row of its group");
        Expression scale_valid = module_.input("scale_valid_i", kBit);
        Expression out_ready = module_.input("out_ready_i", kBit);
        Expression loaded =
            module_.add_register("loaded", kBit, rtl::Reset::ToZero, "the scales are those of the group");
        Expression product_valid = module_.add_register("product_valid", kBit, rtl::Reset::ToZero);
        Expression product_last = module_.add_register("product_last", kBit, rtl::Reset::None);
        Expression code_valid = module_.add_register("code_valid", kBit, rtl::Reset::ToZero);
        Expression code_last = module_.add_register("code_last", kBit, rtl::Reset::None);
        take_code_ = module_.wire("take_code", product_valid & (~code_valid | out_ready));
        Expression free = module_.wire("product_free", ~product_valid | *take_code_);
        Expression in_ready = module_.wire("in_ready", loaded & free);
        take_product_ = module_.wire("take_product", in_valid & in_ready);
        take_scale_ = module_.wire("take_scale", scale_valid & ~loaded);
        module_.drive(loaded, *take_scale_ | (loaded & ~(*take_product_ & in_last)));
        module_.drive(product_valid, *take_product_ | (product_valid & ~*take_code_));
        module_.drive(product_last, rtl::select(*take_product_, in_last, product_last));
        module_.drive(code_valid, *take_code_ | (code_valid & ~out_ready));
        module_.drive(code_last, rtl::select(*take_code_, product_last, code_last));
        module_.output("in_ready_o", in_ready);
        module_.output("scale_ready_o", ~loaded);
        module_.output("out_valid_o", code_valid);
        module_.output("out_last_o", code_valid & code_last);
    }

    Expression held(const std::string& name, const Expression& enable, const Expression& value) {
        Expression q = module_.add_register(name, value.type(), rtl::Reset::None);
        module_.drive(q, rtl::select(enable, value, q));
        return q;
    }

    void add_columns() {
        Expression data = module_.input("in_data_i", rtl::unsigned_type(shape_.columns * w_.outer),
                                        "column c at bit c*P_O, signed");
        Expression scale_in =
            module_.input("scale_i", rtl::unsigned_type(shape_.columns * shape_.scale_bits()),
                          "column c at bit c*(B+S+H): bias, multiplier, shift");
        Expression zero_point = module_.input("zero_point_i", rtl::unsigned_type(w_.output));
        Expression scale = held("scale", *take_scale_, scale_in);
        std::vector<Expression> codes(static_cast<std::size_t>(shape_.columns), zero_point);
        for (int column = 0; column < shape_.columns; ++column)
            codes[static_cast<std::size_t>(shape_.columns - 1 - column)] =
                add_column(column, data, scale, zero_point);
        module_.output("out_data_o", held("codes", *take_code_, rtl::concatenate(codes)),
                       "column c at bit c*N");
    }

    // The shift goes with the product: scales may change behind it.
    Expression add_column(int column, const Expression& data, const Expression& scale,
                          const Expression& zero_point) {
        const std::string at = fmt::format("_c{}", column);
        const int low = column * shape_.scale_bits();
        Expression product = module_.undriven_wire("product" + at, rtl::signed_type(w_.product));
        // Wires, since Yosys 0.23 stops at $signed(whole signal) in a connection.
        Expression value =
            module_.wire("value" + at, rtl::as_signed(rtl::slice(data, column * w_.outer, w_.outer)));
        Expression bias = module_.wire("bias" + at, rtl::as_signed(rtl::slice(scale, low, w_.bias)));
        module_.instantiate("u_scaling" + at, scaling_,
                            {{"value_i", value},
                             {"bias_i", bias},
                             {"multiplier_i", rtl::slice(scale, low + w_.bias, w_.multiplier)},
                             {"product_o", product}});
        Expression code = module_.undriven_wire("code" + at, rtl::unsigned_type(w_.output));
        module_.instantiate("u_rounding" + at, rounding_,
                            {{"product_i", held("product" + at, *take_product_, product)},
                             {"shift_i", held("shift" + at, *take_product_,
                                              rtl::slice(scale, low + w_.bias + w_.multiplier, w_.shift))},
                             {"zero_point_i", zero_point},
                             {"code_o", code}});
        return code;
    }

    const RequantizerShape& shape_;
    Widths w_;
    const rtl::Module& scaling_;
    const rtl::Module& rounding_;
    rtl::Module& module_;
    std::optional<Expression> take_product_, take_code_, take_scale_;
};

}  // namespace

int RequantizerShape::shift_bits() const {
    return static_cast<int>(std::bit_width(static_cast<unsigned>(requantization.largest_shift)));
}

int RequantizerShape::scale_bits() const {
    return requantization.bias_bits.bits() + requantization.multiplier_bits.bits() + shift_bits();
}

rtl::Module& add_requantizer(rtl::Design& design, const RequantizerShape& shape) {
    return Builder(design, shape).run();
}

Expected<rtl::Design> generate_requantizer(const RequantizerShape& shape) {
    std::vector<golden::DatapathProblem> problems = golden::validate(shape.requantization, shape.outer_bits);
    if (!problems.empty()) {
        Error error{ErrorKind::BadInput, "", problems.front().hint, {}};
        for (const golden::DatapathProblem& problem : problems)
            error.message += (error.message.empty() ? "" : "; ") + problem.field + ": " + problem.message;
        return fail(std::move(error));
    }
    rtl::Design design;
    design.configuration = {fmt::format("{} columns, P_O={}, {}", shape.columns, shape.outer_bits.bits(),
                                        to_string(shape.requantization))};
    add_requantizer(design, shape);
    rtl::require_verified(design);
    return design;
}

}  // namespace macaw::hw
