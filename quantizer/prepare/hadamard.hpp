// Hadamard transforms: multiplication of rows by the orthonormal matrix H_n / sqrt(n), which spreads an
// outlier over all channels (QuaRot, arXiv 2404.00456; "HIP" in arXiv 2409.17092). n = m * 2^a, H_n = H_m (x)
// H_{2^a}: H_{2^a} is Sylvester's and costs `a` additions an element; H_m is a dense matrix of +-1 of order
// 1, 12, 20, 28, 36, ... and costs m. A size without a known order is an error: nothing is padded. The result
// of a row depends on that row alone, to the last bit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "golden/support/error.hpp"
#include "quantizer/matrix.hpp"

namespace macaw::quantizer {

// H of +-1 with H H^T = order * I, or nothing where no construction here gives that order:
// - Paley I:  order = q + 1, q prime, q = 3 mod 4 (12, 20, 24, 32, 44, 48, 60, 68, 72, 80, 84, 104, 108, ...)
// - Paley II: order = 2 (q + 1), q prime, q = 1 mod 4 (12, 28, 36, 60, 76, 84, 108, 124, ...)
// - Williamson: order 172 = 4 * 43, for the 11008 = 172 * 64 intermediate channels of Llama 2
// and orders 1 and 2. Orders above 512 are not tried: a dense factor of that size would not be fast.
std::optional<Matrix> hadamard_matrix(Index order);

// Multiplication by H_n / sqrt(n) for one n. Not symmetric for every n (Paley I): the transposed matrix is
// the inverse. Immutable after creation; may be used from several threads.
class HadamardTransform {
  public:
    static Expected<HadamardTransform> create(Index size);

    Index size() const { return size_; }
    // The dense factor m of size = m * 2^a.
    Index dense_order() const { return order_; }

    // row <- row * H / sqrt(n), where `row` has n elements.
    void apply(std::span<float> row) const;
    // The same for every row. [rows, n]
    void apply_to_rows(Matrix& matrix) const;

  private:
    HadamardTransform(Index size, const Matrix& dense);
    template <typename Element, std::size_t Count>
    void mix_columns(float* x, std::size_t column, float* scratch) const;

    Index size_;
    Index order_;                            // m
    Index power_;                            // 2^a = size / m
    float factor_;                           // 1 / sqrt(n)
    std::vector<std::uint32_t> negative_;    // for each output of H_m, the inputs whose sign is -1
    std::vector<std::size_t> negative_end_;  // [m]: where each output's part of negative_ ends
};

// An orthogonal matrix Q = diag(signs) * H / sqrt(n) (QuaRot's randomised Hadamard matrix), and what it does
// to the two sides of a linear layer y = x W^T. With x' = x Q the function stays if the columns of W become W
// Q; y' = y Q needs Q^T W.
class Rotation {
  public:
    // Signs from `seed`, the same on every machine.
    static Expected<Rotation> random(Index size, std::uint64_t seed);
    // All signs +1: what an online transform of the activations does.
    static Expected<Rotation> plain(Index size);

    Index size() const { return transform_.size(); }
    const std::vector<float>& signs() const { return signs_; }

    // Every slice of `size` columns is multiplied by Q from the right: W Q. [rows, multiple of size]
    void rotate_columns(Matrix& weights) const;
    // Every slice of `size` rows is multiplied by Q^T from the left: Q^T W. [multiple of size, columns]
    void rotate_rows(Matrix& weights) const;

  private:
    Rotation(HadamardTransform transform, std::vector<float> signs)
        : transform_(std::move(transform)), signs_(std::move(signs)) {}
    HadamardTransform transform_;
    std::vector<float> signs_;  // [size], +-1
};

}  // namespace macaw::quantizer
