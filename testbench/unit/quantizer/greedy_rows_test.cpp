// The greedy algorithms against references that are written from the papers' formulas, one row, one column
// and one sample at a time, with thresholds by sorting and budgets by enumeration of the worst case.
#include "quantizer/greedy_rows.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include "golden/certificate.hpp"
#include "quantizer/quantize_layer.hpp"
#include "testbench/support/random_datapath.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;
using macaw::golden::BitWidth;
using macaw::golden::Datapath;
using macaw::golden::Range;

namespace {

using Row = Eigen::RowVectorXd;
using Column = Eigen::VectorXd;

// Inputs are small integers, so that the sums of input_statistics() are exact in float32 as well.
struct Problem {
    Matrix weights;    // [rows, in]
    Matrix quantized;  // X~ [tokens, in]
    Matrix original;   // X  [tokens, in]
    Datapath datapath;
    QuantizerOptions options;
    InputStatistics statistics;
};

Problem make_problem(Algorithm algorithm, Constraint constraint, unsigned seed) {
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal;
    auto fill = [&](Index rows, Index columns) {
        Matrix matrix(rows, columns);
        for (float& value : matrix.reshaped<Eigen::RowMajor>()) value = normal(engine);
        return matrix;
    };
    const Index in = 22 + static_cast<Index>(seed % 5);
    Problem problem;
    problem.weights = fill(4, in);
    Matrix mixing = fill(in, in) / std::sqrt(static_cast<float>(in)) + Matrix::Identity(in, in);
    problem.original = (6 * fill(4 * in, in) * mixing).array().rint();
    problem.quantized = (problem.original + fill(4 * in, in)).array().rint();
    problem.datapath.tile = 8;  // a ragged last tile
    problem.datapath.inner_bits = BitWidth(12);
    problem.datapath.outer_bits = BitWidth(20);
    if (seed % 2 == 1) problem.datapath.activation_signedness = macaw::golden::Signedness::Unsigned;
    problem.options.algorithm = algorithm;
    problem.options.constraint = constraint;
    problem.options.block = 5;
    bool both = algorithm == Algorithm::Gpfq || algorithm == Algorithm::Qronos;
    problem.statistics = must(input_statistics(
        std::vector<WindowInputs>{{&problem.quantized, both ? &problem.original : nullptr}}));
    return problem;
}

std::vector<macaw::golden::WeightCode> library_codes(const Problem& problem) {
    GreedyPlan plan = must(plan_greedy(problem.statistics, problem.options));
    return must(quantize_layer("layer", problem.weights, problem.statistics, plan,
                               macaw::golden::default_coding(problem.datapath), problem.datapath,
                               problem.options))
        .layer.codes;
}

std::vector<Index> descending_order(const Problem& problem) {
    std::vector<Index> order(static_cast<std::size_t>(problem.weights.cols()));
    std::iota(order.begin(), order.end(), Index{0});
    std::sort(order.begin(), order.end(), [&](Index a, Index b) {
        return problem.statistics.hessian(a, a) > problem.statistics.hessian(b, b);
    });
    return order;
}

// Duchi et al. 2008, Fig. 1.
double sorted_threshold(Row tile, double radius) {
    tile = tile.cwiseAbs();
    if (tile.sum() <= radius) return 0;
    std::sort(tile.begin(), tile.end(), std::greater<>());
    double sum = 0;
    double threshold = 0;
    for (Index i = 0; i < tile.size(); ++i) {
        sum += tile(i);
        double candidate = (sum - radius) / static_cast<double>(i + 1);
        if (tile(i) > candidate) threshold = candidate;
    }
    return threshold;
}

// One row's choices: shrink by the threshold of the original weights, round, towards zero until the worst
// case over all inputs fits.
class ReferenceRow {
  public:
    ReferenceRow(const Problem& problem, const Row& scaled)
        : problem_(problem), scaled_(scaled), codes_(static_cast<std::size_t>(scaled.size()), 0) {}

    double choose(Index column, double value) {
        const Datapath& datapath = problem_.datapath;
        Range activation = datapath.activation_range();
        Index first = column / datapath.tile * datapath.tile;
        Index count = std::min<Index>(datapath.tile, scaled_.size() - first);
        double limit = std::ldexp(1.0, datapath.inner_bits.bits() - 1) - 1;
        if (problem_.options.constraint == Constraint::Axe) {
            double radius = 2 * limit / static_cast<double>(activation.max - activation.min);
            double threshold = sorted_threshold(scaled_.segment(first, count), radius);
            value = std::copysign(std::max(std::abs(value) - threshold, 0.0), value);
        }
        auto& code = codes_[static_cast<std::size_t>(column)];
        code = static_cast<int>(std::clamp(std::nearbyint(value), -7.0, 7.0));
        if (problem_.options.constraint != Constraint::None)
            while (!fits(first, count, limit)) code -= code > 0 ? 1 : -1;
        return code;
    }
    const std::vector<int>& codes() const { return codes_; }

