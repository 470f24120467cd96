#include "hw/array/generate_array.hpp"

#include <fmt/format.h>

#include "hw/array/control.hpp"
#include "hw/array/output_stationary.hpp"
#include "hw/array/weight_stationary.hpp"
#include "hw/rtl/verify.hpp"

namespace macaw::hw {

namespace {

Expected<void> check(const golden::Datapath& datapath, const ArrayConfig& array) {
    std::vector<golden::DatapathProblem> problems = golden::validate(datapath);
    if (problems.empty()) problems = validate(array, datapath);
    if (problems.empty() && datapath.products_per_check != array.lanes)
        problems.push_back({"products_per_check",
                            fmt::format("{} products are checked at once, but the array has {} lanes",
                                        datapath.products_per_check, array.lanes),
                            "a dot product unit checks the sum of its lanes: set it to the number of lanes"});
    if (problems.empty()) return {};
    Error error{ErrorKind::BadInput, "", problems.front().hint, {}};
    for (const golden::DatapathProblem& problem : problems)
        error.message += (error.message.empty() ? "" : "; ") + problem.field + ": " + problem.message;
    return fail(std::move(error));
}

ArithmeticCost add_array(rtl::Design& design, const golden::Datapath& datapath, const ArrayConfig& array) {
    switch (array.dataflow) {
        case Dataflow::OutputStationary:
            return add_output_stationary_array(design, datapath, array);
        case Dataflow::WeightStationary:
            return add_weight_stationary_array(design, datapath, array);
    }
    throw std::logic_error("unknown Dataflow");
}

}  // namespace

Expected<rtl::Design> generate_array(const golden::Datapath& datapath, const ArrayConfig& array) {
    MACAW_CHECK(check(datapath, array));
    rtl::Design design;
    design.configuration = {"Datapath " + to_string(datapath), "Array    " + to_string(array)};
    add_array(design, datapath, array);
    design.drop_unused_modules();
    rtl::require_verified(design);
    return design;
}

Latency latency_of(const golden::Datapath& datapath, const ArrayConfig& array) {
    if (array.dataflow == Dataflow::WeightStationary) {
        const SystolicTiming timing = systolic_timing(datapath, array);
        // A dot product's first tokens wait for the outer accumulators of the one before.
        const bool never_waits =
            array.rows > datapath.tile && timing.cycles_per_pass() > timing.cycles_to_output();
        return {timing.cycles_to_output(), array.rows, never_waits ? 1 : 0};
    }
    // A result is loaded one cycle after the chain has emptied: R cycles of output and one in between.
    return {kCyclesFromLastBeatToFirstOutput + extra_stages(array.pipeline), array.rows, array.rows + 1};
}

Expected<ArithmeticCost> cost_of(const golden::Datapath& datapath, const ArrayConfig& array) {
    MACAW_CHECK(check(datapath, array));
    rtl::Design design;
    return add_array(design, datapath, array);
}

}  // namespace macaw::hw
