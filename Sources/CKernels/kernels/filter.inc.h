// Convolutions that give a filter, in tiles of registers: some rows by some vectors of output channels.
// A row is one input channel of one tap; those of a row of taps are neighbours, in the filter and in
// the image. Windows are taken in blocks that stay in the first-level cache while every tile reads
// them; between blocks a tile waits in memory, which changes no bit.

enum { BLOCK_WINDOWS = 256 };

// Some images, and some rows of windows in them.
typedef struct block {
  int image, images;
  range rows;
  bool is_first, is_last;
} block;

// Neighbouring rows of the filter, `first` counted from the start of a row of taps: the windows that any
// of them read in, and those that all of them do.
typedef struct filter_rows {
  int tap_row, first, count;
  range any, all;
} filter_rows;

// The rows of a tile whose taps are on the image for the window in this column.
INLINE range rows_on_image(const ol_convolution *c, const filter_rows *r, int column) {
  const int start = column * c->stride_across - c->left;
  const int first = most(0, -start), end = least(c->filter_width, c->width - start);
  return (range){first * c->inputs - r->first, end * c->inputs - r->first};
}

#define ADD_WINDOW(condition)                                                             \
  do {                                                                                    \
    EACH_VECTOR right[j] = get(b, AT(0));                                                 \
    UNROLLED for (int i = 0; i < rows; i++)                                               \
      if (condition) EACH_VECTOR sum[i][j] = FMA((vec)a[i], right[j], sum[i][j]);         \
  } while (0)

INLINE void filter_tile(
  const int rows, const int vectors, const bool is_narrow, const ol_convolution *c,
  const operands *x, corner at, const block *w, const filter_rows *r) {
  const int64_t inputs = c->inputs, outputs = c->outputs;
  const int64_t first = ((int64_t)r->tap_row * c->filter_width * inputs + r->first) * outputs;
  vec sum[MOST_TILE_ROWS][MOST_VECTORS], right[MOST_VECTORS];
  if (w->is_first) {
    BEGIN_CHAIN(c, first + i * outputs)
  } else {
    EACH_ELEMENT sum[i][j] = get(x->c, AT(first + i * outputs + at.column));
  }

  const range windows = overlap(
    w->rows,
    windows_of_tap(r->tap_row, c->down, c->height, c->stride_down, c->top));
  const int64_t step = c->stride_across * inputs;
  for (int64_t image = w->image; image < w->image + w->images; image++)
    for (int64_t row = windows.first; row < windows.end; row++) {
      const int64_t pixel_row = image * c->height + row * c->stride_down + r->tap_row - c->top;
      int64_t n = r->any.first;
      const int64_t pixel = pixel_row * c->width + n * c->stride_across - c->left;
      const float *a = x->a + pixel * inputs + r->first;
      const float *b = x->b + ((image * c->down + row) * c->across + n) * outputs + at.column;
      for (; n < r->all.first; n++, a += step, b += outputs) {
        const range on = rows_on_image(c, r, (int)n);
        ADD_WINDOW(i >= on.first && i < on.end);
      }
      for (; n < r->all.end; n++, a += step, b += outputs) ADD_WINDOW(true);
      for (; n < r->any.end; n++, a += step, b += outputs) {
        const range on = rows_on_image(c, r, (int)n);
        ADD_WINDOW(i >= on.first && i < on.end);
      }
    }
  if (w->is_last) {
    END_CHAIN(c, first + i * outputs)
  }
  PUT_TILE(first + i * outputs)
}

#define FILTER_CASE(n)                                                                    \
  case n:                                                                                 \
    if ((n) <= most_rows) filter_tile(n, vectors, is_narrow, c, x, at, w, r);             \
    break;

INLINE void filter_tiles(
  const int most_rows, const int vectors, const bool is_narrow, const ol_convolution *c,
  const operands *x, corner at, const block *w, const filter_rows *r) {
  switch (r->count) { EACH_TILE_HEIGHT(FILTER_CASE) default: break; }
}

