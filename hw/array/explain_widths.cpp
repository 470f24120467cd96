#include "hw/array/explain_widths.hpp"

#include <fmt/format.h>

#include "hw/arith/packed_dot_product.hpp"
#include "hw/array/processing_element.hpp"
#include "hw/array/stream_layout.hpp"

namespace macaw::hw {

namespace {

using golden::BitWidth;
using golden::OverflowMode;
using golden::Range;

// What the port's codes times the datapath's weight codes reach in `products` products.
Range reach_of(const golden::Datapath& datapath, std::int64_t products) {
    const Range activation = datapath.activation_range();
    const Range weight = datapath.weight_range();
    return {products * std::min(weight.max * activation.min, weight.min * activation.max),
            products * std::max(weight.max * activation.max, weight.min * activation.min)};
}

std::string of_range(BitWidth width) {
    const Range range = golden::range_of(width, golden::Signedness::Signed);
    return fmt::format("{}..{}", range.min, range.max);
}

class Explanation {
  public:
    Explanation(const golden::Datapath& datapath, const ArrayConfig& array)
        : datapath_(datapath), array_(array) {}

    std::vector<ExplainedWidth> run() {
        add_inputs();
        add_inner();
        add_outer();
        add_outputs();
        return std::move(widths_);
    }

  private:
    bool is_systolic() const { return array_.dataflow == Dataflow::WeightStationary; }

    void add(std::string name, int bits, std::string reason) {
        widths_.push_back({std::move(name), bits, std::move(reason)});
    }

    void add_inputs() {
        const int n = datapath_.activation_bits.bits(), m = datapath_.weight_bits.bits();
        add("activation code", n,
            fmt::format("N, configured, {}: {}..{}", to_string(datapath_.activation_signedness),
                        datapath_.activation_range().min, datapath_.activation_range().max));
        add("weight code", m,
            fmt::format("M, configured, {}: {}..{}",
                        datapath_.weight_signedness == golden::Signedness::Signed ? "signed and symmetric"
                                                                                  : "unsigned",
                        datapath_.weight_range().min, datapath_.weight_range().max));
        const StreamLayout layout(datapath_, array_);
        add("activation_i", layout.activation_port_bits(),
            is_systolic() ? fmt::format("T = {} products of a token x N", datapath_.tile)
                          : fmt::format("{} rows x {} lanes x N", array_.rows, array_.lanes));
        add("weight_i", layout.weight_port_bits(),
            is_systolic() ? fmt::format("{} columns x M", array_.columns)
                          : fmt::format("{} columns x {} lanes x M", array_.columns, array_.lanes));
    }

    void add_inner() {
        const int p = datapath_.inner_bits.bits();
        const bool wraps = datapath_.inner_overflow == OverflowMode::Wrap;
        if (array_.gating == Gating::ZeroOperand)
            add("nonzero_i", is_systolic() ? 1 : array_.lanes,
                "one bit a lane: neither operand was 0; else the operand registers held and the product is "
                "0");
        if (array_.arithmetic == Arithmetic::Behavioural) add_product();
        if (array_.arithmetic == Arithmetic::Packed) add_packed_words();
        add_pipeline_registers();
        add("inner_sum", inner_sum_bits(datapath_, array_),
            wraps
                ? "P_I: a sum that is kept modulo 2^P_I needs no more in any node of its tree"
                : fmt::format("the accumulator and {} exact products, for every bit pattern: {} looks at the "
                              "true sum",
                              array_.lanes, to_string(datapath_.inner_overflow)));
        const int for_any_codes = golden::bits_needed(reach_of(datapath_, datapath_.tile)).bits();
        add(is_systolic() ? "partial_sum_q" : "inner_q", p,
            fmt::format(
                "P_I, configured, {}: {}; the data types alone need {} bits for a tile of {} products{}",
                to_string(datapath_.inner_overflow), of_range(datapath_.inner_bits), for_any_codes,
                datapath_.tile, for_any_codes > p ? ", so the certificate has to prove P_I" : ""));
        if (array_.is_carry_save())
            add("inner_carry_q", p, "P_I: the second row of the carry-save accumulator");
        if (!wraps)
            add(is_systolic() ? "overflow_q" : "tile_overflow_q", 1,
                is_systolic() ? "some check of the tile failed, in this row or above"
                              : "some check of the open tile failed");
    }

