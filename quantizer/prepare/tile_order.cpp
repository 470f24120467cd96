#include "quantizer/prepare/tile_order.hpp"

#include <algorithm>
#include <numeric>

#include "golden/support/error.hpp"
#include "golden/support/parallel.hpp"

namespace macaw::quantizer {

namespace {

constexpr int kMostPasses = 10;
constexpr Index kRowsPerPiece = 256;
// Exchanges that gain less than this share of a channel's own weight are left: float32 sums of gram say no
// more.
constexpr double kLeastGain = 1e-4;

// Channels in tiles, while the order is being found.
class TileAssignment {
  public:
    TileAssignment(const Matrix& gram, std::int64_t tile)
        : gram_(gram),
          tile_(tile),
          tiles_((gram.rows() + tile - 1) / tile),
          tile_of_(static_cast<std::size_t>(gram.rows()), -1),
          coupling_(MatrixDouble::Zero(tiles_, gram.rows())) {
        for (Index t = 0; t < tiles_; ++t) room_.push_back(std::min<Index>(tile, gram.rows() - t * tile));
    }

    void assign_greedily();
    void assign_in_order();
    double sum_of_squares() const;
    // Every channel changes places with its best partner where that helps; false when nothing did.
    bool exchange_pairs();
    std::vector<Index> order() const;

  private:
    void put(Index channel, Index t);
    Index tile_of(Index channel) const { return tile_of_[static_cast<std::size_t>(channel)]; }
    Index best_partner(Index a, const std::vector<double>& own) const;
    void exchange(Index a, Index b);

    const Matrix& gram_;
    Index tile_;
    Index tiles_;
    std::vector<Index> tile_of_;  // [K]
    std::vector<Index> room_;     // [tiles]: free places
    MatrixDouble coupling_;       // [tiles, K]: sum of gram(channel, j) over the channels j of the tile
};

void TileAssignment::put(Index channel, Index t) {
    --room_[static_cast<std::size_t>(t)];
    tile_of_[static_cast<std::size_t>(channel)] = t;
    coupling_.row(t) += gram_.row(channel).cast<double>();
}

void TileAssignment::assign_greedily() {
    std::vector<Index> heaviest = identity_order(gram_.rows());
    std::stable_sort(heaviest.begin(), heaviest.end(),
                     [&](Index a, Index b) { return gram_(a, a) > gram_(b, b); });
    for (Index channel : heaviest) {
        Index best = -1;
        for (Index t = 0; t < tiles_; ++t) {
            if (room_[static_cast<std::size_t>(t)] == 0) continue;
            if (best < 0 || coupling_(t, channel) < coupling_(best, channel)) best = t;
        }
        put(channel, best);
    }
}

void TileAssignment::assign_in_order() {
    for (Index channel = 0; channel < gram_.rows(); ++channel) put(channel, channel / tile_);
}

double TileAssignment::sum_of_squares() const {
    double sum = 0;
    for (Index channel = 0; channel < gram_.rows(); ++channel) sum += coupling_(tile_of(channel), channel);
    return sum;
}

// The channel whose exchange with `a` takes most off the sum of squares; `a` itself where none helps. Half of
// what the exchange of a and b adds: coupling(b, tile of a) + coupling(a, tile of b) - coupling(a, own tile)
// - coupling(b, own tile) + gram(a, a) + gram(b, b) - 2 gram(a, b). own: gram(b, b) - coupling(b, own tile)
Index TileAssignment::best_partner(Index a, const std::vector<double>& own) const {
    Index tile = tile_of(a);
    const double* to_tile = &coupling_(tile, 0);
    const float* line = &gram_(a, 0);
    std::vector<double> of_a(static_cast<std::size_t>(tiles_));
    for (Index t = 0; t < tiles_; ++t) of_a[static_cast<std::size_t>(t)] = coupling_(t, a);
    double least = -own[static_cast<std::size_t>(a)] - kLeastGain * static_cast<double>(gram_(a, a));
    Index best = a;
    for (Index b = 0; b < gram_.rows(); ++b) {
        auto at = static_cast<std::size_t>(b);
        double change = to_tile[b] + of_a[static_cast<std::size_t>(tile_of_[at])] + own[at] -
                        2 * static_cast<double>(line[b]);
        if (change >= least || tile_of_[at] == tile) continue;
        least = change;
        best = b;
    }
    return best;
}

void TileAssignment::exchange(Index a, Index b) {
    Eigen::RowVectorXd difference = (gram_.row(b) - gram_.row(a)).cast<double>();
    coupling_.row(tile_of(a)) += difference;
    coupling_.row(tile_of(b)) -= difference;
    std::swap(tile_of_[static_cast<std::size_t>(a)], tile_of_[static_cast<std::size_t>(b)]);
}

bool TileAssignment::exchange_pairs() {
    std::vector<double> own(tile_of_.size());
    auto refresh = [&](Index t) {  // of the channels of tile t
        for (std::size_t b = 0; b < own.size(); ++b)
            if (tile_of_[b] == t) {
                auto at = static_cast<Index>(b);
                own[b] = static_cast<double>(gram_(at, at)) - coupling_(t, at);
            }
    };
    for (Index t = 0; t < tiles_; ++t) refresh(t);
    bool helped = false;
    for (Index a = 0; a < gram_.rows(); ++a) {
        Index b = best_partner(a, own);
        if (b == a) continue;
        exchange(a, b);
        refresh(tile_of(a));
        refresh(tile_of(b));
        helped = true;
    }
    return helped;
}

std::vector<Index> TileAssignment::order() const {
    std::vector<Index> order = identity_order(gram_.rows());
    std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return tile_of(a) < tile_of(b); });
    return order;
}

}  // namespace

