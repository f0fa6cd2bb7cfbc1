// Pooling, one window at a time, vectors of channels within.

// The channels of one window: its top left pixel in images, and its place among the pooled.
typedef struct window {
  int64_t image, pooled;
} window;

INLINE window window_at(const ol_pooling *p, int64_t index) {
  const int64_t across = index % p->across, down = index / p->across % p->down;
  const int64_t image = index / p->across / p->down;
  const int64_t row = image * p->height + down * p->stride_down;
  return (window){
    (row * p->width + across * p->stride_across) * p->channels, index * p->channels};
}

INLINE int64_t windows_in(const ol_pooling *p) { return (int64_t)p->images * p->down * p->across; }

INLINE int64_t pooled_pixels(const ol_pooling *p) {
  return (int64_t)p->images * p->height * p->width * p->channels;
}

// How far a tap is from the top left pixel.
INLINE int64_t shift_of(const ol_pooling *p, int tap) {
  const int64_t row = tap / p->window_width, column = tap % p->window_width;
  return (row * p->width + column) * p->channels;
}

INLINE place lanes_at(int64_t channels, int64_t first) {
  const int64_t left = channels - first;
  return (place){first, 0, left < LANES ? NARROW : WHOLE, (int)left};
}

INLINE place shifted(place at, int64_t by) {
  at.offset += by;
  return at;
}

// The tap with the largest of each channel, the first of several.
INLINE veci largest_tap(const ol_pooling *p, const float *x, place at) {
  vec best = get(x, at);
  veci where = 0;
  for (int tap = 1; tap < p->window_height * p->window_width; tap++) {
    const vec v = get(x, shifted(at, shift_of(p, tap)));
    const veci is_larger = v > best;
    best = is_larger ? v : best;
    where = is_larger ? (veci)tap : where;
  }
  return where;
}

#define EACH_WINDOW                                                                      \
  for (int64_t index = 0; index < windows_in(p); index++)                                \
    for (int64_t channel = 0; channel < p->channels; channel += LANES)

#define EACH_TAP for (int tap = 0; tap < p->window_height * p->window_width; tap++)

static void pool_pick(const ol_pooling *p, const float *x, const float *u, float *out) {
  EACH_WINDOW {
    const window w = window_at(p, index);
    const place at = lanes_at(p->channels, channel);
    const veci where = largest_tap(p, x + w.image, at);
    vec picked = 0;
    EACH_TAP {
      const vec v = get(u + w.image, shifted(at, shift_of(p, tap)));
      picked = where == tap ? v : picked;
    }
    put(out + w.pooled, at, picked);
  }
}

static void pool_maximum(const ol_pooling *p, const float *x, float *out) {
  EACH_WINDOW {
    const window w = window_at(p, index);
    const place at = lanes_at(p->channels, channel);
    vec best = get(x + w.image, at);
    for (int tap = 1; tap < p->window_height * p->window_width; tap++) {
      const vec v = get(x + w.image, shifted(at, shift_of(p, tap)));
      best = v > best ? v : best;
    }
    put(out + w.pooled, at, best);
  }
}

static void pool_route(const ol_pooling *p, const float *x, const float *u, float *out) {
  for (int64_t i = 0; i < pooled_pixels(p); i++) out[i] = 0;
  EACH_WINDOW {
    const window w = window_at(p, index);
    const place at = lanes_at(p->channels, channel);
    const veci where = largest_tap(p, x + w.image, at);
    const vec routed = get(u + w.pooled, at);
    EACH_TAP {
      const place pixel = shifted(at, shift_of(p, tap));
      put(out + w.image, pixel, get(out + w.image, pixel) + (where == tap ? routed : (vec)0));
    }
  }
}

static void pool_sum(const ol_pooling *p, const float *x, float *out) {
  EACH_WINDOW {
    const window w = window_at(p, index);
    const place at = lanes_at(p->channels, channel);
    vec sum = 0;
    EACH_TAP sum += get(x + w.image, shifted(at, shift_of(p, tap)));
    put(out + w.pooled, at, sum);
  }
}

static void pool_spread(const ol_pooling *p, const float *x, float *out) {
  for (int64_t i = 0; i < pooled_pixels(p); i++) out[i] = 0;
  EACH_WINDOW {
    const window w = window_at(p, index);
    const place at = lanes_at(p->channels, channel);
    const vec value = get(x + w.pooled, at);
    EACH_TAP {
      const place pixel = shifted(at, shift_of(p, tap));
      put(out + w.image, pixel, get(out + w.image, pixel) + value);
    }
  }
}
