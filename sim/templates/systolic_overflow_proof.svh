 (
    input wire                clk_i,
    input wire [N-1:0]        activation_i,
    input wire                swap_i,
    input wire                load_i,
    input wire [M-1:0]        weight_i,
    input wire signed [P-1:0] partial_sum_i,
    input wire [P:0]          high_i,
    input wire [P:0]          low_i,
    input wire                nonzero_i
);

    // The step of an induction over the positions of a column, for any element of it in trap mode. `high` and `low`
    // are the largest and smallest sums that any activations could make of the weights that a token meets on its way
    // down (arXiv 2409.17092, Eq. 17-19, both signs of the activation). What enters from above is between them and has
    // no flag, as at the top, where it is 0 and both are 0; so is what leaves, as long as the weights keep both inside
    // LIMIT, and no check fails. With operand gates: for any flags, too.
    localparam int S = (P > N + M ? P : N + M) + 1;
    localparam [N:0] NU = SIGNED ? (1 << (N - 1)) - 1 : (1 << N) - 1;  // largest activation
    localparam [N:0] MU = SIGNED ? 1 << (N - 1) : 0;                   // minus the smallest

    reg known = 1'b0;  // one clock edge has passed
    always @(posedge clk_i) known <= 1'b1;

    wire signed [P-1:0] partial_sum;
    wire [M-1:0] weight;
    wire overflow;
    macaw_systolic_pe dut (
`ifdef GATED
        .nonzero_i(nonzero_i), .nonzero_o(),
`endif
        .clk_i(clk_i), .activation_i(activation_i), .swap_i(swap_i), .load_i(load_i), .weight_i(weight_i),
        .partial_sum_i(partial_sum_i), .overflow_i(1'b0), .activation_o(), .swap_o(),
        .partial_sum_o(partial_sum), .overflow_o(overflow), .observe_weight_o(weight));

    wire negative = WEIGHT_SIGNED && weight[M-1];
    wire [M-1:0] magnitude = negative ? -weight : weight;
    wire [N+M:0] by_largest = magnitude * NU, by_smallest = magnitude * MU;

    wire [S:0] next_high = high_i + (negative ? by_smallest : by_largest);
    wire [S:0] next_low = low_i + (negative ? by_largest : by_smallest);
    reg [S:0] high = '0, low = '0;
    always @(posedge clk_i) begin
        high <= next_high;
        low <= next_low;
    end

    always @* begin
        assume (partial_sum_i <= $signed({1'b0, high_i}) && partial_sum_i >= -$signed({1'b0, low_i}));
        assume (next_high <= LIMIT && next_low <= LIMIT);
        if (known) begin
            assert (!overflow);
            assert (partial_sum <= $signed({1'b0, high}) && partial_sum >= -$signed({1'b0, low}));
        end
    end
endmodule