Matrix importance_of(const Matrix& weights) {
    Matrix importance = weights.cwiseAbs();
    for (Index row = 0; row < importance.rows(); ++row) {
        float largest = importance.row(row).maxCoeff();
        if (largest > 0) importance.row(row) /= largest;
    }
    return importance;
}

Matrix tile_gram(const Matrix& importance) {
    Index size = importance.cols();
    Matrix gram(size, size);
    auto pieces = static_cast<std::size_t>((size + kRowsPerPiece - 1) / kRowsPerPiece);
    auto done = parallel_for(pieces, [&](std::size_t index) -> Expected<void> {
        // The lower triangle; the longest rows first, so that the threads end together.
        Index first = static_cast<Index>(pieces - 1 - index) * kRowsPerPiece;
        Index rows = std::min(kRowsPerPiece, size - first);
        gram.block(first, 0, rows, first + rows).noalias() =
            importance.middleCols(first, rows).transpose() * importance.leftCols(first + rows);
        return {};
    });
    require(done.has_value(), "tile_gram: nothing in it can fail");
    gram.triangularView<Eigen::StrictlyUpper>() = gram.transpose();
    return gram;
}

std::vector<Index> balanced_tile_order(const Matrix& gram, std::int64_t tile) {
    require(tile > 0 && gram.rows() == gram.cols(), "balanced_tile_order: impossible tile or matrix");
    TileAssignment assignment(gram, tile);
    assignment.assign_greedily();
    for (int pass = 0; pass < kMostPasses && assignment.exchange_pairs(); ++pass) continue;
    TileAssignment identity(gram, tile);  // a greedy start may end in a worse place than no change at all
    identity.assign_in_order();
    return assignment.sum_of_squares() < identity.sum_of_squares() ? assignment.order() : identity.order();
}

Matrix tile_norms(const Matrix& importance, std::span<const Index> order, std::int64_t tile) {
    require(order.size() == static_cast<std::size_t>(importance.cols()), "tile_norms: shapes disagree");
    Matrix norms = Matrix::Zero(importance.rows(), (importance.cols() + tile - 1) / tile);
    for (std::size_t position = 0; position < order.size(); ++position)
        norms.col(static_cast<Index>(position) / tile) += importance.col(order[position]);
    return norms;
}

std::vector<Index> identity_order(Index size) {
    std::vector<Index> order(static_cast<std::size_t>(size));
    std::iota(order.begin(), order.end(), Index{0});
    return order;
}

void permute_columns(Matrix& weights, std::span<const Index> order) {
    require(order.size() == static_cast<std::size_t>(weights.cols()), "permute_columns: shapes disagree");
    weights = Matrix(weights(Eigen::all, std::vector<Index>(order.begin(), order.end())));
}

void permute_rows(Matrix& weights, std::span<const Index> order) {
    require(order.size() == static_cast<std::size_t>(weights.rows()), "permute_rows: shapes disagree");
    weights = Matrix(weights(std::vector<Index>(order.begin(), order.end()), Eigen::all));
}

}  // namespace macaw::quantizer
