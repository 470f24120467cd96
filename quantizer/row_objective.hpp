// The error that a row's codes and scale leave at the layer's output, up to a constant that no choice can
// change:
//     J(v) = v H v^T - 2 v r^T,   v = s q,   H = X~^T X~ + eta I,   r = w (X~^T X + eta I)^T
// which is || X w^T - X~ v^T ||^2 + eta || w - v ||^2 less || X w^T ||^2 + eta || w ||^2. eta, the damping,
// keeps directions that the calibration never saw near the original weights. Row by row; columns as stored.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "golden/datapath.hpp"
#include "quantizer/input_statistics.hpp"

namespace macaw::quantizer {

class RowObjective {
  public:
    // weights: [rows, in_features]. `statistics` outlives this object.
    RowObjective(const InputStatistics& statistics, double eta, const MatrixDouble& weights);

    // The terms of J for v = s q of every row: J = quadratic * s^2 - 2 * linear * s.
    struct Terms {
        double quadratic = 0;  // q H q^T
        double linear = 0;     // q r^T
        double at(double scale) const { return (quadratic * scale - 2 * linear) * scale; }
        // The scale with the least J; 0 where no positive scale is better than none.
        double best_scale() const { return linear > 0 && quadratic > 0 ? linear / quadratic : 0; }
    };
    std::vector<Terms> terms(std::span<const golden::WeightCode> codes) const;

    // q H of every row. [rows, in_features]
    MatrixDouble products(std::span<const golden::WeightCode> codes) const;
    const MatrixDouble& correlation() const { return correlation_; }  // r of every row
    const MatrixDouble& hessian() const { return statistics_.hessian; }
    double eta() const { return eta_; }

  private:
    const InputStatistics& statistics_;
    double eta_;
    MatrixDouble correlation_;
};

}  // namespace macaw::quantizer
