// The instructions of the simulator and the compiler from a design to them. Private to simulator.cpp and
// compile.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw/rtl/design.hpp"
#include "hw/rtl/simulator.hpp"

namespace macaw::rtl {

// Narrow operations work on one word each; the result is extended to 64 bits by its own sign.
enum class Opcode : std::uint8_t {
    Copy,
    Not,
    NotUnsigned,  // & mask
    And,
    Or,
    Xor,
    AddSigned,    // << shift >> shift
    AddUnsigned,  // & mask
    Multiply,
    MultiplyUnsigned,  // & mask
    Equal,
    Select,
    SignExtend,   // << shift >> shift
    Mask,         // & mask
    Slice,        // (a >> shift) & mask
    SliceAcross,  // ((a >> shift) | (b << (64 - shift))) & mask
    Insert,       // target |= (a & mask) << shift
    InsertHigh,   // target |= (a & mask) >> shift
    AnyBit,
    AllBits,  // a == mask
    // Wide: `count` words from a, b, c on.
    Clear,
    CopyWide,
    XorWide,
    SelectWide,
    AnyBitWide
};

struct Instruction {
    Opcode opcode = Opcode::Copy;
    std::uint8_t shift = 0;
    std::uint32_t target = 0;  // indices of words
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    std::uint32_t c = 0;
    std::uint32_t count = 1;
    std::uint64_t mask = 0;
};

struct Program {
    struct Port {
        std::string name;
        std::uint32_t word = 0;
        Type type;
        bool is_input = false;
    };
    std::vector<Port> ports;
    std::vector<Instruction> instructions;
    std::vector<std::uint64_t> words;  // initial values: constants set, all else 0
    std::uint32_t register_words = 0;
};

Program compile(const Design& design);

inline std::uint32_t word_count(const Type& type) {
    return static_cast<std::uint32_t>((type.width + 63) / 64);
}
inline std::uint64_t low_mask(int width) {
    return ~std::uint64_t{0} >> (64 - width);
}

}  // namespace macaw::rtl
