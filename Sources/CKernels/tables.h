// The table of each instruction set that this build has.
#pragma once
#include "CKernels.h"

#if defined(__x86_64__)
extern const ol_kernels ol_avx512, ol_avx2;
#elif defined(__aarch64__)
extern const ol_kernels ol_neon;
#endif
extern const ol_kernels ol_portable;
