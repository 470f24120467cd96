#include "tools.hpp"

#include <sstream>
#include <stdexcept>

#include <fmt/format.h>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"

namespace macaw::hw::testing {

namespace {

// Source and sink with random pauses; one line a delivered row: data, flags (0 where there are none), last.
constexpr const char* kTestbench = R"(
module testbench;
    reg clk = 1'b0, rst_n = 1'b0, valid = 1'b0, ready = 1'b0;
    reg [{beat_bits}-1:0] beats [0:{beats}-1];
    integer next = 0, received = 0, cycle = 0, seed = {seed};
    wire in_ready, out_valid, out_last;
    wire [{data_bits}-1:0] data;
    wire [{columns}-1:0] inner, outer;
    wire [{beat_bits}-1:0] beat = beats[next < {beats} ? next : 0];
    wire taken = valid && in_ready;

    macaw_array dut (
        .clk_i(clk), .rst_ni(rst_n), .in_valid_i(valid), .in_ready_o(in_ready),
        .in_last_i(beat[{beat_bits}-1]), .activation_i(beat[{weight_bits} +: {activation_bits}]),
        .weight_i(beat[0 +: {weight_bits}]), .out_valid_o(out_valid), .out_ready_i(ready),
        .out_last_o(out_last), .out_data_o(data){flag_ports});
    {flag_ties}

    always #5 clk = ~clk;
    initial begin
        $readmemh("beats.hex", beats);
        repeat (3) @(posedge clk);
        rst_n <= 1'b1;
    end
    always @(posedge clk) if (rst_n) begin
        cycle = cycle + 1;
        if (taken) next <= next + 1;
        if (!valid || taken) valid <= next + taken < {beats} && ($random(seed) & 3) != 0;
        ready <= ($random(seed) & 3) != 0;
        if (out_valid && ready) begin
            $display("row %h %h %h %b", data, inner, outer, out_last);
            received = received + 1;
        end
        if (received == {rows} || cycle == 100000) $finish;
    end
endmodule
)";

std::string hex(const std::vector<bool>& bits) {  // least significant first
    std::string digits;
    for (std::size_t nibble = (bits.size() + 3) / 4; nibble-- > 0;) {
        unsigned value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            if (4 * nibble + i < bits.size() && bits[4 * nibble + i]) value |= 1U << i;
        digits += "0123456789abcdef"[value];
    }
    return digits;
}

void append(std::vector<bool>& bits, std::int64_t value, int width) {
    for (int i = 0; i < width; ++i) bits.push_back(((value >> i) & 1) != 0);
}

// One line a beat: last, activations, weights.
std::vector<std::string> beats_as_hex(const golden::Datapath& datapath, const ArrayConfig& array,
                                      const std::vector<Group>& groups) {
    std::vector<std::string> lines;
    for (const Group& group : groups) {
        for (std::int64_t first = 0; first < group.length; first += array.lanes) {
            std::vector<bool> bits;
            auto append_side = [&](const auto& codes, int sides, int width) {
                for (int side = 0; side < sides; ++side)
                    for (std::int64_t k = first; k < first + array.lanes; ++k)
                        append(
                            bits,
                            k < group.length ? codes[static_cast<std::size_t>(side * group.length + k)] : 0,
                            width);
            };
            append_side(group.weights, array.columns, datapath.weight_bits.bits());
            append_side(group.activations, array.rows, datapath.activation_bits.bits());
            bits.push_back(first + array.lanes >= group.length);
            lines.push_back(hex(bits));
        }
    }
    return lines;
}

std::string testbench_text(const golden::Datapath& datapath, const ArrayConfig& array, std::size_t beats,
                           std::size_t rows) {
    bool inner = datapath.inner_overflow != golden::OverflowMode::Wrap;
    bool outer = datapath.outer_overflow != golden::OverflowMode::Wrap;
    int activation_bits = array.rows * array.lanes * datapath.activation_bits.bits();
    int weight_bits = array.columns * array.lanes * datapath.weight_bits.bits();
    std::string ports =
        std::string(inner ? ", .inner_overflow_o(inner)" : "") + (outer ? ", .outer_overflow_o(outer)" : "");
    std::string ties = std::string(inner ? "" : "assign inner = 0; ") + (outer ? "" : "assign outer = 0;");
    std::string text = kTestbench;
    auto fill = [&](const std::string& name, const auto& value) {
        std::string key = "{" + name + "}";
        for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key))
            text.replace(at, key.size(), fmt::format("{}", value));
    };
    fill("beat_bits", 1 + activation_bits + weight_bits);
    fill("activation_bits", activation_bits);
    fill("weight_bits", weight_bits);
    fill("data_bits", array.columns * datapath.outer_bits.bits());
    fill("columns", array.columns);
    fill("beats", beats);
    fill("rows", rows);
    fill("seed", 12345);
    fill("flag_ports", ports);
    fill("flag_ties", ties);
    return text;
}

