// Expressions of the RTL graph: immutable trees whose every node knows its width and its sign.
//
// Invariant: no operation narrows, extends or changes the sign of a value by itself. Operands of an operation
// have the same Type; what must be converted is converted by name (extend, truncate, as_signed, as_unsigned).
// The functions below throw std::logic_error with the reason when that is broken. Arithmetic and logic work
// on up to kMaxArithmeticWidth bits; wider values (ports, register rows) can be sliced, concatenated,
// selected and inverted.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "golden/integer_range.hpp"

namespace macaw::rtl {

using golden::Signedness;

constexpr int kMaxArithmeticWidth = 64;

struct Type {
    int width = 1;  // bits, 1 or more
    Signedness signedness = Signedness::Unsigned;
    bool operator==(const Type&) const = default;
    bool is_signed() const { return signedness == Signedness::Signed; }
    bool is_wide() const { return width > kMaxArithmeticWidth; }
};

// Type of `width` bits without a sign, and of a two's complement number.
Type unsigned_type(int width);
Type signed_type(int width);
std::string to_string(const Type& type);

enum class Operation {
    Constant,
    Signal,
    Not,
    And,
    Or,
    Xor,
    Add,              // modulo 2^width
    Multiply,         // exact: the widths add
    MultiplyModular,  // modulo 2^width
    Equal,
    Select,  // operands: condition, value where it holds, value otherwise
    Slice,
    Concatenate,  // operands: most significant first
    Extend,
    Truncate,
    AsSigned,
    AsUnsigned,
    AnyBit,  // OR of all bits
    AllBits  // AND of all bits
};

class Module;
struct Node;

class Expression {
  public:
    explicit Expression(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
    const Node& node() const { return *node_; }
    const Type& type() const;
    int width() const { return type().width; }

  private:
    std::shared_ptr<const Node> node_;
};

struct Node {
    Operation operation = Operation::Constant;
    Type type;
    std::vector<Expression> operands;
    std::vector<std::uint64_t> words;  // Constant: the bits, least significant word first
    const Module* module = nullptr;    // Signal: who owns it
    int signal = 0;                    // Signal: its number in the module
    int low = 0;                       // Slice: the lowest bit taken
};

// A number that `type` holds; `zero` for any width.
Expression constant(Type type, std::int64_t value);
Expression zero(Type type);
// All bits 0 but one.
Expression one_bit_set(Type type, int bit);

Expression operator~(const Expression& a);
Expression operator&(const Expression& a, const Expression& b);
Expression operator|(const Expression& a, const Expression& b);
Expression operator^(const Expression& a, const Expression& b);

// Modulo 2^width; the carry is dropped on purpose. Extend the operands first for an exact sum.
Expression add_modular(const Expression& a, const Expression& b);
Expression multiply_exact(const Expression& a, const Expression& b);
// Modulo 2^width of two numbers without a sign.
Expression multiply_modular(const Expression& a, const Expression& b);
Expression is_equal(const Expression& a, const Expression& b);
Expression select(const Expression& condition, const Expression& if_true, const Expression& if_false);

// Bits [low + width - 1 : low] of a signal, unsigned. Only signals have bits that can be named in
// SystemVerilog.
Expression slice(const Expression& signal, int low, int width);
Expression bit(const Expression& signal, int position);
Expression concatenate(const std::vector<Expression>& most_significant_first);

// To a wider (or equal) type of the same sign, value kept.
Expression extend(const Expression& a, int width);
// The low bits, value modulo 2^width; `width` is at most that of `a`.
Expression truncate(const Expression& a, int width);
// Whichever of the two: the value modulo 2^width.
Expression resize_modular(const Expression& a, int width);
// The same bits read with another sign.
Expression as_signed(const Expression& a);
Expression as_unsigned(const Expression& a);

Expression any_bit(const Expression& a);
Expression all_bits(const Expression& a);

}  // namespace macaw::rtl