  private:
    bool fits(Index first, Index count, double limit) const {
        Range activation = problem_.datapath.activation_range();
        double most = 0;
        double least = 0;
        for (Index i = first; i < first + count; ++i) {
            auto code = static_cast<double>(codes_[static_cast<std::size_t>(i)]);
            double at_max = code * static_cast<double>(activation.max);
            double at_min = code * static_cast<double>(activation.min);
            most += std::max(at_max, at_min);
            least += std::min(at_max, at_min);
        }
        return most <= limit && least >= -limit;
    }

    const Problem& problem_;
    Row scaled_;
    std::vector<int> codes_;
};

using RowAlgorithm = std::function<void(const Problem&, const Row& scaled, ReferenceRow&)>;

std::vector<macaw::golden::WeightCode> reference_codes(const Problem& problem,
                                                       const RowAlgorithm& algorithm) {
    std::vector<macaw::golden::WeightCode> codes;
    for (Index row = 0; row < problem.weights.rows(); ++row) {
        Row w = problem.weights.row(row).cast<double>();
        Row scaled = w * 7 / w.cwiseAbs().maxCoeff();
        ReferenceRow reference(problem, scaled);
        algorithm(problem, scaled, reference);
        for (int code : reference.codes()) codes.push_back(static_cast<macaw::golden::WeightCode>(code));
    }
    return codes;
}

// arXiv 2409.17092, Alg. 1, on any pair of matrices with samples as rows: u = X w - X~ q so far.
void sample_by_sample(const MatrixDouble& original, const MatrixDouble& quantized,
                      const std::vector<Index>& order, const Row& scaled, ReferenceRow& row) {
    Column u = Column::Zero(original.rows());
    for (Index t : order) {
        Column target = u + scaled(t) * original.col(t);
        double value = quantized.col(t).dot(target) / quantized.col(t).squaredNorm();
        u = target - row.choose(t, value) * quantized.col(t);
    }
}

void gpfq_by_samples(const Problem& problem, const Row& scaled, ReferenceRow& row) {
    sample_by_sample(problem.original.cast<double>(), problem.quantized.cast<double>(),
                     descending_order(problem), scaled, row);
}

// Theorem A.1: (X, X~) may be replaced by (H^-1/2 X~^T X, H^1/2), which have as many rows as inputs.
void gpfq_by_square_root(const Problem& problem, const Row& scaled, ReferenceRow& row) {
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(problem.statistics.hessian);
    MatrixDouble root = solver.operatorSqrt();
    MatrixDouble inverse_root = solver.operatorInverseSqrt();
    sample_by_sample(inverse_root * problem.statistics.cross, root, descending_order(problem), scaled, row);
}

// Frantar et al. 2022, Eq. 2 and 3, one column removed from the inverse at each step; the error starts from
// the value before threshold and budget (arXiv 2409.17092, Alg. 2, line 8).
void optq_textbook(const Problem& problem, const Row& scaled, ReferenceRow& row) {
    MatrixDouble damped = problem.statistics.hessian;
    damped.diagonal().array() += problem.options.damping * problem.statistics.hessian.diagonal().mean();
    MatrixDouble inverse = damped.inverse();
    Row w = scaled;
    for (Index t : descending_order(problem)) {
        Row line = inverse.row(t);
        w -= (w(t) - row.choose(t, w(t))) / line(t) * line;
        inverse -= line.transpose() * line / line(t);
    }
}

// arXiv 2505.11695, Alg. 1 by its definition: round the best value of one column, then solve the
// least-squares problem for all columns that are left, || X w - X~ v ||^2 + eta || w - v ||^2, anew.
void qronos_by_least_squares(const Problem& problem, const Row& scaled, ReferenceRow& row) {
    double eta = problem.options.damping * problem.statistics.hessian.diagonal().mean();
    Index size = scaled.size();
    MatrixDouble identity = MatrixDouble::Identity(size, size);
    MatrixDouble hessian = problem.statistics.hessian + eta * identity;
    Column pull = (problem.statistics.cross + eta * identity) * scaled.transpose();
    std::vector<Index> left = descending_order(problem);
    Column v = scaled.transpose();
    while (!left.empty()) {
        Index t = left.front();
        double others = hessian.row(t).dot(v) - hessian(t, t) * v(t);
        v(t) = row.choose(t, (pull(t) - others) / hessian(t, t));
        left.erase(left.begin());
        if (left.empty()) break;
        Column v_done = v;
        for (Index i : left) v_done(i) = 0;
        Column residual = pull - hessian * v_done;
        Column solution = hessian(left, left).partialPivLu().solve(residual(left));
        v(left) = solution;
    }
}

void check_agreement(Algorithm algorithm, const RowAlgorithm& reference) {
    int constrained_differently = 0;
    for (unsigned seed = 1; seed <= 6; ++seed) {
        std::vector<std::vector<macaw::golden::WeightCode>> results;
        for (Constraint constraint : {Constraint::None, Constraint::Axe, Constraint::HardOnly}) {
            Problem problem = make_problem(algorithm, constraint, seed);
            results.push_back(library_codes(problem));
            BOOST_TEST(results.back() == reference_codes(problem, reference),
                       "seed " << seed << ", " << to_string(constraint));
        }
        constrained_differently += results[0] != results[1] && results[1] != results[2] ? 1 : 0;
    }
    BOOST_TEST(constrained_differently == 6);  // the constraints were at work
}

}  // namespace

