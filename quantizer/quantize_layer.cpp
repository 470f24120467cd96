#include "quantizer/quantize_layer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "golden/certificate.hpp"
#include "golden/support/parallel.hpp"
#include "quantizer/axe.hpp"

namespace macaw::quantizer {

namespace {

constexpr Index kRowsPerPiece = 32;

// One tile of one row while its columns are quantized, in whatever order they come.
struct TileState {
    double threshold = 0;  // lambda
    TileBudget budget;
    bool clipped = false;
};

// The result of Q o Psi o Pi on one error-corrected value of w/s.
struct Choice {
    std::int64_t code = 0;
    double target = 0;  // the value that the error feedback compares the code with
};

// Rows [first, first + values.rows()) of a layer. All matrices have their columns in the factor's order,
// except `codes`.
class RowsQuantizer {
  public:
    RowsQuantizer(const HessianFactor& factor, const golden::Datapath& datapath,
                  const QuantizerOptions& options)
        : factor_(factor), datapath_(datapath), options_(options), weight_range_(datapath.weight_range()) {}

    // original: w/s, columns in the original order, [rows, in_features]; codes: the same shape, out.
    void run(const MatrixDouble& original, std::span<std::int8_t> codes);

    LayerStatistics statistics() const;

  private:
    std::size_t tile_of(Index position) const {
        return static_cast<std::size_t>(factor_.order[static_cast<std::size_t>(position)] / datapath_.tile);
    }
    TileState& tile(Index row, Index position) {
        return tiles_[static_cast<std::size_t>(row) * tiles_per_row_ + tile_of(position)];
    }
    void start_tiles(const MatrixDouble& original);
    void quantize_row(Index row, Index begin, Index end, MatrixDouble& errors, std::span<std::int8_t> codes);
    Choice choose(double value, TileState& tile);

