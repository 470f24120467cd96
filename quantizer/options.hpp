// How a model is to be quantized: the YAML mapping `quantizer:`, and the same as JSON for the provenance.
// Widths are not here: they come from golden::Datapath.
#pragma once

#include <cstdint>
#include <string>

#include "golden/support/file.hpp"
#include "golden/support/yaml.hpp"

namespace macaw::quantizer {

// Optq: error feedback through the inverse Hessian (arXiv 2409.17092, Alg. 2). Rtn: round to nearest, the
// baseline.
enum class Algorithm { Optq, Rtn };
// Axe: every tile of the codes fits the inner accumulator, whatever the input. None: no such promise.
enum class Constraint { None, Axe };
// Which weight the error feedback starts from. Paper: before threshold and clip (Alg. 2, line 8).
// ClippedError: after them, as the paper's reference implementation does. No difference where the constraint
// does not bind.
enum class Preset { Paper, ClippedError };

std::string to_string(Algorithm algorithm);
std::string to_string(Constraint constraint);
std::string to_string(Preset preset);

struct QuantizerOptions {
    Algorithm algorithm = Algorithm::Optq;
    Constraint constraint = Constraint::Axe;
    Preset preset = Preset::Paper;
    bool act_order = true;  // columns by descending diag(H)
    double damping = 0.01;  // eta as a share of mean diag(H); in (0, 1]
    int block = 128;        // columns between two lazy updates; has no influence on the result
    std::int64_t calibration_windows = 64;
    std::int64_t window = 512;  // tokens

    bool operator==(const QuantizerOptions&) const = default;
};

// Keys: algorithm (optq, rtn), constraint (axe, none), preset (paper, clipped_error), act_order, damping,
// block, calibration_windows, window. Absent keys keep their defaults. Records all errors.
QuantizerOptions read_quantizer_options(YamlMapping yaml);

// With the keys of the YAML.
Json to_json(const QuantizerOptions& options);

}  // namespace macaw::quantizer
