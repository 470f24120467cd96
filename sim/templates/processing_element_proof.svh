 (
    input wire           clk_i,
    input wire [L*N-1:0] activation_i,
    input wire [L*M-1:0] weight_i,
    input wire           accumulate_i,
    input wire           tile_first_i,
    input wire           tile_done_i,
    input wire           first_tile_i,
    input wire           load_i,
    input wire           shift_i,
    input wire [PO-1:0]  result_i,
    input wire           inner_overflow_i,
    input wire           outer_overflow_i
);

    // The processing element against a reference whose every sum is exact in 64 bits, for any controls and data: each
    // register of an accumulator and of a flag equals that of the reference, and so does what is drained. SLACK is 0;
    // 1 makes the reference's inner range one too wide.
    localparam signed [63:0] INNER_MIN = -(64'sd1 <<< (PI - 1)), INNER_MAX = (64'sd1 <<< (PI - 1)) - 64'sd1;
    localparam signed [63:0] OUTER_MIN = -(64'sd1 <<< (PO - 1)), OUTER_MAX = (64'sd1 <<< (PO - 1)) - 64'sd1;

    function signed [63:0] brought(input signed [63:0] exact, input signed [63:0] min, input signed [63:0] max,
                                   input saturate);
        brought = saturate ? (exact < min ? min : exact > max ? max : exact)
                           : (((exact - min) & (max - min)) + min);  // max - min is a mask
    endfunction

    reg started = 1'b0;  // the first cycle is the reset
    always @(posedge clk_i) started <= 1'b1;

    wire signed [PI-1:0] inner;
    wire signed [PO-1:0] outer;
    wire [PO-1:0] result;
`ifdef CARRY_SAVE
    wire signed [PI-1:0] inner_sum;
    wire [PI-1:0] inner_carry;
    assign inner = inner_sum + $signed(inner_carry);
`endif
`ifdef INNER_FLAGS
    wire tile_overflow, inner_overflow, drained_inner_overflow;
`endif
`ifdef OUTER_FLAGS
    wire dot_overflow, drained_outer_overflow;
`endif
    macaw_pe dut (
        .clk_i(clk_i), .rst_ni(started), .activation_i(activation_i), .weight_i(weight_i),
        .accumulate_i(accumulate_i), .tile_first_i(tile_first_i), .tile_done_i(tile_done_i),
        .first_tile_i(first_tile_i), .load_i(load_i), .shift_i(shift_i),
`ifdef CARRY_SAVE
        .observe_inner_o(inner_sum), .observe_inner_carry_o(inner_carry),
`else
        .observe_inner_o(inner),
`endif
`ifdef INNER_FLAGS
        .inner_overflow_i(inner_overflow_i), .inner_overflow_o(drained_inner_overflow),
        .observe_tile_overflow_o(tile_overflow), .observe_inner_overflow_o(inner_overflow),
`endif
`ifdef OUTER_FLAGS
        .outer_overflow_i(outer_overflow_i), .outer_overflow_o(drained_outer_overflow),
        .observe_dot_overflow_o(dot_overflow),
`endif
        .observe_outer_o(outer), .result_i(result_i), .result_o(result));

    reg signed [63:0] products;
    reg signed [N:0] activation;
    reg signed [M:0] weight;
    integer lane;
    always @* begin
        products = '0;
        activation = '0;
        weight = '0;
        for (lane = 0; lane < L; lane = lane + 1) begin
            activation = {SIGNED && activation_i[lane*N+N-1], activation_i[lane*N+:N]};
            weight = {WEIGHT_SIGNED && weight_i[lane*M+M-1], weight_i[lane*M+:M]};
            products = products + activation * weight;
        end
    end

    reg signed [63:0] inner_ref = '0, outer_ref = '0;
    reg tile_flag = 1'b0, inner_flag = 1'b0, outer_flag = 1'b0;
    reg known = 1'b0, drained_inner = 1'b0, drained_outer = 1'b0;  // the drain register was written
    reg [PO-1:0] drained = '0;
    wire signed [63:0] inner_sum_exact = (tile_first_i ? 64'sd0 : inner_ref) + products;
    wire signed [63:0] outer_sum_exact = (first_tile_i ? 64'sd0 : outer_ref) + inner_ref;
    wire inner_leaves = inner_sum_exact < INNER_MIN || inner_sum_exact > INNER_MAX + SLACK;
    wire outer_leaves = outer_sum_exact < OUTER_MIN || outer_sum_exact > OUTER_MAX;
    always @(posedge clk_i)
        if (!started) begin
            inner_ref <= '0;
            outer_ref <= '0;
            tile_flag <= 1'b0;
            inner_flag <= 1'b0;
            outer_flag <= 1'b0;
            known <= 1'b0;
        end else begin
            if (accumulate_i) begin
                inner_ref <= brought(inner_sum_exact, INNER_MIN, INNER_MAX, INNER_SATURATES);
                tile_flag <= (tile_flag && !tile_first_i) || inner_leaves;
            end
            if (tile_done_i) begin
                outer_ref <= brought(outer_sum_exact, OUTER_MIN, OUTER_MAX, OUTER_SATURATES);
                outer_flag <= (outer_flag && !first_tile_i) || outer_leaves;
                inner_flag <= (inner_flag && !first_tile_i) || tile_flag;
            end
            if (load_i || shift_i) begin
                known <= 1'b1;
                drained <= load_i ? outer_ref[PO-1:0] : result_i;
                drained_inner <= load_i ? inner_flag : inner_overflow_i;
                drained_outer <= load_i ? outer_flag : outer_overflow_i;
            end
        end

    always @*
        if (started) begin
            assert (inner == inner_ref);
            assert (outer == outer_ref);
            assert (!known || result == drained);
`ifdef INNER_FLAGS
            assert (tile_overflow == tile_flag);
            assert (inner_overflow == inner_flag);
            assert (!known || drained_inner_overflow == drained_inner);
`endif
`ifdef OUTER_FLAGS
            assert (dot_overflow == outer_flag);
            assert (!known || drained_outer_overflow == drained_outer);
`endif
        end
endmodule
