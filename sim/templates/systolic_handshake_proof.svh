 (
    input wire       clk_i,
    input wire       in_valid_i,
    input wire       in_last_i,
    input wire       weight_valid_i,
    input wire       out_ready_i,
    input wire       mark_i
);

    // A whole weight-stationary array of small words and one column, any pattern of valid and ready on both streams.
    // One word, anywhere, is marked (mark_i): the activation of row ELEMENT in one token of number TOKEN in its pass is
    // 1, all others are 0, and weights are 1; with MARK_WEIGHTS one weight is 1, all others are 0, and so are activations but for those of row
    // ELEMENT in tokens of number TOKEN. Since the array treats words alike, what holds for this one holds for each. Every token's
    // row must come out once, in order, and hold 1 exactly where the marked word belongs: a word that is lost gives 0,
    // one that is used twice gives 2. Seen from the ports only.
    reg started = 1'b0;  // the first cycle is the reset
    always @(posedge clk_i) started <= 1'b1;

    wire in_ready, weight_ready, out_valid, out_last;
    wire [P-1:0] data;
    reg marked = 1'b0;  // the mark was given away
    wire marking = mark_i && !marked;

    reg [7:0] token = '0, row = '0, weight_row = '0;  // numbers of the next ones
    reg [TILE*N-1:0] activation;
    always @* begin
        activation = '0;
        activation[ELEMENT*N] = token == TOKEN && (MARK_WEIGHTS || marking);
    end

    wire weight = MARK_WEIGHTS ? marking : 1'b1;

    macaw_array dut (
        .clk_i(clk_i), .rst_ni(started), .in_valid_i(in_valid_i), .in_ready_o(in_ready), .in_last_i(in_last_i),
        .activation_i(activation), .weight_valid_i(weight_valid_i), .weight_ready_o(weight_ready),
        .weight_i({{M - 1{1'b0}}, weight}),
        .out_valid_o(out_valid), .out_ready_i(out_ready_i), .out_last_o(out_last), .out_data_o(data));

    wire take = in_valid_i && in_ready, load = weight_valid_i && weight_ready, deliver = out_valid && out_ready_i;
    wire closes = take && in_last_i;

    // Counters are unary (n ones from bit 0 on): invariants over single bits are what IC3 finds.
    reg [COUNT-1:0] outstanding = '0;  // rows whose last token was taken and that are not delivered
    reg [LATENCY-1:0] waiting = '0;    // cycles without an output that is due
    reg last = 1'b0;       // the open pass belongs to the last tile
    reg pending = 1'b0;    // the tile of the marked weight was not begun
    reg passing = 1'b0;    // the tokens of its pass come
    reg alive = 1'b0;      // the next row of number TOKEN is marked
    reg stalled = 1'b0, stalled_last = 1'b0;
    reg [P-1:0] stalled_data = '0;
    wire [COUNT-1:0] left = deliver ? outstanding >> 1 : outstanding;
    wire due = outstanding[0] && !out_valid;
    // The next row of a token's number is its own, as it takes the accumulator that the token of this number in the
    // dot products before has freed. A weight belongs to all tokens of the next pass.
    wire meets = token == TOKEN && (MARK_WEIGHTS ? passing || (pending && token == 0) : marking);
    wire [P-1:0] expected = alive && row == TOKEN;
    always @(posedge clk_i)
        if (started) begin
            outstanding <= closes ? {left[COUNT-2:0], 1'b1} : left;
            waiting <= due ? {waiting[LATENCY-2:0], 1'b1} : '0;
            if (deliver) row <= row == ROWS - 1 ? '0 : row + 1'b1;
            if (load) weight_row <= weight_row == TILE - 1 ? '0 : weight_row + 1'b1;
            if (take) begin
                token <= token == ROWS - 1 ? '0 : token + 1'b1;
                last <= in_last_i;
            end
            if (deliver && row == TOKEN) alive <= 1'b0;
            if (take && meets) alive <= 1'b1;
            if (!MARK_WEIGHTS && take && meets) marked <= 1'b1;
            if (MARK_WEIGHTS && load && marking) begin
                marked <= 1'b1;
                pending <= weight_row == ELEMENT;  // elsewhere it meets zeros
            end
            if (take && token == 0) pending <= 1'b0;
            if (take) passing <= (passing || (pending && token == 0)) && token != ROWS - 1;
            stalled <= out_valid && !out_ready_i;
            stalled_last <= out_last;
            stalled_data <= data;
        end

    always @* begin
        assume (token == 0 || in_last_i == last);  // all tokens of a pass say the same
        if (started) begin
`ifdef ORDER
            // Nothing without a token of a last tile; and `outstanding` holds what it counts.
            assert ((!out_valid || (outstanding[0] && out_last == (row == ROWS - 1))) && !outstanding[COUNT-1]);
`endif
`ifdef WORDS
            assert (!out_valid || data == expected);
`endif
`ifdef STABLE
            assert (!stalled || (out_valid && out_last == stalled_last && data == stalled_data));
`endif
`ifdef PROGRESS
            // Both streams wait only for results, and these come in time.
            assert ((in_ready || weight_ready || outstanding[0]) && !(due && waiting[LATENCY-2]));
`endif
        end
    end
endmodule
