// See model_array.hpp. A cycle here is a cycle of templates/array_driver.cpp: drive, settle, sample, clock
// edge.
#include "sim/model/model_array.hpp"

#include "golden/support/progress.hpp"
#include "sim/model/simulator_ports.hpp"

namespace macaw::sim {

namespace {

using rtl::Simulator;

class ModelBench {
  public:
    ModelBench(const rtl::Design& design, const job::Job& job, PortTrace* trace)
        : simulator_(design),
          job_(job),
          trace_(trace),
          data_(job.header.data_words),
          inner_(job.header.flag_words),
          outer_(job.header.flag_words),
          flags_{simulator_.has_port("inner_overflow_o"), simulator_.has_port("outer_overflow_o")} {
        if (flags_.inner) inner_port_ = simulator_.port("inner_overflow_o");
        if (flags_.outer) outer_port_ = simulator_.port("outer_overflow_o");
    }

    Expected<job::Result> run() {
        const job::Stopwatch watch;
        job::InputPlayer input(job_);
        job::OutputMonitor output(job_);
        reset(input.beat());
        for (std::int64_t cycle = 0; !output.finished(); ++cycle) {
            if (cycle % 1024 == 0) MACAW_CHECK(stop_if_interrupted());
            drive(input.beat(), output.ready());
            simulator_.evaluate();
            bool in_ready = simulator_.get(in_ready_) != 0;
            bool weight_ready = has_weight_stream_ && simulator_.get(weight_ready_) != 0;
            job::OutputRow row = sample();
            if (trace_ != nullptr)
                trace_->record(
                    {true, input.beat().valid, input.beat().last, output.ready(), in_ready, row.valid,
                     row.last, input.block(), input.index(), input.beat().weight_valid, weight_ready},
                    input.beat());
            input.clock(in_ready, weight_ready);
            output.clock(row, input.accepted_beats());
            simulator_.clock_edge();
            if (output.reset_due()) {
                reset(input.beat());
                input.restart(output.restart());
            }
        }
        simulator_.evaluate();
        bool sticky = (flags_.inner || flags_.outer) && simulator_.get(simulator_.port("overflow_o")) != 0;
        return job::make_result(job_, input, output, flags_, sticky, watch.elapsed());
    }

  private:
    void reset(const job::InputBeat& beat) {
        simulator_.set(reset_n_, 0);
        simulator_.set(in_valid_, 0);
        if (has_weight_stream_) simulator_.set(weight_valid_, 0);
        simulator_.set(out_ready_, 0);
        for (int cycle = 0; cycle < 3; ++cycle) {
            if (trace_ != nullptr) trace_->record({}, beat);
            simulator_.clock_edge();
        }
        simulator_.set(reset_n_, 1);
    }
    // The clock edge follows; the ports keep these values until the next cycle's drive.
    void drive(const job::InputBeat& beat, bool out_ready) {
        simulator_.set(in_valid_, beat.valid ? 1 : 0);
        simulator_.set(in_last_, beat.last ? 1 : 0);
        set_port(simulator_, activation_, beat.activation);
        set_port(simulator_, weight_, beat.weight);
        if (has_weight_stream_) simulator_.set(weight_valid_, beat.weight_valid ? 1 : 0);
        simulator_.set(out_ready_, out_ready ? 1 : 0);
    }
    job::OutputRow sample() {
        if (simulator_.get(out_valid_) == 0) return {};
        get_port(simulator_, out_data_, data_.data());
        if (flags_.inner) get_port(simulator_, inner_port_, inner_.data());
        if (flags_.outer) get_port(simulator_, outer_port_, outer_.data());
        return {true, simulator_.get(out_last_) != 0, data_.data(), inner_.data(), outer_.data()};
    }

    Simulator simulator_;
    const job::Job& job_;
    PortTrace* trace_;
    std::vector<std::uint32_t> data_, inner_, outer_;
    job::FlagPorts flags_;
    Simulator::Port inner_port_, outer_port_;
    Simulator::Port reset_n_ = simulator_.port("rst_ni");
    Simulator::Port in_valid_ = simulator_.port("in_valid_i");
    Simulator::Port in_ready_ = simulator_.port("in_ready_o");
    Simulator::Port in_last_ = simulator_.port("in_last_i");
    Simulator::Port activation_ = simulator_.port("activation_i");
    Simulator::Port weight_ = simulator_.port("weight_i");
    bool has_weight_stream_ = simulator_.has_port("weight_valid_i");
    Simulator::Port weight_valid_ =
        has_weight_stream_ ? simulator_.port("weight_valid_i") : Simulator::Port{};
    Simulator::Port weight_ready_ =
        has_weight_stream_ ? simulator_.port("weight_ready_o") : Simulator::Port{};
    Simulator::Port out_valid_ = simulator_.port("out_valid_o");
    Simulator::Port out_ready_ = simulator_.port("out_ready_i");
    Simulator::Port out_last_ = simulator_.port("out_last_o");
    Simulator::Port out_data_ = simulator_.port("out_data_o");
};

}  // namespace

Expected<job::Result> run_model(const rtl::Design& design, const job::Job& job, PortTrace* trace) {
    if (trace != nullptr) *trace = PortTrace(job);
    ModelBench bench(design, job, trace);
    try {
        return bench.run();
    } catch (const std::runtime_error& violation) {
        return fail(ErrorKind::CheckFailed, "C++ model: {}", violation.what());
    }
}

}  // namespace macaw::sim
