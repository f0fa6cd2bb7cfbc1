// 256-bit vectors with fused multiply-add: x86-64 since 2013.
#if defined(__x86_64__)
#include "../tables.h"

#include <immintrin.h>
#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define LANES 8
#include "lanes.inc.h"

// Only the first `count` lanes are touched in memory.
INLINE __m256i first_lanes(int count) {
  static const int32_t window[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256((const __m256i *)(window + 8 - count));
}

INLINE vec load_some(const float *p, int count) {
  return _mm256_maskload_ps(p, first_lanes(count));
}

INLINE octet octet_load_some(const float *p, int count) { return load_some(p, count); }

// In pieces, since masked stores are slow on some processors.
INLINE void store_some(float *p, vec v, int count) {
  quad rest = v.lo;
  if (count & 4) {
    quad_store(p, v.lo);
    rest = v.hi;
    p += 4;
  }
  if (count & 2) {
    p[0] = rest.x;
    p[1] = rest.y;
    rest = rest.zwzw;
    p += 2;
  }
  if (count & 1) *p = rest.x;
}

INLINE vec halves(vec low, vec high) { return _mm256_blend_ps(low, high, 0xf0); }
INLINE vec larger(vec a, vec b) { return _mm256_max_ps(a, b); }
INLINE vec smaller(vec a, vec b) { return _mm256_min_ps(a, b); }

// Sixteen registers: ten to twelve sums, the row of b, one element of a.
#define ROWS_OF_1 6
#define ROWS_OF_2 6
#define ROWS_OF_3 3
#define ROWS_OF_5 2
#define PREFERS_3 0
#define PAIRED_ROWS_OF_1 0
#define PAIRED_ROWS_OF_2 0
#define PAIRED_ROWS_OF_3 0
#define PIXELS_OF_1 8
#define PIXELS_OF_2 6
#define PIXELS_OF_3 4
#define PIXELS_OF_4 3
#define FILTER_OF_1 12
#define FILTER_OF_2 6
#define FILTER_OF_3 4
#define FILTER_OF_4 3
#define WIDEST_PANEL 2
#define LISTED_ACROSS 16
#define TABLE ol_avx2
#define NAME "avx2"
#include "table.inc.h"

#pragma clang attribute pop
#endif
