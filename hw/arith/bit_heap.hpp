// A bit heap: bits of weight 2^column that are to be added, modulo 2^width, and their reduction to two rows.
//
// A full adder takes three bits of a column and gives one there and one in the next, a half adder takes two.
// Carries out of the top column are dropped (modulo), so its adders are mere XORs. Bits that are known to be
// 1 are collected in one constant and cost next to nothing.
//
// A full adder of complements gives the complements of its sum and carry, so that a bit may stand in the heap
// as its complement. All bits enter so: most are products, and a NAND is smaller and faster than an AND;
// those of negative weight would be NANDs otherwise, but inverters between adders would cost more.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "hw/arith/adder_cells.hpp"
#include "hw/arith/arithmetic_cost.hpp"
#include "hw/arith/structural_form.hpp"

namespace macaw::hw {

// What a heap is reduced to, unsigned wires: the sum modulo 2^width is a + b * 2^first_of_b.
struct Rows {
    rtl::Expression a;                 // [width]
    std::optional<rtl::Expression> b;  // [width - first_of_b]; none where no column has two bits
    int first_of_b = 0;                // lowest column that has two bits; width where there is none
};

class BitHeap {
  public:
    // Modular: the sum modulo 2^width. Exact: the sum of what was added and of the complements that
    // subtract() adds is never 2^width or more, so that the rows add up to it without a carry out of the top;
    // the constant must be moved to another heap (take_constant).
    enum class Kind { Modular, Exact };

    // width: 1..62 bits; the adders are instantiated in `module`.
    BitHeap(rtl::Module& module, const AdderCells& cells, int width, Kind kind = Kind::Modular);

    int width() const { return static_cast<int>(columns_.size()); }

    // Adds bit * 2^column; nothing where that is 0 modulo 2^width. `bit` is unsigned, one bit.
    // `arrival`: when it is there, in quarters of a full adder's delay after the first bits.
    void add(int column, const rtl::Expression& bit, int arrival = 0);
    // Adds -bit * 2^column = (1 - bit) * 2^column - 2^column.
    void subtract(int column, const rtl::Expression& bit, int arrival = 0);

    // Adds value modulo 2^width.
    void add_constant(std::int64_t value) { constant_ += static_cast<std::uint64_t>(value); }
    // What is still to be added to the sum of the rows: removes it from this heap.
    std::int64_t take_constant() { return static_cast<std::int64_t>(std::exchange(constant_, 0)); }

    // Wires row_a and row_b. Call once.
    Rows reduce(Reduction reduction);
    // The sum as a signed number of `width` bits, wire sum. Call once, instead of reduce().
    rtl::Expression sum(Reduction reduction, FinalAdder adder);
    // The sum if all bits that were put in were 1, without the constant; saturates at 2^63 - 1.
    std::int64_t largest() const { return largest_; }
    // Of the adders made by reduce() or sum().
    const ArithmeticCost& cost() const { return cost_; }

  private:
    struct Bit {
        rtl::Expression value;
        int depth = 0;    // adders between the inputs of the heap and this bit
        int arrival = 0;  // time along them, in units of kSumDelay and kCarryDelay
        bool is_one = false;
        bool is_complement = false;  // the bit is 1 - value
    };
    using Column = std::deque<Bit>;  // earliest first
    struct Latest;
    static Latest latest(const std::vector<Bit>& bits);
    // The bit, or its complement.
    static rtl::Expression value_of(const Bit& bit, bool complement);
    static std::vector<rtl::Expression> values_of(const std::vector<Bit>& bits, bool complement);

    void place_constant();
    std::size_t height() const;
    void dadda_to(std::size_t target);
    void wallace_level();
    void three_greedy();
    // Compresses `inputs` bits of the column into one there and one in the next.
    void compress(int column, std::size_t inputs);
    std::vector<Bit> take(int column, std::size_t count);
    void put(int column, Bit bit);
    void compress_with_one(int column, const std::vector<Bit>& bits);
    void compress_with_cell(int column, const std::vector<Bit>& bits);
    rtl::Expression row(std::size_t index, int from) const;
    rtl::Expression gate(const std::string& kind, int column, const rtl::Expression& value);

    rtl::Module& module_;
    AdderCells cells_;
    Kind kind_;
    std::vector<Column> columns_;
    std::uint64_t constant_ = 0;
    std::int64_t largest_ = 0;
    std::vector<int> made_;  // [column]: adders so far, for their names
    ArithmeticCost cost_;
};

}  // namespace macaw::hw