#define DEFINE_FILTER(vectors)                                                            \
  static void filter_##vectors(                                                           \
    const ol_convolution *c, const operands *x, corner at, const block *w,                \
    const filter_rows *r) {                                                               \
    if (at.lanes == LANES) filter_tiles(FILTER_OF_##vectors, vectors, false, c, x, at, w, r); \
    else filter_tiles(FILTER_OF_##vectors, vectors, true, c, x, at, w, r);                \
  }

DEFINE_FILTER(1)
DEFINE_FILTER(2)
DEFINE_FILTER(3)
DEFINE_FILTER(4)

static filter_rows filter_rows_at(const ol_convolution *c, int tap_row, int first, int count) {
  const int low = first / c->inputs, high = (first + count - 1) / c->inputs;
  const range left = windows_of_tap(high, c->across, c->width, c->stride_across, c->left);
  const range right = windows_of_tap(low, c->across, c->width, c->stride_across, c->left);
  filter_rows r = {tap_row, first, count, {left.first, most(left.first, right.end)}, {0, 0}};
  r.all = overlap(overlap(left, right), r.any);
  r.all.first = least(r.all.first, r.any.end);
  r.all.end = most(r.all.end, r.all.first);
  return r;
}

typedef void filter_function(
  const ol_convolution *c, const operands *x, corner at, const block *w, const filter_rows *r);

// The rows of one row of taps from `first` to `end`, in tiles as alike as can be.
static void filter_stretch(
  const ol_convolution *c, const operands *x, corner at, const block *w, filter_function *run,
  int most_rows, int tap_row, int first, int end) {
  for (int tiles = (end - first + most_rows - 1) / most_rows; tiles > 0; tiles--) {
    const int count = (end - first + tiles - 1) / tiles;
    const filter_rows r = filter_rows_at(c, tap_row, first, count);
    run(c, x, at, w, &r);
    first += count;
  }
}

// With few input channels, tiles reach over several taps.
static void filter_panel(
  const ol_convolution *c, const operands *x, corner at, const block *w, filter_function *run,
  int most_rows) {
  const int length = c->inputs < most_rows ? c->filter_width * c->inputs : c->inputs;
  for (int row = 0; row < c->filter_height; row++)
    for (int first = 0; first < c->filter_width * c->inputs; first += length)
      filter_stretch(c, x, at, w, run, most_rows, row, first, first + length);
}

static void filter_block(const ol_convolution *c, const operands *x, const block *w) {
  corner at = {0, 0, LANES};
  int64_t left = ((int64_t)c->outputs + LANES - 1) / LANES;
  while (left > 0) {
    const int width = channel_panel(left);
    left -= width;
    if (left == 0) at.lanes = (c->outputs - 1) % LANES + 1;
    switch (width) {
      case 1: filter_panel(c, x, at, w, filter_1, FILTER_OF_1); break;
      case 2: filter_panel(c, x, at, w, filter_2, FILTER_OF_2); break;
      case 3: filter_panel(c, x, at, w, filter_3, FILTER_OF_3); break;
      default: filter_panel(c, x, at, w, filter_4, FILTER_OF_4); break;
    }
    at.column += (int64_t)width * LANES;
  }
}

static void convolve_by_filter(
  const ol_convolution *c, const float *x, const float *y, const float *addend, const float *gate,
  float *f) {
  const operands all = {x, y, addend, gate, f};
  const int rows = most(1, least(c->down, BLOCK_WINDOWS / c->across));
  const int images = rows < c->down ? 1 : most(1, BLOCK_WINDOWS / (c->down * c->across));
  for (int image = 0; image < c->images; image += images)
    for (int row = 0; row < c->down; row += rows) {
      const bool is_last = image + images >= c->images && row + rows >= c->down;
      const block w = {
        image, least(images, c->images - image), {row, least(c->down, row + rows)},
        image == 0 && row == 0, is_last};
      filter_block(c, &all, &w);
    }
}
