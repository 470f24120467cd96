#include "quantizer/quantize_layer.hpp"

#include <algorithm>
#include <cmath>

#include "golden/certificate.hpp"
#include "golden/support/parallel.hpp"
#include "quantizer/row_search.hpp"

namespace macaw::quantizer {

namespace {

constexpr Index kRowsPerPiece = 64;
constexpr Index kRowsPerLargePiece = 256;  // matrix products of more rows are faster
constexpr Index kLargeLayer = 2048;        // rows

// || X~ row^T ||^2, summed over the rows of `matrix`.
double energy(const MatrixDouble& matrix, const MatrixDouble& hessian) {
    MatrixDouble product = matrix * hessian;
    return product.cwiseProduct(matrix).sum();
}

LayerStatistics statistics_of(const Matrix& weights, const RowResults& rows, const LayerContext& context) {
    LayerStatistics statistics;
    Index tile = context.limits.tile;
    statistics.tiles = weights.rows() * ((weights.cols() + tile - 1) / tile);
    statistics.codes = weights.size();
    statistics.codes_zero = std::count(rows.codes.begin(), rows.codes.end(), 0);
    statistics.moves = rows.moves;
    for (const RowCounts& row : rows.counts) {
        statistics.tiles_thresholded += row.tiles_thresholded;
        statistics.tiles_clipped += row.tiles_clipped;
        statistics.tiles_constrained += row.tiles_constrained;
        statistics.codes_clipped += row.codes_clipped;
    }
    MatrixDouble original = weights.cast<double>();
    statistics.signal_energy = energy(original, context.statistics.hessian);
    for (Index row = 0; row < original.rows(); ++row) {
        auto at = static_cast<std::size_t>(row);
        for (Index column = 0; column < original.cols(); ++column)
            original(row, column) -=
                static_cast<double>(rows.scales[at]) *
                static_cast<double>(rows.codes[at * static_cast<std::size_t>(original.cols()) +
                                               static_cast<std::size_t>(column)]);
    }
    statistics.error_energy = energy(original, context.statistics.hessian);
    return statistics;
}

// Constraint::DataType: the exact bound of the data types (Eq. 3 counts powers of two only), all codes at the
// end of their range.
Expected<void> check_data_types(const std::string& name, const AccumulatorLimits& limits, Index in_features) {
    auto bits_of = [&](std::int64_t products) {
        std::int64_t most =
            products * limits.weight.max * std::max(limits.activation.max, -limits.activation.min);
        return golden::bits_needed({-most, most});
    };
    golden::BitWidth inner = bits_of(std::min<std::int64_t>(limits.tile, in_features));
    golden::BitWidth outer = std::max(bits_of(in_features), inner);
    if (inner <= limits.inner_bits && outer <= limits.outer_bits) return {};
    return fail(Error{
        ErrorKind::CheckFailed,
        fmt::format("layer {}: these data types need {} inner and {} outer bits, there are {} and {}", name,
                    inner.bits(), outer.bits(), limits.inner_bits.bits(), limits.outer_bits.bits()),
        "constraint: datatype promises nothing about the codes; choose fewer weight or activation bits",
        {}});
}

// The promises, on the codes alone.
Expected<void> check_promises(const golden::QuantizedLayer& layer, const golden::Datapath& datapath) {
    golden::LayerCertificate certificate = golden::certify(layer, datapath);
    require(certificate.inner_bits <= datapath.inner_bits,
            "a tile was left that does not fit the inner accumulator");
    require(certificate.outer_bits <= datapath.outer_bits,
            "a row was left that does not fit the outer accumulator");
    return {};
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
    moves += other.moves;
    damping = std::max(damping, other.damping);
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
            {"codes_zero", statistics.codes_zero},
            {"error_energy", statistics.error_energy},
            {"signal_energy", statistics.signal_energy},
            {"local_search_moves", statistics.moves},
            {"damping", statistics.damping},
            {"sparsity", statistics.sparsity()},
            {"relative_error", statistics.relative_error()}};
}

Expected<LayerStatistics> layer_statistics_from_json(const Json& json, const std::filesystem::path& file) {
    LayerStatistics statistics;
    MACAW_TRY(statistics.tiles, json_member<std::int64_t>(json, "tiles", file));
    MACAW_TRY(statistics.tiles_thresholded, json_member<std::int64_t>(json, "tiles_thresholded", file));
    MACAW_TRY(statistics.tiles_clipped, json_member<std::int64_t>(json, "tiles_clipped", file));
    MACAW_TRY(statistics.tiles_constrained, json_member<std::int64_t>(json, "tiles_constrained", file));
    MACAW_TRY(statistics.codes, json_member<std::int64_t>(json, "codes", file));
    MACAW_TRY(statistics.codes_clipped, json_member<std::int64_t>(json, "codes_clipped", file));
    MACAW_TRY(statistics.codes_zero, json_member<std::int64_t>(json, "codes_zero", file));
    MACAW_TRY(statistics.moves, json_member<std::int64_t>(json, "local_search_moves", file));
    MACAW_TRY(statistics.damping, json_member<double>(json, "damping", file));
    MACAW_TRY(statistics.error_energy, json_member<double>(json, "error_energy", file));
    MACAW_TRY(statistics.signal_energy, json_member<double>(json, "signal_energy", file));
    return statistics;
}

Expected<QuantizedLayerResult> quantize_layer(const std::string& name, const Matrix& weights,
                                              const InputStatistics& statistics, const GreedyPlan& plan,
                                              const golden::ActivationCoding& coding,
                                              const golden::Datapath& datapath,
                                              const QuantizerOptions& options) {
    require(statistics.hessian.rows() == weights.cols() &&
                plan.order.size() == static_cast<std::size_t>(weights.cols()),
            "quantize_layer: shapes disagree");
    LayerContext context{
        statistics,
        plan,
        {coding.range, datapath.weight_range(), datapath.tile, datapath.inner_bits, datapath.outer_bits},
        options};
    if (options.constraint == Constraint::DataType)
        MACAW_CHECK(check_data_types(name, context.limits, weights.cols()));
    Index piece_rows = weights.rows() < kLargeLayer ? kRowsPerPiece : kRowsPerLargePiece;
    auto count = static_cast<std::size_t>((weights.rows() + piece_rows - 1) / piece_rows);
    std::vector<RowResults> pieces(count);
    std::vector<LayerStatistics> counted(count);
    MACAW_CHECK(parallel_for(count, [&](std::size_t piece) -> Expected<void> {
        Index first = static_cast<Index>(piece) * piece_rows;
        Matrix rows = weights.middleRows(first, std::min(piece_rows, weights.rows() - first));
        pieces[piece] = quantize_rows(rows, context);
        counted[piece] = statistics_of(rows, pieces[piece], context);
        return {};
    }));
    QuantizedLayerResult result;
    golden::QuantizedLayer& layer = result.layer;
    layer.name = name;
    layer.out_features = weights.rows();
    layer.in_features = weights.cols();
    layer.activation = coding;
    for (std::size_t piece = 0; piece < count; ++piece) {
        const RowResults& rows = pieces[piece];
        layer.codes.insert(layer.codes.end(), rows.codes.begin(), rows.codes.end());
        layer.scales.insert(layer.scales.end(), rows.scales.begin(), rows.scales.end());
        result.statistics += counted[piece];
    }
    if (guarantees(options.constraint)) MACAW_CHECK(check_promises(layer, datapath));
    return result;
}

}  // namespace macaw::quantizer
