// How the inputs of one group of layers become codes: range, zero point and scale, from the options and, for
// static scales, from the calibration inputs.
#pragma once

#include <span>

#include "golden/activation.hpp"
#include "golden/datapath.hpp"
#include "quantizer/matrix.hpp"
#include "quantizer/options.hpp"

namespace macaw::quantizer {

// A share of the datapath's codes: symmetric codes [-n, n], asymmetric ones from the end of the port's range
// that is below or at zero. `levels` = 1 is the port's whole range, in (0, 1].
golden::Range narrowed_range(const golden::Datapath& datapath, golden::ZeroPoint zero_point, double levels);

golden::ZeroPoint zero_point_of(const golden::Datapath& datapath, const ActivationOptions& options);

// The scale that covers the share `percentile` (in percent) of the values of `inputs`: symmetric, of |x|;
// asymmetric, the same share on either side, 0 inside. Of large inputs evenly spaced values are looked at (4
// million).
golden::TokenScale static_scale(std::span<const Matrix* const> inputs, golden::Range range,
                                golden::ZeroPoint zero_point, double percentile);

}  // namespace macaw::quantizer
