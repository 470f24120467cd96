 (
    input wire                clk_i,
    input wire [N-1:0]        activation_i,
    input wire                nonzero_i,
    input wire [M-1:0]        weight_i,
    input wire signed [P-1:0] partial_sum_i,
    input wire                overflow_i
);

    // The way from the operands to the partial sum, in an element with operand gates and in one without: what its
    // registers give to the product is any pair that the flow along a row allows (cut_*), and any weight. The product
    // of the first cycle counts (CASE 1) or does not (CASE 0), and both sums of STAGES + 1 cycles later are equal,
    // whatever the registers of the product held before. Two cases, since either makes the two multipliers one; where
    // no register stands behind the product, those of later cycles, whose sums are not compared, are of the same case.
    reg [2:0] cycle = '0;
    always @(posedge clk_i) if (cycle != STAGES + 2) cycle <= cycle + 1'b1;
    wire counts = STAGES == 0 || cycle == 0 ? CASE != 0 : nonzero_i;

    wire signed [P-1:0] sum, plain_sum;
`ifdef INNER_FLAGS
    wire overflow, plain_overflow;
`endif
    macaw_systolic_pe gated (
`ifdef INNER_FLAGS
        .overflow_i(overflow_i), .overflow_o(overflow),
`endif
        .clk_i(clk_i), .cut_activation_i(activation_i), .cut_nonzero_i(counts), .cut_weight_i(weight_i),
        .activation_i('0), .nonzero_i(1'b0), .swap_i(1'b0), .load_i(1'b0), .weight_i('0),
        .partial_sum_i(partial_sum_i), .activation_o(), .nonzero_o(), .swap_o(), .partial_sum_o(sum));
    plain_macaw_systolic_pe plain (
`ifdef INNER_FLAGS
        .overflow_i(overflow_i), .overflow_o(plain_overflow),
`endif
        .clk_i(clk_i), .cut_activation_i(counts ? activation_i : {N{1'b0}}), .cut_weight_i(weight_i),
        .activation_i('0), .swap_i(1'b0), .load_i(1'b0), .weight_i('0),
        .partial_sum_i(partial_sum_i), .activation_o(), .swap_o(), .partial_sum_o(plain_sum));

    always @* begin
        assert (cycle != STAGES + 1 || sum == plain_sum);
`ifdef INNER_FLAGS
        assert (cycle != STAGES + 1 || overflow == plain_overflow);
`endif
    end
endmodule
