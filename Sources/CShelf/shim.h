#pragma once
#include <fcntl.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Memory that several processes of a machine see, as a file without a name.

// What the C library declares only for programs that ask for all of its extensions, with which this
// header would not be the same to all who read it.
enum {
  ol_close_on_exec = 1,
  ol_may_be_sealed = 2,
  ol_add_seals = 1033,
  ol_get_seals = 1034,
  ol_no_more_seals = 1,
  ol_does_not_shrink = 2,
  ol_does_not_grow = 4,
};

// The descriptor of so many bytes, which stay so many whoever has it, or -1. No page of it takes memory
// before it is written.
static inline int ol_make_shared_memory(const char *name, int64_t bytes) {
#ifdef __linux__
  const int memory = (int)syscall(SYS_memfd_create, name, ol_close_on_exec | ol_may_be_sealed);
  if (memory < 0) return -1;
  const int seals = ol_no_more_seals | ol_does_not_shrink | ol_does_not_grow;
  if (ftruncate(memory, bytes) == 0 && fcntl(memory, ol_add_seals, seals) == 0) return memory;
  close(memory);
#endif
  return -1;
}

// Whether a descriptor is of memory that nobody can make smaller: to read what others cut off ends a process.
static inline int ol_stays_as_large(int descriptor) {
#ifdef __linux__
  const int seals = fcntl(descriptor, ol_get_seals);
  return seals >= 0 && (seals & ol_does_not_shrink);
#else
  return 0;
#endif
}

// The process at the other end of a connection on this machine, or -1 if it is another user's, or out
// of sight.
static inline int ol_peer_process(int connection) {
#ifdef __linux__
  struct {
    int32_t process;
    uint32_t user, group;
  } peer;
  socklen_t size = sizeof peer;
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
  return size == sizeof peer && peer.process > 0 && peer.user == geteuid() ? peer.process : -1;
#else
  return -1;
#endif
}

// A word that several processes read and write: what was written before a store is seen after a load
// that sees it.

static inline uint64_t ol_load(const uint64_t *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

// The same, after all reads before it.
static inline uint64_t ol_load_last(const uint64_t *word) {
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline void ol_store(uint64_t *word, uint64_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

// The same, before all writes after it.
static inline void ol_store_first(uint64_t *word, uint64_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELAXED);
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

// Puts `next` in place of `value`, if that is what is there. Returns whether it was.
static inline int ol_replace(uint64_t *word, uint64_t value, uint64_t next) {
  return __atomic_compare_exchange_n(word, &value, next, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}
