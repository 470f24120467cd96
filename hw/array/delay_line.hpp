// Words that arrive later, as a systolic array needs them: row t of its skew waits t cycles. A delay of 2^k
// cycles is a module of two delays of 2^(k-1), down to one register of a word, and any other delay is a chain
// of these. A triangle of T rows is then T log2(T) / 2 instances and is synthesised as one register, however
// large T is.
#pragma once

#include <string>
#include <vector>

#include "hw/rtl/design.hpp"

namespace macaw::hw {

class DelayLines {
  public:
    // Modules <name>_1, <name>_2, <name>_4 ... for words of `bits` bits and delays of up to `longest` cycles;
    // none where that is 0.
    DelayLines(rtl::Design& design, const std::string& name, int bits, int longest);
    // The value `cycles` cycles later (0: the value itself), through instances u_<name>_<cycles so far> of
    // `module`. Unknown after reset until values have passed.
    rtl::Expression delayed(rtl::Module& module, const std::string& name, const rtl::Expression& value,
                            int cycles) const;

  private:
    std::vector<rtl::Module*> powers_;  // [k] 2^k cycles
};

}  // namespace macaw::hw
