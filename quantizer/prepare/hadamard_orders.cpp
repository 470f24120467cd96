// The dense Hadamard matrices. Constructions: R. Paley, "On orthogonal matrices" (1933); J. Williamson,
// "Hadamard's determinant theorem and the sum of four squares" (1944).
#include <array>
#include <vector>

#include "quantizer/prepare/hadamard.hpp"

namespace macaw::quantizer {

namespace {

constexpr Index kLargestOrder = 512;

bool is_prime(Index number) {
    if (number < 2) return false;
    for (Index divisor = 2; divisor * divisor <= number; ++divisor)
        if (number % divisor == 0) return false;
    return true;
}

// The Jacobsthal matrix of a prime q: entry (i, j) is +1 where i - j is a square modulo q, -1 where it is
// not, 0 on the diagonal.
Matrix jacobsthal(Index prime) {
    std::vector<float> character(static_cast<std::size_t>(prime), -1.0F);
    character[0] = 0.0F;
    for (Index root = 1; root < prime; ++root)
        character[static_cast<std::size_t>(root * root % prime)] = 1.0F;
    Matrix matrix(prime, prime);
    for (Index row = 0; row < prime; ++row)
        for (Index column = 0; column < prime; ++column)
            matrix(row, column) = character[static_cast<std::size_t>((row - column + prime) % prime)];
    return matrix;
}

// [0 1; sign * 1 Jacobsthal], bordered by ones. [q + 1, q + 1]
Matrix bordered(Index prime, float sign) {
    Matrix matrix = Matrix::Constant(prime + 1, prime + 1, sign);
    matrix.row(0).setOnes();
    matrix(0, 0) = 0;
    matrix.bottomRightCorner(prime, prime) = jacobsthal(prime);
    return matrix;
}

// q = 3 mod 4: the bordered matrix C is skew, C C^T = q I, so I + C is a Hadamard matrix.
Matrix paley_one(Index order) {
    return Matrix::Identity(order, order) + bordered(order - 1, -1.0F);
}

// q = 1 mod 4: the bordered matrix C is symmetric; every 0 becomes [1 -1; -1 -1], every +-1 becomes +-[1 1; 1
// -1].
Matrix paley_two(Index order) {
    Matrix core = bordered(order / 2 - 1, 1.0F);
    Matrix identity = Matrix::Identity(order / 2, order / 2);
    Matrix matrix(order, order);
    matrix << core + identity, core - identity, core - identity, -core - identity;
    return matrix;
}

// Four symmetric circulants A, B, C, D of order 43 with A^2 + B^2 + C^2 + D^2 = 172 I. Their first rows are
// constant on the orbits of the multiplicative subgroup {1, 6, 7, 36, 37, 42} modulo 43 (it contains -1,
// hence the symmetry); bit `orbit` of a mask says where the row is -1. Found by trying all masks.
Matrix circulant_of_43(unsigned mask) {
    constexpr std::array<Index, 6> kSubgroup{1, 6, 7, 36, 37, 42};
    constexpr std::array<Index, 7> kRepresentatives{1, 2, 3, 4, 5, 9, 10};
    constexpr Index kSize = 43;
    std::array<float, kSize> first{};
    first[0] = 1.0F;
    for (std::size_t orbit = 0; orbit < kRepresentatives.size(); ++orbit)
        for (Index element : kSubgroup)
            first[static_cast<std::size_t>(kRepresentatives[orbit] * element % kSize)] =
                (mask >> orbit & 1U) != 0 ? -1.0F : 1.0F;
    Matrix matrix(kSize, kSize);
    for (Index row = 0; row < kSize; ++row)
        for (Index column = 0; column < kSize; ++column)
            matrix(row, column) = first[static_cast<std::size_t>((column - row + kSize) % kSize)];
    return matrix;
}

Matrix williamson_172() {
    Matrix a = circulant_of_43(7);
    Matrix b = circulant_of_43(46);
    Matrix c = circulant_of_43(52);
    Matrix d = circulant_of_43(98);
    Matrix matrix(172, 172);
    matrix << a, b, c, d, -b, a, -d, c, -c, d, a, -b, -d, -c, b, a;
    return matrix;
}

}  // namespace

std::optional<Matrix> hadamard_matrix(Index order) {
    if (order == 1) return Matrix::Ones(1, 1);
    if (order == 2) return Matrix{{1, 1}, {1, -1}};
    if (order < 4 || order > kLargestOrder || order % 4 != 0) return std::nullopt;
    if (is_prime(order - 1)) return paley_one(order);
    Index half = order / 2 - 1;
    if (half % 4 == 1 && is_prime(half)) return paley_two(order);
    if (order == 172) return williamson_172();
    return std::nullopt;
}

}  // namespace macaw::quantizer