std::string output_of(std::vector<std::string> command, const std::vector<std::string>& files,
                      const std::filesystem::path& folder) {
    command.insert(command.end(), files.begin(), files.end());
    auto result = run_process(command, {folder, ""});
    if (!result) throw std::runtime_error(to_text(result.error()));
    if (result->exit_code != 0) return fmt::format("exit code {}\n{}", result->exit_code, result->output);
    return result->output;
}

}  // namespace

std::vector<std::string> write_sources(const std::filesystem::path& folder,
                                       const std::vector<rtl::SourceFile>& sources) {
    std::vector<std::string> names;
    for (const rtl::SourceFile& source : sources) {
        if (!write_text(folder / source.name, source.text))
            throw std::runtime_error("cannot write " + source.name);
        names.push_back(source.name);
    }
    return names;
}

std::string lint(const std::filesystem::path& folder, const std::vector<std::string>& files) {
    return output_of({"verilator", "--lint-only", "-Wall"}, files, folder);
}

std::string yosys_check(const std::filesystem::path& folder, const std::vector<std::string>& files) {
    std::string script = fmt::format(
        "read_verilog -sv {}; hierarchy -check -top macaw_array; proc; check -assert", fmt::join(files, " "));
    return output_of({"yosys", "-q", "-p", script}, {}, folder);
}

std::vector<std::string> icarus_rows(const std::filesystem::path& folder,
                                     const std::vector<std::string>& files, const golden::Datapath& datapath,
                                     const ArrayConfig& array, const std::vector<Group>& groups) {
    std::vector<std::string> beats = beats_as_hex(datapath, array, groups);
    std::string hex_text = fmt::format("{}\n", fmt::join(beats, "\n"));
    std::string text =
        testbench_text(datapath, array, beats.size(), groups.size() * static_cast<std::size_t>(array.rows));
    if (!write_text(folder / "beats.hex", hex_text) || !write_text(folder / "testbench.sv", text))
        throw std::runtime_error("cannot write the testbench");
    std::string compiled = output_of(
        {"iverilog", "-g2012", "-Wall", "-Wno-timescale", "-o", "simulation", "testbench.sv"}, files, folder);
    if (!compiled.empty()) return {compiled};
    std::istringstream lines(output_of({"vvp", "-n", "simulation"}, {}, folder));
    std::vector<std::string> rows;
    for (std::string line; std::getline(lines, line);) rows.push_back(line);
    return rows;
}

std::vector<std::string> rows_as_text(const golden::Datapath& datapath, const std::vector<OutputRow>& rows) {
    std::vector<std::string> text;
    for (const OutputRow& row : rows) {
        std::vector<bool> data, inner, outer;
        for (const golden::DotProduct& output : row.columns) {
            append(data, output.value, datapath.outer_bits.bits());
            inner.push_back(output.inner_overflow);
            outer.push_back(output.outer_overflow);
        }
        text.push_back(fmt::format("row {} {} {} {}", hex(data), hex(inner), hex(outer), row.last ? 1 : 0));
    }
    return text;
}

}  // namespace macaw::hw::testing
