#include "quantizer/quantize_layer.hpp"

#include <cmath>
#include <numeric>

#include <Eigen/LU>

#include "golden/certificate.hpp"
#include "testbench/support/random_datapath.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;
using macaw::golden::BitWidth;
using macaw::golden::Datapath;

namespace {

Datapath narrow_datapath(int inner_bits, int tile) {
    Datapath datapath;
    datapath.tile = tile;
    datapath.inner_bits = BitWidth(inner_bits);
    datapath.outer_bits = BitWidth(inner_bits + 10);
    return datapath;
}

QuantizerOptions unconstrained() {
    QuantizerOptions options;
    options.constraint = Constraint::None;
    return options;
}

QuantizedLayerResult quantize(const RandomLayer& layer, const Datapath& datapath,
                              const QuantizerOptions& options) {
    GreedyPlan plan = must(plan_greedy(layer.statistics, options));
    return must(quantize_layer("layer", layer.weights, layer.statistics, plan,
                               macaw::golden::default_coding(datapath), datapath, options));
}

// OPTQ from the textbook (Frantar et al. 2022, Eq. 2 and 3): full inverse, one column removed from it at each
// step, columns in descending order of the Hessian's diagonal. In double, row by row, without blocks.
std::vector<macaw::golden::WeightCode> textbook_optq(const RandomLayer& layer, double damping, double limit) {
    Index size = layer.weights.cols();
    MatrixDouble damped = layer.statistics.hessian;
    damped.diagonal().array() += damping * layer.statistics.hessian.diagonal().mean();
    std::vector<Index> order(static_cast<std::size_t>(size));
    std::iota(order.begin(), order.end(), Index{0});
    std::sort(order.begin(), order.end(), [&](Index a, Index b) {
        return layer.statistics.hessian(a, a) > layer.statistics.hessian(b, b);
    });
    std::vector<macaw::golden::WeightCode> codes(static_cast<std::size_t>(layer.weights.size()));
    for (Index row = 0; row < layer.weights.rows(); ++row) {
        MatrixDouble inverse = damped.inverse();
        Eigen::RowVectorXd w = layer.weights.row(row).cast<double>();
        double scale = w.cwiseAbs().maxCoeff() / limit;
        for (Index column : order) {
            double code = std::clamp(std::nearbyint(w(column) / scale), -limit, limit);
            codes[static_cast<std::size_t>(row * size + column)] =
                static_cast<macaw::golden::WeightCode>(code);
            Eigen::RowVectorXd line = inverse.row(column);
            w -= (w(column) - scale * code) / line(column) * line;
            inverse -= line.transpose() * line / line(column);
        }
    }
    return codes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quantize_layer_)

BOOST_AUTO_TEST_CASE(round_to_nearest_by_hand) {
    RandomLayer layer;
    layer.weights = Matrix(2, 4);
    layer.weights << 7, -3.5F, 2.5F, 0.4F, 0, 0, 0,
        0;  // scale 1: ties go to even; an all-zero row has scale 1
    layer.statistics.hessian = MatrixDouble::Identity(4, 4);
    QuantizerOptions options = unconstrained();
    options.algorithm = Algorithm::Rtn;
    auto result = quantize(layer, Datapath{}, options);
    BOOST_TEST(result.layer.codes == (std::vector<macaw::golden::WeightCode>{7, -4, 2, 0, 0, 0, 0, 0}),
               boost::test_tools::per_element());
    BOOST_TEST(result.layer.scales == (std::vector<float>{1, 1}), boost::test_tools::per_element());
    // H = X^T X = I: the squares of the errors (0.5, 0.5, 0.4) and of the weights.
    BOOST_TEST(result.statistics.error_energy == 0.25 + 0.25 + 0.16, boost::test_tools::tolerance(1e-6));
    BOOST_TEST(result.statistics.signal_energy == 49 + 12.25 + 6.25 + 0.16,
               boost::test_tools::tolerance(1e-6));
    BOOST_TEST(result.statistics.codes_zero == 5);
    options.scale_factors = {0.5, 0.9};
    options.refit_scale = true;
    BOOST_TEST(quantize(layer, Datapath{}, options).layer.scales[1] == 1.0F);
}

// Half of the largest weight is 3.5 or 63.5 codes; 1/7 and 1/127 rounded to float32 or double would tip it.
BOOST_AUTO_TEST_CASE(weights_between_two_codes_go_to_the_even_one) {
    for (int bits : {4, 8}) {
        for (float largest = 1.0F; largest < 2.0F; largest += 1.0F / 128.0F) {  // every bfloat16 mantissa
            RandomLayer layer;
            layer.weights = Matrix(1, 3);
            layer.weights << largest, largest / 2, -largest / 2;
            layer.statistics.hessian = MatrixDouble::Identity(3, 3);
            Datapath datapath;
            datapath.weight_bits = BitWidth(bits);
            QuantizerOptions options = unconstrained();
            options.algorithm = Algorithm::Rtn;
            auto codes = quantize(layer, datapath, options).layer.codes;
            int even = bits == 4 ? 4 : 64;
            BOOST_TEST_REQUIRE(codes[1] == even);
            BOOST_TEST_REQUIRE(codes[2] == -even);
        }
    }
}

BOOST_AUTO_TEST_CASE(optq_equals_the_textbook) {
    for (unsigned seed = 1; seed <= 4; ++seed) {
        RandomLayer layer = random_layer(5, 24 + static_cast<Index>(seed), seed);
        auto codes = quantize(layer, Datapath{}, unconstrained()).layer.codes;
        BOOST_TEST(codes == textbook_optq(layer, 0.01, 7), boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(optq_beats_round_to_nearest_and_its_order_matters) {
    RandomLayer layer = random_layer(40, 48, 7);
    QuantizerOptions options = unconstrained();
    double optq = quantize(layer, Datapath{}, options).statistics.relative_error();
    options.act_order = false;
    auto natural = quantize(layer, Datapath{}, options);
    options.algorithm = Algorithm::Rtn;
    BOOST_TEST(optq < 0.7 * quantize(layer, Datapath{}, options).statistics.relative_error());
    BOOST_TEST(natural.statistics.relative_error() != optq);
}

BOOST_AUTO_TEST_CASE(blocks_and_threads_do_not_change_the_codes) {
    RandomLayer layer = random_layer(70, 50, 11);
    QuantizerOptions options;
    auto whole = quantize(layer, narrow_datapath(13, 16), options);
    for (int block : {1, 7, 49}) {
        options.block = block;
        BOOST_TEST((quantize(layer, narrow_datapath(13, 16), options).layer.codes == whole.layer.codes));
    }
    ::setenv("MACAW_THREADS", "5", 1);
    auto threaded = quantize(layer, narrow_datapath(13, 16), options);
    ::unsetenv("MACAW_THREADS");
    BOOST_TEST((threaded.layer.codes == whole.layer.codes));
    BOOST_TEST(threaded.statistics.codes_clipped == whole.statistics.codes_clipped);
}

BOOST_AUTO_TEST_CASE(every_axe_layer_is_certified) {
    check_property("golden's certificate finds every tile inside P_I, for any shape and datapath", [] {
        Datapath datapath;
        datapath.weight_bits = BitWidth(pick(2, 8));
        datapath.activation_bits = BitWidth(pick(2, 10));
        if (pick(0, 1) == 1) datapath.activation_signedness = macaw::golden::Signedness::Unsigned;
        datapath.tile = pick(1, 40);  // in_features need not be a multiple
        datapath.inner_bits = BitWidth(pick(2, 16));
        datapath.outer_bits = BitWidth(datapath.inner_bits.bits() + 6);
        QuantizerOptions options;
        options.algorithm = pick(0, 3) == 0 ? Algorithm::Rtn : Algorithm::Optq;
        options.budget = pick(0, 1) == 0 ? BudgetForm::Split : BudgetForm::Exact;
        options.error = pick(0, 1) == 0 ? ErrorTarget::BeforeConstraint : ErrorTarget::AfterConstraint;
        options.act_order = pick(0, 1) == 0;
        options.block = pick(1, 20);
        RandomLayer layer = random_layer(pick(1, 6), pick(1, 50), static_cast<unsigned>(pick(0, 1000)));
        auto result = quantize(layer, datapath, options);
        RC_ASSERT(macaw::golden::certify(result.layer, datapath).inner_bits <= datapath.inner_bits);
    });
}

// Negative control of the test above: the certificate sees a budget that is one bit too generous, and no
// budget.
BOOST_AUTO_TEST_CASE(the_certificate_catches_a_budget_of_one_bit_too_many) {
    RandomLayer layer = random_layer(8, 48, 3);
    Datapath promised = narrow_datapath(11, 16);
    auto generous = quantize(layer, narrow_datapath(12, 16), QuantizerOptions{});
    BOOST_TEST(macaw::golden::certify(generous.layer, promised).inner_bits.bits() == 12);
    auto free = quantize(layer, promised, unconstrained());
    BOOST_TEST(macaw::golden::certify(free.layer, promised).inner_bits.bits() > 11);
}

BOOST_AUTO_TEST_CASE(a_wide_accumulator_changes_nothing_and_a_narrow_one_is_counted) {
    RandomLayer layer = random_layer(8, 40, 5);
    auto free = quantize(layer, narrow_datapath(20, 16), unconstrained());
    auto wide = quantize(layer, narrow_datapath(20, 16), QuantizerOptions{});
    BOOST_TEST((wide.layer.codes == free.layer.codes));
    QuantizerOptions clipped_error;
    clipped_error.error = ErrorTarget::AfterConstraint;
    BOOST_TEST((quantize(layer, narrow_datapath(20, 16), clipped_error).layer.codes == free.layer.codes));
    BOOST_TEST((quantize(layer, narrow_datapath(12, 16), clipped_error).layer.codes !=
                quantize(layer, narrow_datapath(12, 16), QuantizerOptions{}).layer.codes));
    BOOST_TEST(wide.statistics.tiles == 8 * 3);
    BOOST_TEST(wide.statistics.tiles_constrained == 0);
    auto narrow = quantize(layer, narrow_datapath(12, 16), QuantizerOptions{}).statistics;
    BOOST_TEST(narrow.tiles_constrained > 0);
    BOOST_TEST(narrow.tiles_constrained >= std::max(narrow.tiles_thresholded, narrow.tiles_clipped));
    BOOST_TEST(narrow.tiles_constrained <= narrow.tiles_thresholded + narrow.tiles_clipped);
    BOOST_TEST(narrow.relative_error() > wide.statistics.relative_error());
    BOOST_TEST(narrow.sparsity() > wide.statistics.sparsity());
}

BOOST_AUTO_TEST_CASE(an_outer_accumulator_narrower_than_all_tiles_together_is_enforced_too) {
    RandomLayer layer = random_layer(8, 64, 9);
    Datapath datapath = narrow_datapath(12, 16);
    auto free = quantize(layer, datapath, QuantizerOptions{});
    datapath.outer_bits = BitWidth(12);  // four tiles of 12 bits need 14
    for (Constraint constraint : {Constraint::Axe, Constraint::HardOnly, Constraint::EpInit}) {
        QuantizerOptions options;
        options.constraint = constraint;
        auto tight = quantize(layer, datapath, options);
        BOOST_TEST(macaw::golden::certify(tight.layer, datapath).outer_bits.bits() <= 12);
    }
    BOOST_TEST(macaw::golden::certify(free.layer, datapath).outer_bits.bits() > 12);  // negative control
}

BOOST_AUTO_TEST_SUITE_END()
