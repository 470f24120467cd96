// Eigen's Cholesky factorisation, for the one file that needs it (it is slow to compile).
#pragma once

#include "quantizer/matrix.hpp"
// After matrix.hpp, which sets Eigen up.
#include <Eigen/Cholesky>
