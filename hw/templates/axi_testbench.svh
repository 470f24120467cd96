
    localparam [1:0] OKAY = 2'd0, SLVERR = 2'd2;
    // What a step of registers.hex does, above its address and its value.
    localparam [3:0] WRITE = 4'd0, REFUSED_WRITE = 4'd1, READ = 4'd2, READ_AT_LEAST = 4'd3, ROWS_UNTIL = 4'd4,
        REFUSED_READ = 4'd5;
    localparam [2:0] ISSUE = 3'd0, SEND_WRITE = 3'd1, WRITE_RESPONSE = 3'd2, SEND_READ = 3'd3, READ_DATA = 3'd4;

    reg clk = 1'b0, rst_n = 1'b0;
    integer errors = 0;

    // AXI4-Lite
    reg [47:0] steps [0:STEPS-1];
    reg [2:0] state = ISSUE;
    integer step = 0, pause = 0;
    wire [3:0] operation = steps[step < STEPS ? step : 0][47:44];
    wire [3:0] strobe = steps[step < STEPS ? step : 0][43:40];
    wire [7:0] address = steps[step < STEPS ? step : 0][39:32];
    wire [31:0] value = steps[step < STEPS ? step : 0][31:0];
    wire is_write = operation == WRITE || operation == REFUSED_WRITE;
    reg [7:0] awaddr = '0, araddr = '0;
    reg [31:0] wdata = '0;
    reg [3:0] wstrb = '0;
    reg awvalid = 1'b0, wvalid = 1'b0, bready = 1'b0, arvalid = 1'b0, rready = 1'b0;
    wire awready, wready, bvalid, arready, rvalid;
    wire [1:0] bresp, rresp;
    wire [31:0] rdata;

    // Streams: a source offers a transfer until it is taken and pauses in a quarter of the cycles; so does the sink.
    reg [BEAT_BITS-1:0] beats [0:BEATS-1];
    reg beat_valid = 1'b0;
    integer next_beat = 0, beat_seed = 1;
    wire beat_ready;
    wire beat_taken = beat_valid && beat_ready;
`ifdef WEIGHT_STREAM
    reg [WEIGHT_BITS-1:0] weights [0:WEIGHT_BEATS-1];
    reg weight_valid = 1'b0;
    integer next_weight = 0, weight_seed = 2;
    wire weight_ready;
    wire weight_taken = weight_valid && weight_ready;
`endif
`ifdef SCALES
    reg [SCALE_BITS-1:0] scales [0:SCALE_BEATS-1];
    reg scale_valid = 1'b0;
    integer next_scale = 0, scale_seed = 3;
    wire scale_ready;
    wire scale_taken = scale_valid && scale_ready;
`endif
    reg [ROW_BITS-1:0] expected [0:ROWS-1];
    reg ready = 1'b0;
    integer received = 0, idle = 0, cycles = 0, seed = 4;
    reg refused = 1'b0;
    reg [ROW_BITS-1:0] refused_row = '0;
    wire valid, last;
    wire [DATA_BITS-1:0] data;
`ifdef USER
    wire [USER_BITS-1:0] user;
    wire [ROW_BITS-1:0] row = {last, user, data};
`else
    wire [ROW_BITS-1:0] row = {last, data};
`endif

`ifdef STICKY_FLAG
    wire overflow;
`endif

    macaw_axi dut (
        .clk_i(clk), .rst_ni(rst_n),
        .s_axil_awaddr_i(awaddr), .s_axil_awvalid_i(awvalid), .s_axil_awready_o(awready),
        .s_axil_wdata_i(wdata), .s_axil_wstrb_i(wstrb), .s_axil_wvalid_i(wvalid), .s_axil_wready_o(wready),
        .s_axil_bresp_o(bresp), .s_axil_bvalid_o(bvalid), .s_axil_bready_i(bready),
        .s_axil_araddr_i(araddr), .s_axil_arvalid_i(arvalid), .s_axil_arready_o(arready),
        .s_axil_rdata_o(rdata), .s_axil_rresp_o(rresp), .s_axil_rvalid_o(rvalid), .s_axil_rready_i(rready),
        .s_axis_tvalid_i(beat_valid), .s_axis_tready_o(beat_ready),
        .s_axis_tdata_i(beats[next_beat < BEATS ? next_beat : 0]),
`ifdef WEIGHT_STREAM
        .s_axis_weight_tvalid_i(weight_valid), .s_axis_weight_tready_o(weight_ready),
        .s_axis_weight_tdata_i(weights[next_weight < WEIGHT_BEATS ? next_weight : 0]),
`endif
`ifdef SCALES
        .s_axis_scale_tvalid_i(scale_valid), .s_axis_scale_tready_o(scale_ready),
        .s_axis_scale_tdata_i(scales[next_scale < SCALE_BEATS ? next_scale : 0]),
`endif
`ifdef USER
        .m_axis_tuser_o(user),
`endif
`ifdef STICKY_FLAG
        .overflow_o(overflow),
