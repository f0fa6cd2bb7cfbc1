// How fast this core multiplies and adds at best.
#pragma once

// Billions of floating-point operations a second (a fused multiply-add is two) with the vectors of an
// instruction set: "avx2", "avx512" or "neon". Zero where that is not known here. Best of many
// short rounds, so that other work on the machine hardly shows.
double ol_fma_peak(const char *instruction_set);
