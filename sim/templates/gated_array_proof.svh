 (
    input wire                 clk_i,
    input wire                 reset_i,
    input wire                 in_valid_i,
    input wire                 in_last_i,
    input wire                 weight_valid_i,
    input wire                 out_ready_i,
    input wire [TILE*N-1:0]    activation_i,
    input wire [COLUMNS*M-1:0] weight_i
);

    // A whole weight-stationary array with operand gates beside one without: any data, any pattern of valid and ready
    // on every stream, resets at any time. Ready and valid are always alike, and so are results wherever they are valid.
    reg started = 1'b0;  // the first cycle is a reset
    always @(posedge clk_i) started <= 1'b1;
    wire rst_n = started && !reset_i;

    wire in_ready, weight_ready, out_valid, out_last;
    wire plain_in_ready, plain_weight_ready, plain_out_valid, plain_out_last;
    wire [COLUMNS*P-1:0] data, plain_data;
    macaw_array gated (
        .clk_i(clk_i), .rst_ni(rst_n), .in_valid_i(in_valid_i), .in_ready_o(in_ready), .in_last_i(in_last_i),
        .activation_i(activation_i), .weight_valid_i(weight_valid_i), .weight_ready_o(weight_ready),
        .weight_i(weight_i),
        .out_valid_o(out_valid), .out_ready_i(out_ready_i), .out_last_o(out_last), .out_data_o(data));
    plain_macaw_array plain (
        .clk_i(clk_i), .rst_ni(rst_n), .in_valid_i(in_valid_i), .in_ready_o(plain_in_ready), .in_last_i(in_last_i),
        .activation_i(activation_i), .weight_valid_i(weight_valid_i), .weight_ready_o(plain_weight_ready),
        .weight_i(weight_i),
        .out_valid_o(plain_out_valid), .out_ready_i(out_ready_i), .out_last_o(plain_out_last),
        .out_data_o(plain_data));

    always @*
        if (rst_n) begin
            assert (in_ready == plain_in_ready && weight_ready == plain_weight_ready);
            assert (out_valid == plain_out_valid && out_last == plain_out_last);
            assert (!out_valid || data == plain_data);
        end
endmodule
