#include "hw/stream/write_axi_testbench.hpp"

#include <fmt/format.h>

#include "embedded/hw_templates.hpp"
#include "hw/array/processing_element.hpp"
#include "hw/array/stream_layout.hpp"

namespace macaw::hw {

namespace {

using Bits = PortBeats::Bits;

constexpr int kStarts = 2;  // the job is played twice: what one leaves behind must not reach the next

// TDATA is whole bytes; the padding of an input is ignored, so it gets ones.
void pad(Bits& bits, bool value) {
    while (bits.size() % 8 != 0) bits.push_back(value);
}

// What goes over the streams and comes back, as lines for $readmemh, and how wide each stream is.
struct Images {
    std::vector<std::string> beats, weights, scales, rows;
    std::size_t beat_bits = 0, weight_bits = 0, scale_bits = 0, data_bits = 0, user_bits = 0;
    std::int64_t inner_overflows = 0, outer_overflows = 0;
};

void add_line(std::vector<std::string>& lines, std::size_t& width, Bits bits) {
    pad(bits, true);
    width = bits.size();
    lines.push_back(hex(bits));
}

void add_inputs(Images& images, const AxiWrapper& wrapper, const AxiJob& job) {
    const bool weight_stream = StreamLayout(wrapper.datapath, wrapper.array).has_weight_stream();
    for (const Group& group : job.groups) {
        const PortBeats beats = port_beats(wrapper.datapath, wrapper.array, group);
        for (std::size_t beat = 0; beat < beats.activations.size(); ++beat) {
            Bits bits = beats.activations[beat];
            if (!weight_stream)
                bits.insert(bits.end(), beats.weights[beat].begin(), beats.weights[beat].end());
            add_line(images.beats, images.beat_bits, std::move(bits));
        }
        if (weight_stream)
            for (const Bits& bits : beats.weights) add_line(images.weights, images.weight_bits, bits);
    }
    if (!wrapper.requantization) return;
    const golden::Requantization& r = *wrapper.requantization;
    const RequantizerShape shape{wrapper.array.columns, wrapper.datapath.outer_bits, r};
    for (const std::vector<golden::ChannelScale>& scales : job.scales) {
        Bits bits;
        for (const golden::ChannelScale& scale : scales) {
            append(bits, scale.bias, r.bias_bits.bits());
            append(bits, scale.multiplier, r.multiplier_bits.bits());
            append(bits, scale.shift, shape.shift_bits());
        }
        add_line(images.scales, images.scale_bits, std::move(bits));
    }
}

void add_outputs(Images& images, const AxiWrapper& wrapper, const AxiJob& job) {
    const golden::Datapath& d = wrapper.datapath;
    const std::vector<OutputRow> rows = expected_rows(d, wrapper.array, job.groups);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Bits bits, user;
        const std::vector<golden::DotProduct>& outputs = rows[i].columns;
        for (std::size_t column = 0; column < outputs.size(); ++column) {
            if (wrapper.requantization) {
                const auto& scales = job.scales[i / static_cast<std::size_t>(wrapper.array.rows)];
                append(bits,
                       golden::requantize(outputs[column].value, scales[column], job.zero_point,
                                          *wrapper.requantization),
                       wrapper.requantization->output_bits.bits());
            } else {
                append(bits, outputs[column].value, d.outer_bits.bits());
            }
            images.inner_overflows += outputs[column].inner_overflow ? 1 : 0;
            images.outer_overflows += outputs[column].outer_overflow ? 1 : 0;
        }
        pad(bits, false);
        images.data_bits = bits.size();
        if (!wrapper.requantization) {
            if (has_flag(d.inner_overflow))
                for (const golden::DotProduct& output : outputs) user.push_back(output.inner_overflow);
            if (has_flag(d.outer_overflow))
                for (const golden::DotProduct& output : outputs) user.push_back(output.outer_overflow);
        }
        images.user_bits = user.size();
        bits.insert(bits.end(), user.begin(), user.end());
        bits.push_back(rows[i].last);
        images.rows.push_back(hex(bits));
    }
}

// What the testbench does with the registers, and what it expects of them; as in axi_testbench.svh.
enum class RegisterStep { Write, RefusedWrite, Read, ReadAtLeast, RowsUntil, RefusedRead };

class RegisterSteps {
  public:
    RegisterSteps(const AxiWrapper& wrapper, const AxiJob& job, const Images& images)
        : wrapper_(wrapper), job_(job), images_(images), layout_(wrapper.datapath, wrapper.array) {}

