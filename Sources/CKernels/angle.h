// Angles too large for a few constants.
#pragma once
#include <stdint.h>

// Up to here three floats of pi/2 are enough.
#define FAR_ANGLE 0x1p17f

// x as q quarter turns and r, |r| <= pi/4; returns q, of which the two low bits are meant. Of what is
// not finite r is not a number. For x >= FAR_ANGLE only.
int32_t ol_reduced_angle(float x, float *r);
