#pragma once
#include <signal.h>
#include <stddef.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifdef __linux__
#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

// Ends this process when the thread that started it does; `parent` is the process it was started
// by. Returns whether that process is still there.
static inline int ol_die_with_parent(int parent) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  return getppid() == parent;
}

// Whether this process ignores a signal, as nohup makes it ignore the end of its terminal.
static inline int ol_ignores(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

// Keeps memory that is freed for what is allocated next. Otherwise every message of some hundred
// kilobytes gets fresh pages, which takes longer to have zeroed than the message to be copied.
static inline void ol_keep_freed_memory(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_TOP_PAD, 4 << 20);
#endif
}

// How long the calling thread, and those it starts from now on, may compute before others that wait
// for its processor have a turn; 0 is as long as the system thinks. Whoever wakes with shorter turns
// than whoever computes does not wait for the end of one. Linux before 6.12 has one length for all.
static inline void ol_set_turn(unsigned long long nanoseconds) {
#if defined(__linux__) && defined(SYS_sched_setattr)
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } thread = {0};
  if (syscall(SYS_sched_getattr, 0, &thread, sizeof thread, 0) != 0) return;
  thread.runtime = nanoseconds;
  if (thread.policy == SCHED_OTHER) syscall(SYS_sched_setattr, 0, &thread, 0);
#endif
}
