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

golden::Datapath datapath_of(const DotProductShape& shape) {
    golden::Datapath datapath;
    datapath.weight_bits = shape.weight_bits;
    datapath.activation_bits = shape.activation_bits;
    datapath.activation_signedness = shape.activation_signedness;
    datapath.tile = shape.lanes;
    datapath.products_per_check = shape.lanes;
    datapath.inner_bits = datapath.outer_bits = shape.accumulator_bits;
    return datapath;
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
    const golden::Datapath datapath = datapath_of(shape);
    const golden::Range weight = golden::range_of(shape.weight_bits, golden::Signedness::Signed);
    const golden::Range activation = golden::range_of(shape.activation_bits, shape.activation_signedness);
    std::vector<VectorMacBeat> beats;
    std::vector<std::int8_t> weights;  // of the open dot product
    std::vector<golden::ActivationCode> activations;
    for (int i = 0; i < count; ++i) {
        VectorMacBeat beat;
        const bool corner = i < 4;  // one dot product of extreme products only
        beat.valid = corner || random() % 4 != 0;
        beat.first = corner ? i == 0 : random() % 5 == 0;
        for (int lane = 0; lane < shape.lanes; ++lane) {
            beat.weights.push_back(
                static_cast<std::int8_t>(corner ? weight.min : random_code(weight, random)));
            beat.activations.push_back(static_cast<golden::ActivationCode>(
                corner ? activation.min : random_code(activation, random)));
        }
        if (beat.valid) {
            if (beat.first) {
                weights.clear();
                activations.clear();
            }
            weights.insert(weights.end(), beat.weights.begin(), beat.weights.end());
            activations.insert(activations.end(), beat.activations.begin(), beat.activations.end());
        }
        if (!weights.empty()) beat.expected = golden::dot_product(weights, activations, datapath).value;
        beats.push_back(std::move(beat));
    }
    return beats;
}

HexImages hex_images(const std::vector<VectorMacBeat>& beats, const DotProductShape& shape) {
    HexImages images;
    for (const VectorMacBeat& beat : beats) {
        std::vector<bool> bits;
        for (std::int8_t weight : beat.weights) append(bits, weight, shape.weight_bits.bits());
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
