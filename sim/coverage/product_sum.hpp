// Codes whose products add up to a given sum: the building block of directed vectors, and the proof that a
// sum is out of reach.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "golden/datapath.hpp"

namespace macaw::sim {

struct CodePair {
    golden::WeightCode weight = 0;
    golden::ActivationCode activation = 0;
    std::int64_t product() const { return std::int64_t{weight} * activation; }
};

class ProductSums {
  public:
    // Weights are all patterns of the port, -2^(M-1) included.
    explicit ProductSums(const golden::Datapath& datapath);

    // Of one product.
    golden::Range range() const { return {products_.front().product(), products_.back().product()}; }

    // `count` pairs whose products add up to `sum`. None: no such codes exist, or (only far from the ends of
    // the range of the sum) none were found; is_unreachable() tells the two apart. All products have the sign
    // of the sum or are 0, so that every partial sum lies between 0 and the sum, where `sum` allows it.
    std::optional<std::vector<CodePair>> find(std::int64_t sum, std::int64_t count) const;

    // Proven: outside what `count` products reach, or in the gaps at the ends of that range.
    bool is_unreachable(std::int64_t sum, std::int64_t count) const;

  private:
    std::optional<std::vector<CodePair>> from_end(std::int64_t sum, std::int64_t count, bool upper) const;
    bool complete_;                   // all products there are
    std::vector<CodePair> products_;  // one pair for each product, ascending
};

}  // namespace macaw::sim
