#include "hw/arith/bit_heap.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace macaw::hw {

using rtl::Expression;

namespace {

const rtl::Type kBit = rtl::unsigned_type(1);

Expression exclusive_or(const std::vector<Expression>& bits) {
    Expression result = bits.front();
    for (std::size_t i = 1; i < bits.size(); ++i) result = result ^ bits[i];
    return result;
}

}  // namespace

AdderCells add_adder_cells(rtl::Design& design) {
    rtl::Module& full = design.add_module("full_adder");
    full.describe(
        {"a_i + b_i + c_i = 2 * carry_o + sum_o. Synthesis may replace it by the library's full adder."});
    Expression a = full.input("a_i", kBit), b = full.input("b_i", kBit), c = full.input("c_i", kBit);
    Expression half_sum = full.wire("half_sum", a ^ b);
    full.output("sum_o", half_sum ^ c);
    full.output("carry_o", (a & b) | (half_sum & c));

    rtl::Module& half = design.add_module("half_adder");
    half.describe({"a_i + b_i = 2 * carry_o + sum_o. Synthesis may replace it by the library's half adder."});
    Expression x = half.input("a_i", kBit), y = half.input("b_i", kBit);
    half.output("sum_o", x ^ y);
    half.output("carry_o", x & y);
    return {&full, &half};
}

BitHeap::BitHeap(rtl::Module& module, const AdderCells& cells, int width)
    : module_(module),
      cells_(cells),
      columns_(static_cast<std::size_t>(width)),
      made_(static_cast<std::size_t>(width), 0) {}

void BitHeap::put(int column, Bit bit) {
    if (column >= width()) return;
    Column& bits = columns_[static_cast<std::size_t>(column)];
    auto behind =
        std::find_if(bits.begin(), bits.end(), [&](const Bit& other) { return other.depth > bit.depth; });
    bits.insert(behind, std::move(bit));
}

void BitHeap::add(int column, const Expression& bit) {
    put(column, {bit, 0, false});
}

void BitHeap::subtract(int column, const Expression& bit) {
    // -2^(width-1) and 2^(width-1) are the same modulo 2^width.
    if (column >= width() - 1) {
        add(column, bit);
        return;
    }
    add(column, ~bit);
    constant_ -= std::uint64_t{1} << column;
}

void BitHeap::place_constant() {
    for (int column = 0; column < width(); ++column)
        if ((constant_ >> column) & 1U) put(column, {rtl::constant(kBit, 1), 0, true});
}

std::size_t BitHeap::height() const {
    std::size_t most = 0;
    for (const Column& column : columns_) most = std::max(most, column.size());
    return most;
}

Expression BitHeap::sum() {
    place_constant();
    std::vector<std::size_t> targets = {2};
    while (targets.back() * 3 / 2 < height()) targets.push_back(targets.back() * 3 / 2);
    for (std::size_t i = targets.size(); i-- > 0;) reduce_to(targets[i]);
    for (std::size_t column = 0; column < columns_.size() && cost_.carry_propagate_bits == 0; ++column)
        if (columns_[column].size() == 2) cost_.carry_propagate_bits = width() - static_cast<int>(column);
    for (const Column& column : columns_)
        for (const Bit& bit : column) cost_.reduction_depth = std::max(cost_.reduction_depth, bit.depth);
    Expression a = row(0, "row_a"), b = row(1, "row_b");
    return rtl::as_signed(module_.wire("sum", rtl::add_modular(a, b), "the only carry propagation"));
}

void BitHeap::reduce_to(std::size_t target) {
    for (int column = 0; column < width(); ++column) {
        const Column& bits = columns_[static_cast<std::size_t>(column)];
        while (bits.size() > target) compress(column, bits.size() == target + 1 ? 2 : 3);
    }
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
    int depth = 0;
    for (const Bit& bit : bits) depth = std::max(depth, bit.depth + 1);
    auto one = std::find_if(bits.begin(), bits.end(), [](const Bit& bit) { return bit.is_one; });
    if (one != bits.end()) {
        bits.erase(one);
        compress_with_one(column, bits, depth);
    } else {
        compress_with_cell(column, bits, depth);
    }
    ++made_[static_cast<std::size_t>(column)];
}

Expression BitHeap::gate(const std::string& kind, int column, const Expression& value) {
    std::string name = fmt::format("{}_c{}_{}", kind, column, made_[static_cast<std::size_t>(column)]);
    return module_.wire(name, value);
}

// a + 1 = 2a + (1-a); a + b + 1 = 2 (a or b) + (a xnor b)
void BitHeap::compress_with_one(int column, const std::vector<Bit>& bits, int depth) {
    std::vector<Expression> values;
    for (const Bit& bit : bits) values.push_back(bit.value);
    ++cost_.gates;
    put(column, {gate("sum", column, ~exclusive_or(values)), depth, false});
    if (column + 1 == width()) return;
    Expression carry = values.size() == 1 ? values[0] : gate("carry", column, values[0] | values[1]);
    put(column + 1, {carry, values.size() == 1 ? bits[0].depth : depth, false});
}

void BitHeap::compress_with_cell(int column, const std::vector<Bit>& bits, int depth) {
    std::vector<Expression> values;
    for (const Bit& bit : bits) values.push_back(bit.value);
    if (column + 1 == width()) {
        ++cost_.gates;
        put(column, {gate("sum", column, exclusive_or(values)), depth, false});
        return;
    }
    std::string suffix = fmt::format("c{}_{}", column, made_[static_cast<std::size_t>(column)]);
    Expression sum = module_.undriven_wire("sum_" + suffix, kBit),
               carry = module_.undriven_wire("carry_" + suffix, kBit);
    std::vector<rtl::Connection> connections = {{"a_i", values[0]}, {"b_i", values[1]}};
    bool is_full = values.size() == 3;
    if (is_full) connections.push_back({"c_i", values[2]});
    connections.push_back({"sum_o", sum});
    connections.push_back({"carry_o", carry});
    ++(is_full ? cost_.full_adders : cost_.half_adders);
    module_.instantiate((is_full ? "u_full_adder_" : "u_half_adder_") + suffix,
                        is_full ? *cells_.full_adder : *cells_.half_adder, std::move(connections));
    put(column, {sum, depth, false});
    put(column + 1, {carry, depth, false});
}

Expression BitHeap::row(std::size_t index, const std::string& name) {
    std::vector<Expression> bits;  // most significant first
    for (std::size_t column = columns_.size(); column-- > 0;) {
        const Column& left = columns_[column];
        bits.push_back(index < left.size() ? left[index].value : rtl::constant(kBit, 0));
    }
    return module_.wire(name, rtl::concatenate(bits));
}

}  // namespace macaw::hw
