// Elementary functions, the same operations in the same order on every instruction set.
//
// Each reduces its argument to a short interval around zero and evaluates a polynomial there, whose
// coefficients minimise the largest relative error of the function over the interval.
#include "../angle.h"

#define MAGIC 0x1.8p23f  // added to a small float, leaves its nearest integer in the low bits
#define LN2_HIGH 0x1.62e4p-1f
#define LN2_LOW 0x1.7f7d1cp-20f

INLINE veci sign_of(vec x) { return bits(x) & INT32_MIN; }
INLINE vec with_sign(vec x, veci sign) { return from_bits(bits(x) ^ sign); }

// 2^n for whole n within -126...127.
INLINE vec power_of_two(veci n) { return from_bits((n + 127) << 23); }

// e^x = 2^n e^r, |r| <= ln 2 / 2.
INLINE vec exponential(vec x) {
  x = x > 89.0f ? (vec)89.0f : x;
  x = x < -104.0f ? (vec)-104.0f : x;
  const vec shifted = FMA(x, (vec)0x1.715476p0f, (vec)MAGIC);
  const vec n = shifted - MAGIC;
  const vec r = FMA(n, (vec)-LN2_LOW, FMA(n, (vec)-LN2_HIGH, x));
  vec p = FMA((vec)0x1.6a21acp-10f, r, (vec)0x1.123b6ap-7f);
  p = FMA(p, r, (vec)0x1.5558fap-5f);
  p = FMA(p, r, (vec)0x1.555490p-3f);
  p = FMA(p, r, (vec)0x1.fffffcp-2f);
  p = FMA(p, r * r, r) + 1.0f;
  // 2^128 is out of range, so the scale comes in two halves.
  const veci whole = bits(shifted) - bits((vec)MAGIC), half = whole >> 1;
  return p * power_of_two(half) * power_of_two(whole - half);
}

// log x = e ln 2 + log(1 + f), 1 + f within sqrt(1/2)...sqrt(2).
INLINE vec logarithm(vec x) {
  const veci e = (bits(x) - 0x3f3504f3) >> 23;
  const vec exponent = __builtin_convertvector(e, vec);
  const vec f = from_bits(bits(x) - (e << 23)) - 1.0f;
  vec p = FMA((vec)0x1.1457a2p-4f, f, (vec)-0x1.de3c14p-4f);
  p = FMA(p, f, (vec)0x1.e6f06cp-4f);
  p = FMA(p, f, (vec)-0x1.fc2208p-4f);
  p = FMA(p, f, (vec)0x1.233768p-3f);
  p = FMA(p, f, (vec)-0x1.555c4ep-3f);
  p = FMA(p, f, (vec)0x1.99a4b6p-3f);
  p = FMA(p, f, (vec)-0x1.000006p-2f);
  p = FMA(p, f, (vec)0x1.555548p-2f);
  const vec square = f * f;
  vec tail = FMA(exponent, (vec)LN2_LOW, p * (square * f));
  tail = FMA((vec)-0.5f, square, tail);
  const vec result = FMA(exponent, (vec)LN2_HIGH, f + tail);
  const vec edge = x == 0 ? (vec)-__builtin_inff() : (vec)__builtin_nanf("");
  return x > 0 ? (x < __builtin_inff() ? result : x) : edge;
}

// Of |x|, then the sign: x + x^3 P(x^2) near zero, 1 - 2 / (e^2x + 1) elsewhere.
INLINE vec hyperbolic_tangent(vec x) {
  const veci sign = sign_of(x);
  const vec size = with_sign(x, sign), square = size * size;
  vec p = FMA((vec)0x1.23e4dep-9f, square, (vec)-0x1.0ec0eep-7f);
  p = FMA(p, square, (vec)0x1.6411a4p-6f);
  p = FMA(p, square, (vec)-0x1.b9f9e6p-5f);
  p = FMA(p, square, (vec)0x1.11109cp-3f);
  p = FMA(p, square, (vec)-0x1.555554p-2f);
  const vec small = FMA(size * square, p, size);
  const vec large = 1.0f - 2.0f / (exponential(size + size) + 1.0f);
  return with_sign(size < 0.6f ? small : large, sign);
}

// |x| = q pi/2 + r, |r| <= pi/4. Only the two low bits of q matter.
typedef struct angle {
  vec r;
  veci quadrant;
} angle;

// Where the three-part constant no longer suffices; also for infinities and for what is no number.
static angle reduced_far(vec x, angle known) {
  for (int i = 0; i < LANES; i++) {
    if (x[i] <= FAR_ANGLE) continue;
    float r;
    known.quadrant[i] = ol_reduced_angle(x[i], &r);
    known.r[i] = r;
  }
  return known;
}

INLINE angle reduced(vec x) {
  x = with_sign(x, sign_of(x));
  const vec shifted = FMA(x, (vec)0x1.45f306p-1f, (vec)MAGIC), n = shifted - MAGIC;
  vec r = FMA(n, (vec)-0x1.921fb6p0f, x);
  r = FMA(n, (vec)0x1.777a5cp-25f, r);
  r = FMA(n, (vec)0x1.ee59dap-50f, r);
  const angle near = {r, bits(shifted)};
  return __builtin_reduce_and(x <= FAR_ANGLE) ? near : reduced_far(x, near);
}

INLINE vec sine_near_zero(vec r) {
  const vec square = r * r;
  vec p = FMA((vec)0x1.6cd1b0p-19f, square, (vec)-0x1.a00f7ep-13f);
  p = FMA(p, square, (vec)0x1.111108p-7f);
  p = FMA(p, square, (vec)-0x1.555556p-3f);
  return FMA(r * square, p, r);
}

INLINE vec cosine_near_zero(vec r) {
  const vec square = r * r;
  vec p = FMA((vec)0x1.99eb4ap-16f, square, (vec)-0x1.6c0c32p-10f);
  p = FMA(p, square, (vec)0x1.55554ap-5f);
  return FMA(p, square * square, FMA((vec)-0.5f, square, (vec)1.0f));
}

// The sine of r in this quadrant.
INLINE vec sine_in(veci quadrant, vec r) {
  const vec value = (quadrant & 1) != 0 ? cosine_near_zero(r) : sine_near_zero(r);
  return with_sign(value, (quadrant & 2) << 30);
}

INLINE vec sine(vec x) {
  const angle a = reduced(x);
  return with_sign(sine_in(a.quadrant, a.r), sign_of(x));
}

INLINE vec cosine(vec x) {
  const angle a = reduced(x);
  return sine_in(a.quadrant + 1, a.r);
}
