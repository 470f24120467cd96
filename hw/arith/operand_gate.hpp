// The operand registers of one lane that hold while an operand is 0 (module macaw_operand_gate): its
// multiplier sees neither the zero nor the operand beside it and does not toggle.
//
//   enable_i                    a beat is taken
//   activation_o, weight_o      [N], [M]: of the last beat in which neither was 0
//   nonzero_o                   high when that was the last beat of all; else its product counts as 0
//
// Known as zero gating or data gating (Y.-H. Chen et al., "Eyeriss", JSSC 2017), a kind of operand isolation.
#pragma once

#include "hw/arith/dot_product.hpp"

namespace macaw::hw {

rtl::Module& add_operand_gate(rtl::Design& design, const DotProductShape& shape);

}  // namespace macaw::hw
