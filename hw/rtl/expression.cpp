#include "hw/rtl/expression.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace macaw::rtl {

namespace {

[[noreturn]] void refuse(const std::string& reason) {
    throw std::logic_error("RTL: " + reason);
}

Expression make(Operation operation, Type type, std::vector<Expression> operands, int low = 0) {
    auto node = std::make_shared<Node>();
    node->operation = operation;
    node->type = type;
    node->operands = std::move(operands);
    node->low = low;
    return Expression(std::move(node));
}

void require_same_type(const char* what, const Expression& a, const Expression& b) {
    if (a.type() != b.type())
        refuse(fmt::format("{} of {} and {}: convert one of them by name first", what, to_string(a.type()),
                           to_string(b.type())));
}

void require_narrow(const char* what, const Expression& a) {
    if (a.type().is_wide())
        refuse(fmt::format("{} of {}: only up to {} bits", what, to_string(a.type()), kMaxArithmeticWidth));
}

void require_unsigned(const char* what, const Expression& a) {
    if (a.type().is_signed()) refuse(fmt::format("{} of {}: use as_unsigned", what, to_string(a.type())));
}

Expression bitwise(Operation operation, const char* what, const Expression& a, const Expression& b) {
    require_same_type(what, a, b);
    if (operation != Operation::Xor) require_narrow(what, a);
    return make(operation, a.type(), {a, b});
}

}  // namespace

Type unsigned_type(int width) {
    if (width < 1) refuse(fmt::format("a type of {} bits", width));
    return {width, Signedness::Unsigned};
}

Type signed_type(int width) {
    if (width < 1) refuse(fmt::format("a type of {} bits", width));
    return {width, Signedness::Signed};
}

std::string to_string(const Type& type) {
    return fmt::format("{} {}-bit", type.is_signed() ? "signed" : "unsigned", type.width);
}

const Type& Expression::type() const {
    return node_->type;
}

Expression constant(Type type, std::int64_t value) {
    if (type.width > golden::BitWidth::kMax) refuse("a constant wider than 62 bits: use zero or one_bit_set");
    if (!golden::range_of(golden::BitWidth(type.width), type.signedness).contains(value))
        refuse(fmt::format("{} does not fit a {} constant", value, to_string(type)));
    auto node = std::make_shared<Node>();
    node->type = type;
    node->words = {static_cast<std::uint64_t>(value) & (~std::uint64_t{0} >> (64 - type.width))};
    return Expression(std::move(node));
}

Expression zero(Type type) {
    auto node = std::make_shared<Node>();
    node->type = type;
    node->words.assign(static_cast<std::size_t>((type.width + 63) / 64), 0);
    return Expression(std::move(node));
}

Expression one_bit_set(Type type, int bit) {
    if (bit < 0 || bit >= type.width) refuse(fmt::format("bit {} of a {} value", bit, to_string(type)));
    auto node = std::make_shared<Node>();
    node->type = type;
    node->words.assign(static_cast<std::size_t>((type.width + 63) / 64), 0);
    node->words[static_cast<std::size_t>(bit / 64)] = std::uint64_t{1} << (bit % 64);
    return Expression(std::move(node));
}

Expression operator~(const Expression& a) {
    require_narrow("NOT", a);
    if (a.node().operation == Operation::Not) return a.node().operands[0];
    return make(Operation::Not, a.type(), {a});
}

Expression operator&(const Expression& a, const Expression& b) {
    return bitwise(Operation::And, "AND", a, b);
}
Expression operator|(const Expression& a, const Expression& b) {
    return bitwise(Operation::Or, "OR", a, b);
}
Expression operator^(const Expression& a, const Expression& b) {
    return bitwise(Operation::Xor, "XOR", a, b);
}

Expression add_modular(const Expression& a, const Expression& b) {
    require_same_type("a sum", a, b);
    require_narrow("a sum", a);
    return make(Operation::Add, a.type(), {a, b});
}

