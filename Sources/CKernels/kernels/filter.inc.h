// Convolutions that give a filter: which rows make a tile, and in what order tiles are computed.

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
  const int tiles = (all->count + kernel.rows - 1) / kernel.rows;
  const int height = all->count / tiles, higher = all->count % tiles;
  if (list) {
    at.row = 0;
    if (higher > 0) kernel.run(c, x, at, w, all, list, height + 1, higher);
    at.row = higher * (height + 1);
    kernel.run(c, x, at, w, all, list, height, tiles - higher);
    return;
  }
  int first = all->first;
  for (int tile = 0; tile < tiles; tile++) {
    const int count = height + (tile < higher);
    const filter_rows r = filter_rows_at(c, all->tap_row, first, count);
    kernel.run(c, x, at, w, &r, 0, count, 1);
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

static void convolve_by_filter_values(const ol_convolution *c, const operands *x) {
  const int64_t windows = (int64_t)c->images * c->down * c->across;
  for (int64_t first = 0; first < windows; first += BLOCK_WINDOWS) {
    const int64_t end = first + BLOCK_WINDOWS < windows ? first + BLOCK_WINDOWS : windows;
    const block w = {
      first, end, first == 0 && !c->continues, end == windows && !c->is_open, line_of(c, first)};
    filter_block(c, x, &w);
  }
}
