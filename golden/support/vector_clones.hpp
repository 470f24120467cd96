// One copy of a function for each width of vectors; the loader takes the widest that the processor has. Files
// that use it are built without fused multiply-add (CMakeLists.txt), so that all copies give the same
// numbers.
#pragma once

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define MACAW_FOR_ALL_VECTORS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MACAW_FOR_ALL_VECTORS
#endif
