// Tiles of convolutions that give images, in registers: some pixels by some vectors of channels, as
// rows and columns of a product. Pixels on which the same taps bear are computed together, wherever
// they stand, so that padding is not computed at all.

typedef struct images_product {
  const ol_convolution *c;
  axis rows, columns;
  int64_t contracted, channels;
  // Those that are computed next.
  int64_t first_image, end_image;
  // The filter's part for the panel: the first of its rows, and how far apart they are.
  const float *panel;
  int64_t panel_step;
} images_product;

// How a tile walks over the taps of its pixels: in stretches of neighbours, in the filter and in
// the image. Forward, a row's taps and their channels are neighbours; backward, channels alone are.
typedef struct walk {
  int down, across;
  int64_t length;
  // Where the filter's first row is that is read, and how far the next stretch is, in floats.
  const float *filter;
  int64_t filter_step, filter_down, filter_across;
  // Likewise in the image.
  int64_t source_down, source_across;
  // How many floats to fetch ahead of time for each pixel, and how far ahead they are.
  int64_t fetched, ahead;
} walk;

enum {
  // Pixels between what is computed and what is fetched.
  AHEAD = 8,
  // Floats that are read, beyond which they are fetched ahead.
  FETCHED_AHEAD = 1 << 17,
  // As many as are listed before their tiles are computed.
  LISTED_PIXELS = 240,
};

// Pixels with the same taps: where their first tap reads, and where their results are.
typedef struct pixels {
  walk walk;
  int count;
  const float *source[LISTED_PIXELS];
  int64_t result[LISTED_PIXELS];
} pixels;

// A vector of what is added to a row of the result that starts at `row`.
#define ADDEND(c, row)                                                                    \
  ((c)->addend_scale                                                                      \
   * get(x->addend, AT(((c)->addend == OL_ADDEND_MATRIX ? (row) : 0) + at.column)))

// The registers' first value, as `c` says, for rows of the result that start at `row`.
#define BEGIN_CHAIN(c, row)                                                               \
  if ((c)->addend == OL_ADDEND_NONE || (c)->scale != 1) {                                 \
    EACH_ELEMENT sum[i][j] = 0;                                                           \
  } else if ((c)->addend == OL_ADDEND_ROW) {                                              \
    EACH_VECTOR right[j] = ADDEND(c, 0);                                                  \
    EACH_ELEMENT sum[i][j] = right[j];                                                    \
  } else EACH_ELEMENT sum[i][j] = ADDEND(c, row);

// What becomes of them.
#define END_CHAIN(c, row)                                                                 \
  if ((c)->scale != 1) {                                                                  \
    if ((c)->addend == OL_ADDEND_NONE) EACH_ELEMENT sum[i][j] *= (c)->scale;              \
    else EACH_ELEMENT sum[i][j] = FMA((vec)(c)->scale, sum[i][j], ADDEND(c, row));        \
  }                                                                                       \
  if ((c)->gate == OL_GATE_RELU) EACH_ELEMENT sum[i][j] = gated(sum[i][j], sum[i][j]);    \
  if ((c)->gate == OL_GATE_MATRIX)                                                        \
    EACH_ELEMENT sum[i][j] = gated(sum[i][j], get(x->gate, AT((row) + at.column)));

#define PUT_TILE(row) EACH_ELEMENT put(x->c, AT((row) + at.column), sum[i][j]);

// What one channel of a tap brings.
#define ADD_CHANNEL                                                                       \
  {                                                                                       \
    EACH_VECTOR right[j] = get(b, AT(0));                                                 \
    EACH_ELEMENT sum[i][j] = FMA((vec)source[i][k], right[j], sum[i][j]);                 \
  }

INLINE void pixel_tile(
  const int rows, const int vectors, const bool is_narrow, const bool fetches,
  const images_product *p, const operands *x, corner at, const walk *w, const float *const *source,
  const int64_t *result) {
  vec sum[MOST_TILE_ROWS][MOST_VECTORS], right[MOST_VECTORS];
  // What is read at the end would else be waited for then.
  if (p->c->gate == OL_GATE_MATRIX)
    EACH_ELEMENT __builtin_prefetch(x->gate + result[i] + at.column + j * LANES);
  for (int64_t k = 0; k < w->fetched; k += LINE)
    EACH_ROW __builtin_prefetch(source[i] + w->ahead + k);
  BEGIN_CHAIN(p->c, result[i])

  const float *row = w->filter, *ahead = x->ahead->at;
  int64_t shift_row = 0;
  const int64_t step = w->filter_step;
  for (int r = w->down; r > 0; r--, row += w->filter_down, shift_row += w->source_down) {
    const float *tap = row;
    int64_t shift = shift_row;
    for (int c = w->across; c > 0; c--, tap += w->filter_across, shift += w->source_across) {
      const float *b = tap;
      int64_t k = shift;
      EACH_STEP(fetches, k, shift + w->length, (k++, b += step), ADD_CHANNEL)
    }
  }
  if (fetches) fetched_to(x->ahead, ahead);
  END_CHAIN(p->c, result[i])
  PUT_TILE(result[i])
}

// Tiles of so many pixels, from the first listed on.
typedef void pixels_function(
  const images_product *p, const operands *x, corner at, const pixels *s, int first, int rows,
  int tiles);

#define PIXEL_CASE(n)                                                                     \
  case n:                                                                                 \
    if ((n) <= most_rows) {                                                               \
      for (; tiles > 0; tiles--, source += n, result += n)                                \
        if (x->ahead->is_done || is_narrow)                                               \
          pixel_tile(n, vectors, is_narrow, false, p, x, at, &w, source, result);         \
        else pixel_tile(n, vectors, is_narrow, true, p, x, at, &w, source, result);       \
    }                                                                                     \
    break;

INLINE void pixel_tiles(
  const int most_rows, const int vectors, const bool is_narrow, const images_product *p,
  const operands *x, corner at, const pixels *s, int first, int rows, int tiles) {
  const walk w = s->walk;
  const float *const *source = s->source + first;
  const int64_t *result = s->result + first;
  switch (rows) { EACH_TILE_HEIGHT(PIXEL_CASE) default: break; }
}

#define DEFINE_PIXELS(vectors)                                                            \
  static void pixels_##vectors(                                                           \
    const images_product *p, const operands *x, corner at, const pixels *s, int first,    \
    int rows, int tiles) {                                                                \
    const int most_rows = PIXELS_OF_##vectors;                                            \
    if (at.lanes == LANES)                                                                \
      pixel_tiles(most_rows, vectors, false, p, x, at, s, first, rows, tiles);            \
    else pixel_tiles(most_rows, vectors, true, p, x, at, s, first, rows, tiles);          \
  }

DEFINE_PIXELS(1)
DEFINE_PIXELS(2)
DEFINE_PIXELS(3)
DEFINE_PIXELS(4)

// One panel of channels: its width in vectors, and at most how many pixels make a tile.
typedef struct pixels_kernel {
  pixels_function *run;
  int rows;
} pixels_kernel;

INLINE pixels_kernel pixels_kernel_of(int vectors) {
  switch (vectors) {
    case 1: return (pixels_kernel){pixels_1, PIXELS_OF_1};
    case 2: return (pixels_kernel){pixels_2, PIXELS_OF_2};
    case 3: return (pixels_kernel){pixels_3, PIXELS_OF_3};
    default: return (pixels_kernel){pixels_4, PIXELS_OF_4};
  }
}
