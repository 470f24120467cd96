// The heart of a processing element: accumulator + sum of L products, as a module macaw_dot_product.
// Combinational without a pipeline; with one, the products are those of extra_stages() cycles before, and
// each register stage takes new data while its stage_<k>_i is high.
//
// Ports: activation_i [L*N], weight_i [L*M] (lane l at bit l*N and l*M), accumulator_i signed [P], sum_o
// signed [W]. W = P in wrap mode, where the sum is taken modulo 2^P: every node of the tree may be cut to P
// bits, whatever passes in between. In saturate and trap mode the true sum is needed: W holds it for every
// bit pattern at the inputs.
//
// With Accumulation::CarrySave the accumulator is accumulator_i + accumulator_carry_i and the sum is
// sum_o + sum_carry_o, modulo 2^P, the second of each pair unsigned [P]; a module macaw_resolve (sum_i,
// carry_i, resolved_o signed [P]) adds the two.
#pragma once

#include "golden/datapath.hpp"
#include "hw/arith/arithmetic_cost.hpp"
#include "hw/arith/pipeline.hpp"
#include "hw/arith/structural_form.hpp"
#include "hw/rtl/design.hpp"

namespace macaw::hw {

struct DotProductShape {
    int lanes = 1;                        // L
    golden::BitWidth activation_bits{8};  // N
    golden::Signedness activation_signedness = golden::Signedness::Signed;
    golden::BitWidth weight_bits{4};        // M
    golden::BitWidth accumulator_bits{16};  // P, signed
    golden::OverflowMode overflow = golden::OverflowMode::Wrap;
    golden::Signedness weight_signedness = golden::Signedness::Signed;
    bool masks_products = false;  // a port nonzero_i [L]: products of lanes whose bit is 0 count as 0
    bool operator==(const DotProductShape&) const = default;
    bool has_signed_activations() const { return activation_signedness == golden::Signedness::Signed; }
    bool has_signed_weights() const { return weight_signedness == golden::Signedness::Signed; }
    // With both factors unsigned products have no sign.
    golden::Signedness product_signedness() const {
        return has_signed_activations() ? activation_signedness : weight_signedness;
    }
    int product_bits() const { return activation_bits.bits() + weight_bits.bits(); }  // N + M holds any sign
    // Every bit pattern: also the weight -2^(M-1), which symmetric codes never have.
    golden::Range activation_range() const {
        return golden::range_of(activation_bits, activation_signedness);
    }
    golden::Range weight_range() const { return golden::range_of(weight_bits, weight_signedness); }
};

// W; may exceed BitWidth::kMax, which validate() of the array refuses.
int sum_bits(const DotProductShape& shape);
// Of the exact sum of the products alone, in their signedness.
int products_sum_bits(const DotProductShape& shape);
// Of a product in the behavioural form: exact in front of a register, otherwise a word of 32 bits where that
// is enough. Simulators handle such words without masks and sign extensions in between, about twice as fast;
// synthesis drops the bits that nothing reads.
int product_wire_bits(const DotProductShape& shape, Pipeline pipeline);

struct DotProductUnit {
    rtl::Module* module = nullptr;
    rtl::Module* resolve = nullptr;  // with Accumulation::CarrySave only
    ArithmeticCost cost;
};

// `*` and `+`; the synthesis tool picks the circuit.
DotProductUnit add_behavioural_dot_product(rtl::Design& design, const DotProductShape& shape,
                                           Pipeline pipeline = Pipeline::None);

// Partial products of all lanes and the accumulator in one bit heap, reduced to two rows and added. With a
// pipeline the heap is cut into modules macaw_multiplier, macaw_product_tree and macaw_accumulate.
DotProductUnit add_structural_dot_product(rtl::Design& design, const DotProductShape& shape,
                                          const StructuralForm& form, Pipeline pipeline = Pipeline::None);

}  // namespace macaw::hw
