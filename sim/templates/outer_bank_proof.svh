 (
    input wire                 clk_i,
    input wire                 valid_i,
    input wire                 first_i,
    input wire                 last_i,
    input wire [7:0]           row_i,
    input wire signed [PI-1:0] tile_sum_i,
    input wire                 tile_overflow_i,
    input wire [7:0]           watched_i
);

    // The outer accumulators of one column against a reference whose every sum is exact in 64 bits: one of them, any,
    // is read all the time, and equals the reference from its first tile on, whatever comes for the others. SLACK is 0;
    // 1 makes the reference's range one too wide.
    localparam signed [63:0] OUTER_MIN = -(64'sd1 <<< (PO - 1)), OUTER_MAX = (64'sd1 <<< (PO - 1)) - 64'sd1;

    reg started = 1'b0;  // the first cycle is the reset
    always @(posedge clk_i) started <= 1'b1;
    reg [7:0] watched = '0;  // any value, for ever
    always @(posedge clk_i) if (!started) watched <= watched_i;

    wire [PO-1:0] result;
    wire valid_out, first_out, last_out;
`ifdef INNER_FLAGS
    wire inner_overflow;
`endif
`ifdef OUTER_FLAGS
    wire outer_overflow;
`endif
    macaw_outer_bank dut (
        .clk_i(clk_i), .rst_ni(started), .valid_i(valid_i), .first_i(first_i), .last_i(last_i),
        .tile_sum_i(tile_sum_i),
`ifdef INNER_FLAGS
        .tile_overflow_i(tile_overflow_i), .inner_overflow_o(inner_overflow),
`endif
`ifdef OUTER_FLAGS
        .outer_overflow_o(outer_overflow),
`endif
`ifdef MANY_ROWS
        .row_i(row_i[ROW_BITS-1:0]), .read_row_i(watched[ROW_BITS-1:0]), .row_o(),
`endif
        .result_o(result), .valid_o(valid_out), .first_o(first_out), .last_o(last_out));

    reg known = 1'b0, inner_flag = 1'b0, outer_flag = 1'b0;
    reg passed = 1'b0, valid_ref = 1'b0, first_ref = 1'b0, last_ref = 1'b0;
    reg signed [63:0] outer_ref = '0;
    wire signed [63:0] exact = (first_i ? 64'sd0 : outer_ref) + tile_sum_i;
    wire leaves = exact < OUTER_MIN || exact > OUTER_MAX + SLACK;
    always @(posedge clk_i)
        if (started) begin
            passed <= 1'b1;
            valid_ref <= valid_i;
            first_ref <= first_i;
            last_ref <= last_i;
            if (valid_i && row_i == watched) begin
                if (first_i) known <= 1'b1;
                outer_ref <= SATURATES ? (exact < OUTER_MIN ? OUTER_MIN : exact > OUTER_MAX ? OUTER_MAX : exact)
                                       : (((exact - OUTER_MIN) & (OUTER_MAX - OUTER_MIN)) + OUTER_MIN);
                inner_flag <= (inner_flag && !first_i) || tile_overflow_i;
                outer_flag <= (outer_flag && !first_i) || leaves;
            end
        end

    always @* begin
        assume (watched_i < ROWS && watched < ROWS && row_i < ROWS);
        assert (started || (!known && !passed));
        if (started) begin
            assert (!passed || (valid_out == valid_ref && first_out == first_ref && last_out == last_ref));
            assert (!known || $signed(result) == outer_ref);
`ifdef INNER_FLAGS
            assert (!known || inner_overflow == inner_flag);
`endif
`ifdef OUTER_FLAGS
            assert (!known || outer_overflow == outer_flag);
`endif
        end
    end
endmodule
