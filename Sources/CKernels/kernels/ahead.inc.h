// Fetching what later calls read or write, some lines at a time between the steps of a convolution:
// while it multiplies, memory has little else to do.

enum {
  // Floats in a line of the caches.
  LINE = 16,
  // Steps of a tile, about two dozen multiply-adds of vectors each, from one fetch to the next.
  FETCH_STEPS = 8,
  FETCH_LINES = 4,
};

// What is left to be fetched: the range that is being fetched, from `at` to `end`, and those after it.
typedef struct fetcher {
  const float *base, *at, *end;
  const ol_ahead *ahead;
  int next;
  bool is_done;
} fetcher;

static void fetch_next_range(fetcher *f) {
  if (f->ahead && f->next < f->ahead->ranges) {
    f->at = f->base + f->ahead->first[f->next];
    f->end = f->at + f->ahead->count[f->next++];
  } else {
    f->is_done = true;
  }
}

static fetcher fetcher_of(const float *base, const ol_ahead *ahead) {
  fetcher f = {base, 0, 0, ahead, 0, false};
  fetch_next_range(&f);
  return f;
}

INLINE void fetch_lines(const float **at) {
  UNROLLED for (int i = 0; i < FETCH_LINES; i++, *at += LINE) __builtin_prefetch(*at);
}

// Where a tile has come to.
INLINE void fetched_to(fetcher *f, const float *at) {
  f->at = at;
  if (at >= f->end) fetch_next_range(f);
}

// The steps of a tile from `k` on, before `end`; if it `fetches`, which is a constant, then from `ahead` on
// every few steps. Without, a tile is what it would be if there were no fetching.
#define EACH_STEP(fetches, k, end, NEXT, STEP)                                            \
  if (fetches) {                                                                          \
    while (k < (end)) {                                                                   \
      const int64_t pause = (end) - k < FETCH_STEPS ? (end) : k + FETCH_STEPS;            \
      fetch_lines(&ahead);                                                                \
      NOT_UNROLLED for (; k < pause; NEXT) STEP                                           \
    }                                                                                     \
  } else {                                                                                \
    for (; k < (end); NEXT) STEP                                                          \
  }
