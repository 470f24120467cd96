 (
    input wire                 clk_i,
    input wire [N-1:0]         activation_i,
    input wire                 swap_i,
    input wire                 load_i,
    input wire [M-1:0]         weight_i,
    input wire signed [PI-1:0] partial_sum_i,
    input wire                 overflow_i,
    input wire                 nonzero_i
);

    // The element of a weight-stationary array against a reference whose every sum is exact in 64 bits, for any
    // controls and data. Its registers have no reset: each is compared once it was written. SLACK is 0; 1 makes the
    // reference's range one too wide. With operand gates an activation whose flag is low counts as 0, here and in the
    // next column.
    localparam signed [63:0] INNER_MIN = -(64'sd1 <<< (PI - 1)), INNER_MAX = (64'sd1 <<< (PI - 1)) - 64'sd1;

    wire [N-1:0] activation_out;
    wire [M-1:0] shadow, weight;
    wire signed [PI-1:0] partial_sum;
    wire swap_out;
`ifdef GATED
    wire counts = nonzero_i, counted;
`else
    wire counts = 1'b1, counted = 1'b1;
`endif
`ifdef INNER_FLAGS
    wire overflow;
`endif
    macaw_systolic_pe dut (
        .clk_i(clk_i), .activation_i(activation_i), .swap_i(swap_i), .load_i(load_i), .weight_i(weight_i),
`ifdef INNER_FLAGS
        .overflow_i(overflow_i), .overflow_o(overflow),
`endif
`ifdef GATED
        .nonzero_i(nonzero_i), .nonzero_o(counted),
`endif
        .partial_sum_i(partial_sum_i), .activation_o(activation_out), .swap_o(swap_out),
        .partial_sum_o(partial_sum), .observe_shadow_o(shadow), .observe_weight_o(weight));

    reg known = 1'b0, shadow_known = 1'b0, weight_known = 1'b0, sum_known = 1'b0;
    reg swap_ref = 1'b0, flag_ref = 1'b0;
    reg signed [N:0] activation_ref = '0;
    reg signed [M:0] shadow_ref = '0, weight_ref = '0;
    reg signed [63:0] sum_ref = '0;
    wire signed [63:0] product = activation_ref * weight_ref;
    wire signed [63:0] exact = partial_sum_i + product;
    wire leaves = exact < INNER_MIN || exact > INNER_MAX + SLACK;
    always @(posedge clk_i) begin
        known <= 1'b1;
        swap_ref <= swap_i;
        activation_ref <= counts ? {SIGNED && activation_i[N-1], activation_i} : {N + 1{1'b0}};
        if (load_i) begin
            shadow_known <= 1'b1;
            shadow_ref <= {WEIGHT_SIGNED && weight_i[M-1], weight_i};
        end
        if (swap_i) begin  // the tile that was loaded before this cycle
            weight_known <= shadow_known;
            weight_ref <= shadow_ref;
        end
        sum_known <= known && weight_known;
        sum_ref <= SATURATES ? (exact < INNER_MIN ? INNER_MIN : exact > INNER_MAX ? INNER_MAX : exact)
                             : (((exact - INNER_MIN) & (INNER_MAX - INNER_MIN)) + INNER_MIN);
        flag_ref <= overflow_i || leaves;
    end

    always @* begin
        assert (activation_ref[N] == (SIGNED && activation_ref[N-1]));
        assert (shadow_ref[M] == (WEIGHT_SIGNED && shadow_ref[M-1]));
        assert (weight_ref[M] == (WEIGHT_SIGNED && weight_ref[M-1]));
        assert (!known || (swap_out == swap_ref && (counted ? activation_out : {N{1'b0}}) == activation_ref[N-1:0]));
        assert (!shadow_known || shadow == shadow_ref[M-1:0]);
        assert (!weight_known || weight == weight_ref[M-1:0]);
        assert (!sum_known || partial_sum == sum_ref);
`ifdef INNER_FLAGS
        assert (!sum_known || overflow == flag_ref);
`endif
    end
endmodule
