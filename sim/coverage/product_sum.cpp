// See product_sum.hpp. Near an end of the range a sum is the end minus deficits, one for each product, so the
// fewest deficits that make up the difference (a coin problem) decide exactly whether it can be reached.
#include "sim/coverage/product_sum.hpp"

#include <algorithm>
#include <map>

namespace macaw::sim {

namespace {

constexpr std::int64_t kLargestDeficit = 1 << 14;
constexpr int kSampledBits = 10;  // of wider activations only the ends and the middle are looked at
constexpr std::int64_t kSample = 256;

}  // namespace

ProductSums::ProductSums(const golden::Datapath& datapath)
    : complete_(datapath.activation_bits.bits() <= kSampledBits) {
    const golden::Range weights = datapath.weight_port_range();
    const golden::Range activations = datapath.activation_range();
    std::map<std::int64_t, CodePair> pairs;
    for (std::int64_t weight = weights.min; weight <= weights.max; ++weight)
        for (std::int64_t activation = activations.min; activation <= activations.max; ++activation) {
            if (!complete_ && activations.min < 0 && activation == activations.min + kSample)
                activation = -kSample;
            if (!complete_ && activation == kSample) activation = activations.max - kSample;
            pairs.try_emplace(weight * activation, CodePair{static_cast<golden::WeightCode>(weight),
                                                            static_cast<golden::ActivationCode>(activation)});
        }
    for (const auto& [product, pair] : pairs) products_.push_back(pair);
}

std::optional<std::vector<CodePair>> ProductSums::find(std::int64_t sum, std::int64_t count) const {
    if (sum < count * range().min || sum > count * range().max) return std::nullopt;
    std::vector<CodePair> found;
    std::int64_t rest = sum;
    while (rest != 0 && static_cast<std::int64_t>(found.size()) < count) {
        // The product nearest to the rest, not beyond it.
        auto above =
            std::upper_bound(products_.begin(), products_.end(), rest,
                             [](std::int64_t value, const CodePair& pair) { return value < pair.product(); });
        auto nearest = rest > 0 ? std::prev(above)
                                : std::lower_bound(products_.begin(), products_.end(), rest,
                                                   [](const CodePair& pair, std::int64_t value) {
                                                       return pair.product() < value;
                                                   });
        if (nearest->product() == 0) break;
        found.push_back(*nearest);
        rest -= nearest->product();
    }
    if (rest != 0) return from_end(sum, count, sum > 0);
    found.resize(static_cast<std::size_t>(count), CodePair{});
    return found;
}

std::optional<std::vector<CodePair>> ProductSums::from_end(std::int64_t sum, std::int64_t count,
                                                           bool upper) const {
    const CodePair end = upper ? products_.back() : products_.front();
    const std::int64_t wanted = std::abs(count * end.product() - sum);
    if (wanted > kLargestDeficit) return std::nullopt;
    // fewest[d]: products with a deficit that make d; last[d]: one of them.
    std::vector<std::int64_t> fewest(static_cast<std::size_t>(wanted) + 1, count + 1);
    std::vector<const CodePair*> last(fewest.size(), nullptr);
    fewest[0] = 0;
    for (const CodePair& pair : products_) {
        const std::int64_t deficit = std::abs(end.product() - pair.product());
        if (deficit == 0) continue;
        for (std::int64_t d = deficit; d <= wanted; ++d) {
            std::int64_t with = fewest[static_cast<std::size_t>(d - deficit)] + 1;
            if (with >= fewest[static_cast<std::size_t>(d)]) continue;
            fewest[static_cast<std::size_t>(d)] = with;
            last[static_cast<std::size_t>(d)] = &pair;
        }
    }
    if (fewest.back() > count) return std::nullopt;
    std::vector<CodePair> found;
    for (std::int64_t d = wanted; d > 0; d -= std::abs(end.product() - found.back().product()))
        found.push_back(*last[static_cast<std::size_t>(d)]);
    found.resize(static_cast<std::size_t>(count), end);
    return found;
}

bool ProductSums::is_unreachable(std::int64_t sum, std::int64_t count) const {
    if (sum < count * range().min || sum > count * range().max) return true;
    if (!complete_ || find(sum, count)) return false;
    const std::int64_t end = sum > 0 ? range().max : range().min;
    return std::abs(count * end - sum) <= kLargestDeficit;
}

}  // namespace macaw::sim
