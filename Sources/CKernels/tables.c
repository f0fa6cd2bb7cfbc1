#include "tables.h"

enum { MOST_TABLES = 3 };

typedef struct selection {
  int count;
  const ol_kernels *tables[MOST_TABLES];
} selection;

static void add(selection *s, const ol_kernels *table) { s->tables[s->count++] = table; }

static selection available(void) {
  selection s = {0};
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
      && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
    add(&s, &ol_avx512);
  if (has_avx2) add(&s, &ol_avx2);
#elif defined(__aarch64__)
  add(&s, &ol_neon);
#endif
  add(&s, &ol_portable);
  return s;
}

int ol_kernels_count(void) { return available().count; }

const ol_kernels *ol_kernels_at(int index) {
  const selection s = available();
  return index >= 0 && index < s.count ? s.tables[index] : 0;
}
