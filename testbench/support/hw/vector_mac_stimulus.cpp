#include "testbench/support/hw/vector_mac_stimulus.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace macaw::hw::testing {

namespace {

// One in three codes is the smallest or the largest.
std::int64_t random_code(golden::Range range, std::mt19937_64& random) {
    switch (random() % 6) {
        case 0:
            return range.min;
        case 1:
            return range.max;
        default:
            return std::uniform_int_distribution<std::int64_t>(range.min, range.max)(random);
    }
}

std::string hex_of(const std::vector<bool>& bits_from_least) {
    std::string text;
    for (std::size_t low = 0; low < bits_from_least.size(); low += 4) {
        int digit = 0;
        for (std::size_t i = low; i < std::min(low + 4, bits_from_least.size()); ++i)
            digit |= bits_from_least[i] ? 1 << (i - low) : 0;
        text.insert(text.begin(), "0123456789abcdef"[digit]);
    }
    return text + "\n";
}

void append(std::vector<bool>& bits, std::int64_t value, int width) {
    for (int i = 0; i < width; ++i) bits.push_back((value >> i) & 1);
}

}  // namespace

std::vector<VectorMacBeat> vector_mac_beats(const DotProductShape& shape, int count,
                                            std::mt19937_64& random) {
    const golden::Range weight = shape.weight_range(), activation = shape.activation_range();
    std::vector<VectorMacBeat> beats;
    std::int64_t accumulator = 0;
    for (int i = 0; i < count; ++i) {
        VectorMacBeat beat;
        const bool corner = i < 4;  // one dot product of extreme products only
        beat.valid = corner || random() % 4 != 0;
        beat.first = corner ? i == 0 : random() % 5 == 0;
        for (int lane = 0; lane < shape.lanes; ++lane) {
            beat.weights.push_back(
                static_cast<golden::WeightCode>(corner ? weight.min : random_code(weight, random)));
            beat.activations.push_back(static_cast<golden::ActivationCode>(
                corner ? activation.min : random_code(activation, random)));
        }
        if (beat.valid) {
            std::int64_t sum = beat.first ? 0 : accumulator;
            for (std::size_t k = 0; k < beat.weights.size(); ++k)
                sum += std::int64_t{beat.weights[k]} * beat.activations[k];
            accumulator = golden::accumulate(sum, shape.accumulator_bits, golden::OverflowMode::Wrap).value;
        }
        beat.expected = accumulator;
        beats.push_back(std::move(beat));
    }
    return beats;
}

HexImages hex_images(const std::vector<VectorMacBeat>& beats, const DotProductShape& shape) {
    HexImages images;
    for (const VectorMacBeat& beat : beats) {
        std::vector<bool> bits;
        for (golden::WeightCode weight : beat.weights) append(bits, weight, shape.weight_bits.bits());
        for (golden::ActivationCode code : beat.activations) append(bits, code, shape.activation_bits.bits());
        bits.push_back(beat.first);
        bits.push_back(beat.valid);
        images.beats += hex_of(bits);
        std::vector<bool> expected;
        append(expected, beat.expected, shape.accumulator_bits.bits());
        images.expected += hex_of(expected);
    }
    return images;
}

}  // namespace macaw::hw::testing
