// How a model is to be quantized: the YAML mapping `quantizer:`, and the same as JSON for the provenance.
// Widths are not here: they come from golden::Datapath. A preset gives every option below it a value; a key
// of its own overrides that value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "golden/activation.hpp"
#include "golden/support/file.hpp"
#include "golden/support/yaml.hpp"
#include "quantizer/prepare/options.hpp"

namespace macaw::quantizer {

// In which way the error of a column is made good by the columns behind it.
//   Rtn     not at all: round to nearest, the baseline
//   Optq    through the inverse Hessian of the quantized inputs (arXiv 2409.17092, Alg. 2)
//   Gpfq    greedy path following, against the float inputs as well (Alg. 1)
//   Qronos  OPTQ's way from the least-squares weights for the quantized inputs (arXiv 2505.11695, Alg. 1)
enum class Algorithm { Rtn, Optq, Gpfq, Qronos };
std::string to_string(Algorithm algorithm);

// What keeps the codes inside the accumulators.
//   None      nothing
//   Axe       threshold and budget of every tile (arXiv 2409.17092, Eq. 13-19)
//   HardOnly  the budget alone
//   EpInit    projection of the finished codes onto the l1 ball, rounded to zero (arXiv 2401.10432)
//   DataType  nothing, but the widths are refused unless every code of M bits fits (Eq. 3, exact)
enum class Constraint { None, Axe, HardOnly, EpInit, DataType };
std::string to_string(Constraint constraint);
// True where the codes are promised to fit P_I and P_O.
constexpr bool guarantees(Constraint constraint) {
    return constraint != Constraint::None;
}

// Paper: exactly arXiv 2409.17092, Alg. 1 and 2 and Eq. 19. ClippedError: what its reference implementation
// does. Exact: the paper's algorithm with budgets counted in exact integers. Macaw: everything that wins.
enum class Preset { Paper, ClippedError, Exact, Macaw };
std::string to_string(Preset preset);

// Split: positive and negative codes of a tile have a budget each, less the largest rounding error (Eq.
// 17-19). Exact: an integer is admissible iff the worst case of the tile still fits (Eq. 8).
enum class BudgetForm { Split, Exact };
// Which value the error feedback starts from where threshold and budget changed it.
enum class ErrorTarget { BeforeConstraint, AfterConstraint };
enum class WeightRounding { Nearest, TowardZero };
// What a scale factor of 1 means. Largest: the largest weight gets the largest code. Budget: that, or the
// smallest scale at which no tile exceeds its l1 ball, whichever is larger.
enum class ScaleBase { Largest, Budget };

// How activations become codes; see golden::ActivationCoding.
struct ActivationOptions {
    std::optional<golden::ZeroPoint> zero_point;  // absent: symmetric if signed, asymmetric if unsigned
    bool per_tensor = false;                      // a static scale instead of one a token
    double percentile = 99.99;           // of the calibration values, for the static scale; (50, 100]
    std::vector<double> levels = {1.0};  // shares of the port's codes that a group of layers may use
    std::vector<double> reach = {1.0};   // shares of max|x| that the codes may cover

    bool operator==(const ActivationOptions&) const = default;
};

struct QuantizerOptions {
    Algorithm algorithm = Algorithm::Optq;
    Constraint constraint = Constraint::Axe;
    Preset preset = Preset::Exact;
    BudgetForm budget = BudgetForm::Exact;
    ErrorTarget error = ErrorTarget::BeforeConstraint;
    WeightRounding rounding = WeightRounding::Nearest;
    ScaleBase scale_base = ScaleBase::Largest;
    std::vector<double> scale_factors = {1.0};      // tried for every row; the one with the least error stays
    std::vector<double> threshold_factors = {1.0};  // multiples of lambda (Axe), likewise
    bool refit_scale = false;                       // least-squares scale for the finished codes
    int local_search = 0;   // passes that move single codes and pairs inside the budget
    bool act_order = true;  // columns by descending diag(H)
    double damping = 0.01;  // eta as a share of mean diag(H); in (0, 1]
    int block = 128;        // columns between two lazy updates; does not change the result
    ActivationOptions activation;
    PreparationOptions preparation;
    std::int64_t calibration_windows = 64;
    std::int64_t window = 512;  // tokens

    bool operator==(const QuantizerOptions&) const = default;
};

// The defaults with everything that `preset` decides.
QuantizerOptions options_of(Preset preset);

// Keys as the members, activation.* below `activation`, preparation.* below `preparation`. Absent keys keep
// the preset's value. Records all errors.
QuantizerOptions read_quantizer_options(YamlMapping yaml);

// With the keys of the YAML, complete.
Json to_json(const QuantizerOptions& options);

}  // namespace macaw::quantizer
