// The smallest parts of a configured array that proofs are made about: one processing element of one lane,
// one product. Arithmetic and form are the configured ones; pipeline registers, which delay sums but do not
// change them, and operand gates, which have proofs of their own, are left out.
#pragma once

#include "hw/arith/dot_product.hpp"
#include "hw/array/array_config.hpp"

namespace macaw::sim {

// 1 x 1, carry-save accumulation resolved where the datapath looks at every sum.
inline hw::ArrayConfig single_element(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                      int lanes) {
    hw::ArrayConfig one;
    one.rows = one.columns = 1;
    one.lanes = lanes;
    one.arithmetic = array.arithmetic;
    one.form = array.form;
    return hw::array_for(datapath, one);
}

// A lane whose sum holds every product.
inline hw::DotProductShape one_product(const golden::Datapath& datapath) {
    hw::DotProductShape shape;
    shape.lanes = 1;
    shape.activation_bits = datapath.activation_bits;
    shape.activation_signedness = datapath.activation_signedness;
    shape.weight_bits = datapath.weight_bits;
    shape.weight_signedness = datapath.weight_signedness;
    // A product without a sign needs one bit more in a signed sum.
    shape.accumulator_bits = golden::BitWidth(
        shape.product_bits() + (shape.product_signedness() == golden::Signedness::Signed ? 0 : 1));
    shape.overflow = golden::OverflowMode::Wrap;
    return shape;
}

// N, M and their signs, before a property's own parameters.
inline std::vector<std::pair<std::string, std::int64_t>> with_factors(
    const golden::Datapath& datapath, const std::vector<std::pair<std::string, std::int64_t>>& own) {
    std::vector<std::pair<std::string, std::int64_t>> all = {
        {"N", datapath.activation_bits.bits()},
        {"M", datapath.weight_bits.bits()},
        {"SIGNED", datapath.activation_signedness == golden::Signedness::Signed},
        {"WEIGHT_SIGNED", datapath.weight_signedness == golden::Signedness::Signed}};
    all.insert(all.end(), own.begin(), own.end());
    return all;
}

}  // namespace macaw::sim
