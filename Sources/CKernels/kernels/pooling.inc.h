// Pooling, one window at a time, vectors of channels within. Windows of two by two, which nearly
// all are, have loops of their own.

typedef struct window_size {
  int height, width;
} window_size;

// The channels of one window: where its top left pixel is in images, and its place among the
// pooled.
typedef struct window {
  int64_t image, pooled;
} window;

INLINE window window_at(const ol_pooling *p, int64_t line, int64_t column) {
  const int64_t row = line / p->down * p->height + line % p->down * p->stride_down;
  return (window){
    (row * p->width + column * p->stride_across) * p->channels,
    (line * p->across + column) * p->channels};
}

INLINE int64_t lines_of(const ol_pooling *p) { return (int64_t)p->images * p->down; }

INLINE place lanes_at(int64_t channels, int64_t first) {
  const int64_t left = channels - first;
  return (place){first, 0, left < LANES ? NARROW : WHOLE, (int)left};
}

// A tap's number, and the channels of its pixel.
#define EACH_TAP                                                                          \
  for (int row = 0; row < size.height; row++)                                             \
    for (int column = 0; column < size.width; column++)

#define TAP (row * size.width + column)
#define PIXEL                                                                             \
  ((place){                                                                               \
    at.offset + ((int64_t)row * p->width + column) * p->channels, 0, at.tail, at.lanes})

// The tap with the largest of each channel, the first of several.
INLINE veci largest_tap(const window_size size, const ol_pooling *p, const float *x, place at) {
  vec best = get(x, at);
  veci where = 0;
  EACH_TAP {
    const vec v = get(x, PIXEL);
    const veci is_larger = v > best;
    best = is_larger ? v : best;
    where = is_larger ? (veci)TAP : where;
  }
  return where;
}

INLINE void maximum_at(
  const window_size size, const ol_pooling *p, const float *x, const float *u, place at,
  float *out) {
  (void)u;
  vec best = get(x, at);
  EACH_TAP {
    const vec v = get(x, PIXEL);
    best = v > best ? v : best;
  }
  put(out, at, best);
}

INLINE void pick_at(
  const window_size size, const ol_pooling *p, const float *x, const float *u, place at,
  float *out) {
  const veci where = largest_tap(size, p, x, at);
  vec picked = 0;
  EACH_TAP {
    const vec v = get(u, PIXEL);
    picked = where == TAP ? v : picked;
  }
  put(out, at, picked);
}

// Asks for what the window below will read: images that come back to be routed by were written long
// ago.
INLINE void fetch_below(const window_size size, const ol_pooling *p, const float *x, place at) {
  const int64_t below = (int64_t)p->stride_down * p->width * p->channels;
  EACH_TAP __builtin_prefetch(x + PIXEL.offset + below);
}

// To pixels that no other window has.
INLINE void route_at(
  const window_size size, const ol_pooling *p, const float *x, const float *u, place at,
  float *out) {
  fetch_below(size, p, x, at);
  const veci where = largest_tap(size, p, x, at);
  const vec routed = get(u, at);
  EACH_TAP put(out, PIXEL, where == TAP ? routed : (vec)0);
}

INLINE void add_route_at(
  const window_size size, const ol_pooling *p, const float *x, const float *u, place at,
  float *out) {
  const veci where = largest_tap(size, p, x, at);
  const vec routed = get(u, at);
  EACH_TAP put(out, PIXEL, get(out, PIXEL) + (where == TAP ? routed : (vec)0));
}

INLINE void sum_at(
  const window_size size, const ol_pooling *p, const float *x, const float *u, place at,
  float *out) {
  (void)u;
  vec sum = 0;
  EACH_TAP sum += get(x, PIXEL);
  put(out, at, sum);
}

INLINE void spread_at(
  const window_size size, const ol_pooling *p, const float *x, const float *u, place at,
  float *out) {
  (void)u;
  const vec value = get(x, at);
  EACH_TAP put(out, PIXEL, get(out, PIXEL) + value);
}

// Calls `body` for each window, with its own part of every buffer.
#define EACH_WINDOW(body, size, X, U, OUT)                                                \
  for (int64_t line = 0; line < lines_of(p); line++)                                      \
    for (int64_t n = 0; n < p->across; n++) {                                             \
      const window w = window_at(p, line, n);                                             \
      int64_t c = 0;                                                                      \
      for (; c + LANES <= p->channels; c += LANES)                                        \
        body(size, p, X, U, (place){c, 0, WHOLE, LANES}, OUT);                            \
      if (c < p->channels) body(size, p, X, U, lanes_at(p->channels, c), OUT);            \
    }

#define POOL(body, X, U, OUT)                                                             \
  if (p->window_height == 2 && p->window_width == 2) {                                    \
    const window_size two = {2, 2};                                                       \
    EACH_WINDOW(body, two, X, U, OUT)                                                     \
  } else {                                                                                \
    const window_size any = {p->window_height, p->window_width};                          \
    EACH_WINDOW(body, any, X, U, OUT)                                                     \
  }

static void clear_images(const ol_pooling *p, float *out) {
  const int64_t count = (int64_t)p->images * p->height * p->width * p->channels;
  for (int64_t i = 0; i < count; i++) out[i] = 0;
}

static void pool_maximum(const ol_pooling *p, const float *x, float *out) {
  const float *u = 0;
  POOL(maximum_at, x + w.image, u, out + w.pooled)
}

static void pool_pick(const ol_pooling *p, const float *x, const float *u, float *out) {
  POOL(pick_at, x + w.image, u + w.image, out + w.pooled)
}

static void pool_route(const ol_pooling *p, const float *x, const float *u, float *out) {
  const bool is_disjoint =
    p->window_height <= p->stride_down && p->window_width <= p->stride_across;
  const bool is_covered = p->window_height * p->down == p->height
    && p->window_width * p->across == p->width;
  if (!is_disjoint || !is_covered) clear_images(p, out);
  if (is_disjoint) {
    POOL(route_at, x + w.image, u + w.pooled, out + w.image)
  } else {
    POOL(add_route_at, x + w.image, u + w.pooled, out + w.image)
  }
}

static void pool_sum(const ol_pooling *p, const float *x, float *out) {
  const float *u = 0;
  POOL(sum_at, x + w.image, u, out + w.pooled)
}

static void pool_spread(const ol_pooling *p, const float *x, float *out) {
  const float *u = 0;
  clear_images(p, out);
  POOL(spread_at, x + w.pooled, u, out + w.image)
}

#undef EACH_TAP
#undef TAP
#undef PIXEL
