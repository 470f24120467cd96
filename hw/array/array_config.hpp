// The micro-architecture of a MAC array around a Datapath: how many outputs are computed at once and how.
//
// output_stationary: a grid of rows x columns dot-product units. Row = token, column = output channel. Every
// cycle each unit multiplies L activations of its token with L weights of its channel; the accumulators stay
// in the unit. One row and one column: a single vector MAC.
//
// weight_stationary: a systolic grid of T x columns elements that keep a tile of weights, double-buffered,
// for a pass of `rows` tokens; partial sums flow down the columns to `rows` outer accumulators each. One
// lane.
#pragma once

#include <string>
#include <vector>

#include "golden/datapath.hpp"
#include "golden/support/file.hpp"
#include "golden/support/yaml.hpp"
#include "hw/arith/pipeline.hpp"
#include "hw/arith/structural_form.hpp"

namespace macaw::hw {

enum class Dataflow { OutputStationary, WeightStationary };

// How products and their sum are described in the RTL.
//   Behavioural  `*` and `+`; the synthesis tool picks the circuit. Fast to simulate.
//   Structural   partial products of all lanes and the accumulator in one bit heap, reduced by full and half
//                adders to two rows, then added: see StructuralForm. Area that grows monotonically with the
//                width.
//   Packed       several products in one multiplication of 64 bits: `*` and `+` for simulators, much faster
//                there and of no use for silicon. See hw/arith/packed_dot_product.hpp.
enum class Arithmetic { Behavioural, Structural, Packed };

// What an operand of 0 does, for sparse layers; the sums are the same.
//   None         it is multiplied like any other
//   ZeroOperand  the operand registers of its multiplier hold (operand isolation), so that the multiplier
//   does
//                not toggle, and its product is masked. Output-stationary: the registers of both operands of
//                a lane, which every element has of its own then. Weight-stationary: those of the activation
//                on its way through a row; weights stay anyway.
enum class Gating { None, ZeroOperand };

struct ArrayConfig {
    Dataflow dataflow = Dataflow::OutputStationary;
    int rows = 8;     // R, tokens; of a pass in a weight-stationary array
    int columns = 8;  // C, output channels
    int lanes = 16;   // L, products a cycle and unit; divides T
    Arithmetic arithmetic = Arithmetic::Behavioural;
    StructuralForm form = {};  // of the structural arithmetic
    Pipeline pipeline = Pipeline::None;
    Gating gating = Gating::None;
    bool operator==(const ArrayConfig&) const = default;
    bool is_carry_save() const {
        return arithmetic == Arithmetic::Structural && form.accumulation == Accumulation::CarrySave;
    }
    std::int64_t macs_per_cycle(const golden::Datapath& datapath) const {
        return dataflow == Dataflow::WeightStationary ? std::int64_t{datapath.tile} * columns
                                                      : std::int64_t{rows} * columns * lanes;
    }
};

// The same array for a datapath that may look at every sum of the inner accumulator (saturate, trap): there
// carry-save accumulation becomes resolved.
ArrayConfig array_for(const golden::Datapath& datapath, ArrayConfig array);

std::vector<golden::DatapathProblem> validate(const ArrayConfig& array, const golden::Datapath& datapath);
// An error where the RTL is for simulation only.
Expected<void> require_synthesisable(const ArrayConfig& array);
ArrayConfig read_array(YamlMapping yaml);
// A key whose value is a word for an arithmetic; false where it is absent or wrong.
bool read_arithmetic(YamlMapping& yaml, const std::string& key, Arithmetic& arithmetic);
Json to_json(const ArrayConfig& array);
Expected<ArrayConfig> array_from_json(const Json& json, const std::filesystem::path& file);
std::string to_string(const ArrayConfig& array);
std::string to_string(Arithmetic arithmetic);

}  // namespace macaw::hw
