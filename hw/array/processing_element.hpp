// The processing element macaw_pe: one dot product at a time, in two levels of accumulation.
//
//   stage 1  accumulate_i: inner = check(inner + L products); tile_first_i starts inner at 0
//   stage 2  tile_done_i:  outer = check(outer + inner); first_tile_i starts outer at 0
//   drain    load_i takes the outer accumulator (and flags) into the drain register, shift_i takes the next
//   row's
// The checks follow golden::accumulate. Flags: per tile in stage 1, per dot product in stage 2, then with the
// result.
#pragma once

#include "hw/arith/dot_product.hpp"
#include "hw/array/array_config.hpp"

namespace macaw::hw {

// Of the dot product unit.
DotProductShape inner_shape(const golden::Datapath& datapath, const ArrayConfig& array);

// Widths of the sums before the range checks.
int inner_sum_bits(const golden::Datapath& datapath, const ArrayConfig& array);
int outer_sum_bits(const golden::Datapath& datapath);
// Of a product in the behavioural form.
int inner_product_bits(const golden::Datapath& datapath, const ArrayConfig& array);

// The inputs of the dot product unit, and so of the element, that take codes: activation_i [L*N] and
// weight_i [L*M], or the words of the packed form, activations first.
struct FactorPort {
    std::string name;
    int bits = 1;
};
std::vector<FactorPort> factor_ports(const golden::Datapath& datapath, const ArrayConfig& array);

// macaw_dot_product and what it is made of, as the configuration says.
DotProductUnit add_dot_product_of(rtl::Design& design, const golden::Datapath& datapath,
                                  const ArrayConfig& array);

// wrap has no flags: it is compared by value.
inline bool has_flag(golden::OverflowMode mode) {
    return mode != golden::OverflowMode::Wrap;
}

struct ProcessingElement {
    rtl::Module* module = nullptr;
    ArithmeticCost cost;  // of its dot product unit
};

// Adds macaw_pe and what it is made of.
ProcessingElement add_processing_element(rtl::Design& design, const golden::Datapath& datapath,
                                         const ArrayConfig& array);

}  // namespace macaw::hw
