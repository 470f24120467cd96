#include "quantizer/llama/vector_math.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "golden/support/vector_clones.hpp"

namespace macaw::quantizer {

namespace {

constexpr std::size_t kLanes = 16;  // partial results that run side by side

// exp(x) after Cephes: x = n log 2 + r, |r| <= log(2)/2, a polynomial in r, times 2^n. Below -87.3 the
// smallest normal number, above 88 exp(88).
[[gnu::always_inline]] inline float exponential(float x) {
    x = x < -87.3F ? -87.3F : x;
    x = x > 88.0F ? 88.0F : x;
    constexpr float kRound = 0x1.8p23F;  // adding it drops the fraction, ties to even
    float shifted = x * 1.44269504F + kRound;
    float n = shifted - kRound;
    float r = x - n * 0.693359375F;  // log 2 in two parts: n times the first is exact
    r = r - n * -2.12194440e-4F;
    float power = 1.9875691500e-4F;
    power = power * r + 1.3981999507e-3F;
    power = power * r + 8.3334519073e-3F;
    power = power * r + 4.1665795894e-2F;
    power = power * r + 1.6666665459e-1F;
    power = power * r + 5.0000001201e-1F;
    float value = power * (r * r) + r + 1.0F;
    // The low bits of `shifted` are n: into the exponent.
    std::uint32_t exponent = (std::bit_cast<std::uint32_t>(shifted) + 127U) << 23U;
    return value * std::bit_cast<float>(exponent);
}

[[gnu::always_inline]] inline float largest_of(const float* row, std::size_t size) {
    std::array<float, kLanes> part;
    part.fill(row[0]);
    std::size_t whole = size / kLanes * kLanes;
    for (std::size_t i = 0; i < whole; i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            part[lane] = row[i + lane] > part[lane] ? row[i + lane] : part[lane];
    for (std::size_t i = whole; i < size; ++i) part[0] = row[i] > part[0] ? row[i] : part[0];
    float largest = part[0];
    for (float value : part) largest = value > largest ? value : largest;
    return largest;
}

[[gnu::always_inline]] inline float sum_of(const std::array<float, kLanes>& part) {
    float sum = 0;
    for (float value : part) sum += value;
    return sum;
}

}  // namespace

MACAW_FOR_ALL_VECTORS void softmax(std::span<float> values) {
    float* row = values.data();
    std::size_t size = values.size();
    float largest = largest_of(row, size);
    std::array<float, kLanes> part{};
    std::size_t whole = size / kLanes * kLanes;
    for (std::size_t i = 0; i < whole; i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            row[i + lane] = exponential(row[i + lane] - largest);
            part[lane] += row[i + lane];
        }
    for (std::size_t i = whole; i < size; ++i) {
        row[i] = exponential(row[i] - largest);
        part[0] += row[i];
    }
    float share = 1.0F / sum_of(part);
    for (std::size_t i = 0; i < size; ++i) row[i] *= share;
}

MACAW_FOR_ALL_VECTORS double log_sum_exp(std::span<const float> values) {
    constexpr std::size_t kRun = 256;  // short enough for a sum in float32, which vectors do faster
    const float* row = values.data();
    std::size_t size = values.size();
    float largest = largest_of(row, size);
    double sum = 0;
    std::size_t whole = size / kRun * kRun;
    for (std::size_t start = 0; start < whole; start += kRun) {
        std::array<float, kLanes> part{};
        for (std::size_t i = start; i < start + kRun; i += kLanes)
            for (std::size_t lane = 0; lane < kLanes; ++lane)
                part[lane] += exponential(row[i + lane] - largest);
        sum += static_cast<double>(sum_of(part));
    }
    for (std::size_t i = whole; i < size; ++i) sum += static_cast<double>(exponential(row[i] - largest));
    return static_cast<double>(largest) + std::log(sum);
}

MACAW_FOR_ALL_VECTORS void silu_times(std::span<float> gate, std::span<const float> up) {
    float* out = gate.data();
    const float* factor = up.data();
    std::size_t size = gate.size();
    for (std::size_t i = 0; i < size; ++i) out[i] = out[i] / (1.0F + exponential(-out[i])) * factor[i];
}

}  // namespace macaw::quantizer
