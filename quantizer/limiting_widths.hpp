// Accumulators so wide that no code is limited by them. Every wider one leads to the same codes, so the
// quantizer works for the narrowest of these instead, and all of them share one result.
#pragma once

#include "golden/datapath.hpp"
#include "quantizer/options.hpp"

namespace macaw::quantizer {

// `datapath` with P_I and P_O no wider than can make a difference to the codes under options.constraint in
// layers of at most `in_features` inputs; 32 and 32 bits without a constraint, which looks at no width.
//
// With codes of at most q, scale factors of at least f (|w/s| <= q/f) and activations in [mu, nu], the l1
// ball of Eq. 13 holds every tile of T weights and all exact budgets are wide enough when 2^(P-1) - 1 is at
// least T (q/f) (nu - mu); the split budget's rounding slack is counted as one code more. Narrower activation
// codes, which a group of layers may be given, only enlarge both. Not so with errors that start behind the
// constraint (ErrorTarget::AfterConstraint): what they are clipped to is the room that is left, whatever the
// code then is, so `datapath` comes back as it is.
golden::Datapath limiting_widths(golden::Datapath datapath, const QuantizerOptions& options,
                                 std::int64_t in_features);

}  // namespace macaw::quantizer
