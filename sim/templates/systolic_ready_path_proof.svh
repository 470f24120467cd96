 (
    input wire              clk_i,
    input wire              rst_ni,
    input wire              in_valid_i,
    input wire              in_last_i,
    input wire              weight_valid_i,
    input wire              out_ready_i,
    input wire [TILE*N-1:0] activation_i,
    input wire [M-1:0]      weight_i,
    output wire             in_ready_o,
    output wire             weight_ready_o,
    output wire             out_valid_o,
    output wire             out_last_o,
    output wire [P-1:0]     out_data_o
);

    // With FAULT both inputs are ready in the same cycle as the output: what must not be.
    wire in_ready, weight_ready;
    macaw_array dut (
        .clk_i(clk_i), .rst_ni(rst_ni), .in_valid_i(in_valid_i), .in_ready_o(in_ready), .in_last_i(in_last_i),
        .activation_i(activation_i), .weight_valid_i(weight_valid_i), .weight_ready_o(weight_ready),
        .weight_i(weight_i),
        .out_valid_o(out_valid_o), .out_ready_i(out_ready_i), .out_last_o(out_last_o), .out_data_o(out_data_o));
    assign in_ready_o = FAULT ? in_ready || out_ready_i : in_ready;
    assign weight_ready_o = FAULT ? weight_ready || out_ready_i : weight_ready;
endmodule
