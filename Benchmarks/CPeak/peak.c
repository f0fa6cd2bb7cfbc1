#include "CPeak.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

// Enough for a latency of six cycles at two multiply-adds a cycle.
enum { CHAINS = 12, ITERATIONS = 20000, ROUNDS = 400 };

// Not known to the compiler: a chain that starts where it stays would be left out, and yet counted.
static volatile float given_factor = 0.999f, given_term = 0.001f;

#define DEFINE_CHAINS(name, lanes)                                                        \
  typedef float vec_##name __attribute__((ext_vector_type(lanes)));                       \
  static float name(void) {                                                               \
    vec_##name chain[CHAINS], sum = 0, factor = given_factor, term = given_term; \
    for (int i = 0; i < CHAINS; i++) chain[i] = (float)i;                                 \
    for (int n = 0; n < ITERATIONS; n++)                                                  \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < CHAINS; i++)                 \
        chain[i] = __builtin_elementwise_fma(chain[i], factor, term);                     \
    for (int i = 0; i < CHAINS; i++) sum += chain[i];                                     \
    return sum[0];                                                                        \
  }

typedef struct chains {
  const char *instruction_set;
  int lanes;
  float (*run)(void);
} chains;

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
DEFINE_CHAINS(avx2, 8)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
DEFINE_CHAINS(avx512, 16)
#pragma clang attribute pop
static const chains all[] = {{"avx2", 8, avx2}, {"avx512", 16, avx512}};
#elif defined(__aarch64__)
DEFINE_CHAINS(neon, 4)
static const chains all[] = {{"neon", 4, neon}};
#else
static const chains all[] = {{"", 0, 0}};
#endif

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double shortest_round(float (*run)(void)) {
  static volatile float result;
  double best = 1e9;
  for (int round = 0; round < ROUNDS; round++) {
    const double start = seconds();
    result = run();
    const double elapsed = seconds() - start;
    if (elapsed < best) best = elapsed;
  }
  return best;
}

double ol_fma_peak(const char *instruction_set) {
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    if (strcmp(all[i].instruction_set, instruction_set) != 0) continue;
    const double flops = 2.0 * CHAINS * ITERATIONS * all[i].lanes;
    return flops / shortest_round(all[i].run) / 1e9;
  }
  return 0;
}
