// Plays one job through the Verilated array and records every row of outputs: `simulator <job file> <result
// file> [<side file>]`. Written by macaw beside the model that Verilator made (prefix Varray); see
// array_job.hpp for both files. The side file is the waveform of the job's trace window (built with
// --trace-fst) or the coverage data (--coverage-line, --coverage-toggle). Exit code 0: played to the end. 1:
// file trouble or a protocol violation, said on stderr.
#include <cstdio>
#include <exception>
#include <vector>

#include <Varray.h>
#include <verilated.h>
#if VM_TRACE
#include <verilated_fst_c.h>
#endif
#if VM_COVERAGE
#include <verilated_cov.h>
#endif

#include "array_job.hpp"

namespace {

using namespace macaw::sim::job;

// Ten time units a cycle: the clock falls at 10 c and rises at 10 c + 5, in cycle c since the first reset.
class Waveform {
  public:
#if VM_TRACE
    template <typename Model>
    void open(Model& model, const JobHeader& header, const char* file) {
        if (file == nullptr) return;
        header_ = &header;
        model.trace(&file_, 99);
        file_.open(file);
    }
    void dump(std::uint64_t cycle, std::uint64_t phase) {
        if (header_ == nullptr || cycle < header_->trace_from || cycle > header_->trace_to) return;
        file_.dump(cycle * 10 + phase);
    }
    ~Waveform() {
        file_.close();
    }

  private:
    const JobHeader* header_ = nullptr;
    VerilatedFstC file_;
#else
    template <typename Model>
    void open(Model&, const JobHeader&, const char*) {}
    void dump(std::uint64_t, std::uint64_t) {}
#endif
};

// The array in its simulator; flag ports exist only where the overflow mode has flags.
template <typename Model>
class Bench {
  public:
    Bench(const Job& job, VerilatedContext& context, const char* side_file)
        : job_(job),
          model_(&context),
          data_(job.header.data_words),
          inner_(job.header.flag_words),
          outer_(job.header.flag_words) {
        waveform_.open(model_, job.header, side_file);
    }

    Result run() {
        const Stopwatch watch;
        InputPlayer input(job_);
        OutputMonitor output(job_);
        reset();
#if VM_COVERAGE
        model_.contextp()->coveragep()->zero();  // constants change once, from their random first value
#endif
        while (!output.finished()) {
            drive(input.beat(), output.ready());
            model_.clk_i = 0;
            model_.eval();
            std::uint64_t cycle = output.now();
            waveform_.dump(cycle, 0);
            bool in_ready = model_.in_ready_o != 0;
            OutputRow row = sample();
            bool weight_ready = false;
            if constexpr (kWeightStream) weight_ready = model_.weight_ready_o != 0;
            input.clock(in_ready, weight_ready);
            output.clock(row, input.accepted_beats());
            model_.clk_i = 1;
            model_.eval();
            waveform_.dump(cycle, 5);
            if (output.reset_due()) {
                reset();
                input.restart(output.restart());
            }
        }
        bool sticky = false;
        if constexpr (kFlags.inner || kFlags.outer) sticky = model_.overflow_o != 0;
        model_.final();
        return make_result(job_, input, output, kFlags, sticky, watch.elapsed());
    }

  private:
    static constexpr bool kInnerFlags = requires(Model m) {
        m.inner_overflow_o;
    };
    static constexpr bool kOuterFlags = requires(Model m) {
        m.outer_overflow_o;
    };
    static constexpr FlagPorts kFlags{kInnerFlags, kOuterFlags};

    static constexpr bool kWeightStream = requires(Model m) {
        m.weight_valid_i;
    };

    void reset() {
        model_.in_valid_i = 0;
        if constexpr (kWeightStream) model_.weight_valid_i = 0;
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
        if constexpr (kWeightStream) model_.weight_valid_i = beat.weight_valid;
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
    Waveform waveform_;
    std::vector<std::uint32_t> data_, inner_, outer_;
};

}  // namespace

#ifndef MACAW_BENCH_ONLY  // mutation_driver.cpp brings a main of its own
int main(int argc, char** argv) {
    if (argc != 3 && argc != 4) {
        std::fprintf(stderr, "usage: %s <job file> <result file> [<side file>]\n", argv[0]);
        return 1;
    }
    const char* side_file = argc == 4 ? argv[3] : nullptr;
    try {
        Job job = read_job(argv[1]);
        VerilatedContext context;
#if VM_TRACE
        context.traceEverOn(true);
#endif
        context.randReset(2);  // registers start with random bits: only reset may make them known
        context.randSeed(static_cast<int>(job.header.seed & 0x7fffffffU) + 1);
        Bench<Varray> bench(job, context, side_file);
        write_result(argv[2], bench.run());
#if VM_COVERAGE
        if (side_file != nullptr) context.coveragep()->write(side_file);
#endif
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        return 1;
    }
    return 0;
}
#endif
