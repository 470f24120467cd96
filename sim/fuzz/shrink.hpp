// Makes a failing case small: configuration towards the simplest, then data towards fewer, shorter, zeros, as
// long as the check still fails. Greedy: the first simpler case that fails becomes the next one, until none
// does.
#pragma once

#include "sim/fuzz/check_case.hpp"

namespace macaw::sim {

struct ShrunkCase {
    FuzzCase fuzz_case;
    std::string problem;  // of the shrunk case
    int checks = 0;
};

// `failing` fails `check` (std::logic_error otherwise). Stops after `most_checks` calls with what it has.
ShrunkCase shrink(const FuzzCase& failing, const CaseCheck& check, int most_checks = 20000);

}  // namespace macaw::sim
