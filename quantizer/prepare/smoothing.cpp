#include "quantizer/prepare/smoothing.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "golden/support/parallel.hpp"
#include "quantizer/axe.hpp"
#include "quantizer/quantized_linear.hpp"

namespace macaw::quantizer {

namespace {

constexpr int kGridSteps = 20;      // alpha = step / kGridSteps
constexpr Index kMostTokens = 512;  // that candidates are compared on
constexpr Index kRowPiece = 1024;   // rows of a layer that are quantized at a time

// Each row to the nearest of -limit..limit times max|w| / limit, every tile first projected onto its l1 ball.
void round_rows(Matrix& weights, const SmoothingTarget& target) {
    auto levels = static_cast<double>(target.weight_limit);
    Index tile = target.tile > 0 ? target.tile : weights.cols();
    std::vector<double> scratch;
    Eigen::RowVectorXd values;
    for (Index row = 0; row < weights.rows(); ++row) {
        auto largest = static_cast<double>(weights.row(row).cwiseAbs().maxCoeff());
        if (largest == 0) continue;
        values = weights.row(row).cast<double>() * (levels / largest);
        for (Index first = 0; first < values.size(); first += tile) {
            auto part = values.segment(first, std::min(tile, values.size() - first)).array();
            std::span<const double> span(part.data(), static_cast<std::size_t>(part.size()));
            double threshold = l1_threshold(span, target.l1_radius, scratch);
            part = (part.abs() - threshold).max(0).rint() * part.sign();
        }
        weights.row(row) = (values * (largest / levels)).cast<float>();
    }
}

// Tokens of `input`, evenly spaced.
Matrix some_tokens(const Matrix& input) {
    Index count = std::min(input.rows(), kMostTokens);
    Matrix result(count, input.cols());
    for (Index i = 0; i < count; ++i) result.row(i) = input.row(i * input.rows() / count);
    return result;
}

// Candidate -> error: of no smoothing first, then of every alpha of the grid.
Expected<std::vector<double>> errors_of_grid(LinearGroup group, const ModelConfig& config,
                                             const Matrix& input, const BlockLinear& linear,
                                             const SmoothingTarget& target,
                                             const std::vector<Vector>& scales) {
    std::vector<double> errors(scales.size());
    MACAW_CHECK(parallel_for(scales.size(), [&](std::size_t i) -> Expected<void> {
        errors[i] = group_error(group, config, input, linear, target, scales[i]);
        return {};
    }));
    return errors;
}

Expected<SmoothingChoice> smooth_group(LinearGroup group, const ModelConfig& config,
                                       const PreparationOptions& options, const Matrix& input,
                                       const SmoothingTarget& target, BlockNorms& norms,
                                       BlockLinear& linear) {
    std::vector<double> alphas;
    if (options.smoothing == Smoothing::Fixed) alphas.push_back(options.smoothing_alpha);
    if (options.smoothing == Smoothing::Searched)
        for (int step = 0; step <= kGridSteps; ++step)
            alphas.push_back(step / static_cast<double>(kGridSteps));
    Vector inputs = largest_by_producer(group, config, input.cwiseAbs().colwise().maxCoeff().transpose());
    Vector weights = largest_by_producer(group, config, column_maxima(group, linear));
    std::vector<Vector> scales;
    for (double alpha : alphas) scales.push_back(smoothing_scale(inputs, weights, alpha));
    scales.push_back(Vector::Ones(inputs.size()));  // as it is
    MACAW_TRY(auto errors, errors_of_grid(group, config, some_tokens(input), linear, target, scales));
    // The first of equal errors; without smoothing only where the exponent is searched.
    auto end = options.smoothing == Smoothing::Searched ? errors.end() : errors.end() - 1;
    auto best = static_cast<std::size_t>(std::min_element(errors.begin(), end) - errors.begin());
    SmoothingChoice choice{std::nullopt, errors.back(), errors[best]};
    if (best == alphas.size()) return choice;
    choice.alpha = alphas[best];
    scale_group_input(group, config, scales[best], norms, linear);
    return choice;
}

}  // namespace

Vector smoothing_scale(const Vector& input_maxima, const Vector& weight_maxima, double alpha) {
    require(input_maxima.size() == weight_maxima.size(), "smoothing_scale: shapes disagree");
    Vector scale = Vector::Ones(input_maxima.size());
    for (Index channel = 0; channel < scale.size(); ++channel) {
        double x = input_maxima(channel);
        double w = weight_maxima(channel);
        if (!(x > 0 && w > 0)) continue;
        scale(channel) =
            static_cast<float>(std::clamp(std::pow(x, alpha) / std::pow(w, 1 - alpha), 1e-5, 1e5));
    }
    return scale;
}

double group_error(LinearGroup group, const ModelConfig& config, const Matrix& input,
                   const BlockLinear& linear, const SmoothingTarget& target, const Vector& scale) {
    Vector by_column = scale(producer_channels(group, config));
    Matrix smoothed = input.array().rowwise() / by_column.transpose().array();
    Matrix quantized = fake_quantize(smoothed, target.activation);
    double error = 0;
    for (Projection projection : projections_of(group)) {
        const Matrix& weights = linear[projection];
        for (Index first = 0; first < weights.rows(); first += kRowPiece) {
            Index rows = std::min(kRowPiece, weights.rows() - first);
            Matrix rounded =
                weights.middleRows(first, rows).array().rowwise() * by_column.transpose().array();
            round_rows(rounded, target);
            Matrix difference = quantized * rounded.transpose();
            difference.noalias() -= input * weights.middleRows(first, rows).transpose();
            error += difference.cast<double>().squaredNorm();
        }
    }
    return error;
}

Expected<std::array<SmoothingChoice, kLinearGroups.size()>> smooth_block(
    const ModelConfig& config, const PreparationOptions& options, const GroupInputs& inputs,
    const SmoothingTarget& target, BlockNorms& norms, BlockLinear& linear) {
    std::array<SmoothingChoice, kLinearGroups.size()> choices;
    if (options.smoothing == Smoothing::Off) return choices;
    // From the last group to the first: the producers of a group are layers of the group before it.
    for (std::size_t i = kLinearGroups.size(); i-- > 0;) {
        if (kLinearGroups[i] == LinearGroup::MlpOutput && options.rotate_down_input) continue;
        MACAW_TRY(choices[i],
                  smooth_group(kLinearGroups[i], config, options, inputs[i], target, norms, linear));
    }
    return choices;
}

}  // namespace macaw::quantizer
