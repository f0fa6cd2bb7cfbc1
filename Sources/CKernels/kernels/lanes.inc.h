// Vectors of LANES floats and what every instruction set can do with them.
//
// A file that includes this has defined LANES and included nothing after it that must not be
// compiled for its instruction set. It then defines, in its own instructions,
//   load_some, store_some, octet_load_some   the first `count` lanes, less than all of them;
//   halves                                   the lower half of one, the upper half of the other;
//   larger, smaller                          a > b ? a : b and a < b ? a : b, flushed: so `b` where
//                                            one is no number.
#include <stdbool.h>
#include <stdint.h>

// Vectors are passed between functions of one file only.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
#define NOT_UNROLLED _Pragma("clang loop unroll(disable)")

typedef float vec __attribute__((ext_vector_type(LANES)));
typedef int32_t veci __attribute__((ext_vector_type(LANES)));
// Sums of rows have eight parts on every machine, and transposition works on 8 x 8 blocks.
typedef float octet __attribute__((ext_vector_type(8)));
typedef float quad __attribute__((ext_vector_type(4)));

typedef float unaligned_vec __attribute__((ext_vector_type(LANES), aligned(4)));
typedef float unaligned_half __attribute__((ext_vector_type(LANES / 2), aligned(4)));
typedef float unaligned_octet __attribute__((ext_vector_type(8), aligned(4)));
typedef float unaligned_quad __attribute__((ext_vector_type(4), aligned(4)));

INLINE vec load(const float *p) { return *(const unaligned_vec *)p; }
INLINE void store(float *p, vec v) { *(unaligned_vec *)p = v; }
INLINE octet octet_load(const float *p) { return *(const unaligned_octet *)p; }
INLINE void octet_store(float *p, octet v) { *(unaligned_octet *)p = v; }
INLINE quad quad_load(const float *p) { return *(const unaligned_quad *)p; }
INLINE void quad_store(float *p, quad v) { *(unaligned_quad *)p = v; }

#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)

// The bits of floats as integers and back.
INLINE veci bits(vec x) { return __builtin_bit_cast(veci, x); }
INLINE vec from_bits(veci x) { return __builtin_bit_cast(vec, x); }

// Where x > 0, v, else 0: also the rectifier, and zero where x is not a number.
INLINE vec gated(vec v, vec x) { return x > 0 ? v : (vec)0; }
