// The baseline of toggle_bench.cpp: the fastest correct counter of every net's toggles that we know how to
// build on Verilator. The gate netlist drives one port with all its nets, 64 a word; once a cycle the words
// that changed go into vertical counters (bit k of a plane counts 2^k toggles of 64 nets at once). Usage:
// counter <cycles> <file>: random inputs from splitmix64, the toggles of every net as 64-bit numbers into the
// file. Built with -DNETS=<nets>, and inputs.hpp: void set_inputs(Model&, RandomInputs&, cycle).
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <Vcounter.h>
#include <verilated.h>

#include "inputs.hpp"

namespace {

constexpr std::size_t kWords = (NETS + 63) / 64;
constexpr int kPlanes = 16;
constexpr std::uint64_t kFlush = (1U << kPlanes) - 1;  // cycles that the planes can count

class Counters {
  public:
    void count(const std::uint64_t* now) {
        for (std::size_t word = 0; word < kWords; ++word) {
            std::uint64_t carry = now[word] ^ before_[word];
            before_[word] = now[word];
            for (int plane = 0; carry != 0; ++plane) {
                const std::uint64_t next = planes_[word][plane] & carry;
                planes_[word][plane] ^= carry;
                carry = next;
            }
        }
        if (++counted_ == kFlush) flush();
    }
    void mark(const std::uint64_t* now) { std::memcpy(before_.data(), now, sizeof before_); }
    const std::vector<std::uint64_t>& sums() {
        flush();
        return sums_;
    }

  private:
    void flush() {
        for (std::size_t net = 0; net < NETS; ++net)
            for (int plane = 0; plane < kPlanes; ++plane)
                sums_[net] += (planes_[net / 64][plane] >> (net % 64) & 1) << plane;
        planes_ = {};
        counted_ = 0;
    }
    std::array<std::array<std::uint64_t, kPlanes>, kWords> planes_{};
    std::array<std::uint64_t, kWords> before_{};
    std::vector<std::uint64_t> sums_ = std::vector<std::uint64_t>(NETS);
    std::uint64_t counted_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 1;
    VerilatedContext context;
    Vcounter model(&context);
    static Counters counters;
    static std::array<std::uint64_t, kWords> nets{};
    RandomInputs random;
    const std::int64_t cycles = std::strtoll(argv[1], nullptr, 10);
    for (std::int64_t cycle = 0; cycle < kWarmUp + cycles; ++cycle) {
        model.clk_i = 1;  // registers take their data
        model.eval();
        set_inputs(model, random, cycle);
        model.clk_i = 0;  // a falling edge that nothing waits for: nets settle
        model.eval();
        std::memcpy(nets.data(), &model.nets_o, sizeof nets);
        if (cycle < kWarmUp)
            counters.mark(nets.data());
        else
            counters.count(nets.data());
    }
    std::FILE* file = std::fopen(argv[2], "wb");
    if (file == nullptr) return 1;
    std::fwrite(counters.sums().data(), sizeof(std::uint64_t), NETS, file);
    return std::fclose(file);
}
