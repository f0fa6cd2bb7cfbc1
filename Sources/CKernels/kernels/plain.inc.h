// What needs no instructions of a particular set: the ends of rows, one float at a time.

INLINE vec load_some(const float *p, int count) {
  float lane[LANES] = {0};
  for (int i = 0; i < count; i++) lane[i] = p[i];
  return load(lane);
}

INLINE void store_some(float *p, vec v, int count) {
  float lane[LANES];
  store(lane, v);
  for (int i = 0; i < count; i++) p[i] = lane[i];
}

INLINE octet octet_load_some(const float *p, int count) {
  float lane[8] = {0};
  for (int i = 0; i < count; i++) lane[i] = p[i];
  return octet_load(lane);
}

INLINE vec of_halves(quad low, quad high) {
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
}

INLINE vec halves(vec low, vec high) { return of_halves(low.lo, high.hi); }

#if defined(__aarch64__)
#include <arm_neon.h>

// Taking the larger of a float and itself flushes it, which choosing between two does not.
INLINE vec flushed(vec x) { return of_halves(vmaxq_f32(x.lo, x.lo), vmaxq_f32(x.hi, x.hi)); }

INLINE vec larger(vec a, vec b) { return flushed(a > b ? a : b); }
INLINE vec smaller(vec a, vec b) { return flushed(a < b ? a : b); }
#else
#include <immintrin.h>

INLINE vec larger(vec a, vec b) {
  return of_halves(_mm_max_ps(a.lo, b.lo), _mm_max_ps(a.hi, b.hi));
}

INLINE vec smaller(vec a, vec b) {
  return of_halves(_mm_min_ps(a.lo, b.lo), _mm_min_ps(a.hi, b.hi));
}
#endif
