#pragma once
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifdef __linux__
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
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

// Has all threads share what any of them freed, which takes less memory and more time where several
// allocate at once. To be called before there are any.
static inline void ol_share_freed_memory(void) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);
#endif
}

// Gives freed memory back to the system after all, for when much of it will not be asked for again soon.
static inline void ol_give_back_freed_memory(void) {
#ifdef __GLIBC__
  malloc_trim(0);
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

// Some of a machine's processors. The C library has such a type for programs that ask for all of its
// extensions, with which this header would not be the same to all who read it.
typedef struct {
  unsigned long bits[16];
} ol_processors;

// The processor that the calling thread runs on, or -1 where the system does not say.
static inline int ol_processor(void) {
#ifdef __linux__
  unsigned processor;
  if (syscall(SYS_getcpu, &processor, NULL, NULL) == 0) return (int)processor;
#endif
  return -1;
}

// The processors that the calling thread may run on. Returns whether the system says so.
static inline int ol_allowed_processors(ol_processors *processors) {
  *processors = (ol_processors){{0}};
#ifdef __linux__
  return syscall(SYS_sched_getaffinity, 0, sizeof *processors, processors) > 0;
#else
  return 0;
#endif
}

// Lets the calling thread run on these only. Returns whether it may.
static inline int ol_allow_processors(const ol_processors *processors) {
#ifdef __linux__
  return syscall(SYS_sched_setaffinity, 0, sizeof *processors, processors) == 0;
#else
  return 0;
#endif
}

// A processor that one thread has to itself, as far as such threads go, in whatever process.
typedef struct {
  // Keeps the processor: a name of the kernel's, which leaves no file behind and ends with the process.
  int claim;
  ol_processors own, allowed;
} ol_seat;

// Claims a processor that the calling thread may run on and nobody has claimed: if it can, that on which
// it runs, since in containers, which do not see each other's claims, the system has spread threads
// already. Only claims of the same claimants count. Returns whether there is one.
static inline int ol_claim_seat(ol_seat *seat, const char *claimants) {
#ifdef __linux__
  const int word = 8 * sizeof(unsigned long), most = 8 * sizeof(ol_processors);
  const int here = ol_processor();
  if (here < 0 || !ol_allowed_processors(&seat->allowed)) return 0;
  seat->claim = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  for (int next = 0; next < most && seat->claim >= 0; next++) {
    const int i = (here + next) % most;
    if (!(seat->allowed.bits[i / word] >> i % word & 1)) continue;
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int length = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "%.64s-processor-%d", claimants, i);
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + 1 + (socklen_t)length;
    if (bind(seat->claim, (struct sockaddr *)&name, size) != 0) continue;
    seat->own = (ol_processors){{0}};
    seat->own.bits[i / word] = 1UL << i % word;
    return 1;
  }
  if (seat->claim >= 0) close(seat->claim);
#endif
  return 0;
}

// Nanoseconds for which the calling thread has had a processor.
static inline long long ol_thread_time(void) {
  struct timespec time;
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return 0;
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}