    std::vector<std::string> run() {
        add_identification();
        add_refusals();
        for (int start = 1; start <= kStarts; ++start) add_job(start);
        add_counters();
        return std::move(lines_);
    }

  private:
    void add(RegisterStep step, int address, std::int64_t value = 0, int strobe = 0xF) {
        lines_.push_back(fmt::format("{:x}{:x}{:02x}{:08x}", static_cast<int>(step), strobe, address,
                                     static_cast<std::uint32_t>(value)));
    }
    void add(RegisterStep step, AxiRegister which, std::int64_t value = 0, int strobe = 0xF) {
        add(step, static_cast<int>(which), value, strobe);
    }

    void add_identification() {
        const golden::Datapath& d = wrapper_.datapath;
        const ArrayConfig& a = wrapper_.array;
        const std::int64_t depth = layout_.has_weight_stream() ? d.tile : a.lanes;
        add(RegisterStep::Read, AxiRegister::Id, kAxiId);
        add(RegisterStep::Read, AxiRegister::Shape, a.rows + (a.columns << 9) + (depth << 18));
        add(RegisterStep::Read, AxiRegister::Widths,
            d.weight_bits.bits() + (d.activation_bits.bits() << 8) + (d.inner_bits.bits() << 16) +
                (std::int64_t{d.outer_bits.bits()} << 24));
        add(RegisterStep::Read, AxiRegister::Status, 0);
    }

    void add_refusals() {
        constexpr int kUnknown = 0x30, kMisaligned = 0x15;
        add(RegisterStep::RefusedWrite, AxiRegister::Control, 1);  // LENGTH and GROUPS are 0
        for (AxiRegister read_only : {AxiRegister::Id, AxiRegister::Status, AxiRegister::BusyCycles})
            add(RegisterStep::RefusedWrite, read_only, 1);
        for (int address : {kUnknown, kMisaligned}) {
            add(RegisterStep::RefusedWrite, address, 1);
            add(RegisterStep::RefusedRead, address);
        }
        // Bytes without a strobe stay.
        add(RegisterStep::Write, AxiRegister::Length, 0x11223344);
        add(RegisterStep::Write, AxiRegister::Length, 0x55667788, 0b0101);
        add(RegisterStep::Read, AxiRegister::Length, 0x11663388);
        add(RegisterStep::Write, AxiRegister::Length, length());
        add(RegisterStep::RefusedWrite, AxiRegister::Control, 1);  // GROUPS is 0
        add(RegisterStep::Write, AxiRegister::Groups, groups());
        if (wrapper_.requantization) {
            const std::int64_t mask = (std::int64_t{1} << wrapper_.requantization->output_bits.bits()) - 1;
            add(RegisterStep::Write, AxiRegister::ZeroPoint, job_.zero_point & mask);
            add(RegisterStep::Read, AxiRegister::ZeroPoint, job_.zero_point & mask);
        } else {
            add(RegisterStep::RefusedWrite, AxiRegister::ZeroPoint, 1);
        }
    }

