// Convolutions that give a filter, in tiles of registers: some rows by some vectors of output
// channels. A row is one input channel of one tap; those of a row of taps are neighbours, in the
// filter and in the image. Windows are taken in blocks that stay in the nearer caches while
// every tile reads them; between blocks a tile waits in memory, which changes no bit.

enum {
  BLOCK_WINDOWS = 512,
  // With fewer input channels, a tile reaches over several taps.
  FEW_INPUTS = 8,
  // With fewer windows across, all of a block are listed, so that lines cost nothing.
  FEW_ACROSS = 16,
};

// Windows from `first` on, before `end`, counted over all images.
typedef struct block {
  int64_t first, end;
  bool is_first, is_last;
} block;

// Neighbouring rows of the filter, `first` counted from the start of a row of taps: the windows
// that any of them read in, and those that all of them do.
typedef struct filter_rows {
  int tap_row, first, count;
  range any, all;
} filter_rows;

// The windows in which one tap reads: where its pixel is, and where their outputs are.
typedef struct readings {
  int count;
  int32_t pixel[BLOCK_WINDOWS], outputs[BLOCK_WINDOWS];
} readings;

// Neighbouring windows of one line that lie in a block: the pixel row that some tap reads, if there
// is one, and the columns.
typedef struct stretch {
  int64_t line, pixel_row;
  range columns;
} stretch;

// The stretch that starts at the window `index`.
INLINE stretch stretch_at(
  const ol_convolution *c, const block *w, const filter_rows *r, int64_t index) {
  const int64_t line = index / c->across, left = w->end - line * c->across;
  const int row = (int)(line % c->down) * c->stride_down + r->tap_row - c->top;
  const range in_block = {(int)(index % c->across), (int)(left < c->across ? left : c->across)};
  stretch s = {line, line / c->down * c->height + row, overlap(in_block, r->any)};
  if (row < 0 || row >= c->height) s.columns.end = s.columns.first;
  return s;
}

#define EACH_STRETCH(s)                                                                   \
  for (int64_t index = w->first; index < w->end; index = (index / c->across + 1) * c->across) \
    for (stretch s = stretch_at(c, w, r, index); s.columns.first < s.columns.end;         \
         s.columns.end = s.columns.first)

// Where the first row of a tile reads in a window, in floats from the start of all images.
INLINE int64_t pixel_at(const ol_convolution *c, const filter_rows *r, const stretch *s, int n) {
  return (s->pixel_row * c->width + (int64_t)n * c->stride_across - c->left) * c->inputs + r->first;
}

static void list_readings(
  const ol_convolution *c, const block *w, const filter_rows *r, readings *list) {
  list->count = 0;
  EACH_STRETCH(s) {
    int32_t pixel = (int32_t)pixel_at(c, r, &s, s.columns.first);
    int32_t outputs = (int32_t)(s.line * c->across + s.columns.first) * c->outputs;
    for (int n = s.columns.first; n < s.columns.end; n++, list->count++) {
      list->pixel[list->count] = pixel;
      list->outputs[list->count] = outputs;
      pixel += c->stride_across * c->inputs;
      outputs += c->outputs;
    }
  }
}

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

#define ADD_ON_IMAGE                                                                      \
  do {                                                                                    \
    const range on = rows_on_image(c, r, n);                                              \
    ADD_WINDOW(i >= on.first && i < on.end);                                              \
  } while (0)

#define NEXT_WINDOW n++, a += step, b += c->outputs

// What a tile reads is listed, or found line by line where there is no list.
INLINE void filter_tile(
  const int rows, const int vectors, const bool is_narrow, const ol_convolution *c,
  const operands *x, corner at, const block *w, const filter_rows *r, const readings *list) {
  const int64_t outputs = c->outputs, step = (int64_t)c->stride_across * c->inputs;
  const int64_t first = ((int64_t)r->tap_row * c->filter_width * c->inputs + r->first) * outputs;
  vec sum[MOST_TILE_ROWS][MOST_VECTORS], right[MOST_VECTORS];
  if (w->is_first) {
    BEGIN_CHAIN(c, first + i * outputs)
  } else {
    EACH_ELEMENT sum[i][j] = get(x->c, AT(first + i * outputs + at.column));
  }
  if (list) {
    const float *images = x->a + at.row, *y = x->b + at.column;
    for (int n = 0; n < list->count; n++) {
      const float *a = images + list->pixel[n], *b = y + list->outputs[n];
      ADD_WINDOW(true);
    }
  } else {
    EACH_STRETCH(s) {
      int n = s.columns.first;
      const float *a = x->a + pixel_at(c, r, &s, n);
      const float *b = x->b + (s.line * c->across + n) * outputs + at.column;
      for (const int end = least(r->all.first, s.columns.end); n < end; NEXT_WINDOW) ADD_ON_IMAGE;
      for (const int end = least(r->all.end, s.columns.end); n < end; NEXT_WINDOW) ADD_WINDOW(true);
      for (; n < s.columns.end; NEXT_WINDOW) ADD_ON_IMAGE;
    }
  }
  if (w->is_last) {
    END_CHAIN(c, first + i * outputs)
  }
  PUT_TILE(first + i * outputs)
}

