// The other baseline of array_bench.cpp: as plain_loops.sv, but each element of the array has registers of its own
// in a generate loop, and a loop with `+=` over its lanes.
module macaw_array #(
    parameter int R = 8, parameter int C = 8, parameter int L = 16,
    parameter int N = 8, parameter int M = 4, parameter int T = 64,
    parameter int PI = 16, parameter int PO = 20
) (
    input  logic             clk_i,
    input  logic             rst_ni,
    input  logic             in_valid_i,
    output logic             in_ready_o,
    input  logic             in_last_i,
    output logic             out_valid_o,
    input  logic             out_ready_i,
    output logic             out_last_o,
    input  logic [R*L*N-1:0] activation_i,
    input  logic [C*L*M-1:0] weight_i,
    output logic [C*PO-1:0]  out_data_o
);
    localparam int B = T / L;
    logic [R*L*N-1:0] activation_q;
    logic [C*L*M-1:0] weight_q;
    int beat_q, row_q;
    logic valid_q, first_q, last_q, dot_last_q, tile_done_q, final_q, open_q, result_q, draining_q;
    logic advance;
    assign advance = !(result_q && draining_q);
    assign in_ready_o = advance;
    assign out_valid_o = draining_q;
    assign out_last_o = draining_q && row_q == R - 1;

    always_ff @(posedge clk_i) begin
        if (!rst_ni) begin
            beat_q <= 0; row_q <= 0; valid_q <= 0; first_q <= 0; last_q <= 0; dot_last_q <= 0;
            tile_done_q <= 0; final_q <= 0; open_q <= 0; result_q <= 0; draining_q <= 0;
        end else begin
            if (advance) begin
                valid_q <= in_valid_i;
                if (in_valid_i) begin
                    activation_q <= activation_i;
                    weight_q <= weight_i;
                    first_q <= beat_q == 0;
                    last_q <= in_last_i || beat_q == B - 1;
                    dot_last_q <= in_last_i;
                    beat_q <= in_last_i || beat_q == B - 1 ? 0 : beat_q + 1;
                end
                tile_done_q <= valid_q && last_q;
                final_q <= dot_last_q;
                result_q <= tile_done_q && final_q;
                if (tile_done_q) open_q <= !final_q;
            end
            if (result_q && !draining_q) draining_q <= 1;
            if (draining_q && out_ready_i) begin
                row_q <= row_q == R - 1 ? 0 : row_q + 1;
                if (row_q == R - 1) draining_q <= 0;
            end
        end
    end

    for (genvar r = 0; r < R; r++) begin : g_row
        for (genvar c = 0; c < C; c++) begin : g_column
            logic signed [PI-1:0] inner_q, sum;
            logic signed [PO-1:0] outer_q, drain_q, below;
            if (r + 1 < R) assign below = g_row[r+1].g_column[c].drain_q;
            else assign below = '0;
            always_comb begin
                sum = first_q ? '0 : inner_q;
                for (int l = 0; l < L; l++)
                    sum += PI'($signed(activation_q[(r*L+l)*N+:N])) * PI'($signed(weight_q[(c*L+l)*M+:M]));
            end
            always_ff @(posedge clk_i) begin
                if (valid_q && advance) inner_q <= sum;
                if (tile_done_q && advance) outer_q <= (open_q ? outer_q : '0) + PO'(inner_q);
                if (result_q && !draining_q) drain_q <= outer_q;
                else if (draining_q && out_ready_i) drain_q <= below;
            end
            if (r == 0) assign out_data_o[c*PO+:PO] = drain_q;
        end
    end
endmodule