`endif
        .m_axis_tvalid_o(valid), .m_axis_tready_i(ready), .m_axis_tlast_o(last), .m_axis_tdata_o(data));

    always #5 clk = ~clk;

    always @(posedge clk) if (rst_n) begin
        if (beat_taken) next_beat <= next_beat + 1;
        if (!beat_valid || beat_taken)
            beat_valid <= next_beat + (beat_taken ? 1 : 0) < BEATS && ($random(beat_seed) & 3) != 0;
    end
`ifdef WEIGHT_STREAM
    always @(posedge clk) if (rst_n) begin
        if (weight_taken) next_weight <= next_weight + 1;
        if (!weight_valid || weight_taken)
            weight_valid <= next_weight + (weight_taken ? 1 : 0) < WEIGHT_BEATS && ($random(weight_seed) & 3) != 0;
    end
`endif
`ifdef SCALES
    always @(posedge clk) if (rst_n) begin
        if (scale_taken) next_scale <= next_scale + 1;
        if (!scale_valid || scale_taken)
            scale_valid <= next_scale + (scale_taken ? 1 : 0) < SCALE_BEATS && ($random(scale_seed) & 3) != 0;
    end
`endif
    always @(posedge clk) if (rst_n) begin
        // Every other row is asked for only after it was offered: TVALID must not wait for TREADY.
        // Nothing is taken while the registers are tried, so that the job is still under way.
        ready <= operation == ROWS_UNTIL && ($random(seed) & 3) != 0 && (received % 2 == 0 || valid);
        idle = idle + 1;
        cycles = cycles + 1;
        // An offer stands until it is taken.
        if (refused && (!valid || row !== refused_row)) begin
            errors = errors + 1;
            if (errors <= 10) $display("row %0d changed before it was taken", received);
        end
        refused <= valid && !ready;
        refused_row <= row;
        if (valid && ready) begin
            idle = 0;
            if (received >= ROWS) $fatal(1, "FAIL: more than %0d rows", ROWS);
            if (row !== expected[received]) begin
                errors = errors + 1;
                if (errors <= 10) $display("row %0d is %h, expected %h", received, row, expected[received]);
            end
            received = received + 1;
        end
        if (idle == 100000) $fatal(1, "FAIL: no output for 100000 cycles after row %0d of %0d", received, ROWS);
    end

    // Registers, one step of registers.hex after the other.
    always @(posedge clk) if (rst_n) case (state)
        ISSUE:
            if (step == STEPS) begin
`ifdef STICKY_FLAG
                if (overflow !== STICKY) begin
                    errors = errors + 1;
                    $display("overflow_o is %b, expected %b", overflow, STICKY);
                end
`endif
                if (errors != 0) $fatal(1, "FAIL: %0d differences in %0d rows and the registers", errors, ROWS);
                $display("PASS: %0d rows of %0d outputs", ROWS, COLUMNS);
                $finish;
            end else if (operation == ROWS_UNTIL) begin
                if (received > value) $fatal(1, "FAIL: more than %0d rows", value);
                pause <= received == value ? pause + 1 : 0;
                if (pause == 8) begin  // and no row follows
                    pause <= 0;
                    step <= step + 1;
                end
            end else if (is_write) begin
                awaddr <= address;
                wdata <= value;
                wstrb <= strobe;
                awvalid <= 1'b1;
                wvalid <= 1'b1;
                state <= SEND_WRITE;
            end else begin
                araddr <= address;
                arvalid <= 1'b1;
                state <= SEND_READ;
            end
        SEND_WRITE: begin
            if (awready) awvalid <= 1'b0;
            if (wready) wvalid <= 1'b0;
            if ((awready || !awvalid) && (wready || !wvalid)) begin
                bready <= 1'b1;
                state <= WRITE_RESPONSE;
            end
        end
        WRITE_RESPONSE: if (bvalid) begin
            if (bresp !== (operation == WRITE ? OKAY : SLVERR)) begin
                errors = errors + 1;
                $display("write to register %h: response %b, not as expected", address, bresp);
            end
            bready <= 1'b0;
            step <= step + 1;
            state <= ISSUE;
        end
        SEND_READ: if (arready) begin
            arvalid <= 1'b0;
            rready <= 1'b1;
            state <= READ_DATA;
        end
        READ_DATA: if (rvalid) begin
            // A counter of cycles cannot be above the cycles since the reset.
            if (rresp !== (operation == REFUSED_READ ? SLVERR : OKAY) ||
                (operation == READ && rdata !== value) ||
                (operation == READ_AT_LEAST && !(rdata >= value && rdata <= cycles))) begin
                errors = errors + 1;
                $display("register %h: %h, response %b, expected %h", address, rdata, rresp, value);
            end
            rready <= 1'b0;
            step <= step + 1;
            state <= ISSUE;
        end
        default: $fatal(1, "FAIL: the testbench is in no state");
    endcase

    initial begin
        $readmemh("testbench/registers.hex", steps);
        $readmemh("testbench/beats.hex", beats);
        $readmemh("testbench/expected.hex", expected);
`ifdef WEIGHT_STREAM
        $readmemh("testbench/weights.hex", weights);
`endif
`ifdef SCALES
        $readmemh("testbench/scales.hex", scales);
`endif
        repeat (3) @(posedge clk);
        rst_n <= 1'b1;
    end
endmodule
