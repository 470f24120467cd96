// How a structural unit is built. All forms compute the same sum; they differ in area and depth.
#pragma once

namespace macaw::hw {

// Partial products of one lane.
//   BaughWooley  N x M bits (C. Baugh, B. Wooley, "A two's complement parallel array multiplication
//   algorithm",
//                1973)
//   Booth        radix 4: every two bits of the weight become a digit in -2..2 that selects a multiple of the
//                activation, which makes ceil(M/2) rows of about N + 2 bits (O. MacSorley, "High-speed
//                arithmetic in binary computers", 1961)
enum class Multiplier { BaughWooley, Booth };

// From the bit heap to two rows.
//   Dadda    as few adders as reach the next height of 2, 3, 4, 6, 9, 13, ... (L. Dadda, "Some schemes for
//            parallel multipliers", 1965)
//   Wallace  as many adders in every level as find inputs (C. Wallace, "A suggestion for a fast multiplier",
//            1964)
//   ThreeGreedy  column by column, the three bits that arrive first, with a sum that takes longer than a
//   carry
//            (V. Oklobdzija, D. Villeger, S. Liu, "A method for speed optimized partial product reduction and
//            generation of fast parallel multipliers using an algorithmic approach", 1996; P. Stelling et
//            al., "Optimal circuits for parallel multipliers", 1998)
enum class Reduction { Dadda, Wallace, ThreeGreedy };

// From two rows to the sum.
//   Operator    `+`; the synthesis tool picks the circuit
//   Ripple      a chain of full adders
//   BrentKung, Sklansky, KoggeStone   prefix networks: fewest cells (2 log2 P levels); log2 P levels with
//                                     large fan-out; log2 P levels with fan-out 2 and most cells
enum class FinalAdder { Operator, Ripple, BrentKung, Sklansky, KoggeStone };

// What the inner accumulator holds between beats.
//   Resolved   the sum: the final adder works in every beat
//   CarrySave  two rows whose sum it is: the final adder works once a tile, outside the loop; twice the
//              registers. Wrap mode only: the sum is not known between beats.
enum class Accumulation { Resolved, CarrySave };

struct StructuralForm {
    Multiplier multiplier = Multiplier::BaughWooley;
    Reduction reduction = Reduction::Dadda;
    FinalAdder adder = FinalAdder::Operator;
    Accumulation accumulation = Accumulation::Resolved;
    bool operator==(const StructuralForm&) const = default;
};

}  // namespace macaw::hw
