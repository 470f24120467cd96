#include "hw/array/write_testbench.hpp"

#include <fmt/format.h>

#include "embedded/hw_templates.hpp"
#include "hw/array/processing_element.hpp"
#include "hw/array/stream_layout.hpp"

namespace macaw::hw {

namespace {

std::string testbench_text(const golden::Datapath& datapath, const ArrayConfig& array, std::size_t beats,
                           std::size_t weight_beats, std::size_t rows) {
    const StreamLayout layout(datapath, array);
    const int activation_bits = layout.activation_port_bits(), weight_bits = layout.weight_port_bits();
    const int beat_bits = 1 + activation_bits + (layout.has_weight_stream() ? 0 : weight_bits);
    const int data_bits = array.columns * datapath.outer_bits.bits();
    const bool inner = has_flag(datapath.inner_overflow), outer = has_flag(datapath.outer_overflow);
    std::string text =
        "// Checks macaw_array against outputs that macaw's golden model computed. In the folder of the "
        "RTL:\n"
        "//   $ iverilog -g2012 -o check testbench/macaw_array_testbench.sv *.sv && vvp -n check\n"
        "//   $ verilator --binary --timing -Wno-fatal --top macaw_array_testbench *.sv \\\n"
        "//       testbench/macaw_array_testbench.sv && obj_dir/Vmacaw_array_testbench\n";
    text += fmt::format("// {}; {}\n", to_string(datapath), to_string(array));
    if (inner) text += "`define INNER_FLAGS\n";
    if (outer) text += "`define OUTER_FLAGS\n";
    if (inner || outer) text += "`define STICKY_FLAG\n";
    if (layout.has_weight_stream()) text += "`define WEIGHT_STREAM\n";
    text += "`timescale 1ns / 1ps\nmodule macaw_array_testbench;\n";
    for (const auto& [name, value] :
         {std::pair{"BEATS", static_cast<std::int64_t>(beats)},
          std::pair{"ROWS", static_cast<std::int64_t>(rows)},
          std::pair{"COLUMNS", std::int64_t{array.columns}},
          std::pair{"ACTIVATION_BITS", std::int64_t{activation_bits}},
          std::pair{"WEIGHT_BITS", std::int64_t{weight_bits}},
          std::pair{"DATA_BITS", std::int64_t{data_bits}}, std::pair{"BEAT_BITS", std::int64_t{beat_bits}},
          std::pair{"WEIGHT_BEATS", static_cast<std::int64_t>(weight_beats)},
          std::pair{"ROW_BITS", std::int64_t{1 + 2 * array.columns + data_bits}}})
        text += fmt::format("    localparam int {} = {};\n", name, value);
    return text + std::string(embedded::hw_array_testbench_svh);
}

}  // namespace

Expected<void> write_testbench(const std::filesystem::path& folder, const golden::Datapath& datapath,
                               const ArrayConfig& array) {
    std::mt19937_64 random(1);
    return write_testbench(folder, datapath, array, corner_groups(datapath, array, random));
}

Expected<void> write_testbench(const std::filesystem::path& folder, const golden::Datapath& datapath,
                               const ArrayConfig& array, const std::vector<Group>& groups) {
    const std::filesystem::path inner = folder / "testbench";
    std::error_code problem;
    std::filesystem::create_directory(inner, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {inner.string()}});
    golden::Datapath checked = datapath;
    checked.products_per_check = array.lanes;
    std::vector<std::string> beats = beats_as_hex(checked, array, groups);
    std::vector<std::string> rows = rows_as_hex(checked, expected_rows(checked, array, groups));
    std::vector<std::string> weights;
    if (StreamLayout(checked, array).has_weight_stream()) {
        weights = weight_beats_as_hex(checked, array, groups);
        MACAW_CHECK(write_text(inner / "weights.hex", fmt::format("{}\n", fmt::join(weights, "\n"))));
    }
    MACAW_CHECK(write_text(inner / "beats.hex", fmt::format("{}\n", fmt::join(beats, "\n"))));
    MACAW_CHECK(write_text(inner / "expected.hex", fmt::format("{}\n", fmt::join(rows, "\n"))));
    return write_text(inner / "macaw_array_testbench.sv",
                      testbench_text(checked, array, beats.size(), weights.size(), rows.size()));
}

}  // namespace macaw::hw
