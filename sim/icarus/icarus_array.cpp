// See icarus_array.hpp.
#include "sim/icarus/icarus_array.hpp"

#include <fstream>
#include <sstream>

#include "embedded/sim_templates.hpp"
#include "golden/support/file.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"
#include "hw/array/processing_element.hpp"
#include "hw/array/stream_layout.hpp"
#include "hw/array/write_rtl.hpp"
#include "sim/port_vector.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPins = "pins.hex";
constexpr const char* kPorts = "ports.txt";

constexpr int kControlPins = 5;

std::int64_t pin_bits(const job::JobHeader& header) {
    return kControlPins + static_cast<std::int64_t>(header.activation_bits + header.weight_bits);
}

std::string bench_text(const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    const bool inner = hw::has_flag(datapath.inner_overflow), outer = hw::has_flag(datapath.outer_overflow);
    const hw::StreamLayout layout(datapath, array);
    const int activation_bits = layout.activation_port_bits(), weight_bits = layout.weight_port_bits();
    std::string text;
    if (inner) text += "`define INNER_FLAGS\n";
    if (outer) text += "`define OUTER_FLAGS\n";
    if (inner || outer) text += "`define STICKY_FLAG\n";
    if (layout.has_weight_stream()) text += "`define WEIGHT_STREAM\n";
    text += "`timescale 1ns / 1ps\nmodule macaw_icarus_replay;\n";
    for (const auto& [name, value] :
         {std::pair{"COLUMNS", array.columns}, std::pair{"ACTIVATION_BITS", activation_bits},
          std::pair{"WEIGHT_BITS", weight_bits},
          std::pair{"DATA_BITS", array.columns * datapath.outer_bits.bits()},
          std::pair{"PIN_BITS", kControlPins + activation_bits + weight_bits}})
        text += fmt::format("    localparam int {} = {};\n", name, value);
    return text + std::string(embedded::sim_icarus_replay_svh);
}

// Copies `bits` bits of a port to bit `at` of the pins.
void copy_bits(std::span<const std::uint32_t> from, std::int64_t bits, std::span<std::uint32_t> pins,
               std::int64_t at) {
    for (std::int64_t low = 0; low < bits; low += kPortWordBits) {
        int width = static_cast<int>(std::min<std::int64_t>(kPortWordBits, bits - low));
        set_bits(pins, at + low, width, get_bits(from, low, width));
    }
}

std::string hex(std::span<const std::uint32_t> words) {
    std::string text;
    for (std::size_t word = words.size(); word-- > 0;) text += fmt::format("{:08x}", words[word]);
    return text;
}

Expected<void> write_pins(const fs::path& file, const job::JobHeader& header, const PortTrace& trace) {
    const std::int64_t bits = pin_bits(header);
    const auto weight_bits = static_cast<std::int64_t>(header.weight_bits);
    std::string text;
    for (std::size_t at = 0; at < trace.cycles().size(); ++at) {
        const PortCycle& cycle = trace.cycles()[at];
        std::vector<std::uint32_t> pins(static_cast<std::size_t>(words_for_bits(bits)));
        copy_bits(trace.weight(at), weight_bits, pins, 0);
        copy_bits(trace.activation(at), static_cast<std::int64_t>(header.activation_bits), pins, weight_bits);
        std::int64_t top = bits - 1;
        for (bool pin : {cycle.reset_n, cycle.in_valid, cycle.in_last, cycle.out_ready, cycle.weight_valid})
            set_bits(pins, top--, 1, pin ? 1 : 0);
        text += hex(pins) + '\n';
    }
    return write_text(file, text);
}

// A hexadecimal number into port words; false where a digit is x or z.
bool read_hex(const std::string& digits, std::vector<std::uint32_t>& words) {
    std::fill(words.begin(), words.end(), 0U);
    std::size_t nibble = 0;
    for (std::size_t at = digits.size(); at-- > 0; ++nibble) {
        std::size_t value = std::string("0123456789abcdef").find(digits[at]);
        if (value == std::string::npos) return false;
        if (nibble / 8 < words.size())
            words[nibble / 8] |= static_cast<std::uint32_t>(value) << nibble % 8 * 4;
    }
    return true;
}

// Walks through the answers with the same monitor that records the other simulators.
class AnswerReader {
  public:
    AnswerReader(const job::Job& job, const IcarusProgram& icarus, const fs::path& file)
        : job_(job),
          ports_{hw::has_flag(icarus.datapath.inner_overflow), hw::has_flag(icarus.datapath.outer_overflow)},
          stream_(file),
          data_(job.header.data_words),
          inner_(job.header.flag_words),
          outer_(job.header.flag_words) {}

