#include "sim/formal/systolic_element.hpp"

#include "embedded/sim_templates.hpp"
#include "hw/array/array_driver.hpp"
#include "hw/array/outer_bank.hpp"
#include "hw/array/processing_element.hpp"
#include "hw/array/weight_stationary_element.hpp"
#include "sim/formal/inner_overflow.hpp"
#include "sim/formal/overflow_flags.hpp"
#include "sim/formal/single_element.hpp"

namespace macaw::sim {

using golden::OverflowMode;

namespace {

// With its operand gates, where the array has them.
rtl::Design observed_element(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                             const std::vector<std::string>& registers) {
    hw::ArrayConfig one = single_element(datapath, array, 1);
    one.gating = array.gating;
    rtl::Design design;
    observe(*hw::add_systolic_element(design, datapath, one).module, registers);
    design.drop_unused_modules();
    return design;
}

// What the properties must be told.
std::vector<std::string> gates_of(const hw::ArrayConfig& array) {
    if (array.gating == hw::Gating::None) return {};
    return {"GATED"};
}

// The flag of one token with `units` of |weight| in a column.
bool flag_of_column(const golden::Datapath& datapath, const hw::ArrayConfig& array, const rtl::Design& design,
                    std::int64_t units) {
    const WorstStream stream = worst_stream(datapath);
    hw::Group group{datapath.tile, {}, {}};
    for (std::int64_t left = units, row = 0; row < datapath.tile; ++row) {
        const std::int64_t unit = std::min(left, datapath.weight_range().max);
        left -= unit;
        group.activations.push_back(static_cast<golden::ActivationCode>(stream.activation));
        group.weights.push_back(static_cast<golden::WeightCode>(stream.negative_codes ? -unit : unit));
    }
    hw::ArrayDriver driver(datapath, array, design);
    driver.reset();
    std::mt19937_64 random(1);
    return driver.run({group}, {}, random).front().columns.front().inner_overflow;
}

}  // namespace

Property column_overflow_property(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                  std::int64_t limit) {
    golden::Datapath trap = datapath;
    trap.inner_overflow = trap.outer_overflow = OverflowMode::Trap;
    return property_of(
        observed_element(trap, array, {"weight"}),
        {"macaw_systolic_overflow_proof", embedded::sim_systolic_overflow_proof_svh,
         with_factors(datapath, {{"P", datapath.inner_bits.bits()}, {"LIMIT", limit}}), gates_of(array), 2});
}

bool column_of_one_more_overflows(const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    golden::Datapath trap = datapath;
    trap.inner_overflow = trap.outer_overflow = OverflowMode::Trap;
    trap.tile = static_cast<int>(beats_of_worst_stream(datapath));
    hw::ArrayConfig column = array;
    column.rows = column.columns = 1;
    column.pipeline = hw::Pipeline::None;
    column = hw::array_for(trap, column);
    auto design = hw::generate_array(trap, column);
    require(design.has_value(), "column_of_one_more_overflows: no such column");
    const std::int64_t units = worst_stream(datapath).units;
    return !flag_of_column(trap, column, *design, units - 1) && flag_of_column(trap, column, *design, units);
}

Property systolic_element_property(const golden::Datapath& small, const hw::ArrayConfig& array, int slack,
                                   const Fault& fault) {
    PropertyText text{"macaw_systolic_element_proof", embedded::sim_systolic_element_proof_svh,
                      with_factors(small, {{"PI", small.inner_bits.bits()},
                                           {"SATURATES", small.inner_overflow == OverflowMode::Saturate},
                                           {"SLACK", slack}}),
                      gates_of(array), 7};
    if (hw::has_flag(small.inner_overflow)) {
        text.defines.emplace_back("INNER_FLAGS");
        ++text.assertions;
    }
    rtl::Design design = observed_element(small, array, {"shadow", "weight"});
    if (fault) fault(design);
    return property_of(design, text);
}

Property outer_bank_property(const golden::Datapath& small, const hw::ArrayConfig& array, int slack) {
    rtl::Design design;
    hw::add_outer_bank(design, small, array);
    PropertyText text{"macaw_outer_bank_proof",
                      embedded::sim_outer_bank_proof_svh,
                      {{"PI", small.inner_bits.bits()},
                       {"PO", small.outer_bits.bits()},
                       {"ROWS", array.rows},
                       {"ROW_BITS", hw::index_bits(array.rows)},
                       {"SATURATES", small.outer_overflow == OverflowMode::Saturate},
                       {"SLACK", slack}},
                      {},
                      3};
    if (array.rows > 1) text.defines.emplace_back("MANY_ROWS");
    if (hw::has_flag(small.inner_overflow)) {
        text.defines.emplace_back("INNER_FLAGS");
        ++text.assertions;
    }
    if (hw::has_flag(small.outer_overflow)) {
        text.defines.emplace_back("OUTER_FLAGS");
        ++text.assertions;
    }
    return property_of(design, text);
}

}  // namespace macaw::sim
