 (
    input wire         clk_i,
    input wire [N-1:0] activation_i,
    input wire         nonzero_i,
    input wire         swap_i,
    input wire         load_i,
    input wire [M-1:0] weight_i
);

    // An element with operand gates beside one without, any controls and data. Where nonzero_i is low, activation_i is
    // an old one, and the activation that the token has, which the other element gets, is 0. What leaves for the next
    // column is related as what entered is, hence so it is all along a row; so are the operands that the products get, and
    // weights are the same ones; and what need not move holds. Registers have no reset: each is compared once it was
    // written. With MISSES_ONE the gate stays shut for an activation of 1 as well.
    wire enters = nonzero_i && !(MISSES_ONE && activation_i == 1);

    wire [N-1:0] activation, plain_activation, factor, plain_factor;
    wire [M-1:0] shadow, weight, plain_shadow, plain_weight;
    wire nonzero, counts, swap, plain_swap;
    macaw_systolic_pe gated (
`ifdef INNER_FLAGS
        .overflow_i(1'b0), .overflow_o(),
`endif
        .clk_i(clk_i), .activation_i(activation_i), .nonzero_i(enters), .swap_i(swap_i), .load_i(load_i),
        .weight_i(weight_i), .partial_sum_i('0), .activation_o(activation), .nonzero_o(nonzero), .swap_o(swap),
        .partial_sum_o(), .observe_shadow_o(shadow), .operand_activation_o(factor), .operand_weight_o(weight),
        .operand_nonzero_o(counts));
    plain_macaw_systolic_pe plain (
`ifdef INNER_FLAGS
        .overflow_i(1'b0), .overflow_o(),
`endif
        .clk_i(clk_i), .activation_i(nonzero_i ? activation_i : {N{1'b0}}), .swap_i(swap_i), .load_i(load_i),
        .weight_i(weight_i), .partial_sum_i('0), .activation_o(plain_activation), .swap_o(plain_swap),
        .partial_sum_o(), .observe_shadow_o(plain_shadow), .operand_activation_o(plain_factor),
        .operand_weight_o(plain_weight));

    reg known = 1'b0, shadow_known = 1'b0, weight_known = 1'b0, rests = 1'b0;
    reg [N-1:0] factor_before;
    always @(posedge clk_i) begin
        known <= 1'b1;
        if (load_i) shadow_known <= 1'b1;
        if (swap_i) weight_known <= shadow_known;  // the tile that was loaded before this cycle
        rests <= !nonzero_i;
        factor_before <= factor;
    end
    always @* begin
        assert (!known || (swap == plain_swap && plain_activation == (nonzero ? activation : {N{1'b0}})));
        assert (!known || plain_factor == (counts ? factor : {N{1'b0}}));
        assert (!shadow_known || shadow == plain_shadow);
        assert (!weight_known || weight == plain_weight);
        assert (!rests || factor == factor_before);
    end
endmodule
