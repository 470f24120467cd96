#include "quantizer/matrix.hpp"

#include <cblas.h>

namespace macaw::quantizer {

void use_one_blas_thread() {
    openblas_set_num_threads(1);
}

}  // namespace macaw::quantizer
