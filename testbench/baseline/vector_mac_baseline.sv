// Vector multiply-accumulate as published accumulator studies write it: K signed multipliers, an adder tree
// that keeps every bit, and a P-bit accumulator that wraps. Nothing is truncated in front of the accumulator.
// It is what the generated units are compared with (macaw forms), so it has their registers and control:
//
//   cycle 1   the beat is in the input registers (valid_i: it counts, first_i: it opens a dot product)
//   cycle 2   the accumulator holds the sum with this beat
//   cycle 3   sum_o shows it
//
// Plain SystemVerilog that Verilator, Yosys and Icarus read alike.

module vector_mac_baseline #(
    parameter int K = 32,  // lanes: products a beat
    parameter int M = 4,   // weight bits, signed
    parameter int N = 8,   // activation bits, signed
    parameter int P = 16   // accumulator bits
) (
    input  logic           clk_i,
    input  logic           rst_ni,
    input  logic           valid_i,
    input  logic           first_i,
    input  logic [K*N-1:0] activation_i,  // lane k at bit k*N
    input  logic [K*M-1:0] weight_i,      // lane k at bit k*M
    output logic [  P-1:0] sum_o
);

    localparam int Depth = $clog2(K);
    localparam int Tree = M + N + Depth;          // bits of the exact sum of K products
    localparam int Sum = (Tree > P) ? Tree : P;  // bits of the addition in front of the accumulator

    logic [K*N-1:0] activation_q;
    logic [K*M-1:0] weight_q;
    logic           valid_q;
    logic           first_q;

    // Level 0 holds the products (and zeros up to a power of two), each level above the sums of two.
    for (genvar level = 0; level <= Depth; level++) begin : g_level
        localparam int Width = M + N + level;
        localparam int Count = 1 << (Depth - level);
        logic [Count*Width-1:0] node;
        for (genvar i = 0; i < Count; i++) begin : g_node
            logic signed [Width-1:0] value;
            assign node[i*Width+:Width] = value;
            if (level > 0) begin : g_sum
                logic signed [Width-2:0] left;
                logic signed [Width-2:0] right;
                assign left = g_level[level-1].node[2*i*(Width-1)+:Width-1];
                assign right = g_level[level-1].node[(2*i+1)*(Width-1)+:Width-1];
                assign value = Width'(left) + Width'(right);
            end else if (i < K) begin : g_product
                logic signed [N-1:0] activation;
                logic signed [M-1:0] weight;
                assign activation = activation_q[i*N+:N];
                assign weight = weight_q[i*M+:M];
                assign value = Width'(activation) * Width'(weight);
            end else begin : g_none
                assign value = '0;
            end
        end
    end

    logic signed [Tree-1:0] tree;
    logic signed [P-1:0]    accumulator_q;
    logic signed [P-1:0]    base;
    logic signed [Sum-1:0]  sum;
    logic        [P-1:0]    sum_q;

    assign tree = g_level[Depth].node;
    assign base = first_q ? '0 : accumulator_q;
    assign sum = Sum'(base) + Sum'(tree);
    assign sum_o = sum_q;

    always_ff @(posedge clk_i) begin
        activation_q <= activation_i;
        weight_q     <= weight_i;
        sum_q        <= accumulator_q;
        if (!rst_ni) begin
            valid_q       <= 1'b0;
            first_q       <= 1'b0;
            accumulator_q <= '0;
        end else begin
            valid_q <= valid_i;
            first_q <= first_i;
            if (valid_q) accumulator_q <= sum[P-1:0];
        end
    end

    // The bits that a narrow accumulator drops.
    if (Sum > P) begin : g_dropped
        logic unused_dropped;
        assign unused_dropped = ^sum[Sum-1:P];
    end

endmodule
