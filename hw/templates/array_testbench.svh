
    reg clk = 1'b0, rst_n = 1'b0, valid = 1'b0, ready = 1'b0;
    reg [BEAT_BITS-1:0] beats [0:BEATS-1];
    reg [ROW_BITS-1:0] expected [0:ROWS-1];
    integer next = 0, received = 0, errors = 0, idle = 0, seed = 1;

    wire in_ready, out_valid, out_last;
    wire [DATA_BITS-1:0] data;
    wire [COLUMNS-1:0] inner_overflow, outer_overflow;
    wire [BEAT_BITS-1:0] beat = beats[next < BEATS ? next : 0];
    wire taken = valid && in_ready;
    wire [ROW_BITS-1:0] row = {out_last, outer_overflow, inner_overflow, data};

    macaw_array dut (
`ifdef INNER_FLAGS
        .inner_overflow_o(inner_overflow),
`endif
`ifdef OUTER_FLAGS
        .outer_overflow_o(outer_overflow),
`endif
`ifdef STICKY_FLAG
        .overflow_o(),
`endif
        .clk_i(clk), .rst_ni(rst_n),
        .in_valid_i(valid), .in_ready_o(in_ready), .in_last_i(beat[BEAT_BITS-1]),
        .activation_i(beat[WEIGHT_BITS +: ACTIVATION_BITS]), .weight_i(beat[0 +: WEIGHT_BITS]),
        .out_valid_o(out_valid), .out_ready_i(ready), .out_last_o(out_last), .out_data_o(data));
`ifndef INNER_FLAGS
    assign inner_overflow = '0;
`endif
`ifndef OUTER_FLAGS
    assign outer_overflow = '0;
`endif

    always #5 clk = ~clk;

    initial begin
        $readmemh("testbench/beats.hex", beats);
        $readmemh("testbench/expected.hex", expected);
        repeat (3) @(posedge clk);
        rst_n <= 1'b1;
    end

    // The source offers a beat until it is taken and pauses in a quarter of the cycles; so does the sink.
    always @(posedge clk) if (rst_n) begin
        if (taken) next <= next + 1;
        if (!valid || taken) valid <= next + (taken ? 1 : 0) < BEATS && ($random(seed) & 3) != 0;
        ready <= ($random(seed) & 3) != 0;
        idle = idle + 1;
        if (out_valid && ready) begin
            idle = 0;
            if (row !== expected[received]) begin
                errors = errors + 1;
                if (errors <= 10) $display("row %0d is %h, expected %h", received, row, expected[received]);
            end
            received = received + 1;
        end
        if (idle == 100000) $fatal(1, "FAIL: no output for 100000 cycles after row %0d of %0d", received, ROWS);
        if (received == ROWS) begin
            if (errors != 0) $fatal(1, "FAIL: %0d of %0d rows differ", errors, ROWS);
            $display("PASS: %0d rows of %0d outputs", ROWS, COLUMNS);
            $finish;
        end
    end
endmodule
