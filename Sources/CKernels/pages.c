// Large pages for memory that is read and written all over.
#include "CKernels.h"

#if defined(__linux__)
#include <sys/mman.h>

// A system without large pages, or told to give none, refuses: then pages stay small.
void ol_ask_for_large_pages(void *start, int64_t bytes) {
  (void)madvise(start, (size_t)bytes, MADV_HUGEPAGE);
}

#else
void ol_ask_for_large_pages(void *start, int64_t bytes) { (void)start, (void)bytes; }
#endif
