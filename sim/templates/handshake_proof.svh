 (
    input wire       clk_i,
    input wire       in_valid_i,
    input wire       in_last_i,
    input wire       out_ready_i,
    input wire       mark_i,
    input wire [7:0] mark_row_i
);

    // A whole array of small words, any pattern of valid, last and ready. One beat, anywhere, is marked (mark_i): its
    // activation is 1 in one row, all others are 0, and weights are 1; with MARK_WEIGHTS the other way round. Since the
    // array treats words alike, what holds for this one holds for each. Every dot product's rows must come out once,
    // in order, and hold 1 exactly where the marked beat belongs: a word that is lost gives 0, one that is used twice
    // gives 2. Seen from the ports only.
    reg started = 1'b0;  // the first cycle is the reset
    always @(posedge clk_i) started <= 1'b1;

    wire in_ready, out_valid, out_last;
    wire [P-1:0] data;
    reg marked = 1'b0;  // the mark was given away
    wire marking = mark_i && !marked && mark_row_i < ROWS;

    reg [ROWS*N-1:0] activation;
    integer r;
    always @* begin
        activation = '0;
        for (r = 0; r < ROWS; r = r + 1) activation[r*N] = MARK_WEIGHTS || (marking && mark_row_i == r);
    end

    wire weight = MARK_WEIGHTS ? marking : 1'b1;

    macaw_array dut (
        .clk_i(clk_i), .rst_ni(started), .in_valid_i(in_valid_i), .in_ready_o(in_ready), .in_last_i(in_last_i),
        .activation_i(activation), .weight_i({{M - 1{1'b0}}, weight}),
        .out_valid_o(out_valid), .out_ready_i(out_ready_i), .out_last_o(out_last), .out_data_o(data));

    wire take = in_valid_i && in_ready, deliver = out_valid && out_ready_i;
    wire closes = take && in_last_i, finishes = deliver && out_last;

    // Counters are unary (n ones from bit 0 on): invariants over single bits are what IC3 finds.
    reg [COUNT-1:0] outstanding = '0;  // dot products that were closed and are not delivered
    reg [COUNT-1:0] ahead = '0;        // those in front of the marked one
    reg [COUNT-1:0] waiting = '0;      // cycles without an output that is due
    reg [7:0] row = '0, marked_row = '0;
    reg alive = 1'b0;  // the marked dot product is on its way
    reg stalled = 1'b0, stalled_last = 1'b0;
    reg [P-1:0] stalled_data = '0;
    wire [COUNT-1:0] left = finishes ? outstanding >> 1 : outstanding;
    wire due = outstanding[0] && !out_valid;
    wire [P-1:0] expected = alive && !ahead[0] && (MARK_WEIGHTS || row == marked_row);
    always @(posedge clk_i)
        if (started) begin
            outstanding <= closes ? {left[COUNT-2:0], 1'b1} : left;
            waiting <= due ? {waiting[COUNT-2:0], 1'b1} : '0;
            if (deliver) row <= row == ROWS - 1 ? '0 : row + 1'b1;
            if (take && marking) begin
                marked <= 1'b1;
                alive <= 1'b1;
                ahead <= left;
                marked_row <= mark_row_i;
            end else if (alive && finishes) begin
                if (!ahead[0]) alive <= 1'b0;
                ahead <= ahead >> 1;
            end
            stalled <= out_valid && !out_ready_i;
            stalled_last <= out_last;
            stalled_data <= data;
        end

    always @*
        if (started) begin
`ifdef ORDER
            // Nothing without a closed dot product; and `outstanding` holds what it counts.
            assert ((!out_valid || (outstanding[0] && out_last == (row == ROWS - 1))) && !outstanding[COUNT-1]);
`endif
`ifdef WORDS
            assert (!out_valid || data == expected);
`endif
`ifdef STABLE
            assert (!stalled || (out_valid && out_last == stalled_last && data == stalled_data));
`endif
`ifdef PROGRESS
            assert ((in_ready || out_valid) && !(due && waiting[LATENCY-2]));
`endif
        end
endmodule
