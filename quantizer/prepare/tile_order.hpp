// Which channels share a tile. A tile of T columns has an l1 budget in every row (arXiv 2409.17092, Eq. 13),
// so a row does best when its weight is spread evenly over its tiles; one order serves all rows. With A the
// magnitudes of the codes [rows, K], the sum over rows and tiles of the squared tile norms is
//     sum over tiles t of  1_t^T G 1_t,    G = A^T A,
// least where all tile norms of a row are equal. That sum is what balanced_tile_order makes small; it needs
// only G, which adds up over the layers that share an order. A permutation changes no function where the rows
// of the producer move along (permute_rows): that is the caller's part.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantizer/matrix.hpp"

namespace macaw::quantizer {

// |w| / max|w| of the row: the magnitude of the code, up to the number of levels. All-zero rows stay zero.
// [out_features, in_features]
Matrix importance_of(const Matrix& weights);

// A^T A. importance: [rows, K], result: [K, K]. Parallel.
Matrix tile_gram(const Matrix& importance);

// A permutation of 0..K-1: position -> channel; tile = position / `tile`, the last one short where K is not a
// multiple. Heaviest channels first, each into the tile where it adds least (LPT); then every channel changes
// places with its best partner while that helps; the identity where it is as good. Inside a tile the channels
// ascend. Deterministic. gram: [K, K], symmetric
std::vector<Index> balanced_tile_order(const Matrix& gram, std::int64_t tile);

// Norms of the tiles of every row when the columns are taken in `order`: [rows, tiles].
Matrix tile_norms(const Matrix& importance, std::span<const Index> order, std::int64_t tile);

// 0..size-1.
std::vector<Index> identity_order(Index size);

// New column (row) i is the old column (row) order[i].
void permute_columns(Matrix& weights, std::span<const Index> order);
void permute_rows(Matrix& weights, std::span<const Index> order);

}  // namespace macaw::quantizer
