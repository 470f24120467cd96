 (
    input wire [N-1:0] activation_i,
    input wire [M-1:0] weight_i
);

    // The lane lemma: a product is at most what the largest and the smallest activation can make of its weight.
    localparam int P = N + M + (SIGNED || WEIGHT_SIGNED ? 0 : 1);
    localparam [N:0] NU = SIGNED ? (1 << (N - 1)) - 1 : (1 << N) - 1;
    localparam [N:0] MU = SIGNED ? 1 << (N - 1) : 0;

    wire signed [P-1:0] product;
    macaw_dot_product dut (
        .activation_i(activation_i), .weight_i(weight_i), .accumulator_i('0), .sum_o(product));

    wire negative = WEIGHT_SIGNED && weight_i[M-1];
    wire [M-1:0] magnitude = negative ? -weight_i : weight_i;
    wire [P:0] by_largest = magnitude * (NU - SLACK), by_smallest = magnitude * MU;
    wire signed [P+1:0] high = negative ? by_smallest : by_largest;
    wire signed [P+1:0] low = negative ? by_largest : by_smallest;
    always @*
        assert (product <= high && product >= -low);
endmodule