    const HessianFactor& factor_;
    const golden::Datapath& datapath_;
    const QuantizerOptions& options_;
    golden::Range weight_range_;
    MatrixDouble values_;           // error-corrected w/s, [rows, in_features]
    std::vector<TileState> tiles_;  // [rows, tiles_per_row_]; empty without a constraint
    std::size_t tiles_per_row_ = 0;
    LayerStatistics counts_;
};

void RowsQuantizer::start_tiles(const MatrixDouble& original) {
    tiles_per_row_ = static_cast<std::size_t>(datapath_.tiles(original.cols()));
    counts_.tiles = original.rows() * static_cast<std::int64_t>(tiles_per_row_);
    if (options_.constraint == Constraint::None) return;
    double radius = l1_radius(datapath_);
    TileBudget budget(datapath_.activation_range(), datapath_.inner_bits);
    for (Index row = 0; row < original.rows(); ++row) {
        for (Index begin = 0; begin < original.cols(); begin += datapath_.tile) {
            // The last tile may be short: only real columns count.
            Index width = std::min<Index>(datapath_.tile, original.cols() - begin);
            std::span<const double> values(&original(row, begin), static_cast<std::size_t>(width));
            tiles_.push_back({l1_threshold(values, radius), budget, false});
        }
    }
}

Choice RowsQuantizer::choose(double value, TileState& tile) {
    double shrunk = std::copysign(std::max(std::abs(value) - tile.threshold, 0.0), value);
    auto lowest = static_cast<double>(weight_range_.min);
    auto highest = static_cast<double>(weight_range_.max);
    auto rounded = static_cast<std::int64_t>(std::nearbyint(std::clamp(shrunk, lowest, highest)));
    golden::Range left = tile.budget.admissible();
    std::int64_t code = std::clamp(rounded, left.min, left.max);
    tile.budget.add(code);
    if (code != rounded) {
        tile.clipped = true;
        ++counts_.codes_clipped;
    }
    if (options_.preset == Preset::Paper) return {code, value};
    return {code, std::clamp(shrunk, static_cast<double>(left.min), static_cast<double>(left.max))};
}

// Columns [begin, end) of one row: choose codes and push each error onto the columns behind it, up to `end`.
void RowsQuantizer::quantize_row(Index row, Index begin, Index end, MatrixDouble& errors,
                                 std::span<std::int8_t> codes) {
    bool feedback = factor_.upper.size() > 0;
    auto limit = static_cast<double>(weight_range_.max);
    for (Index position = begin; position < end; ++position) {
        double value = values_(row, position);
        Choice choice{0, value};
        if (tiles_.empty())
            choice.code = static_cast<std::int64_t>(std::nearbyint(std::clamp(value, -limit, limit)));
        else
            choice = choose(value, tile(row, position));
        auto column = static_cast<std::size_t>(factor_.order[static_cast<std::size_t>(position)]);
        codes[static_cast<std::size_t>(row * values_.cols()) + column] =
            static_cast<std::int8_t>(choice.code);
        if (choice.code == 0) ++counts_.codes_zero;
        if (!feedback) continue;
        double error = (choice.target - static_cast<double>(choice.code)) / factor_.upper(position, position);
        errors(row, position - begin) = error;
        Index behind = end - position - 1;
        values_.row(row).segment(position + 1, behind) -=
            error * factor_.upper.row(position).segment(position + 1, behind);
    }
}

void RowsQuantizer::run(const MatrixDouble& original, std::span<std::int8_t> codes) {
    start_tiles(original);
    counts_.codes = original.size();
    values_.resize(original.rows(), original.cols());
    for (Index position = 0; position < original.cols(); ++position)
        values_.col(position) = original.col(factor_.order[static_cast<std::size_t>(position)]);
    for (Index begin = 0; begin < original.cols(); begin += options_.block) {
        Index width = std::min<Index>(options_.block, original.cols() - begin);
        Index end = begin + width;
        MatrixDouble errors = MatrixDouble::Zero(original.rows(), width);
        for (Index row = 0; row < original.rows(); ++row) quantize_row(row, begin, end, errors, codes);
        Index behind = original.cols() - end;
        if (factor_.upper.size() > 0 && behind > 0)
            values_.rightCols(behind).noalias() -= errors * factor_.upper.block(begin, end, width, behind);
    }
}

LayerStatistics RowsQuantizer::statistics() const {
    LayerStatistics statistics = counts_;
    for (const TileState& tile : tiles_) {
        statistics.tiles_thresholded += tile.threshold > 0 ? 1 : 0;
        statistics.tiles_clipped += tile.clipped ? 1 : 0;
        statistics.tiles_constrained += tile.threshold > 0 || tile.clipped ? 1 : 0;
    }
    return statistics;
}

// max|w| of every row, and what stands for it in an all-zero row: the value that gives scale 1.
// [out_features]
std::vector<double> largest_of(const Matrix& weights, double limit) {
    std::vector<double> largest;
    for (Index row = 0; row < weights.rows(); ++row) {
        auto value = static_cast<double>(weights.row(row).cwiseAbs().maxCoeff());
        bool has_scale = value / limit >= static_cast<double>(std::numeric_limits<float>::min());
        largest.push_back(has_scale ? value : limit);
    }
    return largest;
}

// || X~ row^T ||^2 of the rows of `matrix`, weighted by the square of each row's `largest`.
double energy(const MatrixDouble& matrix, const MatrixDouble& hessian, std::span<const double> largest) {
    MatrixDouble product = matrix * hessian;
    double sum = 0;
    for (Index row = 0; row < matrix.rows(); ++row) {
        double scale = largest[static_cast<std::size_t>(row)];
        sum += scale * scale * product.row(row).dot(matrix.row(row)) / 2;  // H = 2 X~^T X~
    }
    return sum;
}

// Some rows of a layer: codes out, counts and energies returned. weights: [rows, in_features]
// w/s is computed as w * limit / max|w|: w = max|w| / 2, frequent in bfloat16, lies exactly between two codes
// and must go to the even one; dividing by a rounded s would decide by the rounding error.
LayerStatistics quantize_rows(const Matrix& weights, const MatrixDouble& hessian,
                              std::span<const double> largest, double limit, RowsQuantizer& quantizer,
                              std::span<std::int8_t> codes) {
    MatrixDouble original = weights.cast<double>() * limit;
    for (Index row = 0; row < original.rows(); ++row)
        original.row(row) /= largest[static_cast<std::size_t>(row)];
    quantizer.run(original, codes);
    LayerStatistics statistics = quantizer.statistics();
    statistics.signal_energy = energy(original / limit, hessian, largest);
    using Codes = Eigen::Matrix<std::int8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    original -= Eigen::Map<const Codes>(codes.data(), original.rows(), original.cols()).cast<double>();
    statistics.error_energy = energy(original / limit, hessian, largest);
    return statistics;
}

// AXE's promises, on the codes alone.
Expected<void> check_promises(const golden::QuantizedLayer& layer, const golden::Datapath& datapath) {
    golden::LayerCertificate certificate = golden::certify(layer, datapath);
    require(certificate.inner_bits <= datapath.inner_bits,
            "AXE left a tile that does not fit the inner accumulator");
    if (certificate.outer_bits <= datapath.outer_bits) return {};
    return fail(
        Error{ErrorKind::CheckFailed,
              fmt::format("layer {} needs an outer accumulator of {} bits; datapath.outer_bits is {}",
                          layer.name, certificate.outer_bits.bits(), datapath.outer_bits.bits()),
              fmt::format("set outer_bits to {} or more, or lower inner_bits", certificate.outer_bits.bits()),
              {}});
}

}  // namespace

LayerStatistics& LayerStatistics::operator+=(const LayerStatistics& other) {
    tiles += other.tiles;
    tiles_thresholded += other.tiles_thresholded;
    tiles_clipped += other.tiles_clipped;
    tiles_constrained += other.tiles_constrained;
    codes += other.codes;
    codes_clipped += other.codes_clipped;
    codes_zero += other.codes_zero;
    error_energy += other.error_energy;
    signal_energy += other.signal_energy;
    return *this;
}

double LayerStatistics::relative_error() const {
    return signal_energy > 0 ? std::sqrt(std::max(error_energy, 0.0) / signal_energy) : 0;
}

Json to_json(const LayerStatistics& statistics) {
    return {{"tiles", statistics.tiles},
            {"tiles_thresholded", statistics.tiles_thresholded},
            {"tiles_clipped", statistics.tiles_clipped},
            {"tiles_constrained", statistics.tiles_constrained},
            {"codes", statistics.codes},
            {"codes_clipped", statistics.codes_clipped},
            {"sparsity", statistics.sparsity()},
            {"relative_error", statistics.relative_error()}};
}

Expected<QuantizedLayerResult> quantize_layer(const std::string& name, const Matrix& weights,
                                              const MatrixDouble& hessian, const HessianFactor& factor,
                                              const golden::Datapath& datapath,
                                              const QuantizerOptions& options) {
    require(
        hessian.rows() == weights.cols() && factor.order.size() == static_cast<std::size_t>(weights.cols()),
        "quantize_layer: shapes disagree");
    QuantizedLayerResult result;
    golden::QuantizedLayer& layer = result.layer;
    layer.name = name;
    layer.out_features = weights.rows();
    layer.in_features = weights.cols();
    layer.codes.resize(static_cast<std::size_t>(weights.size()));
    auto limit = static_cast<double>(datapath.weight_range().max);
    std::vector<double> largest = largest_of(weights, limit);
    for (double value : largest) layer.scales.push_back(static_cast<float>(value / limit));
    std::vector<LayerStatistics> pieces(
        static_cast<std::size_t>((weights.rows() + kRowsPerPiece - 1) / kRowsPerPiece));
    MACAW_CHECK(parallel_for(pieces.size(), [&](std::size_t piece) -> Expected<void> {
        Index first = static_cast<Index>(piece) * kRowsPerPiece;
        auto rows = static_cast<std::size_t>(std::min(kRowsPerPiece, weights.rows() - first));
        auto begin = static_cast<std::size_t>(first);
        auto columns = static_cast<std::size_t>(weights.cols());
        RowsQuantizer quantizer(factor, datapath, options);
        pieces[piece] = quantize_rows(weights.middleRows(first, static_cast<Index>(rows)), hessian,
                                      std::span(largest).subspan(begin, rows), limit, quantizer,
                                      std::span(layer.codes).subspan(begin * columns, rows * columns));
        return {};
    }));
    for (const LayerStatistics& piece : pieces) result.statistics += piece;
    if (options.constraint == Constraint::Axe) MACAW_CHECK(check_promises(layer, datapath));
    return result;
}

}  // namespace macaw::quantizer
