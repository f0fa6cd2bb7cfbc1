// Convolutions that give images, in tiles of registers: some pixels by some vectors of channels, as
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

// Pixels with the same taps: where their first tap reads, and where their results are.
typedef struct pixels {
  taps rows, columns;
  int count;
  const float *source[MOST_TILE_ROWS];
  int64_t result[MOST_TILE_ROWS];
} pixels;

// A vector of what is added to a row of the result that starts at `row`.
#define ADDEND(c, row)                                                                    \
  ((c)->addend_scale                                                                      \
   * get(x->addend, AT(((c)->addend == OL_ADDEND_MATRIX ? (row) : 0) + at.column)))

// The registers' first value, as `c` says, for rows of the result that start at `row`.
#define BEGIN_CHAIN(c, row)                                                               \
  if ((c)->addend == OL_ADDEND_NONE || (c)->scale != 1) EACH_ELEMENT sum[i][j] = 0;       \
  else EACH_ELEMENT sum[i][j] = ADDEND(c, row);

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

INLINE void pixel_tile(
  const int rows, const int vectors, const bool is_narrow, const images_product *p,
  const operands *x, corner at, const pixels *s) {
  vec sum[MOST_TILE_ROWS][MOST_VECTORS], right[MOST_VECTORS];
  // What is read at the end would else be waited for then.
  if (p->c->gate == OL_GATE_MATRIX)
    EACH_ELEMENT __builtin_prefetch(x->gate + s->result[i] + at.column + j * LANES);
  BEGIN_CHAIN(p->c, s->result[i])

  // Forward, a row's taps and their channels are neighbours, in the filter and in the image.
  const bool is_backward = p->rows.is_backward;
  const int stretches = is_backward ? s->columns.count : 1;
  const int64_t length = is_backward ? p->contracted : s->columns.count * p->contracted;
  const int64_t step = p->panel_step, source_row = source_step(&p->rows) * p->columns.sources;
  for (int r = 0; r < s->rows.count; r++) {
    const int64_t row = (s->rows.first + (int64_t)r * tap_step(&p->rows)) * p->columns.size;
    for (int c = 0; c < stretches; c++) {
      const int64_t tap = row + s->columns.first + (int64_t)c * tap_step(&p->columns);
      const int64_t shift = (r * source_row - c) * p->contracted;
      const float *b = p->panel + tap * p->contracted * step;
      for (int64_t k = shift; k < shift + length; k++, b += step) {
        EACH_VECTOR right[j] = get(b, AT(0));
        EACH_ELEMENT sum[i][j] = FMA((vec)s->source[i][k], right[j], sum[i][j]);
      }
    }
  }
  END_CHAIN(p->c, s->result[i])
  PUT_TILE(s->result[i])
}

typedef void pixels_function(
  const images_product *p, const operands *x, corner at, const pixels *s);

#define PIXEL_CASE(n)                                                                     \
  case n:                                                                                 \
    if ((n) <= most_rows) pixel_tile(n, vectors, is_narrow, p, x, at, s);                 \
    break;

INLINE void pixel_tiles(
  const int most_rows, const int vectors, const bool is_narrow, const images_product *p,
  const operands *x, corner at, const pixels *s) {
  switch (s->count) { EACH_TILE_HEIGHT(PIXEL_CASE) default: break; }
}