    // A start clears `done`; a job that is under way refuses another and keeps its shape.
    void add_job(int start) {
        add(RegisterStep::Write, AxiRegister::Control, 1);
        add(RegisterStep::Read, AxiRegister::Status, 1);
        add(RegisterStep::RefusedWrite, AxiRegister::Length, 1);
        add(RegisterStep::RefusedWrite, AxiRegister::Groups, 1);
        add(RegisterStep::RefusedWrite, AxiRegister::Control, 1);
        add(RegisterStep::Read, AxiRegister::Length, length());
        add(RegisterStep::Read, AxiRegister::Groups, groups());
        add(RegisterStep::RowsUntil, AxiRegister::Id,
            start * static_cast<std::int64_t>(images_.rows.size()) / kStarts);
        add(RegisterStep::Read, AxiRegister::Status, 2);
    }

    void add_counters() {
        add(RegisterStep::Read, AxiRegister::InnerOverflows, images_.inner_overflows);
        add(RegisterStep::Read, AxiRegister::OuterOverflows, images_.outer_overflows);
        add(RegisterStep::ReadAtLeast, AxiRegister::BusyCycles,
            static_cast<std::int64_t>(images_.beats.size()));
        add(RegisterStep::ReadAtLeast, AxiRegister::StallCycles, 0);
        add(RegisterStep::Write, AxiRegister::Control, 2);
        for (AxiRegister cleared : {AxiRegister::InnerOverflows, AxiRegister::OuterOverflows,
                                    AxiRegister::BusyCycles, AxiRegister::StallCycles})
            add(RegisterStep::Read, cleared, 0);
    }

    std::int64_t length() const {
        return layout_.has_weight_stream()
                   ? job_.tiles
                   : layout_.activation_beats(job_.tiles * std::int64_t{wrapper_.datapath.tile});
    }
    std::int64_t groups() const { return static_cast<std::int64_t>(job_.groups.size()); }

    const AxiWrapper& wrapper_;
    const AxiJob& job_;
    const Images& images_;
    StreamLayout layout_;
    std::vector<std::string> lines_;
};

std::string testbench_text(const AxiWrapper& wrapper, const Images& images, std::size_t steps) {
    const golden::Datapath& d = wrapper.datapath;
    const StreamLayout layout(d, wrapper.array);
    std::string text =
        "// Checks macaw_axi against outputs that macaw's golden model computed. In the folder of the RTL:\n"
        "//   $ iverilog -g2012 -o check testbench/macaw_axi_testbench.sv *.sv && vvp -n check\n"
        "//   $ verilator --binary --timing -Wno-fatal --top macaw_axi_testbench *.sv \\\n"
        "//       testbench/macaw_axi_testbench.sv && obj_dir/Vmacaw_axi_testbench\n";
    text += fmt::format("// {}; {}\n", to_string(d), to_string(wrapper.array));
    if (wrapper.requantization) text += fmt::format("// {}\n", to_string(*wrapper.requantization));
    if (images.user_bits > 0) text += "`define USER\n";
    if (has_flag(d.inner_overflow) || has_flag(d.outer_overflow)) text += "`define STICKY_FLAG\n";
    if (layout.has_weight_stream()) text += "`define WEIGHT_STREAM\n";
    if (wrapper.requantization) text += "`define SCALES\n";
    text += "`timescale 1ns / 1ps\nmodule macaw_axi_testbench;\n";
    text += fmt::format("    localparam STICKY = 1'b{};\n",
                        images.inner_overflows + images.outer_overflows > 0 ? 1 : 0);
    for (const auto& [name, value] :
         {std::pair{"STEPS", static_cast<std::int64_t>(steps)},
          {"BEATS", static_cast<std::int64_t>(images.beats.size())},
          {"BEAT_BITS", static_cast<std::int64_t>(images.beat_bits)},
          {"WEIGHT_BEATS", static_cast<std::int64_t>(images.weights.size())},
          {"WEIGHT_BITS", static_cast<std::int64_t>(images.weight_bits)},
          {"SCALE_BEATS", static_cast<std::int64_t>(images.scales.size())},
          {"SCALE_BITS", static_cast<std::int64_t>(images.scale_bits)},
          {"ROWS", static_cast<std::int64_t>(images.rows.size())},
          {"COLUMNS", std::int64_t{wrapper.array.columns}},
          {"DATA_BITS", static_cast<std::int64_t>(images.data_bits)},
          {"USER_BITS", static_cast<std::int64_t>(images.user_bits)},
          {"ROW_BITS", static_cast<std::int64_t>(1 + images.user_bits + images.data_bits)}})
        text += fmt::format("    localparam int {} = {};\n", name, value);
    return text + std::string(embedded::hw_axi_testbench_svh);
}

}  // namespace

