// Counts every allocation of the process that links it: the proof that a loop makes none.
#pragma once
#include <stdint.h>

// How often memory was asked for since the process started, on all threads.
uint64_t ol_allocations(void);
