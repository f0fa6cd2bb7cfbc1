// Tiles of convolutions that give a filter, in registers: some rows by some vectors of output
// channels. Between blocks of windows a tile waits in memory, which changes no bit.

// Whichever are fewer are held in registers: outputs, or inputs.
#define ADD_WINDOW(condition)                                                             \
  do {                                                                                    \
    if (rows >= vectors) {                                                                \
      EACH_VECTOR right[j] = get(b, AT(0));                                               \
      EACH_ROW if (condition) EACH_VECTOR sum[i][j] = FMA((vec)a[i], right[j], sum[i][j]); \
    } else {                                                                              \
      vec left[MOST_VECTORS];                                                             \
      EACH_ROW left[i] = (condition) ? (vec)a[i] : (vec)0;                                \
      EACH_VECTOR {                                                                       \
        right[j] = get(b, AT(0));                                                         \
        EACH_ROW if (condition) sum[i][j] = FMA(left[i], right[j], sum[i][j]);            \
      }                                                                                   \
    }                                                                                     \
  } while (0)

#define ADD_ON_IMAGE                                                                      \
  do {                                                                                    \
    const range on = rows_on_image(c, r, n);                                              \
    ADD_WINDOW(i >= on.first && i < on.end);                                              \
  } while (0)

#define NEXT_WINDOW n++, a += step, b += outputs

// The registers' first value: where a block is not the first, what the result came to.
#define BEGIN_BLOCK(row)                                                                  \
  if (w->is_first) {                                                                      \
    BEGIN_CHAIN(c, row)                                                                   \
  } else {                                                                                \
    EACH_ELEMENT sum[i][j] = get(x->c, AT((row) + at.column));                            \
  }

#define END_BLOCK(row)                                                                    \
  if (w->is_last) {                                                                       \
    END_CHAIN(c, row)                                                                     \
  }                                                                                       \
  PUT_TILE(row)

#define ADD_LISTED                                                                        \
  {                                                                                       \
    const float *a = images + list->pixel[n], *b = y + list->outputs[n];                  \
    ADD_WINDOW(true);                                                                     \
  }

// A tile of one tap, whose windows are listed. `first` is its first row.
INLINE void listed_tile(
  const int rows, const int vectors, const bool is_narrow, const bool fetches,
  const ol_convolution *c, const operands *x, corner at, const block *w, int64_t first,
  const readings *list) {
  const int64_t outputs = c->outputs;
  vec sum[MOST_TILE_ROWS][MOST_VECTORS], right[MOST_VECTORS];
  BEGIN_BLOCK(first + i * outputs)
  const float *images = x->a + at.row, *y = x->b + at.column;
  const float *ahead = x->ahead->at;
  int64_t n = 0;
  EACH_STEP(fetches, n, list->count, n++, ADD_LISTED)
  if (fetches) fetched_to(x->ahead, ahead);
  END_BLOCK(first + i * outputs)
}

// A tile that may reach over several taps of a row, and finds its windows line by line.
INLINE void filter_tile(
  const int rows, const int vectors, const bool is_narrow, const bool fetches,
  const ol_convolution *c, const operands *x, corner at, const block *w, const filter_rows *r) {
  const int64_t outputs = c->outputs, step = (int64_t)c->stride_across * c->inputs;
  const int64_t first = ((int64_t)r->tap_row * c->filter_width * c->inputs + r->first) * outputs;
  vec sum[MOST_TILE_ROWS][MOST_VECTORS], right[MOST_VECTORS];
  BEGIN_BLOCK(first + i * outputs)
  const float *ahead = x->ahead->at;
  EACH_LINE(l) {
    const stretch s = stretch_of(c, w, r, &l);
    int n = s.columns.first;
    const float *a = x->a + pixel_at(c, r, &s, n);
    const float *b = x->b + (l.first + n) * outputs + at.column;
    for (const int end = least(r->all.first, s.columns.end); n < end; NEXT_WINDOW) ADD_ON_IMAGE;
    const int end = least(r->all.end, s.columns.end);
    EACH_STEP(fetches, n, end, (NEXT_WINDOW), ADD_WINDOW(true);)
    for (; n < s.columns.end; NEXT_WINDOW) ADD_ON_IMAGE;
  }
  if (fetches) fetched_to(x->ahead, ahead);
  END_BLOCK(first + i * outputs)
}

#define LISTED_CASE(n)                                                                    \
  case n:                                                                                 \
    if ((n) <= most_rows) {                                                               \
      for (; tiles > 0; tiles--, at.row += n, first += (n) * outputs)                     \
        if (x->ahead->is_done || is_narrow)                                               \
          listed_tile(n, vectors, is_narrow, false, c, x, at, w, first, list);            \
        else listed_tile(n, vectors, is_narrow, true, c, x, at, w, first, list);          \
    }                                                                                     \
    break;

// So many tiles of `height` rows of one tap, from `at` on.
INLINE void listed_tiles(
  const int most_rows, const int vectors, const bool is_narrow, const ol_convolution *c,
  const operands *x, corner at, const block *w, const filter_rows *r, const readings *list,
  int height, int tiles) {
  const int64_t outputs = c->outputs;
  int64_t first =
    ((int64_t)r->tap_row * c->filter_width * c->inputs + r->first + at.row) * outputs;
  switch (height) { EACH_TILE_HEIGHT(LISTED_CASE) default: break; }
}

#define FILTER_CASE(n)                                                                    \
  case n:                                                                                 \
    if ((n) > most_rows) break;                                                           \
    if (x->ahead->is_done || is_narrow)                                                   \
      filter_tile(n, vectors, is_narrow, false, c, x, at, w, r);                          \
    else filter_tile(n, vectors, is_narrow, true, c, x, at, w, r);                        \
    break;

INLINE void filter_tiles(
  const int most_rows, const int vectors, const bool is_narrow, const ol_convolution *c,
  const operands *x, corner at, const block *w, const filter_rows *r) {
  switch (r->count) { EACH_TILE_HEIGHT(FILTER_CASE) default: break; }
}

// Tiles of one tap with a list, or one tile without.
typedef void filter_function(
  const ol_convolution *c, const operands *x, corner at, const block *w, const filter_rows *r,
  const readings *list, int height, int tiles);

#define DEFINE_FILTER(vectors)                                                            \
  static void filter_##vectors(                                                           \
    const ol_convolution *c, const operands *x, corner at, const block *w,                \
    const filter_rows *r, const readings *list, int height, int tiles) {                  \
    const int most = FILTER_OF_##vectors;                                                 \
    if (!list && at.lanes == LANES) filter_tiles(most, vectors, false, c, x, at, w, r);   \
    else if (!list) filter_tiles(most, vectors, true, c, x, at, w, r);                    \
    else if (at.lanes == LANES)                                                           \
      listed_tiles(most, vectors, false, c, x, at, w, r, list, height, tiles);            \
    else listed_tiles(most, vectors, true, c, x, at, w, r, list, height, tiles);          \
  }

DEFINE_FILTER(1)
DEFINE_FILTER(2)
DEFINE_FILTER(3)
DEFINE_FILTER(4)
