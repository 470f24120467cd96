#include "quantizer/local_search.hpp"

#include <cmath>

#include "golden/certificate.hpp"
#include "testbench/support/random_datapath.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;
using macaw::golden::BitWidth;
using macaw::golden::Range;

namespace {

constexpr double kEta = 0.5;

// One row of codes and everything that its error depends on.
struct Work {
    RandomLayer layer;
    AccumulatorLimits limits;
    std::vector<macaw::golden::WeightCode> codes;
    double scale = 0;

    MatrixDouble weights() const { return layer.weights.cast<double>(); }
    double objective(const std::vector<macaw::golden::WeightCode>& of) const {
        return RowObjective(layer.statistics, kEta, weights()).terms(of).front().at(scale);
    }
    std::int64_t search(int passes, bool constrained = true) {
        RowObjective objective(layer.statistics, kEta, weights());
        return local_search(objective, limits, constrained, std::vector{scale}, passes, codes);
    }
    bool fits(std::span<const macaw::golden::WeightCode> of, BitWidth accumulator) const {
        Range worst = macaw::golden::worst_case(of, limits.activation);
        std::int64_t limit = range_of(accumulator, macaw::golden::Signedness::Signed).max;
        return worst.max <= limit && worst.min >= -limit;
    }
    bool fits(const std::vector<macaw::golden::WeightCode>& of) const {
        auto tile = static_cast<std::size_t>(limits.tile);
        for (std::size_t first = 0; first < of.size(); first += tile)
            if (!fits(std::span(of).subspan(first, std::min(tile, of.size() - first)), limits.inner_bits))
                return false;
        return fits(of, limits.outer_bits);
    }
};

// Weights rounded to zero: they fit wherever half of the codes' range fits, and much can be gained.
Work make_work(Index columns, Range activation, int inner_bits, int outer_bits, unsigned seed) {
    Work work;
    work.layer = random_layer(1, columns, seed);
    work.limits = {activation, {-7, 7}, 8, BitWidth(inner_bits), BitWidth(outer_bits)};
    work.scale = static_cast<double>(work.layer.weights.cwiseAbs().maxCoeff()) / 7;
    for (float weight : work.layer.weights.reshaped<Eigen::RowMajor>())
        work.codes.push_back(
            static_cast<macaw::golden::WeightCode>(0.5 * static_cast<double>(weight) / work.scale));
    while (!work.fits(work.codes))
        for (macaw::golden::WeightCode& code : work.codes)
            code = static_cast<macaw::golden::WeightCode>(code / 2);
    return work;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(local_search_)

BOOST_AUTO_TEST_CASE(the_error_falls_and_the_codes_stay_inside_the_budgets) {
    check_property("J falls or stays, every accumulator holds", [] {
        Range activation = *rc::gen::element(Range{-8, 7}, Range{0, 15}, Range{-7, 7}, Range{-3, 12});
        int inner = pick(6, 12);
        Work work = make_work(pick(1, 30), activation, inner, inner + pick(0, 2),
                              static_cast<unsigned>(pick(0, 500)));
        std::vector<macaw::golden::WeightCode> before = work.codes;
        std::int64_t moves = work.search(pick(1, 6));
        RC_ASSERT(work.fits(work.codes));
        RC_ASSERT((moves == 0) == (before == work.codes));
        if (moves > 0) RC_ASSERT(work.objective(work.codes) < work.objective(before));
    });
}

BOOST_AUTO_TEST_CASE(afterwards_no_single_code_can_be_moved_for_less_error) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        Work work = make_work(20, seed % 2 == 0 ? Range{-8, 7} : Range{0, 15}, 8, 9, seed);
        work.search(1000);
        double reached = work.objective(work.codes);
        for (std::size_t column = 0; column < work.codes.size(); ++column)
            for (int code = -7; code <= 7; ++code) {
                std::vector<macaw::golden::WeightCode> other = work.codes;
                other[column] = static_cast<macaw::golden::WeightCode>(code);
                if (work.fits(other)) BOOST_TEST(work.objective(other) > reached - 1e-6 * std::abs(reached));
            }
    }
}

BOOST_AUTO_TEST_CASE(afterwards_no_two_codes_of_a_tile_can_take_a_step_for_less_error) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        Work work = make_work(20, seed % 2 == 0 ? Range{-8, 7} : Range{0, 15}, 8, 12, seed);
        work.search(1000);
        double reached = work.objective(work.codes);
        for (std::size_t a = 0; a < work.codes.size(); ++a)
            for (std::size_t b = 0; b < a; ++b) {
                if (a / 8 != b / 8) continue;
                for (auto [step_a, step_b] : {std::pair{1, 1}, {1, -1}, {-1, 1}, {-1, -1}}) {
                    std::vector<macaw::golden::WeightCode> other = work.codes;
                    other[a] = static_cast<macaw::golden::WeightCode>(other[a] + step_a);
                    other[b] = static_cast<macaw::golden::WeightCode>(other[b] + step_b);
                    if (std::max(std::abs(other[a]), std::abs(other[b])) > 7 || !work.fits(other)) continue;
                    BOOST_TEST(work.objective(other) > reached - 1e-6 * std::abs(reached),
                               "seed " << seed << ": " << a << ", " << b);
                }
            }
    }
}

// Negative control: without budgets the search leaves them.
BOOST_AUTO_TEST_CASE(an_unconstrained_search_ignores_the_accumulators) {
    Work work = make_work(20, {-8, 7}, 7, 7, 3);
    work.search(10, false);
    BOOST_TEST(!work.fits(work.codes));
}

BOOST_AUTO_TEST_SUITE_END()
