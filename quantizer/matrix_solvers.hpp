// The LAPACK routines that the quantizer needs, by OpenBLAS, on the calling thread.
#pragma once

#include "quantizer/matrix.hpp"

namespace macaw::quantizer {

// Replaces a symmetric positive definite matrix by the inverse of its lower Cholesky factor, L^-1 with matrix
// = L L^T (dpotrf and dtrtri, in place); the upper triangle becomes zero. Only the lower triangle is read.
// False where a pivot is not positive: the matrix is then of no use any more.
bool invert_cholesky_factor(MatrixDouble& matrix);

}  // namespace macaw::quantizer
