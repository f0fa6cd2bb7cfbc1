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

#if defined(__aarch64__)
#include <arm_neon.h>

// Choosing between two floats leaves a subnormal as it is, but taking the larger of one and itself
// flushes it.
INLINE vec flushed(vec x) {
  const float32x4_t low = vmaxq_f32(x.lo, x.lo), high = vmaxq_f32(x.hi, x.hi);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
}
#else
// Instructions that choose between two floats flush them too.
INLINE vec flushed(vec x) { return x; }
#endif
