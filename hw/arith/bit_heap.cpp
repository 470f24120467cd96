#include "hw/arith/bit_heap.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "hw/arith/carry_propagate_adder.hpp"

namespace macaw::hw {

using rtl::Expression;

namespace {

const rtl::Type kBit = rtl::unsigned_type(1);

// Of a full-adder cell, in the same unit: 0.30 ns and 0.23 ns for FAX1 of OSU018 in a tree (OpenSTA); a sum
// that is made of two XORs and a carry of two NANDs behave alike.
constexpr int kSumDelay = 4, kCarryDelay = 3;

Expression complement_of(const Expression& bit) {
    const rtl::Node& node = bit.node();
    return node.operation == rtl::Operation::Not ? node.operands[0] : ~bit;
}

Expression exclusive_or(const std::vector<Expression>& bits) {
    Expression result = bits.front();
    for (std::size_t i = 1; i < bits.size(); ++i) result = result ^ bits[i];
    return result;
}

}  // namespace

struct BitHeap::Latest {
    int depth = 0, arrival = 0;
};

BitHeap::Latest BitHeap::latest(const std::vector<Bit>& bits) {
    Latest latest;
    for (const Bit& bit : bits) {
        latest.depth = std::max(latest.depth, bit.depth);
        latest.arrival = std::max(latest.arrival, bit.arrival);
    }
    return latest;
}

Expression BitHeap::value_of(const Bit& bit, bool complement) {
    return bit.is_complement == complement ? bit.value : complement_of(bit.value);
}

std::vector<Expression> BitHeap::values_of(const std::vector<Bit>& bits, bool complement) {
    std::vector<Expression> values;
    for (const Bit& bit : bits) values.push_back(value_of(bit, complement));
    return values;
}

BitHeap::BitHeap(rtl::Module& module, const AdderCells& cells, int width, Kind kind)
    : module_(module),
      cells_(cells),
      kind_(kind),
      columns_(static_cast<std::size_t>(width)),
      made_(static_cast<std::size_t>(width), 0) {}

void BitHeap::put(int column, Bit bit) {
    if (column >= width()) return;
    if (bit.depth == 0 && !bit.is_one &&
        __builtin_add_overflow(largest_, std::int64_t{1} << column, &largest_))
        largest_ = std::numeric_limits<std::int64_t>::max();
    Column& bits = columns_[static_cast<std::size_t>(column)];
    auto behind =
        std::find_if(bits.begin(), bits.end(), [&](const Bit& other) { return other.arrival > bit.arrival; });
    bits.insert(behind, std::move(bit));
}

void BitHeap::add(int column, const Expression& bit, int arrival) {
    put(column, {.value = complement_of(bit), .arrival = arrival, .is_complement = true});
}

void BitHeap::subtract(int column, const Expression& bit, int arrival) {
    // -2^(width-1) and 2^(width-1) are the same modulo 2^width.
    if (kind_ == Kind::Modular && column >= width() - 1) {
        add(column, bit, arrival);
        return;
    }
    put(column, {.value = bit, .arrival = arrival, .is_complement = true});
    constant_ -= std::uint64_t{1} << column;
}

void BitHeap::place_constant() {
    for (int column = 0; column < width(); ++column)
        if ((constant_ >> column) & 1U) put(column, {.value = rtl::constant(kBit, 1), .is_one = true});
}

std::size_t BitHeap::height() const {
    std::size_t most = 0;
    for (const Column& column : columns_) most = std::max(most, column.size());
    return most;
}

Rows BitHeap::reduce(Reduction reduction) {
    place_constant();
    if (reduction == Reduction::ThreeGreedy) {
        three_greedy();
    } else if (reduction == Reduction::Wallace) {
        while (height() > 2) wallace_level();
    } else {
        std::vector<std::size_t> targets = {2};
        while (targets.back() * 3 / 2 < height()) targets.push_back(targets.back() * 3 / 2);
        for (std::size_t i = targets.size(); i-- > 0;) dadda_to(targets[i]);
    }
    int first = 0;
    while (first < width() && columns_[static_cast<std::size_t>(first)].size() < 2) ++first;
    for (const Column& column : columns_)
        for (const Bit& bit : column) cost_.reduction_depth = std::max(cost_.reduction_depth, bit.depth);
    Rows rows{module_.wire("row_a", row(0, 0)), std::nullopt, first};
    if (first < width()) rows.b = module_.wire("row_b", row(1, first));
    return rows;
}

Expression BitHeap::sum(Reduction reduction, FinalAdder adder) {
    Rows rows = reduce(reduction);
    if (!rows.b) return rtl::as_signed(rows.a);
    Expression sum = sum_of_rows(module_, cells_, rows.a, *rows.b, rows.first_of_b, adder, cost_);
    return rtl::as_signed(module_.wire("sum", sum, "the only carry propagation"));
}

void BitHeap::dadda_to(std::size_t target) {
    for (int column = 0; column < width(); ++column) {
        const Column& bits = columns_[static_cast<std::size_t>(column)];
        while (bits.size() > target) compress(column, bits.size() == target + 1 ? 2 : 3);
    }
}

void BitHeap::wallace_level() {
    std::vector<std::size_t> heights;
    for (const Column& column : columns_) heights.push_back(column.size());
    for (int column = 0; column < width(); ++column) {
        std::size_t left = heights[static_cast<std::size_t>(column)];
        for (; left >= 3; left -= 3) compress(column, 3);
        if (left == 2) compress(column, 2);
    }
}

// Column by column: what leaves for the next column is there before that one is begun.
void BitHeap::three_greedy() {
    for (int column = 0; column < width(); ++column)
        while (columns_[static_cast<std::size_t>(column)].size() > 2) compress(column, 3);
}

// The earliest bits; a full adder leaves a known 1 to a half adder, where it saves more.
std::vector<BitHeap::Bit> BitHeap::take(int column, std::size_t count) {
    Column& bits = columns_[static_cast<std::size_t>(column)];
    auto one = std::find_if(bits.begin(), bits.end(), [](const Bit& bit) { return bit.is_one; });
    if (one != bits.end()) {
        Bit bit = std::move(*one);
        bits.erase(one);
        if (count == 2)
            bits.push_front(std::move(bit));
        else
            bits.push_back(std::move(bit));
    }
    std::vector<Bit> taken(bits.begin(), bits.begin() + static_cast<std::ptrdiff_t>(count));
    bits.erase(bits.begin(), bits.begin() + static_cast<std::ptrdiff_t>(count));
    return taken;
}

void BitHeap::compress(int column, std::size_t inputs) {
    std::vector<Bit> bits = take(column, inputs);
    auto one = std::find_if(bits.begin(), bits.end(), [](const Bit& bit) { return bit.is_one; });
    if (one != bits.end()) {
        bits.erase(one);
        compress_with_one(column, bits);
    } else {
        compress_with_cell(column, bits);
    }
    ++made_[static_cast<std::size_t>(column)];
}

Expression BitHeap::gate(const std::string& kind, int column, const Expression& value) {
    std::string name = fmt::format("{}_c{}_{}", kind, column, made_[static_cast<std::size_t>(column)]);
    return module_.wire(name, value);
}

// a + 1 = 2a + (1-a); a + b + 1 = 2 (a or b) + (a xnor b)
void BitHeap::compress_with_one(int column, const std::vector<Bit>& bits) {
    ++cost_.gates;
    if (bits.size() == 1) {
        Bit sum = bits[0];
        sum.is_complement = !sum.is_complement;
        put(column, std::move(sum));
        put(column + 1, bits[0]);
        return;
    }
    auto [depth, arrival] = latest(bits);
    std::vector<Expression> values = values_of(bits, false);
    put(column, {gate("sum", column, ~exclusive_or(values)), depth + 1, arrival + kSumDelay});
    if (column + 1 == width()) return;
    put(column + 1, {gate("carry", column, values[0] | values[1]), depth + 1, arrival + kCarryDelay});
}

void BitHeap::compress_with_cell(int column, const std::vector<Bit>& bits) {
    const auto complements =
        std::count_if(bits.begin(), bits.end(), [](const Bit& b) { return b.is_complement; });
    auto [depth, arrival] = latest(bits);
    const bool is_full = bits.size() == 3;
    // A half adder has no such symmetry.
    const bool of_complements = is_full && complements >= 2;
    std::vector<Expression> values = values_of(bits, of_complements);
    Bit sum{values[0], depth + 1, arrival + kSumDelay, false, of_complements};
    if (column + 1 == width()) {
        ++cost_.gates;
        sum.value = gate("sum", column, exclusive_or(values));
        put(column, std::move(sum));
        return;
    }
    std::string suffix = fmt::format("c{}_{}", column, made_[static_cast<std::size_t>(column)]);
    AddedBits added = is_full
                          ? instantiate_full_adder(module_, cells_, suffix, values[0], values[1], values[2])
                          : instantiate_half_adder(module_, cells_, suffix, values[0], values[1]);
    ++(is_full ? cost_.full_adders : cost_.half_adders);
    sum.value = added.sum;
    put(column, std::move(sum));
    put(column + 1, {added.carry, depth + 1, arrival + kCarryDelay, false, of_complements});
}

Expression BitHeap::row(std::size_t index, int from) const {
    std::vector<Expression> bits;  // most significant first
    for (std::size_t column = columns_.size(); column-- > static_cast<std::size_t>(from);) {
        const Column& left = columns_[column];
        bits.push_back(index < left.size() ? value_of(left[index], false) : rtl::constant(kBit, 0));
    }
    return rtl::concatenate(bits);
}

}  // namespace macaw::hw
