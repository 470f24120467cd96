// The words of the configuration for the choices of a structural form.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hw/arith/structural_form.hpp"

namespace macaw::hw {

template <typename Enum>
using Words = std::vector<std::pair<std::string, Enum>>;

inline const Words<Multiplier> kMultipliers = {{"baugh_wooley", Multiplier::BaughWooley},
                                               {"booth", Multiplier::Booth}};
inline const Words<Reduction> kReductions = {
    {"dadda", Reduction::Dadda}, {"wallace", Reduction::Wallace}, {"three_greedy", Reduction::ThreeGreedy}};
inline const Words<FinalAdder> kAdders = {{"operator", FinalAdder::Operator},
                                          {"ripple", FinalAdder::Ripple},
                                          {"brent_kung", FinalAdder::BrentKung},
                                          {"sklansky", FinalAdder::Sklansky},
                                          {"kogge_stone", FinalAdder::KoggeStone}};
inline const Words<Accumulation> kAccumulations = {{"resolved", Accumulation::Resolved},
                                                   {"carry_save", Accumulation::CarrySave}};

}  // namespace macaw::hw