    // The registers of the pipeline, as they are in the generated unit.
    void add_pipeline_registers() {
        if (array_.pipeline == Pipeline::None) return;
        rtl::Design design;
        add_dot_product_of(design, datapath_, array_);
        for (const rtl::SignalInfo& signal : design.find("macaw_dot_product")->signals()) {
            if (signal.kind != rtl::SignalKind::Register) continue;
            const bool is_row = signal.name.starts_with("row_");
            if (signal.name != "product_0_q" && signal.name.starts_with("product_")) continue;
            add(signal.name, signal.type.width,
                is_row ? "the bits that all products together can set, at most P_I in wrap mode; not "
                         "negative, so "
                         "without a sign"
                : signal.name == "tree_q" ? "the exact sum of L products, at most P_I in wrap mode"
                                          : "N + M a lane, at most P_I in wrap mode");
        }
    }

    void add_packed_words() {
        const PackedWords packed = packed_words(inner_shape(datapath_, array_));
        add("packed_sum", 64,
            fmt::format(
                "a word of {} lanes, {} bits apart, so that fields below the sum stay inside theirs; the "
                "sum stands at bit {}",
                packed.lanes_per_word, packed.pitch, packed.shift()));
    }

    void add_product() {
        // An unsigned factor beside a signed one gets a sign bit.
        const bool extends_n = datapath_.activation_signedness == golden::Signedness::Unsigned &&
                               datapath_.weight_signedness == golden::Signedness::Signed;
        const bool extends_m = datapath_.activation_signedness == golden::Signedness::Signed &&
                               datapath_.weight_signedness == golden::Signedness::Unsigned;
        const int n = datapath_.activation_bits.bits() + (extends_n ? 1 : 0);
        const int m = datapath_.weight_bits.bits() + (extends_m ? 1 : 0);
        const int sum = inner_sum_bits(datapath_, array_);
        const int computed = inner_product_bits(datapath_, array_);
        std::string reason =
            fmt::format("N{} + M{}{}", extends_n ? " + 1 (a sign)" : "", extends_m ? " + 1 (a sign)" : "",
                        computed > n + m ? fmt::format(" = {}", n + m) : ", exact");
        if (computed > n + m)
            reason += fmt::format(", in a word of {} for the simulators: synthesis drops what is not read",
                                  computed);
        if (std::min(n + m, computed) > sum) reason += fmt::format("; only {} bits enter the sum", sum);
        add("product_0", computed, reason);
    }

    void add_outer() {
        const int bits = datapath_.outer_bits.bits();
        const int sum = outer_sum_bits(datapath_);
        // A wrapping element has no wire for it.
        if (sum != bits || is_systolic())
            add("outer_sum", sum,
                sum == bits ? "P_O: kept modulo 2^P_O"
                            : "P_O + 1: the exact sum of two numbers, for the range check");
        add(is_systolic() ? "outer_0_q" : "outer_q", bits,
            fmt::format("P_O, configured, {}: {}; {}", to_string(datapath_.outer_overflow),
                        of_range(datapath_.outer_bits), enough_for()));
    }

    // P_O = P_I + d holds 2^d tiles of any sums.
    std::string enough_for() const {
        const int more = datapath_.outer_bits.bits() - datapath_.inner_bits.bits();
        constexpr int kFurther = 20;
        if (more > kFurther) return fmt::format("enough for more than 2^{} tiles", kFurther);
        const std::int64_t tiles = std::int64_t{1} << more;
        return fmt::format(
            "enough for {} tiles whatever their sums, so for dot products of {} inputs, and for "
            "longer ones where the certificate says so",
            tiles, tiles * datapath_.tile);
    }

    void add_outputs() {
        add("out_data_o", array_.columns * datapath_.outer_bits.bits(),
            fmt::format("{} columns x P_O", array_.columns));
        if (has_flag(datapath_.inner_overflow))
            add("inner_overflow_o", array_.columns, "one flag a column, with its output");
        if (has_flag(datapath_.outer_overflow))
            add("outer_overflow_o", array_.columns, "one flag a column, with its output");
    }

    const golden::Datapath& datapath_;
    const ArrayConfig& array_;
    std::vector<ExplainedWidth> widths_;
};

}  // namespace

std::vector<ExplainedWidth> explain_widths(const golden::Datapath& datapath, const ArrayConfig& array) {
    return Explanation(datapath, array).run();
}

}  // namespace macaw::hw
