// The interpreter of programs: one indirect call for each kernel call.
#include "CKernels.h"

void ol_run(
  int64_t count, const ol_call *calls, float *base, const float *const *operands) {
  const uint64_t mode = ol_enter_float_mode();
  for (const ol_call *call = calls; call != calls + count; call++) call->run(call, base, operands);
  ol_leave_float_mode(mode);
}
