 (
    input wire         clk_i,
    input wire         enable_i,
    input wire [N-1:0] activation_i,
    input wire [M-1:0] weight_i
);

    // The gate against plain operand registers, any beats at any time: what it gives counts exactly where it is what
    // plain registers hold and where theirs hold a 0 it says so; and it holds while no pair without a 0 is taken.
    wire [N-1:0] activation;
    wire [M-1:0] weight;
    wire nonzero;
    macaw_operand_gate dut (
        .clk_i(clk_i), .enable_i(enable_i), .activation_i(activation_i), .weight_i(weight_i),
        .activation_o(activation), .weight_o(weight), .nonzero_o(nonzero));

    reg [N-1:0] plain_activation, before_activation;
    reg [M-1:0] plain_weight, before_weight;
    reg loaded = 1'b0, holds = 1'b0;
    always @(posedge clk_i) begin
        if (enable_i) begin
            plain_activation <= activation_i;
            plain_weight <= weight_i;
            loaded <= 1'b1;
        end
        before_activation <= activation;
        before_weight <= weight;
        holds <= !enable_i || activation_i == '0 || weight_i == '0;
    end

    wire has_zero = plain_activation == '0 || plain_weight == '0;
    always @* begin
        assert (!loaded || (nonzero ? !has_zero && activation == plain_activation && weight == plain_weight : has_zero));
        assert (!holds || (activation == before_activation && weight == before_weight));
    end
endmodule
