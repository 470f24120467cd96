#include "quantizer/activation_search.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>

#include "golden/support/parallel.hpp"
#include "quantizer/input_coder.hpp"
#include "quantizer/output_error.hpp"
#include "quantizer/row_search.hpp"

namespace macaw::quantizer {

namespace {

constexpr std::size_t kMostWindows = 16;
constexpr Index kMostRows = 48;
constexpr Index kRowsPerPiece = 24;
constexpr int kMostWorse = 2;  // levels in a row; fewer codes then only make it worse

std::vector<const Matrix*> spaced(std::span<const Matrix* const> inputs) {
    std::size_t count = std::min(inputs.size(), kMostWindows);
    std::vector<const Matrix*> result;
    for (std::size_t i = 0; i < count; ++i) result.push_back(inputs[i * inputs.size() / count]);
    return result;
}

// Some rows of a layer, and how many rows of the layer stand behind each.
struct RowSample {
    Matrix rows;
    double share = 1;
};

// Evenly spaced rows of all layers, in pieces that threads can share.
std::vector<RowSample> sample_rows(std::span<const Matrix* const> weights) {
    std::vector<RowSample> samples;
    for (const Matrix* weight : weights) {
        Index count = std::min(weight->rows(), kMostRows);
        for (Index first = 0; first < count; first += kRowsPerPiece) {
            Index rows = std::min(kRowsPerPiece, count - first);
            RowSample sample{Matrix(rows, weight->cols()),
                             static_cast<double>(weight->rows()) / static_cast<double>(count)};
            for (Index i = 0; i < rows; ++i)
                sample.rows.row(i) = weight->row((first + i) * weight->rows() / count);
            samples.push_back(std::move(sample));
        }
    }
    return samples;
}

double tokens_of(std::span<const Matrix* const> inputs) {
    double tokens = 0;
    for (const Matrix* input : inputs) tokens += static_cast<double>(input->rows());
    return tokens;
}

// What the candidates are compared with: the options less what moves all of them alike. Half of the scales
// and no local search are enough to see which range of codes is best.
QuantizerOptions compared_with(const QuantizerOptions& options) {
    QuantizerOptions result = options;
    result.local_search = 0;
    result.threshold_factors = {options.threshold_factors.back()};
    result.scale_factors.clear();
    for (std::size_t i = 0; i < options.scale_factors.size(); i += 2)
        result.scale_factors.push_back(options.scale_factors[i]);
    return result;
}

class CodingSearch {
  public:
    CodingSearch(std::span<const Matrix* const> inputs, std::span<const Matrix* const> weights,
                 const golden::Datapath& datapath, const QuantizerOptions& options)
        : inputs_(spaced(inputs)), weights_(weights), datapath_(datapath), options_(compared_with(options)) {}

    Expected<CodingChoice> run();

  private:
    golden::ActivationCoding coding_of(double levels, double reach) const;
    Expected<double> activation_error(const golden::ActivationCoding& coding) const;
    Expected<double> weight_error(golden::Range range) const;

    std::vector<const Matrix*> inputs_;
    std::span<const Matrix* const> weights_;
    const golden::Datapath& datapath_;
    QuantizerOptions options_;
    std::vector<RowSample> samples_;
    std::optional<OutputError> output_error_;
    InputStatistics statistics_;
    GreedyPlan plan_;
};

golden::ActivationCoding CodingSearch::coding_of(double levels, double reach) const {
    golden::ZeroPoint zero_point = zero_point_of(datapath_, options_.activation);
    golden::ActivationCoding coding{
        narrowed_range(datapath_, zero_point, levels), zero_point, static_cast<float>(reach), {}};
    if (options_.activation.per_tensor)
        coding.fixed = static_scale(inputs_, coding.range, zero_point, options_.activation.percentile);
    return coding;
}

Expected<double> CodingSearch::activation_error(const golden::ActivationCoding& coding) const {
    std::vector<double> errors(inputs_.size());
    MACAW_CHECK(parallel_for(inputs_.size(), [&](std::size_t i) -> Expected<void> {
        errors[i] = output_error_->of(*inputs_[i] - fake_quantize(*inputs_[i], coding));
        return {};
    }));
    return std::accumulate(errors.begin(), errors.end(), 0.0) / tokens_of(inputs_);
}

Expected<double> CodingSearch::weight_error(golden::Range range) const {
    LayerContext context{
        statistics_,
        plan_,
        {range, datapath_.weight_range(), datapath_.tile, datapath_.inner_bits, datapath_.outer_bits},
        options_};
    std::vector<double> errors(samples_.size());
    MACAW_CHECK(parallel_for(samples_.size(), [&](std::size_t i) -> Expected<void> {
        const Matrix& rows = samples_[i].rows;
        RowResults results = quantize_rows(rows, context);
        MatrixDouble error = rows.cast<double>();
        const golden::WeightCode* code = results.codes.data();
        for (Index row = 0; row < error.rows(); ++row)
            for (Index column = 0; column < error.cols(); ++column)
                error(row, column) -= static_cast<double>(results.scales[static_cast<std::size_t>(row)]) *
                                      static_cast<double>(*code++);
        errors[i] = samples_[i].share * (error * statistics_.hessian).cwiseProduct(error).sum();
        return {};
    }));
    return std::accumulate(errors.begin(), errors.end(), 0.0) / tokens_of(inputs_);
}

Expected<CodingChoice> CodingSearch::run() {
    const ActivationOptions& activation = options_.activation;
    CodingChoice choice;
    choice.coding = coding_of(activation.levels.front(), activation.reach.front());
    if (activation.levels.size() * activation.reach.size() == 1) return choice;
    std::vector<WindowInputs> windows;
    for (const Matrix* input : inputs_) windows.push_back({input, nullptr});
    MACAW_TRY(statistics_, input_statistics(windows));
    MACAW_TRY(plan_, plan_greedy(statistics_, options_));
    samples_ = sample_rows(weights_);
    output_error_.emplace(weights_);
    std::vector<double> levels = activation.levels;
    std::ranges::sort(levels, std::greater<>());
    double best = std::numeric_limits<double>::infinity();
    int worse_in_a_row = 0;
    for (double level : levels) {
        MACAW_TRY(double weight, weight_error(coding_of(level, 1.0).range));
        double least = std::numeric_limits<double>::infinity();
        for (double reach : activation.reach) {
            golden::ActivationCoding coding = coding_of(level, reach);
            MACAW_TRY(double input, activation_error(coding));
            choice.candidates.push_back({coding, input, weight});
            least = std::min(least, choice.candidates.back().total());
        }
        worse_in_a_row = least < best ? 0 : worse_in_a_row + 1;
        best = std::min(best, least);
        if (worse_in_a_row == kMostWorse) break;
    }
    choice.coding = std::ranges::min_element(choice.candidates, {}, &CodingCandidate::total)->coding;
    return choice;
}

}  // namespace

Expected<CodingChoice> choose_coding(std::span<const Matrix* const> inputs,
                                     std::span<const Matrix* const> weights, const golden::Datapath& datapath,
                                     const QuantizerOptions& options) {
    return CodingSearch(inputs, weights, datapath, options).run();
}

}  // namespace macaw::quantizer
