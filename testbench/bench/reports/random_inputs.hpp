// The random inputs of toggle_bench.cpp and of its baseline, which is built with a copy of this file.
#pragma once

#include <cstdint>

struct RandomInputs {  // splitmix64
    std::uint64_t state = 0;
    std::uint64_t operator()() {
        std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }
};

constexpr std::int64_t kWarmUp = 64;  // cycles until every register is known
constexpr std::int64_t kResetCycles = 4;
