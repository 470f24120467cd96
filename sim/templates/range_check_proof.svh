 (
    input wire signed [W-1:0] sum_i
);

    // The range check against an exact comparison of 64 bits. SLACK is 0; 1 makes the reference wrong.
    localparam signed [63:0] MIN = -(64'sd1 <<< (P - 1));
    localparam signed [63:0] MAX = (64'sd1 <<< (P - 1)) - 64'sd1 + SLACK;

    wire [P-1:0] value;
    wire overflow;
    macaw_range_check dut (.sum_i(sum_i), .value_o(value), .overflow_o(overflow));

    wire signed [63:0] exact = sum_i;
    wire leaves = exact < MIN || exact > MAX;
    wire signed [63:0] clamped = exact < MIN ? MIN : exact > MAX ? MAX : exact;
    always @* begin
        assert (overflow == leaves);
        assert (value == (SATURATE ? clamped[P-1:0] : exact[P-1:0]));
    end
endmodule
