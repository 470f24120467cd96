// A bit heap: bits of weight 2^column that are to be added, modulo 2^width, and their reduction to a sum.
//
//   column    3   2   1   0
//             o   o   o   o      Dadda: reduce every column to the next height of 2, 3, 4, 6, 9, 13, ... from
//             above, o   o   o          with as few adders as do it; a full adder takes three bits of a
//             column and gives one o   o              there and one in the next, a half adder takes two. At
//             height 2 one `+` remains.
//
// Carries out of the top column are dropped (modulo), so its adders are mere XORs. Bits that are known to be
// 1 are collected in one constant and cost next to nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "hw/arith/dot_product.hpp"

namespace macaw::hw {

// Modules full_adder and half_adder, which synthesis maps onto the library's cells.
struct AdderCells {
    const rtl::Module* full_adder = nullptr;
    const rtl::Module* half_adder = nullptr;
};
AdderCells add_adder_cells(rtl::Design& design);

class BitHeap {
  public:
    // width: 1..62 bits; the adders are instantiated in `module`.
    BitHeap(rtl::Module& module, const AdderCells& cells, int width);

    int width() const { return static_cast<int>(columns_.size()); }

    // Adds bit * 2^column; nothing where that is 0 modulo 2^width. `bit` is unsigned, one bit.
    void add(int column, const rtl::Expression& bit);
    // Adds -bit * 2^column = (1 - bit) * 2^column - 2^column.
    void subtract(int column, const rtl::Expression& bit);

    // The sum as a signed number of `width` bits. Call once.
    rtl::Expression sum();
    // Of the adders made by sum().
    const ArithmeticCost& cost() const { return cost_; }

  private:
    struct Bit {
        rtl::Expression value;
        int depth = 0;  // adders between the inputs of the heap and this bit
        bool is_one = false;
    };
    using Column = std::deque<Bit>;  // least depth first

    void place_constant();
    std::size_t height() const;
    void reduce_to(std::size_t target);
    // Compresses `inputs` bits of the column into one there and one in the next.
    void compress(int column, std::size_t inputs);
    std::vector<Bit> take(int column, std::size_t count);
    void put(int column, Bit bit);
    void compress_with_one(int column, const std::vector<Bit>& bits, int depth);
    void compress_with_cell(int column, const std::vector<Bit>& bits, int depth);
    rtl::Expression row(std::size_t index, const std::string& name);
    rtl::Expression gate(const std::string& kind, int column, const rtl::Expression& value);

    rtl::Module& module_;
    AdderCells cells_;
    std::vector<Column> columns_;
    std::uint64_t constant_ = 0;
    std::vector<int> made_;  // [column]: adders so far, for their names
    ArithmeticCost cost_;
};

}  // namespace macaw::hw