#define DEFINE_PIXELS(vectors)                                                            \
  static void pixels_##vectors(                                                           \
    const images_product *p, const operands *x, corner at, const pixels *s) {             \
    if (at.lanes == LANES) pixel_tiles(PIXELS_OF_##vectors, vectors, false, p, x, at, s); \
    else pixel_tiles(PIXELS_OF_##vectors, vectors, true, p, x, at, s);                    \
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

// How wide the next panel of channels is, with so many vectors left.
INLINE int channel_panel(int64_t left, int widest) {
  if (left == 3 || left == widest + 1) return 3;
  return left < widest ? (int)left : widest;
}

enum {
  // Floats in a line of the caches.
  LINE = 16,
  // Pixels between what is computed and what is fetched.
  AHEAD = 8,
  // Floats that are read, beyond which they are fetched ahead.
  FETCHED_AHEAD = 1 << 17,
};

// Whether to ask for sources ahead of time. Backwards, taps walk down the sources, which processors
// do not foresee; what is in the nearer caches is there in time.
INLINE bool fetches_ahead(const images_product *p) {
  const int64_t sources = (int64_t)p->c->images * p->rows.sources * p->columns.sources;
  return p->rows.is_backward && sources * p->contracted > FETCHED_AHEAD;
}

// All pixels of a run of rows and a run of columns, in these images, in tiles as alike as can be.
static void pixels_of_runs(
  const images_product *p, const operands *x, corner at, pixels_kernel kernel, const run *rows,
  const run *columns) {
  pixels s = {rows->at, columns->at, 0, {0}, {0}};
  const int64_t total = (p->end_image - p->first_image) * rows->count * columns->count;
  const int64_t tiles = (total + kernel.rows - 1) / kernel.rows;
  int64_t higher = total % tiles;
  const int height = (int)(total / tiles);
  const int64_t source_step = run_advance(&p->columns) * p->contracted;
  const int64_t result_step = run_stride(&p->columns) * p->channels;
  const int64_t fetched = fetches_ahead(p) ? p->contracted : 0;
  const int64_t ahead = p->columns.size * p->contracted + AHEAD * source_step;
  for (int64_t image = p->first_image; image < p->end_image; image++)
    for (int i = 0; i < rows->count; i++) {
      const int64_t source_row =
        image * p->rows.sources + rows->at.source + (int64_t)i * run_advance(&p->rows);
      const int64_t result_row =
        image * p->rows.positions + rows->first + (int64_t)i * run_stride(&p->rows);
      const float *source =
        x->a + (source_row * p->columns.sources + columns->at.source) * p->contracted;
      int64_t result = (result_row * p->columns.positions + columns->first) * p->channels;
      for (int j = 0; j < columns->count; j++, source += source_step, result += result_step) {
        for (int64_t k = 0; k < fetched; k += LINE) __builtin_prefetch(source + ahead + k);
        s.source[s.count] = source;
        s.result[s.count++] = result;
        if (s.count < height + (higher > 0)) continue;
        kernel.run(p, x, at, &s);
        s.count = 0;
        higher--;
      }
    }
}

enum {
  PANEL_ROOM = 16384,
  // Floats, read and written, that may stay in the second-level cache from one panel to the next.
  GROUP_FLOATS = 1 << 17,
};

// The part of the filter that a panel reads, in one piece where that is worth while: its parts of
// rows would share few sets of the cache and drive each other out.
static void find_panel(
  images_product *p, const float *filter, corner at, int vectors, float room[PANEL_ROOM]) {
  const int64_t rows = p->rows.size * p->columns.size * p->contracted, width = vectors * LANES;
  const int64_t pixels = (int64_t)p->c->images * p->rows.positions * p->columns.positions;
  p->panel = filter + at.column;
  p->panel_step = p->channels;
  if (p->channels <= width || rows * width > PANEL_ROOM || pixels < 160 || at.lanes < LANES) return;
  for (int64_t r = 0; r < rows; r++)
    for (int j = 0; j < vectors; j++)
      store(room + r * width + j * LANES, load(p->panel + r * p->channels + j * LANES));
  p->panel = room;
  p->panel_step = width;
}

// Every panel of channels of some images.
static void images_panels(images_product *p, const operands *x) {
  float room[PANEL_ROOM];
  corner at = {0, 0, LANES};
  int64_t left = (p->channels + LANES - 1) / LANES;
  while (left > 0) {
    const int width = channel_panel(left, WIDEST_PANEL);
    const pixels_kernel kernel = pixels_kernel_of(width);
    left -= width;
    if (left == 0) at.lanes = (int)((p->channels - 1) % LANES) + 1;
    find_panel(p, x->b, at, width, room);
    EACH_RUN(rows, &p->rows) {
      EACH_RUN(columns, &p->columns) pixels_of_runs(p, x, at, kernel, &rows, &columns);
    }
    at.column += (int64_t)width * LANES;
  }
}

// Some images at a time: each is read from memory once, however many panels there are.
static void images_groups(images_product *p, const operands *x) {
  const int64_t read = (int64_t)p->rows.sources * p->columns.sources * p->contracted;
  const int64_t written = (int64_t)p->rows.positions * p->columns.positions * p->channels;
  const int64_t count = 1 + GROUP_FLOATS / (read + written), images = p->c->images;
  for (p->first_image = 0; p->first_image < images; p->first_image = p->end_image) {
    p->end_image = p->first_image + count < images ? p->first_image + count : images;
    images_panels(p, x);
  }
}

static void convolve(
  const ol_convolution *c, const float *x, const float *f, const float *addend, const float *gate,
  float *y) {
  images_product p = {
    c, {c->down, c->height, c->filter_height, c->stride_down, c->top, false},
    {c->across, c->width, c->filter_width, c->stride_across, c->left, false}, c->inputs,
    c->outputs, 0, 0, 0, 0};
  const operands all = {x, f, addend, gate, y};
  images_groups(&p, &all);
}

static void convolve_by_input(
  const ol_convolution *c, const float *y, const float *f, const float *addend, const float *gate,
  float *x) {
  images_product p = {
    c, {c->height, c->down, c->filter_height, c->stride_down, c->top, true},
    {c->width, c->across, c->filter_width, c->stride_across, c->left, true}, c->outputs,
    c->inputs, 0, 0, 0, 0};
  const operands all = {y, f, addend, gate, x};
  images_groups(&p, &all);
}
