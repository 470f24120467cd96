// How a float model is changed before it is quantized, without changing what it computes: the YAML mapping
// `preparation:`, and the same as JSON for the provenance. Everything is off by default.
#pragma once

#include <cstdint>

#include "golden/support/file.hpp"
#include "golden/support/yaml.hpp"

namespace macaw::quantizer {

// Off; Fixed: with the exponent `alpha`; Searched: the best exponent of a grid for every group of layers.
enum class Smoothing { Off, Fixed, Searched };

struct PreparationOptions {
    bool fold_norms = false;       // norm weights into the columns of the layers behind them
    bool rotate_residual = false;  // residual stream by a randomised Hadamard matrix; needs fold_norms
    bool rotate_heads = false;     // value and output heads
    bool rotate_down_input =
        false;  // input of the down-projection, online by a Hadamard matrix without signs
    Smoothing smoothing = Smoothing::Off;  // SmoothQuant (arXiv 2211.10438)
    double smoothing_alpha = 0.5;          // in [0, 1]; for Smoothing::Fixed
    bool equalize = false;       // cross-layer equalisation of up/down and value/output (arXiv 1906.04721)
    bool balance_tiles = false;  // channels permuted, so that no tile of a row is much heavier than others
    std::uint64_t seed = 1;      // of the signs of all randomised rotations

    bool operator==(const PreparationOptions&) const = default;
    bool changes_anything() const { return *this != PreparationOptions{.seed = seed}; }
};

// Keys: fold_norms, rotate_residual, rotate_heads, rotate_down_input, smoothing (off, search, or alpha),
// equalize, balance_tiles, seed. Absent keys keep the values of `options`. Records all errors.
PreparationOptions read_preparation_options(YamlMapping yaml, PreparationOptions options = {});

// With the keys of the YAML.
Json to_json(const PreparationOptions& options);

}  // namespace macaw::quantizer
