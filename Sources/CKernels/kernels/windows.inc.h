// Which windows a tile of a filter reads in. A row of a tile is one input channel of one tap; those
// of a row of taps are neighbours, in the filter and in the image. Windows are taken in blocks that
// stay in the nearer caches while every tile reads them.

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
