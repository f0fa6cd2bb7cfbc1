// Convolutions in tiles of registers: some rows by some vectors of channels, as in a product.
//
// `forward` and `byInput` give images, and a row of a tile is one pixel. Pixels on which the same taps
// bear are computed together, wherever they stand, so that padding is not computed at all. `byFilter`
// gives a filter, and a row of a tile is one input channel of one tap.

INLINE int least(int a, int b) { return a < b ? a : b; }
INLINE int most(int a, int b) { return a > b ? a : b; }

// --- Which taps bear on a pixel: rows and columns are alike and separate.

typedef struct axis {
  int positions, sources;  // of results, and of what is read
  int size, stride, before;
  bool is_backward;        // whether results are pixels under windows, not windows over pixels
} axis;

// The taps first, first + step, ... read the sources source, source + 1 (or - 1), ...
typedef struct taps {
  int first, count, source;
} taps;

INLINE int tap_step(const axis *a) { return a->is_backward ? a->stride : 1; }
INLINE int source_step(const axis *a) { return a->is_backward ? -1 : 1; }

INLINE taps forward_taps(const axis *a, int position) {
  const int start = position * a->stride - a->before, first = most(-start, 0);
  return (taps){first, least(a->size, a->sources - start) - first, start + first};
}

INLINE taps backward_taps(const axis *a, int position) {
  const int reach = position + a->before;
  const int first = most(reach % a->stride, reach - (a->sources - 1) * a->stride);
  const int last = least(reach, a->size - 1);
  const int count = last < first ? 0 : (last - first) / a->stride + 1;
  return (taps){first, count, (reach - first) / a->stride};
}

static taps taps_at(const axis *a, int position) {
  const taps found = a->is_backward ? backward_taps(a, position) : forward_taps(a, position);
  return found.count > 0 ? found : (taps){0};
}

INLINE bool are_same(taps a, taps b) { return a.first == b.first && a.count == b.count; }

// Whether no earlier position has these taps.
static bool is_first(const axis *a, int position) {
  const taps here = taps_at(a, position);
  for (int earlier = 0; earlier < position; earlier++)
    if (are_same(here, taps_at(a, earlier))) return false;
  return true;
}

// --- Tiles of pixels.

typedef struct spread_product {
  axis rows, columns;
  int images, contracted, channels;
  uint8_t addend, gate;
} spread_product;

// Pixels with the same taps: where their first tap reads, and where their results are.
typedef struct spots {
  taps rows, columns;
  int count;
  const float *source[MOST_ROWS];
  int64_t result[MOST_ROWS];
} spots;

#define BEGIN(kind, row)                                                                  \
  if ((kind) == OL_ADDEND_NONE) EACH_ELEMENT sum[i][j] = 0;                               \
  else                                                                                    \
    EACH_ELEMENT sum[i][j] =                                                              \
      get(x->addend, AT(((kind) == OL_ADDEND_MATRIX ? (row) : 0) + at.column));

#define END(kind, row)                                                                    \
  if ((kind) == OL_GATE_RELU) EACH_ELEMENT sum[i][j] = gated(sum[i][j], sum[i][j]);       \
  if ((kind) == OL_GATE_MATRIX)                                                           \
    EACH_ELEMENT sum[i][j] = gated(sum[i][j], get(x->gate, AT((row) + at.column)));       \
  EACH_ELEMENT put(x->c, AT((row) + at.column), sum[i][j]);

INLINE void spot_tile(
  const int rows, const int vectors, const bool is_narrow, const spread_product *p,
  const operands *x, corner at, const spots *s) {
  const float *const *source = s->source + at.row;
  const int64_t *result = s->result + at.row;
  vec sum[MOST_ROWS][MOST_VECTORS], right[MOST_VECTORS];
  BEGIN(p->addend, result[i])

  const int64_t channels = p->channels, contracted = p->contracted;
  for (int r = 0; r < s->rows.count; r++) {
    const int64_t tap_row = s->rows.first + (int64_t)r * tap_step(&p->rows);
    const int64_t source_row = (int64_t)r * source_step(&p->rows) * p->columns.sources;
    for (int c = 0; c < s->columns.count; c++) {
      const int64_t tap = s->columns.first + (int64_t)c * tap_step(&p->columns);
      const int64_t first = (tap_row * p->columns.size + tap) * contracted * channels;
      const int64_t shift = (source_row + c * source_step(&p->columns)) * contracted;
      const float *b = x->b + first + at.column;
      for (int64_t k = shift; k < shift + contracted; k++, b += channels) {
        EACH_VECTOR right[j] = get(b, AT(0));
        EACH_ELEMENT sum[i][j] = FMA((vec)source[i][k], right[j], sum[i][j]);
      }
    }
  }
  END(p->gate, result[i])
}

