#include "sim/vector_mac_stream.hpp"

namespace macaw::sim {

namespace {

std::mt19937_64 generator(std::uint64_t seed, std::uint64_t number) {
    std::seed_seq words{seed & 0xFFFFFFFF, seed >> 32, number & 0xFFFFFFFF, number >> 32};
    return std::mt19937_64(words);
}

}  // namespace

VectorMacStream::VectorMacStream(const hw::DotProductShape& unit, const OperandSource& source,
                                 std::uint64_t number)
    : unit_(unit),
      source_(source),
      random_(generator(source.seed, number)),
      weights_(static_cast<std::size_t>(unit.lanes)),
      activations_(static_cast<std::size_t>(unit.lanes)) {
    require(unit.has_signed_weights() && unit.has_signed_activations(), "VectorMacStream: unsigned factors");
    require(unit.overflow == golden::OverflowMode::Wrap, "VectorMacStream: not in wrap mode");
    require(source.beats >= 1 && source.sparsity >= 0 && source.sparsity <= 1,
            "VectorMacStream: source out of range");
}

// The upper half of a draw scaled to the range: off by less than 2^-16 of a share at 16 bits.
std::int32_t VectorMacStream::draw(golden::Range range) {
    auto values = static_cast<std::uint64_t>(range.max - range.min + 1);
    return static_cast<std::int32_t>(range.min +
                                     static_cast<std::int64_t>(((random_() >> 32) * values) >> 32));
}

void VectorMacStream::next() {
    const golden::Range all = unit_.weight_range(), symmetric{all.min + 1, all.max};
    std::int64_t products = 0;
    for (std::size_t lane = 0; lane < weights_.size(); ++lane) {
        weights_[lane] = draw(symmetric);
        if (source_.sparsity > 0 && static_cast<double>(random_() >> 11) * 0x1.0p-53 < source_.sparsity)
            weights_[lane] = 0;
        activations_[lane] = draw(unit_.activation_range());
        zero_weights_ += weights_[lane] == 0 ? 1 : 0;
        products += std::int64_t{weights_[lane]} * activations_[lane];
    }
    first_ = beats_++ % source_.beats == 0;
    const std::uint64_t mask = (std::uint64_t{1} << unit_.accumulator_bits.bits()) - 1;
    sum_ = ((first_ ? 0 : sum_) + static_cast<std::uint64_t>(products)) & mask;
}

}  // namespace macaw::sim