AxiJob random_axi_job(const AxiWrapper& wrapper, int groups, int tiles, std::mt19937_64& random) {
    auto pick = [&](std::int64_t min, std::int64_t max) {
        return std::uniform_int_distribution<std::int64_t>(min, max)(random);
    };
    AxiJob job;
    job.tiles = tiles;
    for (int i = 0; i < groups; ++i)
        job.groups.push_back(random_group(wrapper.datapath, wrapper.array, tiles * wrapper.datapath.tile,
                                          i % 2 == 0 ? Codes::Random : Codes::Extreme, random));
    if (!wrapper.requantization) return job;
    const golden::Requantization& r = *wrapper.requantization;
    const golden::Range outputs = r.output_range();
    job.zero_point = pick(outputs.min, outputs.max);
    // About 2^output_bits / 2^P_O, so that accumulators of full range meet codes of full range.
    const int wanted =
        r.multiplier_bits.bits() - 1 + wrapper.datapath.outer_bits.bits() - r.output_bits.bits();
    const std::int64_t bias =
        std::int64_t{1} << std::max(0, std::min(r.bias_bits.bits(), wrapper.datapath.outer_bits.bits()) - 2);
    for (int i = 0; i < groups; ++i) {
        std::vector<golden::ChannelScale>& of_group = job.scales.emplace_back();
        for (int column = 0; column < wrapper.array.columns; ++column)
            of_group.push_back(
                {pick(-bias, bias), pick(1, (std::int64_t{1} << r.multiplier_bits.bits()) - 1),
                 static_cast<int>(std::clamp<std::int64_t>(wanted + pick(-2, 1), 0, r.largest_shift))});
    }
    return job;
}

Expected<void> write_axi_testbench(const std::filesystem::path& folder, const AxiWrapper& wrapper,
                                   const AxiJob& job) {
    require(job.scales.size() == (wrapper.requantization ? job.groups.size() : 0),
            "write_axi_testbench: scales for another number of groups");
    AxiWrapper checked = wrapper;
    checked.datapath.products_per_check = wrapper.array.lanes;
    Images images;
    for (int start = 0; start < kStarts; ++start) {
        add_inputs(images, checked, job);
        add_outputs(images, checked, job);
    }
    const std::vector<std::string> registers = RegisterSteps(checked, job, images).run();
    const std::filesystem::path inner = folder / "testbench";
    std::error_code problem;
    std::filesystem::create_directories(inner, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {inner.string()}});
    for (const auto& [name, lines] :
         {std::pair<const char*, const std::vector<std::string>*>{"registers", &registers},
          {"beats", &images.beats},
          {"weights", &images.weights},
          {"scales", &images.scales},
          {"expected", &images.rows}})
        if (!lines->empty())
            MACAW_CHECK(write_text(inner / fmt::format("{}.hex", name),
                                   fmt::format("{}\n", fmt::join(*lines, "\n"))));
    return write_text(inner / "macaw_axi_testbench.sv", testbench_text(checked, images, registers.size()));
}

std::int64_t outputs_of(const AxiWrapper& wrapper, const AxiJob& job) {
    return kStarts * static_cast<std::int64_t>(job.groups.size()) * wrapper.array.rows *
           wrapper.array.columns;
}

}  // namespace macaw::hw