// As many pixels as there are; what is left below a full tile is cut by powers of two.
INLINE void spot_panel(
  const int rows, const int vectors, const bool is_narrow, const spread_product *p,
  const operands *x, corner at, const spots *s) {
  if (s->count == rows) {
    spot_tile(rows, vectors, is_narrow, p, x, at, s);
    return;
  }
  if (rows > 4 && s->count & 4) {
    spot_tile(4, vectors, is_narrow, p, x, at, s);
    at.row += 4;
  }
  if (rows > 2 && s->count & 2) {
    spot_tile(2, vectors, is_narrow, p, x, at, s);
    at.row += 2;
  }
  if (s->count & 1) spot_tile(1, vectors, is_narrow, p, x, at, s);
}

typedef void spot_function(
  const spread_product *p, const operands *x, corner at, const spots *s);

#define DEFINE_SPOTS(vectors, rows)                                                       \
  static void spots_##vectors(                                                            \
    const spread_product *p, const operands *x, corner at, const spots *s) {              \
    if (at.lanes == LANES) spot_panel(rows, vectors, false, p, x, at, s);                 \
    else spot_panel(rows, vectors, true, p, x, at, s);                                    \
  }

DEFINE_SPOTS(1, ROWS_OF_1)
DEFINE_SPOTS(2, ROWS_OF_2)
DEFINE_SPOTS(3, ROWS_OF_3)

// One panel of channels: its width in vectors, and how many pixels make a tile.
typedef struct spot_kernel {
  spot_function *run;
  int rows, vectors;
} spot_kernel;

INLINE spot_kernel kernel_for(int64_t vectors_left) {
  if (vectors_left == 3 || (PREFERS_3 && vectors_left > 4))
    return (spot_kernel){spots_3, ROWS_OF_3, 3};
  if (vectors_left >= 2) return (spot_kernel){spots_2, ROWS_OF_2, 2};
  return (spot_kernel){spots_1, ROWS_OF_1, 1};
}

// All pixels with these taps, in every image.
static void same_taps(
  const spread_product *p, const operands *x, corner at, spot_kernel kernel, int row, int column) {
  const axis *rows = &p->rows, *columns = &p->columns;
  spots s = {taps_at(rows, row), taps_at(columns, column), 0, {0}, {0}};
  for (int image = 0; image < p->images; image++)
    for (int i = row; i < rows->positions; i++) {
      const taps in_row = taps_at(rows, i);
      if (!are_same(in_row, s.rows)) continue;
      const int64_t source = ((int64_t)image * rows->sources + in_row.source) * columns->sources;
      const int64_t result = ((int64_t)image * rows->positions + i) * columns->positions;
      for (int j = column; j < columns->positions; j++) {
        const taps in_column = taps_at(columns, j);
        if (!are_same(in_column, s.columns)) continue;
        s.source[s.count] = x->a + (source + in_column.source) * p->contracted;
        s.result[s.count++] = (result + j) * p->channels;
        if (s.count < kernel.rows) continue;
        kernel.run(p, x, at, &s);
        s.count = 0;
      }
    }
  if (s.count > 0) kernel.run(p, x, at, &s);
}

static void pixel_panel(
  const spread_product *p, const operands *x, corner at, spot_kernel kernel) {
  for (int row = 0; row < p->rows.positions; row++) {
    if (!is_first(&p->rows, row)) continue;
    for (int column = 0; column < p->columns.positions; column++)
      if (is_first(&p->columns, column)) same_taps(p, x, at, kernel, row, column);
  }
}

static void pixels(const spread_product *p, const operands *x) {
  corner at = {0, 0, LANES};
  int64_t left = ((int64_t)p->channels + LANES - 1) / LANES;
  while (left > 0) {
    const spot_kernel kernel = kernel_for(left);
    left -= kernel.vectors;
    if (left == 0) at.lanes = (p->channels - 1) % LANES + 1;
    pixel_panel(p, x, at, kernel);
    at.column += (int64_t)kernel.vectors * LANES;
  }
}

static void convolve(
  const ol_convolution *c, const float *x, const float *f, const float *addend, const float *gate,
  float *y) {
  const spread_product p = {
    {c->down, c->height, c->filter_height, c->stride_down, c->top, false},
    {c->across, c->width, c->filter_width, c->stride_across, c->left, false},
    c->images, c->inputs, c->outputs, c->addend, c->gate};
  const operands all = {x, f, addend, gate, y};
  pixels(&p, &all);
}

static void convolve_by_input(
  const ol_convolution *c, const float *y, const float *f, const float *addend, const float *gate,
  float *x) {
  const spread_product p = {
    {c->height, c->down, c->filter_height, c->stride_down, c->top, true},
    {c->width, c->across, c->filter_width, c->stride_across, c->left, true},
    c->images, c->outputs, c->inputs, c->addend, c->gate};
  const operands all = {y, f, addend, gate, x};
  pixels(&p, &all);
}

// --- Filters.

