
    // In front of this: localparams, the defines INNER_FLAGS, OUTER_FLAGS, STICKY_FLAG and the module's head.
    // Plays pins.hex, a line a cycle: rst_ni, in_valid_i, in_last_i, out_ready_i, weight_valid_i (of a weight
    // stream), activation_i, weight_i, and
    // writes ports.txt, a line a cycle just before the rising edge: in_ready_o, out_valid_o, out_last_o,
    // overflow_o, out_data_o, inner_overflow_o, outer_overflow_o.
    reg clk = 1'b0;
    reg [PIN_BITS-1:0] pins = '0, next;
    integer source, record, found;

    wire in_ready, out_valid, out_last, overflow;
    wire [DATA_BITS-1:0] data;
    wire [COLUMNS-1:0] inner_overflow, outer_overflow;

    macaw_array dut (
`ifdef INNER_FLAGS
        .inner_overflow_o(inner_overflow),
`endif
`ifdef OUTER_FLAGS
        .outer_overflow_o(outer_overflow),
`endif
`ifdef STICKY_FLAG
        .overflow_o(overflow),
`endif
`ifdef WEIGHT_STREAM
        .weight_valid_i(pins[PIN_BITS-5]), .weight_ready_o(),
`endif
        .clk_i(clk), .rst_ni(pins[PIN_BITS-1]),
        .in_valid_i(pins[PIN_BITS-2]), .in_ready_o(in_ready), .in_last_i(pins[PIN_BITS-3]),
        .activation_i(pins[WEIGHT_BITS +: ACTIVATION_BITS]), .weight_i(pins[0 +: WEIGHT_BITS]),
        .out_valid_o(out_valid), .out_ready_i(pins[PIN_BITS-4]), .out_last_o(out_last), .out_data_o(data));
`ifndef INNER_FLAGS
    assign inner_overflow = '0;
`endif
`ifndef OUTER_FLAGS
    assign outer_overflow = '0;
`endif
`ifndef STICKY_FLAG
    assign overflow = 1'b0;
`endif

    initial begin
        source = $fopen("pins.hex", "r");
        record = $fopen("ports.txt", "w");
        found = $fscanf(source, "%h\n", next);
        while (found == 1) begin
            pins = next;
            #5 $fdisplay(record, "%b%b%b%b %h %h %h", in_ready, out_valid, out_last, overflow, data,
                         inner_overflow, outer_overflow);
            clk = 1'b1;
            #5 clk = 1'b0;
            found = $fscanf(source, "%h\n", next);
        end
        $fclose(record);
        $finish;
    end
endmodule
