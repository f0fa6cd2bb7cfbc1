// Convolutions that give a filter, in tiles of registers: some rows by some vectors of output
// channels. A row is one input channel of one tap; those of a row of taps are neighbours, in the
// filter and in the image. Windows are taken in blocks that stay in the nearer caches while
// every tile reads them; between blocks a tile waits in memory, which changes no bit.

enum {
  BLOCK_WINDOWS = 512,
  // With fewer input channels lists are not worth while.
  FEW_INPUTS = 8,
};

// A line of windows: the first of them, counted over all images; its place in its image; and the
// first pixel row of that image, counted likewise.
typedef struct line {
  int64_t first;
  int row;
  int64_t image_row;
} line;

// Windows from `first` on, before `end`, and the line of the first.
typedef struct block {
  int64_t first, end;
  bool is_first, is_last;
  line start;
} block;

static line line_of(const ol_convolution *c, int64_t window) {
  const int64_t index = window / c->across;
  return (line){index * c->across, (int)(index % c->down), index / c->down * c->height};
}

INLINE line line_after(const ol_convolution *c, line l) {
  l.first += c->across;
  if (++l.row < c->down) return l;
  return (line){l.first, 0, l.image_row + c->height};
}

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

// Neighbouring windows of one line that lie in a block: the pixel row that a tap reads, and the
// columns; there are none where that row is outside the image.
typedef struct stretch {
  int64_t pixel_row;
  range columns;
} stretch;

INLINE stretch stretch_of(
  const ol_convolution *c, const block *w, const filter_rows *r, const line *l) {
  const int row = l->row * c->stride_down + r->tap_row - c->top;
  if (row < 0 || row >= c->height) return (stretch){0};
  const int64_t before = w->first - l->first, left = w->end - l->first;
  const range in_block = {before > 0 ? (int)before : 0, left < c->across ? (int)left : c->across};
  return (stretch){l->image_row + row, overlap(in_block, r->any)};
}

#define EACH_LINE(l) for (line l = w->start; l.first < w->end; l = line_after(c, l))

// Where the first row of a tile reads in a window, in floats from the start of all images.
INLINE int64_t pixel_at(const ol_convolution *c, const filter_rows *r, const stretch *s, int n) {
  return (s->pixel_row * c->width + (int64_t)n * c->stride_across - c->left) * c->inputs + r->first;
}

static void list_readings(
  const ol_convolution *c, const block *w, const filter_rows *r, readings *list) {
  int count = 0;
  EACH_LINE(l) {
    const stretch s = stretch_of(c, w, r, &l);
    int32_t pixel = (int32_t)pixel_at(c, r, &s, s.columns.first);
    int32_t outputs = (int32_t)(l.first + s.columns.first) * c->outputs;
    for (int n = s.columns.first; n < s.columns.end; n++, count++) {
      list->pixel[count] = pixel;
      list->outputs[count] = outputs;
      pixel += c->stride_across * c->inputs;
      outputs += c->outputs;
    }
  }
  list->count = count;
}

// The rows of a tile whose taps are on the image for the window in this column.
INLINE range rows_on_image(const ol_convolution *c, const filter_rows *r, int column) {
  const int start = column * c->stride_across - c->left;
  const int first = most(0, -start), end = least(c->filter_width, c->width - start);
  return (range){first * c->inputs - r->first, end * c->inputs - r->first};
}

// Whichever are fewer are held in registers: outputs, or inputs.
#define ADD_WINDOW(condition)                                                             \
  do {                                                                                    \
    if (rows >= vectors) {                                                                \
      EACH_VECTOR right[j] = get(b, AT(0));                                               \
      EACH_ROW if (condition) EACH_VECTOR sum[i][j] = FMA((vec)a[i], right[j], sum[i][j]); \
    } else {                                                                              \
      vec left[MOST_VECTORS];                                                             \
      EACH_ROW left[i] = (vec)a[i];                                                       \
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
    EACH_LINE(l) {
      const stretch s = stretch_of(c, w, r, &l);
      int n = s.columns.first;
      const float *a = x->a + pixel_at(c, r, &s, n);
      const float *b = x->b + (l.first + n) * outputs + at.column;
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
    const filter_rows *r, const readings *list) {                 \
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
    filter_rows r = {all->tap_row, first, count, all->any, all->all};
    if (!list) r = filter_rows_at(c, all->tap_row, first, count);
    at.row = first - all->first;
    kernel.run(c, x, at, w, &r, list);
    first += count;
  }
}

static void filter_panels(
  const ol_convolution *c, const operands *x, const block *w, const filter_rows *r,
  const readings *list) {
  // Few rows make full tiles with as many columns as there can be.
  const int widest = c->inputs < FEW_INPUTS ? WIDEST_TILE : WIDEST_PANEL;
  corner at = {0, 0, LANES};
  int64_t left = ((int64_t)c->outputs + LANES - 1) / LANES;
  while (left > 0) {
    const int width = channel_panel(left, widest);
    left -= width;
    if (left == 0) at.lanes = (c->outputs - 1) % LANES + 1;
    filter_panel(c, x, at, filter_kernel_of(width), w, r, list);
    at.column += (int64_t)width * LANES;
  }
}

// A tile reaches over several taps of a row where it walks along lines, and is of one where that
// tap's windows are listed.
static void filter_block(const ol_convolution *c, const operands *x, const block *w) {
  const bool is_listed = c->inputs >= FEW_INPUTS && c->across < LISTED_ACROSS;
  const int row = c->filter_width * c->inputs, part = is_listed ? c->inputs : row;
  readings list;
  for (int tap_row = 0; tap_row < c->filter_height; tap_row++)
    for (int first = 0; first < row; first += part) {
      const filter_rows r = filter_rows_at(c, tap_row, first, part);
      if (is_listed) list_readings(c, w, &r, &list);
      filter_panels(c, x, w, &r, is_listed ? &list : 0);
    }
}

static void convolve_by_filter(
  const ol_convolution *c, const float *x, const float *y, const float *addend, const float *gate,
  float *f) {
  const operands all = {x, y, addend, gate, f};
  const int64_t windows = (int64_t)c->images * c->down * c->across;
  for (int64_t first = 0; first < windows; first += BLOCK_WINDOWS) {
    const int64_t end = first + BLOCK_WINDOWS < windows ? first + BLOCK_WINDOWS : windows;
    const block w = {
      first, end, first == 0 && !c->continues, end == windows && !c->is_open, line_of(c, first)};
    filter_block(c, &all, &w);
  }
}