// The windows, along one axis, whose tap reads a pixel: first, first + 1, ..., before end.
typedef struct range {
  int first, end;
} range;

static range windows_of_tap(int tap, int windows, int image, int stride, int before) {
  const int shift = before - tap;  // window w reads the pixel w * stride - shift
  const int first = shift > 0 ? (shift + stride - 1) / stride : 0;
  const int last = image - 1 + shift;
  return (range){first, last < 0 ? first : most(first, least(windows, last / stride + 1))};
}

// One tap of the filter: the windows it reads in, and where the first of them reads.
typedef struct tap_windows {
  range rows, columns;
  int64_t pixel;
} tap_windows;

INLINE tap_windows windows_at(const ol_convolution *c, int row, int column) {
  tap_windows t = {
    windows_of_tap(row, c->down, c->height, c->stride_down, c->top),
    windows_of_tap(column, c->across, c->width, c->stride_across, c->left), 0};
  const int64_t y = (int64_t)t.rows.first * c->stride_down + row - c->top;
  t.pixel = y * c->width + (int64_t)t.columns.first * c->stride_across + column - c->left;
  return t;
}

INLINE void filter_tile(
  const int rows, const int vectors, const bool is_narrow, const ol_convolution *c,
  const operands *x, corner at, const tap_windows *t) {
  const int64_t inputs = c->inputs, outputs = c->outputs, first = at.row * outputs;
  vec sum[MOST_ROWS][MOST_VECTORS], right[MOST_VECTORS];
  BEGIN(c->addend, first + i * outputs)

  const int64_t step = c->stride_across * inputs;
  for (int64_t image = 0; image < c->images; image++)
    for (int row = t->rows.first; row < t->rows.end; row++) {
      const int64_t down = (int64_t)(row - t->rows.first) * c->stride_down * c->width;
      const float *a =
        x->a + (image * c->height * c->width + t->pixel + down) * inputs + at.row;
      const float *b =
        x->b + ((image * c->down + row) * c->across + t->columns.first) * outputs + at.column;
      for (int n = t->columns.first; n < t->columns.end; n++, a += step, b += outputs) {
        EACH_VECTOR right[j] = get(b, AT(0));
        EACH_ELEMENT sum[i][j] = FMA((vec)a[i], right[j], sum[i][j]);
      }
    }
  END(c->gate, first + i * outputs)
}

// All input channels of one tap, for one panel of output channels.
INLINE void filter_panel(
  const int rows, const int vectors, const bool is_narrow, const ol_convolution *c,
  const operands *x, corner at, const tap_windows *t) {
  for (; at.row + rows <= c->inputs; at.row += rows)
    filter_tile(rows, vectors, is_narrow, c, x, at, t);
  const int64_t left = c->inputs - at.row;
  if (rows > 4 && left & 4) {
    filter_tile(4, vectors, is_narrow, c, x, at, t);
    at.row += 4;
  }
  if (rows > 2 && left & 2) {
    filter_tile(2, vectors, is_narrow, c, x, at, t);
    at.row += 2;
  }
  if (left & 1) filter_tile(1, vectors, is_narrow, c, x, at, t);
}

#define DEFINE_FILTER(vectors, rows)                                                      \
  static void filter_##vectors(                                                           \
    const ol_convolution *c, const operands *x, corner at, const tap_windows *t) {        \
    if (at.lanes == LANES) filter_panel(rows, vectors, false, c, x, at, t);               \
    else filter_panel(rows, vectors, true, c, x, at, t);                                  \
  }

DEFINE_FILTER(1, ROWS_OF_1)
DEFINE_FILTER(2, ROWS_OF_2)
DEFINE_FILTER(3, ROWS_OF_3)

static void filter_tap(const ol_convolution *c, const operands *x, const tap_windows *t) {
  corner at = {0, 0, LANES};
  int64_t left = ((int64_t)c->outputs + LANES - 1) / LANES;
  while (left > 0) {
    const int width = kernel_for(left).vectors;
    left -= width;
    if (left == 0) at.lanes = (c->outputs - 1) % LANES + 1;
    switch (width) {
      case 1: filter_1(c, x, at, t); break;
      case 2: filter_2(c, x, at, t); break;
      default: filter_3(c, x, at, t); break;
    }
    at.column += (int64_t)width * LANES;
  }
}

static void convolve_by_filter(
  const ol_convolution *c, const float *x, const float *y, const float *addend, const float *gate,
  float *f) {
  operands all = {x, y, addend, gate, f};
  const int64_t tap = (int64_t)c->inputs * c->outputs;
  for (int row = 0; row < c->filter_height; row++)
    for (int column = 0; column < c->filter_width; column++) {
      const tap_windows t = windows_at(c, row, column);
      filter_tap(c, &all, &t);
      if (c->addend == OL_ADDEND_MATRIX) all.addend += tap;
      all.gate += tap;
      all.c += tap;
    }
}
