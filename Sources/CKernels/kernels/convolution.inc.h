// Convolutions that give images: which pixels make a tile, and in what order tiles are computed.

// How wide the next panel of channels is, with so many vectors left.
INLINE int channel_panel(int64_t left, int widest) {
  if (left == 3 || left == widest + 1) return 3;
  return left < widest ? (int)left : widest;
}

// Whether to ask for sources ahead of time. Backwards, taps walk down the sources, which processors
// do not foresee; what is in the nearer caches is there in time.
INLINE bool fetches_ahead(const images_product *p) {
  const int64_t sources = (int64_t)p->c->images * p->rows.sources * p->columns.sources;
  return p->rows.is_backward && sources * p->contracted > FETCHED_AHEAD;
}

static walk walk_of(const images_product *p, const taps *rows, const taps *columns) {
  const bool is_backward = p->rows.is_backward;
  const int64_t tap = p->contracted * p->panel_step;
  const int64_t first = (int64_t)rows->first * p->columns.size + columns->first;
  const int64_t ahead =
    p->columns.size * p->contracted + AHEAD * run_advance(&p->columns) * p->contracted;
  return (walk){
    rows->count, columns->count > 0 && !is_backward ? 1 : columns->count,
    is_backward ? p->contracted : columns->count * p->contracted, p->panel + first * tap,
    p->panel_step, tap_step(&p->rows) * p->columns.size * tap, tap_step(&p->columns) * tap,
    source_step(&p->rows) * p->columns.sources * p->contracted,
    source_step(&p->columns) * p->contracted, fetches_ahead(p) ? p->contracted : 0, ahead};
}

// How pixels are cut into tiles as alike as can be: so many of them are one pixel higher.
typedef struct tiling {
  int64_t higher;
  int height;
} tiling;

// As many tiles of a height as pixels are left for, or fewer; the first pixel behind them.
INLINE int run_tiles(
  const images_product *p, const operands *x, corner at, pixels_kernel kernel, const pixels *s,
  int first, int height, int64_t most) {
  int64_t tiles = (s->count - first) / height;
  if (tiles > most) tiles = most;
  if (tiles > 0) kernel.run(p, x, at, s, first, height, (int)tiles);
  return first + (int)tiles * height;
}

// All tiles that are listed as a whole; what is left is listed first then.
static void run_listed(
  const images_product *p, const operands *x, corner at, pixels_kernel kernel, pixels *s,
  tiling *t) {
  int first = 0;
  if (t->higher > 0) {
    first = run_tiles(p, x, at, kernel, s, first, t->height + 1, t->higher);
    t->higher -= first / (t->height + 1);
  }
  if (t->higher == 0) first = run_tiles(p, x, at, kernel, s, first, t->height, LISTED_PIXELS);
  s->count -= first;
  for (int i = 0; i < s->count; i++) {
    s->source[i] = s->source[first + i];
    s->result[i] = s->result[first + i];
  }
}

// All pixels of a run of rows and a run of columns, in these images.
static void pixels_of_runs(
  const images_product *p, const operands *x, corner at, pixels_kernel kernel, const run *rows,
  const run *columns) {
  pixels s;
  s.walk = walk_of(p, &rows->at, &columns->at);
  s.count = 0;
  const int64_t total = (p->end_image - p->first_image) * rows->count * columns->count;
  const int64_t tiles = (total + kernel.rows - 1) / kernel.rows;
  tiling t = {total % tiles, (int)(total / tiles)};
  const int64_t source_step = run_advance(&p->columns) * p->contracted;
  const int64_t result_step = run_stride(&p->columns) * p->channels;
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
        s.source[s.count] = source;
        s.result[s.count++] = result;
        if (s.count == LISTED_PIXELS) run_listed(p, x, at, kernel, &s, &t);
      }
    }
  run_listed(p, x, at, kernel, &s, &t);
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

static void convolve_values(const ol_convolution *c, const operands *x) {
  images_product p = {
    c, {c->down, c->height, c->filter_height, c->stride_down, c->top, false},
    {c->across, c->width, c->filter_width, c->stride_across, c->left, false}, c->inputs,
    c->outputs, 0, 0, 0, 0};
  images_groups(&p, x);
}

static void convolve_by_input_values(const ol_convolution *c, const operands *x) {
  images_product p = {
    c, {c->height, c->down, c->filter_height, c->stride_down, c->top, true},
    {c->width, c->across, c->filter_width, c->stride_across, c->left, true}, c->outputs,
    c->inputs, 0, 0, 0, 0};
  images_groups(&p, x);
}
