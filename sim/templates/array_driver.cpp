// Plays one job through the Verilated array and records every row of outputs: `simulator <job file> <result
// file>`. Written by macaw beside the model that Verilator made (prefix Varray); see array_job.hpp for both
// files. Exit code 0: played to the end. 1: file trouble or a protocol violation, said on stderr.
#include <chrono>
#include <cstdio>
#include <exception>
#include <vector>

#include <Varray.h>
#include <verilated.h>

#include "array_job.hpp"

namespace {

using namespace macaw::sim::job;

// Ports of up to 64 bits are integers, wider ones are arrays of 32-bit words.
template <typename Port>
void set_port(Port& port, const std::uint32_t* words) {
    if constexpr (!std::is_integral_v<Port>) {
        std::memcpy(port.data(), words, sizeof port);
    } else if constexpr (sizeof(Port) == 8) {
        port = static_cast<Port>(words[0]) | (static_cast<Port>(words[1]) << 32U);
    } else {
        port = static_cast<Port>(words[0]);
    }
}

template <typename Port>
void get_port(const Port& port, std::uint32_t* words) {
    if constexpr (!std::is_integral_v<Port>) {
        std::memcpy(words, port.data(), sizeof port);
    } else {
        words[0] = static_cast<std::uint32_t>(port);
        if constexpr (sizeof(Port) == 8) words[1] = static_cast<std::uint32_t>(port >> 32U);
    }
}

// The array in its simulator; flag ports exist only where the overflow mode has flags.
template <typename Model>
class Bench {
  public:
    Bench(const Job& job, VerilatedContext& context)
        : job_(job),
          model_(&context),
          data_(job.header.data_words),
          inner_(job.header.flag_words),
          outer_(job.header.flag_words) {}

    Result run() {
        auto start = std::chrono::steady_clock::now();
        InputPlayer input(job_);
        OutputMonitor output(job_);
        reset();
        while (!output.finished()) {
            drive(input.beat(), output.ready());
            model_.clk_i = 0;
            model_.eval();
            bool in_ready = model_.in_ready_o != 0;
            OutputRow row = sample();
            input.clock(in_ready);
            output.clock(row, input.accepted_beats());
            model_.clk_i = 1;
            model_.eval();
        }
        auto time = std::chrono::steady_clock::now() - start;
        auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
        bool sticky = false;
        if constexpr (kFlags.inner || kFlags.outer) sticky = model_.overflow_o != 0;
        model_.final();
        return make_result(job_, input, output, kFlags, sticky, static_cast<std::uint64_t>(nanoseconds));
    }

  private:
    static constexpr FlagPorts kFlags{requires(Model m){m.inner_overflow_o;
}, requires(Model m) {
    m.outer_overflow_o;
}
};  // namespace

void reset() {
    model_.in_valid_i = 0;
    model_.out_ready_i = 0;
    model_.rst_ni = 0;
    for (int cycle = 0; cycle < 3; ++cycle) {
        model_.clk_i = 0;
        model_.eval();
        model_.clk_i = 1;
        model_.eval();
    }
    model_.rst_ni = 1;
}
void drive(const InputBeat& beat, bool out_ready) {
    model_.in_valid_i = beat.valid;
    model_.in_last_i = beat.last;
    set_port(model_.activation_i, beat.activation);
    set_port(model_.weight_i, beat.weight);
    model_.out_ready_i = out_ready;
}
OutputRow sample() {
    if (model_.out_valid_o == 0) return {};
    get_port(model_.out_data_o, data_.data());
    if constexpr (kFlags.inner) get_port(model_.inner_overflow_o, inner_.data());
    if constexpr (kFlags.outer) get_port(model_.outer_overflow_o, outer_.data());
    return {true, model_.out_last_o != 0, data_.data(), inner_.data(), outer_.data()};
}

const Job& job_;
Model model_;
std::vector<std::uint32_t> data_, inner_, outer_;
}
;

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s <job file> <result file>\n", argv[0]);
        return 1;
    }
    try {
        Job job = read_job(argv[1]);
        VerilatedContext context;
        context.randReset(2);  // registers start with random bits: only reset may make them known
        context.randSeed(static_cast<int>(job.header.seed & 0x7fffffffU) + 1);
        Bench<Varray> bench(job, context);
        write_result(argv[2], bench.run());
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        return 1;
    }
    return 0;
}
