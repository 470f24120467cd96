#include "sim/formal/overflow_chain.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "hw/arith/dot_product.hpp"

namespace macaw::sim {

namespace {

using golden::Range;
using golden::Signedness;

// What the extreme activations make of one weight.
Range extremes(std::int64_t weight, Range activation) {
    const std::int64_t a = weight * activation.min, b = weight * activation.max;
    return {std::min(a, b), std::max(a, b)};
}

}  // namespace

bool Chain::holds() const {
    return std::ranges::all_of(links, [](const Link& link) { return link.holds; });
}

std::string Chain::text() const {
    std::string text;
    for (std::size_t i = 0; i < links.size(); ++i)
        text +=
            fmt::format("{:>2}. {}{}\n", i + 1, links[i].holds ? "" : "DOES NOT HOLD: ", links[i].statement);
    return text;
}

Chain overflow_chain(const golden::Datapath& datapath, int lanes, std::int64_t limit) {
    Chain chain;
    const Range x = datapath.activation_range();
    const Range w = datapath.weight_port_range();
    const Range inner = golden::range_of(datapath.inner_bits, Signedness::Signed);
    const Range outer = golden::range_of(datapath.outer_bits, Signedness::Signed);
    const int p = datapath.inner_bits.bits();
    auto link = [&](bool holds, std::string statement) {
        chain.links.push_back({std::move(statement), holds});
    };

    // The lemma once more, in the form in which it is used: grow(w) is what a weight adds to high and low.
    bool bounded = true;
    std::int64_t most = 0;
    for (std::int64_t weight = w.min; weight <= w.max; ++weight) {
        const Range product = extremes(weight, x);
        const std::int64_t beta = std::max<std::int64_t>(weight, 0),
                           alpha = std::max<std::int64_t>(-weight, 0);
        bounded = bounded && product.max == beta * x.max - alpha * x.min &&
                  -product.min == alpha * x.max - beta * x.min;
        most = std::max({most, product.max, -product.min});
    }
    link(
        bounded,
        fmt::format("lane lemma: for w in [{}, {}] and x in [{}, {}], with b = max(w, 0) and a = max(-w, 0): "
                    "-({} a + {} b) <= w x <= {} b + {} a",
                    w.min, w.max, x.min, x.max, x.max, -x.min, x.max, -x.min));
    link(
        limit >= 0 && limit <= inner.max,
        fmt::format(
            "budget: the weights of a tile keep high = {0} beta + {1} alpha <= {2} and low = {0} alpha + {1} "
            "beta <= {2}, sums of b and a over any of its beats, since none is negative; {2} <= 2^{3} - 1 = "
            "{4}",
            x.max, -x.min, limit, p - 1, inner.max));
    const std::int64_t exact = -inner.min + lanes * most;
    link(exact < golden::range_of(golden::BitWidth(golden::BitWidth::kMax), Signedness::Signed).max / 2,
         fmt::format("one beat: |inner + {} products| <= {} + {} x {} = {}, exact in 64 bits", lanes,
                     -inner.min, lanes, most, exact));
    link(
        -limit >= inner.min && limit <= inner.max,
        fmt::format(
            "step: from -low <= inner <= high and the lane lemma in each of {} lanes, the sum after the beat "
            "is in [-low', high'] inside [-{}, {}] inside [{}, {}]; it starts at 0 = low = high",
            lanes, limit, limit, inner.min, inner.max));
    link(inner.max - inner.min + 1 == std::int64_t{1} << p,
         fmt::format(
             "a sum inside [{}, {}] is its own residue modulo 2^{}: the unit, which adds exactly modulo 2^{} "
             "(or exactly and checks), holds the sum and no check fails",
             inner.min, inner.max, p, p));
    chain.tiles = limit > 0 ? outer.max / limit : 0;
    if (limit > 0)
        link(chain.tiles * limit <= outer.max,
             fmt::format("outer accumulator: {} tiles x {} = {} <= 2^{} - 1 = {}, so no dot product of up to "
                         "{} products "
                         "leaves it",
                         chain.tiles, limit, chain.tiles * limit, datapath.outer_bits.bits() - 1, outer.max,
                         chain.tiles * datapath.tile));
    return chain;
}

}  // namespace macaw::sim
