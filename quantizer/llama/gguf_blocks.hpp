// Element types of GGUF tensors and their way to float32. A quantized type stores a row in blocks of 32 or
// 256 elements that share scales; the layouts and the arithmetic (float32 scale times small integer) follow
// ggml-quants.c of llama.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace macaw::quantizer {

// Numbers as in the file.
enum class GgufType : std::uint32_t {
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    BF16 = 30
};

struct GgufTypeFacts {
    GgufType type;
    const char* name;
    std::size_t elements;  // of a block; 1: not in blocks
    std::size_t bytes;     // of a block
};

// None for types that are not read.
std::optional<GgufTypeFacts> gguf_type(std::uint32_t number);

// "F32, F16, ..." for messages.
std::string readable_gguf_types();

// blocks: whole blocks; out.size(): their elements.
void dequantize(GgufType type, std::span<const std::byte> blocks, std::span<float> out);

}  // namespace macaw::quantizer
