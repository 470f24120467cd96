// The flag outputs of an array, the same for every dataflow.
#pragma once

#include <string>
#include <vector>

#include "golden/datapath.hpp"
#include "hw/rtl/design.hpp"

namespace macaw::hw {

// What comes out per column: the value or one of the flags.
struct ColumnOutput {
    std::string name;      // result, inner_overflow, outer_overflow
    std::string top_port;  // out_data_o, inner_overflow_o, outer_overflow_o
    int width = 1;         // of one column
    std::string comment;
};
std::vector<ColumnOutput> column_outputs(const golden::Datapath& datapath);

// Drives the output ports of `top` with the columns' values ([outputs][columns], in the order of `outputs`)
// and, where there is a flag, the sticky overflow_o of what is delivered (`shift`).
void add_column_outputs(rtl::Module& top, const std::vector<ColumnOutput>& outputs,
                        const std::vector<std::vector<rtl::Expression>>& values,
                        const rtl::Expression& shift);

}  // namespace macaw::hw
