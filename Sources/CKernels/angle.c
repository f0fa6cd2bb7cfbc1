#include "angle.h"

// 2/pi after 64 zero bits, so that every window below begins inside.
static const uint32_t two_over_pi[] = {
  0, 0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab,
};

// 96 bits of 2/pi, the first of weight 2^-first.
static unsigned __int128 window(int first) {
  const int bit = 63 + first, word = bit / 32, shift = bit % 32;
  unsigned __int128 bits = 0;
  for (int i = 0; i < 4; i++) bits = bits << 32 | two_over_pi[word + i];
  return bits << shift >> 32;
}

// x = m 2^e. Bits of 2/pi whose product with x is a multiple of four turns nothing; 96 of the others
// leave more than 30 right bits even where x is as near to a multiple of pi/2 as a float can be.
int32_t ol_reduced_angle(float x, float *r) {
  const uint32_t bits = __builtin_bit_cast(uint32_t, x);
  const int exponent = bits >> 23;
  if (exponent == 0xff) {
    *r = x - x;
    return 0;
  }
  const uint32_t m = (bits & 0x7fffff) | 0x800000;
  const unsigned __int128 product = window(exponent - 150 - 1) * m;
  // Quarter turns with 62 bits after the point, and from the nearest whole number of them.
  const uint64_t turns = (uint64_t)(product >> 32);
  const int32_t quadrant = (int32_t)((turns + (UINT64_C(1) << 61)) >> 62);
  const int64_t rest = (int64_t)(turns << 2);
  *r = (float)((double)rest * 0x1.921fb54442d18p0 * 0x1p-64);
  return quadrant;
}
