#include "quantizer/prepare/hadamard.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <random>
#include <type_traits>

namespace macaw::quantizer {

namespace {

// Four floats side by side; loads and stores at any float's address.
using Lanes [[gnu::vector_size(16), gnu::aligned(alignof(float)), gnu::may_alias]] = float;

Lanes& lanes_at(float* x) {
    return *reinterpret_cast<Lanes*>(x);
}

// 2^a elements times Sylvester's matrix, in place; a <= 1.
void shortest_butterfly(float* x, std::size_t size) {
    if (size < 2) return;
    float sum = x[0] + x[1];
    x[1] = x[0] - x[1];
    x[0] = sum;
}

// Every four elements times Sylvester's matrix of order 4: the distances 1 and 2, inside the lanes.
void narrow_stages(float* x, std::size_t size) {
    for (std::size_t i = 0; i < size; i += 4) {
        Lanes v = lanes_at(x + i);
        v = __builtin_shufflevector(v, v, 1, 0, 3, 2) + v * Lanes{1, -1, 1, -1};
        lanes_at(x + i) = __builtin_shufflevector(v, v, 2, 3, 0, 1) + v * Lanes{1, 1, -1, -1};
    }
}

// Two stages at once, distances `half` and 2 * half; half is a multiple of 4.
void wide_stage_pair(float* x, std::size_t size, std::size_t half) {
    for (std::size_t start = 0; start < size; start += 4 * half)
        for (std::size_t i = start; i < start + half; i += 4) {
            Lanes& first = lanes_at(x + i);
            Lanes& second = lanes_at(x + i + half);
            Lanes& third = lanes_at(x + i + 2 * half);
            Lanes& fourth = lanes_at(x + i + 3 * half);
            Lanes even_sum = first + second;
            Lanes even_difference = first - second;
            Lanes odd_sum = third + fourth;
            Lanes odd_difference = third - fourth;
            first = even_sum + odd_sum;
            second = even_difference + odd_difference;
            third = even_sum - odd_sum;
            fourth = even_difference - odd_difference;
        }
}

void wide_stage(float* x, std::size_t half) {
    for (std::size_t i = 0; i < half; i += 4) {
        Lanes sum = lanes_at(x + i) + lanes_at(x + i + half);
        lanes_at(x + i + half) = lanes_at(x + i) - lanes_at(x + i + half);
        lanes_at(x + i) = sum;
    }
}

// 2^a elements times Sylvester's matrix, in place.
void sylvester(float* x, std::size_t size) {
    if (size < 4) return shortest_butterfly(x, size);
    narrow_stages(x, size);
    std::size_t half = 4;
    for (; 4 * half <= size; half *= 4) wide_stage_pair(x, size, half);
    if (half < size) wide_stage(x, half);
}

}  // namespace

// x: [m, 2^a]; Count elements' columns from `column` on, times H_m and the factor, in place. With S the sum
// of the inputs whose sign is -1, an output is the sum of all inputs - 2 S: half of the additions of a dense
// product. scratch: room for m * Count elements
template <typename Element, std::size_t Count>
void HadamardTransform::mix_columns(float* x, std::size_t column, float* scratch) const {
    auto power = static_cast<std::size_t>(power_);
    auto order = static_cast<std::size_t>(order_);
    constexpr std::size_t kStep = std::is_same_v<Element, float> ? 1 : 4;
    auto* copies = reinterpret_cast<Element*>(scratch);
    std::array<Element, Count> total{};
    for (std::size_t j = 0; j < order; ++j) {
        const float* from = x + j * power + column;
        for (std::size_t k = 0; k < Count; ++k) {
            Element value = *reinterpret_cast<const Element*>(from + k * kStep);
            copies[j * Count + k] = value;
            total[k] += value;
        }
    }
    const std::uint32_t* negative = negative_.data();
    for (std::size_t i = 0; i < order; ++i) {
        const std::uint32_t* end = negative_.data() + negative_end_[i];
        std::array<Element, Count> sum{};
        for (; negative != end; ++negative)
            for (std::size_t k = 0; k < Count; ++k) sum[k] += copies[*negative * Count + k];
        float* to = x + i * power + column;
        for (std::size_t k = 0; k < Count; ++k)
            *reinterpret_cast<Element*>(to + k * kStep) = (total[k] - 2.0F * sum[k]) * factor_;
    }
}

HadamardTransform::HadamardTransform(Index size, const Matrix& dense)
    : size_(size),
      order_(dense.rows()),
      power_(size / dense.rows()),
      factor_(1.0F / std::sqrt(static_cast<float>(size))) {
    for (Index output = 0; output < order_; ++output) {
        for (Index input = 0; input < order_; ++input)
            if (dense(input, output) < 0) negative_.push_back(static_cast<std::uint32_t>(input));
        negative_end_.push_back(negative_.size());
    }
}

Expected<HadamardTransform> HadamardTransform::create(Index size) {
    if (size < 1) return fail(ErrorKind::BadInput, "a Hadamard matrix of size {} is impossible", size);
    auto unsigned_size = static_cast<std::uint64_t>(size);
    Index odd = size >> std::countr_zero(unsigned_size);
    for (Index order = odd; order <= size; order *= 2) {
        if (size % order != 0) break;
        if (auto dense = hadamard_matrix(order)) return HadamardTransform(size, *dense);
    }
    return fail(
        Error{ErrorKind::BadInput,
              fmt::format("no Hadamard matrix of size {} = {} * {} is known here", size, odd, size / odd),
              "sizes are powers of two times 1, 12, 20, 28, 36, 44, 60, 76, 84, 108, 172, ...; leave out "
              "the rotation of this dimension",
              {}});
}

void HadamardTransform::apply(std::span<float> row) const {
    require(row.size() == static_cast<std::size_t>(size_), "HadamardTransform: wrong size");
    auto power = static_cast<std::size_t>(power_);
    for (std::size_t start = 0; start < row.size(); start += power) sylvester(row.data() + start, power);
    if (order_ == 1) {
        for (float& value : row) value *= factor_;
        return;
    }
    constexpr std::size_t kWide = 16;
    thread_local std::vector<float> scratch;
    scratch.resize(static_cast<std::size_t>(order_) * kWide);
    std::size_t column = 0;
    for (; column + kWide <= power; column += kWide)
        mix_columns<Lanes, 4>(row.data(), column, scratch.data());
    for (; column + 4 <= power; column += 4) mix_columns<Lanes, 1>(row.data(), column, scratch.data());
    for (; column < power; ++column) mix_columns<float, 1>(row.data(), column, scratch.data());
}

void HadamardTransform::apply_to_rows(Matrix& matrix) const {
    require(matrix.cols() == size_, "HadamardTransform: wrong number of columns");
    auto size = static_cast<std::size_t>(size_);
    for (Index row = 0; row < matrix.rows(); ++row) apply({matrix.data() + row * size_, size});
}

Expected<Rotation> Rotation::random(Index size, std::uint64_t seed) {
    MACAW_TRY(auto rotation, plain(size));
    std::mt19937_64 engine(seed);  // its sequence is fixed by the C++ standard
    for (float& sign : rotation.signs_) sign = (engine() & 1U) != 0 ? -1.0F : 1.0F;
    return rotation;
}

Expected<Rotation> Rotation::plain(Index size) {
    MACAW_TRY(auto transform, HadamardTransform::create(size));
    std::vector<float> signs(static_cast<std::size_t>(size), 1.0F);
    return Rotation(std::move(transform), std::move(signs));
}

void Rotation::rotate_columns(Matrix& weights) const {
    require(weights.cols() % size() == 0, "Rotation: the columns are not slices of its size");
    auto length = static_cast<std::size_t>(size());
    std::size_t slices = static_cast<std::size_t>(weights.size()) / length;
    for (std::size_t slice = 0; slice < slices; ++slice) {
        std::span<float> values(weights.data() + slice * length, length);
        for (std::size_t i = 0; i < length; ++i) values[i] *= signs_[i];
        transform_.apply(values);
    }
}

void Rotation::rotate_rows(Matrix& weights) const {
    require(weights.rows() % size() == 0, "Rotation: the rows are not slices of its size");
    Matrix transposed = weights.transpose();
    rotate_columns(transposed);
    weights = transposed.transpose();
}

}  // namespace macaw::quantizer
