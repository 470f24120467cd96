#include "quantizer/activation_search.hpp"

#include <algorithm>

#include "golden/support/parallel.hpp"
#include "quantizer/input_coder.hpp"
#include "quantizer/row_search.hpp"

namespace macaw::quantizer {

namespace {

constexpr std::size_t kMostWindows = 16;
constexpr Index kMostRows = 96;

std::vector<const Matrix*> spaced(std::span<const Matrix* const> inputs) {
    std::size_t count = std::min(inputs.size(), kMostWindows);
    std::vector<const Matrix*> result;
    for (std::size_t i = 0; i < count; ++i) result.push_back(inputs[i * inputs.size() / count]);
    return result;
}

// Rows of `weights`, evenly spaced.
Matrix some_rows(const Matrix& weights) {
    Index count = std::min(weights.rows(), kMostRows);
    Matrix result(count, weights.cols());
    for (Index i = 0; i < count; ++i) result.row(i) = weights.row(i * weights.rows() / count);
    return result;
}

double tokens_of(std::span<const Matrix* const> inputs) {
    double tokens = 0;
    for (const Matrix* input : inputs) tokens += static_cast<double>(input->rows());
    return tokens;
}

class CodingSearch {
  public:
    CodingSearch(std::span<const Matrix* const> inputs, std::span<const Matrix* const> weights,
                 const golden::Datapath& datapath, const QuantizerOptions& options)
        : inputs_(spaced(inputs)), weights_(weights), datapath_(datapath), options_(options) {}

    Expected<CodingChoice> run();

  private:
    golden::ActivationCoding coding_of(double levels, double reach) const;
    double activation_error(const golden::ActivationCoding& coding) const;
    double weight_error(golden::Range range) const;

    std::vector<const Matrix*> inputs_;
    std::span<const Matrix* const> weights_;
    const golden::Datapath& datapath_;
    const QuantizerOptions& options_;
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

double CodingSearch::activation_error(const golden::ActivationCoding& coding) const {
    double sum = 0;
    for (const Matrix* input : inputs_) {
        Matrix error = *input - fake_quantize(*input, coding).cast<float>();
        for (const Matrix* weight : weights_)
            sum += static_cast<double>((error * weight->transpose()).squaredNorm());
    }
    return sum / tokens_of(inputs_);
}

double CodingSearch::weight_error(golden::Range range) const {
    LayerContext context{
        statistics_,
        plan_,
        {range, datapath_.weight_range(), datapath_.tile, datapath_.inner_bits, datapath_.outer_bits},
        options_};
    double sum = 0;
    for (const Matrix* weight : weights_) {
        Matrix rows = some_rows(*weight);
        RowResults results = quantize_rows(rows, context);
        MatrixDouble error = rows.cast<double>();
        for (Index row = 0; row < error.rows(); ++row)
            for (Index column = 0; column < error.cols(); ++column)
                error(row, column) -=
                    static_cast<double>(results.scales[static_cast<std::size_t>(row)]) *
                    static_cast<double>(results.codes[static_cast<std::size_t>(row * error.cols() + column)]);
        double energy = (error * statistics_.hessian).cwiseProduct(error).sum();
        sum += energy * static_cast<double>(weight->rows()) / static_cast<double>(rows.rows());
    }
    return sum / tokens_of(inputs_);
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
    std::vector<std::vector<CodingCandidate>> by_level(activation.levels.size());
    MACAW_CHECK(parallel_for(by_level.size(), [&](std::size_t level) -> Expected<void> {
        double weight = weight_error(coding_of(activation.levels[level], 1.0).range);
        for (double reach : activation.reach) {
            golden::ActivationCoding coding = coding_of(activation.levels[level], reach);
            by_level[level].push_back({coding, activation_error(coding), weight});
        }
        return {};
    }));
    for (const auto& level : by_level)
        choice.candidates.insert(choice.candidates.end(), level.begin(), level.end());
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
