#include "hw/array/outer_bank.hpp"

#include <bit>

#include <fmt/format.h>

#include "hw/arith/range_check.hpp"
#include "hw/array/processing_element.hpp"

namespace macaw::hw {

using rtl::Expression;

namespace {

const rtl::Type kBit = rtl::unsigned_type(1);

class Builder {
  public:
    Builder(rtl::Design& design, const golden::Datapath& datapath, const ArrayConfig& array)
        : datapath_(datapath), rows_(array.rows), bank_(design.add_module("macaw_outer_bank")) {}

    rtl::Module& run() {
        describe();
        bank_.use_clock_and_reset();
        add_inputs();
        std::vector<Expression> values = add_entries("outer", rtl::signed_type(datapath_.outer_bits.bits()));
        Expression base = bank_.wire("base", zero_if_first(select_by_index(values, row_)));
        const int width = outer_sum_bits(datapath_);
        Expression sum = bank_.wire(
            "outer_sum", rtl::add_modular(rtl::extend(base, width), rtl::extend(*tile_sum_, width)),
            "before the range check");
        CheckedSum checked =
            add_range_check(bank_, "outer_sum", sum, datapath_.outer_bits, datapath_.outer_overflow);
        drive_entries(values, checked.value);
        bank_.output("result_o", rtl::as_unsigned(select_by_index(values, read_row_)));
        if (has_flag(datapath_.inner_overflow)) add_flag("inner_overflow", *tile_overflow_);
        if (checked.overflow) add_flag("outer_overflow", *checked.overflow);
        pass_on();
        return bank_;
    }

  private:
    void describe() {
        bank_.describe({"The outer accumulators of one column, one for each token."});
        bank_.state({"R", fmt::format("{}", rows_), "tokens"});
        bank_.state({"P_I", fmt::format("{}", datapath_.inner_bits.bits()), "bits of a tile's sum"});
        bank_.state({"P_O", fmt::format("{}", datapath_.outer_bits.bits()),
                     fmt::format("outer accumulator bits, {}", to_string(datapath_.outer_overflow))});
    }

    void add_inputs() {
        valid_ = bank_.input("valid_i", kBit, "tile_sum_i is that of a token");
        first_ = bank_.input("first_i", kBit, "its tile is the first of the dot product");
        last_ = bank_.input("last_i", kBit, "its tile is the last of the dot product");
        tile_sum_ = bank_.input("tile_sum_i", rtl::signed_type(datapath_.inner_bits.bits()));
        if (has_flag(datapath_.inner_overflow))
            tile_overflow_ = bank_.input("tile_overflow_i", kBit, "some check of the tile failed");
        if (rows_ == 1) return;
        row_ = bank_.input("row_i", rtl::unsigned_type(index_bits(rows_)), "number of the token");
        read_row_ = bank_.input("read_row_i", rtl::unsigned_type(index_bits(rows_)), "whose result is read");
    }

    Expression zero_if_first(const Expression& value) const {
        return rtl::select(*first_, rtl::zero(value.type()), value);
    }

    std::vector<Expression> add_entries(const std::string& name, rtl::Type type) {
        std::vector<Expression> entries;
        for (int row = 0; row < rows_; ++row)
            entries.push_back(bank_.add_register(fmt::format("{}_{}", name, row), type, rtl::Reset::None));
        return entries;
    }

    // entry[row_i] = value on valid_i
    void drive_entries(const std::vector<Expression>& entries, const Expression& value) {
        for (int row = 0; row < rows_; ++row) {
            Expression enable = *valid_;
            if (row_) enable = enable & rtl::is_equal(*row_, rtl::constant(row_->type(), row));
            const Expression& q = entries[static_cast<std::size_t>(row)];
            bank_.drive(q, rtl::select(enable, value, q));
        }
    }

    void add_flag(const std::string& name, const Expression& raised) {
        std::vector<Expression> flags = add_entries(name, kBit);
        drive_entries(flags, zero_if_first(select_by_index(flags, row_)) | raised);
        bank_.output(name + "_o", select_by_index(flags, read_row_));
    }

    void pass_on() {
        auto pass = [&](const std::string& name, const Expression& value, rtl::Reset reset) {
            Expression q = bank_.add_register(name, value.type(), reset);
            bank_.drive(q, value);
            bank_.output(name + "_o", q, "for the next column");
        };
        pass("valid", *valid_, rtl::Reset::ToZero);
        pass("first", *first_, rtl::Reset::None);
        pass("last", *last_, rtl::Reset::None);
        if (row_) pass("row", *row_, rtl::Reset::None);
    }

    const golden::Datapath& datapath_;
    int rows_;
    rtl::Module& bank_;
    std::optional<Expression> valid_, first_, last_, tile_sum_, tile_overflow_, row_, read_row_;
};

}  // namespace

int index_bits(int count) {
    return static_cast<int>(std::bit_width(static_cast<unsigned>(count - 1)));
}

Expression select_by_index(const std::vector<Expression>& values, const std::optional<Expression>& index) {
    if (!index) return values.front();
    std::vector<Expression> level = values;
    for (int bit = 0; bit < index->width(); ++bit) {
        std::vector<Expression> next;
        for (std::size_t i = 0; i < level.size(); i += 2)
            next.push_back(i + 1 < level.size() ? rtl::select(rtl::bit(*index, bit), level[i + 1], level[i])
                                                : level[i]);
        level = std::move(next);
    }
    return level.front();
}

rtl::Module& add_outer_bank(rtl::Design& design, const golden::Datapath& datapath, const ArrayConfig& array) {
    return Builder(design, datapath, array).run();
}

}  // namespace macaw::hw
