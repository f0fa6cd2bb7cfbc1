// Counts what a thread allocates, in every program that links it: the proof that a loop allocates
// nothing. Without glibc, or under a sanitizer with an allocator of its own, nothing is counted.
#pragma once
#include <stdint.h>

typedef struct ol_allocated {
  uint64_t times, bytes;
} ol_allocated;

// How often this thread has asked for memory since it started, and for how much.
ol_allocated ol_allocations(void);