BOOST_AUTO_TEST_SUITE(greedy_rows)

BOOST_AUTO_TEST_CASE(gpfq_equals_its_sample_by_sample_form) {
    check_agreement(Algorithm::Gpfq, gpfq_by_samples);
}

BOOST_AUTO_TEST_CASE(gpfq_equals_its_square_root_form) {
    check_agreement(Algorithm::Gpfq, gpfq_by_square_root);
}

BOOST_AUTO_TEST_CASE(optq_equals_the_textbook_under_every_constraint) {
    check_agreement(Algorithm::Optq, optq_textbook);
}

BOOST_AUTO_TEST_CASE(qronos_equals_repeated_least_squares) {
    check_agreement(Algorithm::Qronos, qronos_by_least_squares);
}

// Negative control: the references are not all the same.
BOOST_AUTO_TEST_CASE(the_algorithms_differ_from_each_other) {
    Problem problem = make_problem(Algorithm::Gpfq, Constraint::None, 2);
    auto gpfq = reference_codes(problem, gpfq_by_samples);
    auto optq = reference_codes(problem, optq_textbook);
    auto qronos = reference_codes(problem, qronos_by_least_squares);
    BOOST_TEST((gpfq != optq && optq != qronos && gpfq != qronos));
}

// With inputs that are the same in both models the least-squares weights are the weights.
BOOST_AUTO_TEST_CASE(qronos_on_equal_inputs_is_optq) {
    for (unsigned seed = 1; seed <= 6; ++seed) {
        Problem problem = make_problem(Algorithm::Qronos, Constraint::Axe, seed);
        problem.statistics.cross = problem.statistics.hessian;
        auto qronos = library_codes(problem);
        problem.options.algorithm = Algorithm::Optq;
        BOOST_TEST((qronos == library_codes(problem)));
    }
}

BOOST_AUTO_TEST_CASE(a_dead_input_gets_no_code_from_gpfq) {
    Problem problem = make_problem(Algorithm::Gpfq, Constraint::Axe, 3);
    problem.quantized.col(5).setZero();
    problem.statistics =
        must(input_statistics(std::vector<WindowInputs>{{&problem.quantized, &problem.original}}));
    auto codes = library_codes(problem);
    auto columns = static_cast<std::size_t>(problem.weights.cols());
    for (std::size_t row = 0; row < 4; ++row) BOOST_TEST(codes[row * columns + 5] == 0);
}

BOOST_AUTO_TEST_CASE(every_method_fits_the_accumulators_it_was_given) {
    check_property("certificate within P_I and P_O for every algorithm, constraint, width and shape", [] {
        Datapath datapath;
        datapath.weight_bits = BitWidth(pick(2, 8));
        datapath.activation_bits = BitWidth(pick(3, 16));
        if (pick(0, 1) == 1) datapath.activation_signedness = macaw::golden::Signedness::Unsigned;
        datapath.tile = pick(1, 20);
        datapath.inner_bits = BitWidth(pick(2, 24));
        datapath.outer_bits = BitWidth(datapath.inner_bits.bits() + pick(0, 3));
        QuantizerOptions options;
        options.algorithm =
            *rc::gen::element(Algorithm::Rtn, Algorithm::Optq, Algorithm::Gpfq, Algorithm::Qronos);
        options.constraint = *rc::gen::element(Constraint::Axe, Constraint::HardOnly, Constraint::EpInit);
        options.budget = *rc::gen::element(BudgetForm::Split, BudgetForm::Exact);
        options.rounding = *rc::gen::element(WeightRounding::Nearest, WeightRounding::TowardZero);
        options.scale_base = *rc::gen::element(ScaleBase::Largest, ScaleBase::Budget);
        options.scale_factors = {0.5, 1.0};
        options.threshold_factors = {0.0, 1.0};
        options.refit_scale = pick(0, 1) == 1;
        options.local_search = pick(0, 2);
        options.act_order = pick(0, 1) == 1;
        RandomLayer layer = random_layer(pick(1, 3), pick(1, 30), static_cast<unsigned>(pick(0, 1000)));
        if (pick(0, 1) == 1) layer.statistics.cross = 0.9 * layer.statistics.hessian;
        GreedyPlan plan = must(plan_greedy(layer.statistics, options));
        auto coding = macaw::golden::default_coding(datapath);
        auto result =
            must(quantize_layer("layer", layer.weights, layer.statistics, plan, coding, datapath, options));
        auto certificate = macaw::golden::certify(result.layer, datapath);
        RC_ASSERT(certificate.inner_bits <= datapath.inner_bits);
        RC_ASSERT(certificate.outer_bits <= datapath.outer_bits);
    });
}

BOOST_AUTO_TEST_SUITE_END()
