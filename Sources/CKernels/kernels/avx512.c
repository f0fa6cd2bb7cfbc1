// 512-bit vectors.
#if defined(__x86_64__)
#include "../tables.h"

#include <immintrin.h>
#pragma clang fp contract(off)
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function)

#define LANES 16
#include "lanes.inc.h"

INLINE vec load_some(const float *p, int count) {
  return _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}

INLINE void store_some(float *p, vec v, int count) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), v);
}

INLINE octet octet_load_some(const float *p, int count) {
  return _mm256_maskz_loadu_ps((__mmask8)((1u << count) - 1), p);
}

// With a constant mask the compiler takes a shuffle, which competes with multiply-adds.
INLINE vec halves(vec low, vec high) {
  __mmask16 upper = 0xff00;
  __asm__("" : "+k"(upper));
  return _mm512_mask_blend_ps(upper, low, high);
}

INLINE vec larger(vec a, vec b) { return _mm512_max_ps(a, b); }
INLINE vec smaller(vec a, vec b) { return _mm512_min_ps(a, b); }

// Thirty-two registers. Ten rows of two and a half vectors are twenty-five sums.
#define ROWS_OF_1 6
#define ROWS_OF_2 6
#define ROWS_OF_3 5
#define ROWS_OF_5 0
#define PREFERS_3 1
#define PAIRED_ROWS_OF_1 16
#define PAIRED_ROWS_OF_2 12
#define PAIRED_ROWS_OF_3 10
#define PIXELS_OF_1 8
#define PIXELS_OF_2 8
#define PIXELS_OF_3 8
#define PIXELS_OF_4 6
#define FILTER_OF_1 12
#define FILTER_OF_2 12
#define FILTER_OF_3 8
#define FILTER_OF_4 6
#define WIDEST_PANEL 4
#define LISTED_ACROSS 7
#define TABLE ol_avx512
#define NAME "avx512"
#include "table.inc.h"

#pragma clang attribute pop
#endif