Expression multiply_modular(const Expression& a, const Expression& b) {
    require_same_type("a product", a, b);
    require_narrow("a product", a);
    require_unsigned("a product", a);
    return make(Operation::MultiplyModular, a.type(), {a, b});
}

Expression multiply_exact(const Expression& a, const Expression& b) {
    if (a.type().signedness != b.type().signedness)
        refuse(fmt::format("a product of {} and {}: convert one of them by name first", to_string(a.type()),
                           to_string(b.type())));
    Type type{a.width() + b.width(), a.type().signedness};
    if (type.is_wide())
        refuse(fmt::format("a product of {} bits: only up to {}", type.width, kMaxArithmeticWidth));
    return make(Operation::Multiply, type, {a, b});
}

Expression is_equal(const Expression& a, const Expression& b) {
    require_same_type("a comparison", a, b);
    require_narrow("a comparison", a);
    return make(Operation::Equal, unsigned_type(1), {a, b});
}

Expression select(const Expression& condition, const Expression& if_true, const Expression& if_false) {
    if (condition.type() != unsigned_type(1))
        refuse(fmt::format("a choice by {}: the condition is one unsigned bit", to_string(condition.type())));
    require_same_type("a choice", if_true, if_false);
    return make(Operation::Select, if_true.type(), {condition, if_true, if_false});
}

Expression slice(const Expression& signal, int low, int width) {
    if (low < 0 || width < 1 || low + width > signal.width())
        refuse(fmt::format("bits {} to {} of {}", low, low + width - 1, to_string(signal.type())));
    if (low == 0 && width == signal.width()) return as_unsigned(signal);
    if (signal.node().operation != Operation::Signal)
        refuse("a slice of a value without a name: make a wire first");
    return make(Operation::Slice, unsigned_type(width), {signal}, low);
}

Expression bit(const Expression& signal, int position) {
    return slice(signal, position, 1);
}

Expression concatenate(const std::vector<Expression>& most_significant_first) {
    if (most_significant_first.empty()) refuse("a concatenation of nothing");
    int width = 0;
    for (const Expression& part : most_significant_first) {
        require_unsigned("a concatenation", part);
        width += part.width();
    }
    if (most_significant_first.size() == 1) return most_significant_first.front();
    return make(Operation::Concatenate, unsigned_type(width), most_significant_first);
}

Expression extend(const Expression& a, int width) {
    if (width < a.width()) refuse(fmt::format("extension of {} to {} bits", to_string(a.type()), width));
    if (width == a.width()) return a;
    Type type{width, a.type().signedness};
    if (type.is_wide())
        refuse(fmt::format("extension to {} bits: only up to {}", width, kMaxArithmeticWidth));
    return make(Operation::Extend, type, {a});
}

Expression truncate(const Expression& a, int width) {
    if (width < 1 || width > a.width())
        refuse(fmt::format("truncation of {} to {} bits", to_string(a.type()), width));
    require_narrow("truncation", a);
    if (width == a.width()) return a;
    return make(Operation::Truncate, {width, a.type().signedness}, {a});
}

Expression resize_modular(const Expression& a, int width) {
    return width < a.width() ? truncate(a, width) : extend(a, width);
}

Expression as_signed(const Expression& a) {
    require_narrow("a change of sign", a);
    if (a.type().is_signed()) return a;
    return make(Operation::AsSigned, signed_type(a.width()), {a});
}

Expression as_unsigned(const Expression& a) {
    if (!a.type().is_signed()) return a;
    require_narrow("a change of sign", a);
    return make(Operation::AsUnsigned, unsigned_type(a.width()), {a});
}

Expression any_bit(const Expression& a) {
    require_unsigned("a reduction", a);
    if (a.width() == 1) return a;
    return make(Operation::AnyBit, unsigned_type(1), {a});
}

Expression all_bits(const Expression& a) {
    require_unsigned("a reduction", a);
    require_narrow("a reduction", a);
    if (a.width() == 1) return a;
    return make(Operation::AllBits, unsigned_type(1), {a});
}

}  // namespace macaw::rtl
