 (
    input wire         clk_i,
    input wire [N-1:0] activation_i,
    input wire [M-1:0] weight_i,
    input wire         accumulate_i,
    input wire         tile_first_i
);

    // A processing element of one lane in trap mode, any weights and activations, tiles of any length. `high` and
    // `low` are the largest and smallest sums that any activations could have made of the tile's weights so far
    // (arXiv 2409.17092, Eq. 17-19, both signs of the activation). As long as the weights keep both inside LIMIT, no
    // inner check may fail. The last two assertions are the invariant that closes the induction.
    localparam int S = (P > N + M ? P : N + M) + 1;
    localparam [N:0] NU = SIGNED ? (1 << (N - 1)) - 1 : (1 << N) - 1;  // largest activation
    localparam [N:0] MU = SIGNED ? 1 << (N - 1) : 0;                   // minus the smallest

    reg started = 1'b0;  // the first cycle is the reset
    always @(posedge clk_i) started <= 1'b1;

    wire signed [P-1:0] inner;
    wire tile_overflow;
    macaw_pe dut (
        .clk_i(clk_i), .rst_ni(started), .activation_i(activation_i), .weight_i(weight_i),
        .accumulate_i(accumulate_i), .tile_first_i(tile_first_i),
        .tile_done_i(1'b0), .first_tile_i(1'b0), .load_i(1'b0), .shift_i(1'b0),
        .result_i('0), .inner_overflow_i(1'b0), .outer_overflow_i(1'b0),
        .result_o(), .inner_overflow_o(), .outer_overflow_o(),
        .observe_inner_o(inner), .observe_tile_overflow_o(tile_overflow));

    wire negative = WEIGHT_SIGNED && weight_i[M-1];
    wire [M-1:0] magnitude = negative ? -weight_i : weight_i;
    wire [N+M:0] by_largest = magnitude * NU, by_smallest = magnitude * MU;

    reg [S-1:0] high = '0, low = '0;
    wire [S:0] next_high = (tile_first_i ? '0 : high) + (negative ? by_smallest : by_largest);
    wire [S:0] next_low = (tile_first_i ? '0 : low) + (negative ? by_largest : by_smallest);
    always @(posedge clk_i)
        if (!started) begin
            high <= '0;
            low <= '0;
        end else if (accumulate_i) begin
            high <= next_high[S-1:0];
            low <= next_low[S-1:0];
        end

    always @* begin
        assume (!accumulate_i || (next_high <= LIMIT && next_low <= LIMIT));
        if (started) begin
            assert (!tile_overflow);
            assert (inner <= $signed({1'b0, high}) && inner >= -$signed({1'b0, low}));
            assert (high <= LIMIT && low <= LIMIT);
        end
    end
endmodule
