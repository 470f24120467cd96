#include "quantizer/prepare/tile_order.hpp"

#include <algorithm>
#include <numeric>

#include "golden/support/error.hpp"

namespace macaw::quantizer {

namespace {

constexpr int kMostPasses = 20;

// Channels in tiles, while the order is being found.
class TileAssignment {
  public:
    TileAssignment(const MatrixDouble& gram, std::int64_t tile)
        : gram_(gram),
          tile_(tile),
          tiles_((gram.rows() + tile - 1) / tile),
          tile_of_(static_cast<std::size_t>(gram.rows()), -1),
          coupling_(MatrixDouble::Zero(gram.rows(), tiles_)) {
        for (Index t = 0; t < tiles_; ++t) room_.push_back(std::min<Index>(tile, gram.rows() - t * tile));
    }

    void assign_greedily();
    void assign_in_order();
    double sum_of_squares() const;
    // One look at all pairs; false when no exchange helped.
    bool exchange_pairs();
    std::vector<Index> order() const;

  private:
    void put(Index channel, Index t);
    Index tile_of(Index channel) const { return tile_of_[static_cast<std::size_t>(channel)]; }
    // What the exchange of two channels of different tiles adds to half of the sum of squares.
    double change(Index a, Index b) const {
        return coupling_(b, tile_of(a)) + coupling_(a, tile_of(b)) - coupling_(a, tile_of(a)) -
               coupling_(b, tile_of(b)) + gram_(a, a) + gram_(b, b) - 2 * gram_(a, b);
    }
    void exchange(Index a, Index b);

    const MatrixDouble& gram_;
    Index tile_;
    Index tiles_;
    std::vector<Index> tile_of_;  // [K]
    std::vector<Index> room_;     // [tiles]: free places
    MatrixDouble coupling_;       // [K, tiles]: sum of gram(channel, j) over the channels j of the tile
};

void TileAssignment::assign_greedily() {
    std::vector<Index> heaviest = identity_order(gram_.rows());
    std::stable_sort(heaviest.begin(), heaviest.end(),
                     [&](Index a, Index b) { return gram_(a, a) > gram_(b, b); });
    for (Index channel : heaviest) {
        Index best = -1;
        for (Index t = 0; t < tiles_; ++t) {
            if (room_[static_cast<std::size_t>(t)] == 0) continue;
            if (best < 0 || coupling_(channel, t) < coupling_(channel, best)) best = t;
        }
        put(channel, best);
    }
}

void TileAssignment::put(Index channel, Index t) {
    --room_[static_cast<std::size_t>(t)];
    tile_of_[static_cast<std::size_t>(channel)] = t;
    coupling_.col(t) += gram_.col(channel);
}

void TileAssignment::assign_in_order() {
    for (Index channel = 0; channel < gram_.rows(); ++channel) put(channel, channel / tile_);
}

double TileAssignment::sum_of_squares() const {
    double sum = 0;
    for (Index channel = 0; channel < gram_.rows(); ++channel) sum += coupling_(channel, tile_of(channel));
    return sum;
}

void TileAssignment::exchange(Index a, Index b) {
    Eigen::VectorXd difference = gram_.col(b) - gram_.col(a);
    coupling_.col(tile_of(a)) += difference;
    coupling_.col(tile_of(b)) -= difference;
    std::swap(tile_of_[static_cast<std::size_t>(a)], tile_of_[static_cast<std::size_t>(b)]);
}

bool TileAssignment::exchange_pairs() {
    // Gains below rounding error would let the search run in circles.
    double least_gain = 1e-12 * gram_.cwiseAbs().sum() / static_cast<double>(gram_.rows());
    bool helped = false;
    for (Index a = 0; a < gram_.rows(); ++a)
        for (Index b = a + 1; b < gram_.rows(); ++b) {
            if (tile_of(a) == tile_of(b) || change(a, b) >= -least_gain) continue;
            exchange(a, b);
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

MatrixDouble importance_of(const Matrix& weights) {
    MatrixDouble importance = weights.cast<double>().cwiseAbs();
    for (Index row = 0; row < importance.rows(); ++row) {
        double largest = importance.row(row).maxCoeff();
        if (largest > 0) importance.row(row) /= largest;
    }
    return importance;
}

MatrixDouble tile_gram(const MatrixDouble& importance) {
    return importance.transpose() * importance;
}

std::vector<Index> balanced_tile_order(const MatrixDouble& gram, std::int64_t tile) {
    require(tile > 0 && gram.rows() == gram.cols(), "balanced_tile_order: impossible tile or matrix");
    TileAssignment assignment(gram, tile);
    assignment.assign_greedily();
    for (int pass = 0; pass < kMostPasses && assignment.exchange_pairs(); ++pass) continue;
    TileAssignment identity(gram, tile);  // a greedy start may end in a worse place than no change at all
    identity.assign_in_order();
    return assignment.sum_of_squares() < identity.sum_of_squares() ? assignment.order() : identity.order();
}

MatrixDouble tile_norms(const MatrixDouble& importance, std::span<const Index> order, std::int64_t tile) {
    require(order.size() == static_cast<std::size_t>(importance.cols()), "tile_norms: shapes disagree");
    MatrixDouble norms = MatrixDouble::Zero(importance.rows(), (importance.cols() + tile - 1) / tile);
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
