 (
    input wire [W-1:0] a_i,
    input wire [W-1:0] b_i
);

    // The final adder against `+`.
    wire [W-1:0] sum;
    macaw_adder dut (.a_i(a_i), .b_i(b_i), .sum_o(sum));
    always @* assert (sum == a_i + b_i);
endmodule
