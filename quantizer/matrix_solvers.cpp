#include "quantizer/matrix_solvers.hpp"

#include "golden/support/error.hpp"

// Fortran's interface, which OpenBLAS brings along; its own headers declare it for C compilers only.
extern "C" {
void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info);
void dtrtri_(const char* uplo, const char* diag, const int* n, double* a, const int* lda, int* info);
}

namespace macaw::quantizer {

bool invert_cholesky_factor(MatrixDouble& matrix) {
    require(matrix.rows() == matrix.cols(), "invert_cholesky_factor: not square");
    auto size = static_cast<int>(matrix.rows());
    int info = 0;
    // The lower triangle of a row-major matrix is the upper one of Fortran's column-major view.
    dpotrf_("U", &size, matrix.data(), &size, &info);
    if (info != 0) return false;
    dtrtri_("U", "N", &size, matrix.data(), &size, &info);
    if (info != 0) return false;
    matrix.triangularView<Eigen::StrictlyUpper>().setZero();
    return true;
}

}  // namespace macaw::quantizer