#define FILTER_CASE(n)                                                                    \
  case n:                                                                                 \
    if ((n) <= most_rows) filter_tile(n, vectors, is_narrow, c, x, at, w, r, list);       \
    break;

INLINE void filter_tiles(
  const int most_rows, const int vectors, const bool is_narrow, const ol_convolution *c,
  const operands *x, corner at, const block *w, const filter_rows *r, const readings *list) {
  switch (r->count) { EACH_TILE_HEIGHT(FILTER_CASE) default: break; }
}

#define DEFINE_FILTER(vectors)                                                            \
  static void filter_##vectors(                                                           \
    const ol_convolution *c, const operands *x, corner at, const block *w,                \
    const filter_rows *r, const readings *list) {                                         \
    if (at.lanes == LANES)                                                                \
      filter_tiles(FILTER_OF_##vectors, vectors, false, c, x, at, w, r, list);            \
    else filter_tiles(FILTER_OF_##vectors, vectors, true, c, x, at, w, r, list);          \
  }

DEFINE_FILTER(1)
DEFINE_FILTER(2)
DEFINE_FILTER(3)
DEFINE_FILTER(4)

typedef void filter_function(
  const ol_convolution *c, const operands *x, corner at, const block *w, const filter_rows *r,
  const readings *list);

// One panel of output channels: how wide it is, and at most how many rows make a tile.
typedef struct filter_kernel {
  filter_function *run;
  int rows;
} filter_kernel;

INLINE filter_kernel filter_kernel_of(int vectors) {
  switch (vectors) {
    case 1: return (filter_kernel){filter_1, FILTER_OF_1};
    case 2: return (filter_kernel){filter_2, FILTER_OF_2};
    case 3: return (filter_kernel){filter_3, FILTER_OF_3};
    default: return (filter_kernel){filter_4, FILTER_OF_4};
  }
}

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

// Neighbouring rows of the filter, in tiles as alike as can be, for one panel of output channels.
static void filter_panel(
  const ol_convolution *c, const operands *x, corner at, filter_kernel kernel, const block *w,
  const filter_rows *all, const readings *list) {
  int first = all->first;
  const int end = first + all->count;
  for (int tiles = (end - first + kernel.rows - 1) / kernel.rows; tiles > 0; tiles--) {
    const int count = (end - first + tiles - 1) / tiles;
    const filter_rows r = filter_rows_at(c, all->tap_row, first, count);
    at.row = first - all->first;
    kernel.run(c, x, at, w, &r, list);
    first += count;
  }
}

static void filter_panels(
  const ol_convolution *c, const operands *x, const block *w, const filter_rows *r) {
  readings room;
  const readings *list = 0;
  if (c->inputs >= FEW_INPUTS && c->across < FEW_ACROSS) {
    list_readings(c, w, r, &room);
    list = &room;
  }
  corner at = {0, 0, LANES};
  int64_t left = ((int64_t)c->outputs + LANES - 1) / LANES;
  while (left > 0) {
    const int width = channel_panel(left);
    left -= width;
    if (left == 0) at.lanes = (c->outputs - 1) % LANES + 1;
    filter_panel(c, x, at, filter_kernel_of(width), w, r, list);
    at.column += (int64_t)width * LANES;
  }
}

static void convolve_by_filter(
  const ol_convolution *c, const float *x, const float *y, const float *addend, const float *gate,
  float *f) {
  const operands all = {x, y, addend, gate, f};
  const int64_t windows = (int64_t)c->images * c->down * c->across;
  const int row = c->filter_width * c->inputs, part = c->inputs < FEW_INPUTS ? row : c->inputs;
  for (int64_t first = 0; first < windows; first += BLOCK_WINDOWS) {
    const int64_t end = first + BLOCK_WINDOWS < windows ? first + BLOCK_WINDOWS : windows;
    const block w = {first, end, first == 0, end == windows};
    for (int tap_row = 0; tap_row < c->filter_height; tap_row++)
      for (int at = 0; at < row; at += part) {
        const filter_rows r = filter_rows_at(c, tap_row, at, part);
        filter_panels(c, &all, &w, &r);
      }
  }
}
