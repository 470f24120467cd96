// Runs beats.hex through a vector MAC unit and compares its output with expected.hex (both read by $readmemh).
// Macros: DUT, the module; PARAMETERS, its parameter list or nothing; BEATS, LANES, M, N, P.
module vector_mac_testbench;
    localparam int ActivationBits = `LANES * `N;
    localparam int WeightBits = `LANES * `M;

    reg clk = 1'b0, rst_n = 1'b0;
    reg [ActivationBits+WeightBits+1:0] beats [0:`BEATS-1];
    reg [`P-1:0] expected [0:`BEATS-1];
    reg [ActivationBits+WeightBits+1:0] beat = '0;
    integer cycle = 0, errors = 0;
    wire [`P-1:0] sum;

    `DUT `PARAMETERS dut (
        .clk_i(clk), .rst_ni(rst_n),
        .valid_i(beat[ActivationBits+WeightBits+1]), .first_i(beat[ActivationBits+WeightBits]),
        .activation_i(beat[WeightBits +: ActivationBits]), .weight_i(beat[0 +: WeightBits]), .sum_o(sum));

    always #5 clk = ~clk;

    initial begin
        $readmemh("beats.hex", beats);
        $readmemh("expected.hex", expected);
        repeat (3) @(negedge clk);
        rst_n = 1'b1;
        // Between falling edges lies the rising one that takes the beat; its sum is two registers further.
        for (cycle = 0; cycle < `BEATS + 2; cycle = cycle + 1) begin
            beat = cycle < `BEATS ? beats[cycle] : '0;
            @(negedge clk);
            if (cycle >= 2 && sum !== expected[cycle-2]) begin
                errors = errors + 1;
                if (errors <= 10) $display("beat %0d: %h, expected %h", cycle - 2, sum, expected[cycle-2]);
            end
        end
        if (errors != 0) $fatal(1, "FAIL: %0d of %0d sums differ", errors, `BEATS);
        $display("PASS: %0d sums", `BEATS);
        $finish;
    end
endmodule