    Expected<job::Result> run(const PortTrace& trace) {
        job::InputPlayer input(job_);
        job::OutputMonitor output(job_);
        bool sticky = false, was_reset = true;
        for (const PortCycle& wanted : trace.cycles()) {
            std::string line;
            if (!std::getline(stream_, line))
                return fail(ErrorKind::ToolFailed, "Icarus stopped in cycle {}", output.now());
            if (!wanted.reset_n) {
                was_reset = true;
                continue;
            }
            if (was_reset && output.now() > 0) input.restart(output.restart());
            was_reset = false;
            MACAW_TRY(job::OutputRow row, read_row(line, wanted, output.now()));
            input.clock(wanted.in_ready);
            output.clock(row, input.accepted_beats());
            sticky = flags_[3] == '1';
            if ((ports_.inner || ports_.outer) && flags_[3] == 'x')
                return fail(ErrorKind::CheckFailed, "overflow_o is unknown in cycle {}", output.now() - 1);
        }
        return job::make_result(job_, input, output, ports_, sticky, {});
    }

  private:
    Expected<job::OutputRow> read_row(const std::string& line, const PortCycle& wanted, std::uint64_t cycle) {
        std::istringstream words(line);
        std::string data, inner, outer;
        words >> flags_ >> data >> inner >> outer;
        require(flags_.size() == 4, "ports.txt: a line without four flags");
        for (auto [at, port, value] :
             {std::tuple{0, "in_ready_o", wanted.in_ready}, std::tuple{1, "out_valid_o", wanted.out_valid}})
            if (flags_[static_cast<std::size_t>(at)] != (value ? '1' : '0'))
                return fail(ErrorKind::CheckFailed, "{} is {} in cycle {}, the C++ model has {:d}", port,
                            flags_[static_cast<std::size_t>(at)], cycle, value);
        if (!wanted.out_valid) return job::OutputRow{};
        if (!read_hex(data, data_) || !read_hex(inner, inner_) || !read_hex(outer, outer_) ||
            flags_[2] == 'x')
            return fail(ErrorKind::CheckFailed, "the outputs are unknown in cycle {}: {}", cycle, line);
        return job::OutputRow{true, flags_[2] == '1', data_.data(), inner_.data(), outer_.data()};
    }

    const job::Job& job_;
    job::FlagPorts ports_;
    std::ifstream stream_;
    std::string flags_;
    std::vector<std::uint32_t> data_, inner_, outer_;
};

Expected<void> make_folder(const fs::path& folder) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {folder.string()}});
    return {};
}

}  // namespace

Expected<IcarusProgram> build_icarus_array(const fs::path& rtl_folder, const fs::path& build_folder) {
    MACAW_TRY(hw::RtlManifest manifest, hw::read_rtl(rtl_folder));
    MACAW_CHECK(make_folder(build_folder));
    IcarusProgram icarus{fs::absolute(build_folder / "replay.vvp"), manifest.datapath, manifest.array};
    MACAW_CHECK(write_text(build_folder / "replay.sv", bench_text(manifest.datapath, manifest.array)));
    std::vector<std::string> command = {"iverilog", "-g2012", "-o", icarus.program.string(), "replay.sv"};
    for (const std::string& file : manifest.files)
        command.push_back(fs::absolute(rtl_folder / file).string());
    MACAW_CHECK(run_tool(command, {build_folder, ""}));
    return icarus;
}

Expected<job::Result> run_icarus(const IcarusProgram& icarus, const job::Job& job, const PortTrace& trace,
                                 const fs::path& scratch_folder) {
    MACAW_CHECK(stop_if_interrupted());
    MACAW_CHECK(make_folder(scratch_folder));
    MACAW_CHECK(write_pins(scratch_folder / kPins, job.header, trace));
    MACAW_CHECK(run_tool({"vvp", "-n", icarus.program.string()}, {scratch_folder, ""}));
    try {
        auto result = AnswerReader(job, icarus, scratch_folder / kPorts).run(trace);
        std::error_code ignored;
        fs::remove_all(scratch_folder, ignored);
        return result;
    } catch (const std::runtime_error& violation) {
        return fail(ErrorKind::CheckFailed, "{}", violation.what());
    }
}

}  // namespace macaw::sim
