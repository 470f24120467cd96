// What a greedy pass over the columns needs besides weights and codes, once for all layers that share an
// input: the order of the columns, what an error does to the columns behind, and the values to start from. In
// double precision.
#pragma once

#include <vector>

#include "quantizer/input_statistics.hpp"
#include "quantizer/options.hpp"

namespace macaw::quantizer {

// All matrices with rows and columns in `order`; [in_features, in_features] unless said.
struct GreedyPlan {
    Algorithm algorithm = Algorithm::Rtn;
    std::vector<Index> order;  // position -> stored column
    double damping = 0;        // share of mean diag(H) with which the factorisation succeeded
    double eta = 0;            // damping * mean diag(H): what was added to the diagonal of H, and of X~^T X

    // What is carried from column t to the columns j > t is a multiple of row t:
    //   Optq, Qronos  U with (H + eta I)^-1 = U^T U, times (value - code) / U_tt
    //   Gpfq          H_tj / H_jj (0 for a dead input j), times the code
    //   Rtn           nothing: empty
    MatrixDouble feedback;

    // X~^T X (plus eta I for Qronos), where the start values differ from the weights; else empty.
    MatrixDouble cross;
    std::vector<double> diagonal;   // of H, for Gpfq; else empty. [in_features]
    std::vector<double> first_row;  // of H + eta I, for the first step of Qronos; else empty. [in_features]

    bool carries_codes() const { return algorithm == Algorithm::Gpfq; }
};

// Where the factorisation fails, eta is raised tenfold up to four times; then it is an error: no layer is
// ever left without its quantization.
Expected<GreedyPlan> plan_greedy(const InputStatistics& statistics, const QuantizerOptions& options);

// The value that each column would be rounded to if no column had been quantized before it: W for Rtn and
// Optq, the least-squares weights W (X~^T X + eta I)^T (H + eta I)^-1 for Qronos, and for Gpfq (sum over j <=
// t of (X~^T X)_tj w_j) / H_tt, 0 for a dead input. weights: [rows, in_features], columns as stored; result:
// the same, in the plan's order.
MatrixDouble start_values(const GreedyPlan& plan, const MatrixDouble& weights);

// What Qronos rounds in its first step, where the other columns are still W: the best value of the first
// column beside them. Empty for the other algorithms. [rows]
std::vector<double> first_values(const GreedyPlan& plan, const MatrixDouble& weights);

// Rows and columns of `matrix` in `order`.
MatrixDouble in_order(const MatrixDouble& matrix, const std::vector<Index>& order);

}  // namespace macaw::quantizer
