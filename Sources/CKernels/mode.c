// The floating-point mode of the contract: round to nearest, subnormals are zero, no traps.
#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Exceptions masked; flush results (bit 15) and operands (bit 6).
static const uint32_t contract = 0x1f80 | 1 << 15 | 1 << 6;

uint64_t ol_enter_float_mode(void) {
  const uint64_t former = _mm_getcsr();
  _mm_setcsr(contract);
  return former;
}

void ol_leave_float_mode(uint64_t mode) { _mm_setcsr((uint32_t)mode); }

#elif defined(__aarch64__)
// FZ, which flushes operands and results.
static const uint64_t contract = UINT64_C(1) << 24;

uint64_t ol_enter_float_mode(void) {
  uint64_t former;
  __asm__ volatile("mrs %0, fpcr" : "=r"(former));
  __asm__ volatile("msr fpcr, %0" : : "r"(contract) : "memory");
  return former;
}

void ol_leave_float_mode(uint64_t mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode) : "memory"); }

#else
#error "no way to flush subnormals on this processor is known"
#endif
