#include "sim/platform/memory_image.hpp"

#include <cstring>

namespace macaw::sim {

namespace {

constexpr std::uint8_t kUnwritten = 0xA5;

// `row_bytes` bytes of packed codes, code k at bit k * bits.
template <typename Code>
void pack_row(std::span<const Code> codes, int bits, std::uint8_t* row) {
    std::int64_t at = 0;
    for (Code code : codes)
        for (int bit = 0; bit < bits; ++bit, ++at)
            if (((static_cast<std::uint64_t>(code) >> bit) & 1U) != 0)
                row[at / 8] = static_cast<std::uint8_t>(row[at / 8] | (1U << (at % 8)));
}

// codes: [rows, features]
template <typename Code>
void pack_rows(std::span<const Code> codes, std::int64_t features, int bits, golden::Range range,
               std::uint8_t* target, std::int64_t row_bytes) {
    for (Code code : codes)
        require(range.contains(code), "memory_image: a code is outside the datapath's range");
    auto length = static_cast<std::size_t>(features);
    for (std::size_t first = 0; first < codes.size(); first += length, target += row_bytes)
        pack_row(codes.subspan(first, length), bits, target);
}

}  // namespace

std::vector<std::uint8_t> memory_image(const LayerPlan& plan,
                                       std::span<const golden::ActivationCode> activations,
                                       std::span<const golden::WeightCode> weights,
                                       const golden::Datapath& datapath) {
    const golden::MatmulShape& shape = plan.shape();
    require(static_cast<std::int64_t>(activations.size()) == shape.tokens * shape.in_features &&
                static_cast<std::int64_t>(weights.size()) == shape.out_features * shape.in_features,
            "memory_image: the codes are not of the plan's shape");
    std::vector<std::uint8_t> memory(static_cast<std::size_t>(plan.memory_bytes()));
    pack_rows(activations, shape.in_features, datapath.activation_bits.bits(), datapath.activation_range(),
              memory.data() + plan.activation_base(), plan.activation_row_bytes());
    pack_rows(weights, shape.in_features, datapath.weight_bits.bits(), datapath.weight_range(),
              memory.data() + plan.weight_base(), plan.weight_row_bytes());
    std::fill(memory.begin() + static_cast<std::ptrdiff_t>(plan.result_base()), memory.end(), kUnwritten);
    return memory;
}

std::vector<std::int64_t> read_results(const LayerPlan& plan, std::span<const std::uint8_t> memory) {
    const auto bytes = static_cast<std::size_t>(plan.bytes_per_result());
    const int unused = 64 - 8 * static_cast<int>(bytes);
    std::vector<std::int64_t> results;
    for (std::size_t at = plan.result_base(); at + bytes <= memory.size(); at += bytes) {
        std::int64_t value = 0;
        std::memcpy(&value, memory.data() + at, bytes);
        results.push_back(static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << unused) >> unused);
    }
    return results;
}

}  // namespace macaw::sim
