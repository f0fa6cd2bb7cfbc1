// What the system is told about pages of memory.
#include "CKernels.h"

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>

// A system without large pages, or told to give none, refuses: then pages stay small.
void ol_ask_for_large_pages(void *start, int64_t bytes) {
  (void)madvise(start, (size_t)bytes, MADV_HUGEPAGE);
}

void ol_give_pages_back(void *start, int64_t bytes) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t first = ((uintptr_t)start + page - 1) / page * page;
  uintptr_t end = ((uintptr_t)start + (uintptr_t)bytes) / page * page;
  if (first >= end) return;
  (void)madvise((void *)first, end - first, MADV_NOHUGEPAGE);
  (void)madvise((void *)first, end - first, MADV_DONTNEED);
}

#else
void ol_ask_for_large_pages(void *start, int64_t bytes) { (void)start, (void)bytes; }
void ol_give_pages_back(void *start, int64_t bytes) { (void)start, (void)bytes; }
#endif
