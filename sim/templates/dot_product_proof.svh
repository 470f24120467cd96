 (
    input wire clk_i
);

    // The dot product unit against `*` and `+` of this module, for all inputs: with registers inside, inputs are held
    // for as many cycles as there are stages, and what the registers held before is arbitrary.
    (* anyconst *) wire [L*N-1:0] activations;
    (* anyconst *) wire [L*M-1:0] weights;
    (* anyconst *) wire signed [P-1:0] accumulator;
    (* anyconst *) wire [P-1:0] carry;
    (* anyconst *) wire [L-1:0] masks;

    wire signed [W-1:0] sum, total;
`ifdef CARRY_SAVE
    wire [W-1:0] sum_carry;
    macaw_resolve resolve (.sum_i(sum), .carry_i(sum_carry), .resolved_o(total));
`else
    assign total = sum;
`endif
    macaw_dot_product dut (
`ifdef STAGE_1
        .clk_i(clk_i), .stage_1_i(1'b1),
`endif
`ifdef STAGE_2
        .stage_2_i(1'b1),
`endif
`ifdef CARRY_SAVE
        .accumulator_carry_i(carry), .sum_carry_o(sum_carry),
`endif
`ifdef MASKED
        .nonzero_i(masks),
`endif
        .activation_i(activations), .weight_i(weights), .accumulator_i(accumulator), .sum_o(sum));

    reg [2:0] cycle = '0;
    always @(posedge clk_i) if (cycle != STAGES) cycle <= cycle + 1'b1;

    reg signed [63:0] expected;
    reg signed [N:0] activation;
    reg signed [M:0] weight;
    integer lane;
    always @* begin
        expected = accumulator + SLACK;  // SLACK is 0; 1 makes it wrong
        activation = '0;
        weight = '0;
        for (lane = 0; lane < L; lane = lane + 1) begin
            activation = {SIGNED && activations[lane*N+N-1], activations[lane*N+:N]};
            weight = {WEIGHT_SIGNED && weights[lane*M+M-1], weights[lane*M+:M]};
`ifdef MASKED
            if (masks[lane])
`endif
            expected = expected + activation * weight;
        end
`ifdef CARRY_SAVE
        expected = expected + $signed({1'b0, carry});
`endif
    end
    always @* assert (cycle != STAGES || total == $signed(expected[W-1:0]));
endmodule
