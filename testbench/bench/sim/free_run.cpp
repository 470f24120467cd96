// The bare Verilated array running free: some beats of the job in turn, always valid, outputs always taken
// and never looked at, for as many cycles as the job has beats. What array_driver.cpp takes longer is its
// overhead.
#include <cstdio>
#include <vector>

#include <Varray.h>
#include <verilated.h>

#include "array_job.hpp"

using namespace macaw::sim::job;

namespace {

constexpr std::uint64_t kBeats = 64;  // in turn, so that they stay in the cache

void clock(Varray& model) {
    model.clk_i = 0;
    model.eval();
    model.clk_i = 1;
    model.eval();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 1;
    const Job job = read_job(argv[1]);
    VerilatedContext context;
    Varray model(&context);
    model.rst_ni = 0;
    model.in_valid_i = 0;
    model.out_ready_i = 1;
    for (int cycle = 0; cycle < 3; ++cycle) clock(model);
    model.rst_ni = 1;
    model.in_valid_i = 1;
    const std::uint64_t cycles = job.blocks() * job.header.beats;
    const std::uint64_t beats = std::min(kBeats, job.header.beats);
    std::uint64_t accepted = 0;
    const Stopwatch watch;
    for (std::uint64_t cycle = 0; cycle < cycles; ++cycle) {
        const std::uint64_t beat = cycle % beats;
        model.in_last_i = (cycle + 1) % job.header.beats == 0;
        set_port(model.activation_i, job.activations.data() + beat * job.activation_words());
        set_port(model.weight_i, job.weights.data() + beat * job.weight_words());
        accepted += model.in_ready_o;
        clock(model);
    }
    Result result;
    result.header.cycles = cycles;
    result.header.accepted_beats = accepted;
    result.header.cpu_nanoseconds = watch.elapsed().cpu_nanoseconds;
    write_result(argv[2], result);
    return 0;
}
