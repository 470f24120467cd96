#include "hw/array/array_outputs.hpp"

#include "hw/array/processing_element.hpp"

namespace macaw::hw {

using rtl::Expression;

std::vector<ColumnOutput> column_outputs(const golden::Datapath& datapath) {
    std::vector<ColumnOutput> outputs = {
        {"result", "out_data_o", datapath.outer_bits.bits(), "column c at bit c*P_O, signed"}};
    if (has_flag(datapath.inner_overflow))
        outputs.push_back(
            {"inner_overflow", "inner_overflow_o", 1, "per column, of the outputs in out_data_o"});
    if (has_flag(datapath.outer_overflow))
        outputs.push_back(
            {"outer_overflow", "outer_overflow_o", 1, "per column, of the outputs in out_data_o"});
    return outputs;
}

void add_column_outputs(rtl::Module& top, const std::vector<ColumnOutput>& outputs,
                        const std::vector<std::vector<Expression>>& values, const Expression& shift) {
    std::optional<Expression> delivered_flags;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        std::vector<Expression> columns(values[i].rbegin(), values[i].rend());  // most significant first
        Expression output = top.output(outputs[i].top_port, rtl::concatenate(columns), outputs[i].comment);
        if (outputs[i].name == "result") continue;
        Expression any = rtl::any_bit(output);
        delivered_flags = delivered_flags ? *delivered_flags | any : any;
    }
    if (!delivered_flags) return;
    Expression overflow = top.add_register("overflow", rtl::unsigned_type(1), rtl::Reset::ToZero,
                                           "some delivered output had a flag");
    top.drive(overflow, overflow | (shift & *delivered_flags));
    top.output("overflow_o", overflow, "sticky: some output delivered since reset had a flag");
}

}  // namespace macaw::hw
