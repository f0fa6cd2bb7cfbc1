// Winograd's convolutions that give a filter, and the transforms of filters, for each pair of
// channels.

INLINE void line_of_filter(const vec g[3], vec u[4]) {
  const vec outer = g[0] + g[2];
  u[0] = g[0];
  u[1] = (outer + g[1]) * (vec)0.5f;
  u[2] = (outer - g[1]) * (vec)0.5f;
  u[3] = g[2];
}

static void winograd_filter(int64_t pairs, const float *f, float *u) {
  for (int64_t k = 0; k < pairs; k += LANES) {
    vec columns[3][4];
    UNROLLED for (int j = 0; j < 3; j++) {
      vec column[3];
      UNROLLED for (int i = 0; i < 3; i++) column[i] = load(f + (3 * i + j) * pairs + k);
      line_of_filter(column, columns[j]);
    }
    UNROLLED for (int i = 0; i < 4; i++) {
      const vec row[3] = {columns[0][i], columns[1][i], columns[2][i]};
      vec result[4];
      line_of_filter(row, result);
      UNROLLED for (int j = 0; j < 4; j++) store(u + (4 * i + j) * pairs + k, result[j]);
    }
  }
}

INLINE void line_of_gradient(const vec m[4], vec g[3]) {
  const vec inner = (m[1] + m[2]) * (vec)0.5f;
  g[0] = m[0] + inner;
  g[1] = (m[1] - m[2]) * (vec)0.5f;
  g[2] = inner + m[3];
}

static void winograd_gradient(int64_t pairs, const float *m, float *f) {
  for (int64_t k = 0; k < pairs; k += LANES) {
    vec columns[4][3];
    UNROLLED for (int j = 0; j < 4; j++) {
      vec column[4];
      UNROLLED for (int i = 0; i < 4; i++) column[i] = load(m + (4 * i + j) * pairs + k);
      line_of_gradient(column, columns[j]);
    }
    UNROLLED for (int i = 0; i < 3; i++) {
      const vec row[4] = {columns[0][i], columns[1][i], columns[2][i], columns[3][i]};
      vec result[3];
      line_of_gradient(row, result);
      UNROLLED for (int j = 0; j < 3; j++) store(f + (3 * i + j) * pairs + k, result[j]);
    }
  }
}

INLINE void line_of_windows(vec first, vec second, vec to[4]) {
  to[0] = first;
  to[1] = first + second;
  to[2] = first - second;
  to[3] = -second;
}

// A vector of channels of the windows of a square; those that there are not are zero.
INLINE void put_windows(
  const bool is_whole, int down, int across, const picture *p, const float *y, float *to) {
  const int64_t row_step = (int64_t)p->width * p->channels;
  vec d[2][2], columns[2][4];
  UNROLLED for (int i = 0; i < 2; i++)
    UNROLLED for (int j = 0; j < 2; j++)
      d[i][j] = is_whole || (i < down && j < across) ? load(y + i * row_step + j * p->channels) : 0;
  UNROLLED for (int j = 0; j < 2; j++) line_of_windows(d[0][j], d[1][j], columns[j]);
  UNROLLED for (int i = 0; i < 4; i++) {
    vec row[4];
    line_of_windows(columns[0][i], columns[1][i], row);
    UNROLLED for (int j = 0; j < 4; j++) store(to + (4 * i + j) * PLANE_STEP, row[j]);
  }
}

// The windows of a group's squares.
static void transform_windows(
  const squares *all, const picture *p, const group *g, const float *y, planes *to) {
  float *at = to->at;
  EACH_SPAN(s, all, g) {
    for (int n = 0; n < s.count; n++, at += g->depth) {
      const int row = 2 * s.row, column = 2 * (s.column + n);
      const int down = p->height - row, across = p->width - column;
      const float *from = y + pixel_of(p, s.image, row, column) + g->channel;
      for (int k = 0; k < g->depth; k += LANES) {
        if (down > 1 && across > 1) put_windows(true, 2, 2, p, from + k, at + k);
        else put_windows(false, down, across, p, from + k, at + k);
      }
    }
  }
}

// Adds, at every position, what all squares of a block bring: patches times windows.
static void multiply_windows(
  const ol_convolution *c, const group *read, const group *brought, const planes *v,
  const planes *w, const operands *x) {
  const factors f = {
    read->depth, brought->depth, (int)(read->end - read->first), 1, read->depth, brought->depth,
    c->outputs, c->continues || read->first > 0, x->ahead};
  float *m = x->c + (int64_t)read->channel * c->outputs + brought->channel;
  for (int64_t p = 0; p < POSITIONS; p++)
    multiply(
      &f, v->at + p * PLANE_STEP, w->at + p * PLANE_STEP, m + p * c->inputs * c->outputs);
}

static void winograd_by_filter_values(const ol_convolution *c, const operands *x) {
  const picture images = {c->height, c->width, c->inputs};
  const picture windows = {c->down, c->across, c->outputs};
  const squares all = squares_of(c->images, &windows, c->top, c->left);
  planes v, w;
  group read = {0}, brought = {0};
  EACH_BLOCK(&read, &all, most_squares(c->inputs, c->outputs)) {
    brought.first = read.first;
    brought.end = read.end;
    EACH_PART(&read, c->inputs) {
      transform_patches(&all, &images, &read, x->a, &v);
      EACH_PART(&brought, c->outputs) {
        transform_windows(&all, &windows, &brought, x->b, &w);
        multiply_windows(c, &read, &brought, &v, &w, x);
      }
    }
  }
}
