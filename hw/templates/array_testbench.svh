
    reg clk = 1'b0, rst_n = 1'b0, valid = 1'b0, ready = 1'b0;
    reg [BEAT_BITS-1:0] beats [0:BEATS-1];
    reg [ROW_BITS-1:0] expected [0:ROWS-1];
    integer next = 0, received = 0, errors = 0, idle = 0, seed = 1, weight_seed = 2;

    wire in_ready, out_valid, out_last;
    wire [DATA_BITS-1:0] data;
    wire [COLUMNS-1:0] inner_overflow, outer_overflow;
    wire [BEAT_BITS-1:0] beat = beats[next < BEATS ? next : 0];
    wire taken = valid && in_ready;
`ifdef WEIGHT_STREAM
    reg [WEIGHT_BITS-1:0] weights [0:WEIGHT_BEATS-1];
    reg weight_valid = 1'b0;
    integer next_weight = 0;
    wire weight_ready;
    wire [WEIGHT_BITS-1:0] weight = weights[next_weight < WEIGHT_BEATS ? next_weight : 0];
    wire weight_taken = weight_valid && weight_ready;
`else
    wire [WEIGHT_BITS-1:0] weight = beat[0 +: WEIGHT_BITS];
`endif
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
`ifdef WEIGHT_STREAM
        .weight_valid_i(weight_valid), .weight_ready_o(weight_ready),
`endif
        .in_valid_i(valid), .in_ready_o(in_ready), .in_last_i(beat[BEAT_BITS-1]),
        .activation_i(beat[BEAT_BITS-2 -: ACTIVATION_BITS]), .weight_i(weight),
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
`ifdef WEIGHT_STREAM
        $readmemh("testbench/weights.hex", weights);
`endif
        repeat (3) @(posedge clk);
        rst_n <= 1'b1;
    end

`ifdef WEIGHT_STREAM
    always @(posedge clk) if (rst_n) begin
        if (weight_taken) next_weight <= next_weight + 1;
        if (!weight_valid || weight_taken)
            weight_valid <= next_weight + (weight_taken ? 1 : 0) < WEIGHT_BEATS && ($random(weight_seed) & 3) != 0;
    end
`endif

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
