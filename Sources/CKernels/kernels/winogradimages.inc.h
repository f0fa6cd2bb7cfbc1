// Winograd's convolutions that give images.

typedef struct winograd_images {
  const ol_convolution *c;
  picture sources, results;
  squares squares;
  bool is_backward;
} winograd_images;

// Where the filter has what it would have at this position if it were turned by half.
INLINE int turned(int position) {
  static const int8_t line[4] = {3, 1, 2, 0};
  return 4 * line[position / 4] + line[position % 4];
}

// Patches times the filter, at every position.
static void multiply_filter(
  const winograd_images *w, const operands *x, const group *read, const group *made,
  const planes *v, planes *m) {
  const int inputs = w->sources.channels, outputs = w->results.channels;
  const factors f = {
    (int)(read->end - read->first), made->depth, read->depth, read->depth, 1, outputs, made->depth,
    read->channel > 0, x->ahead};
  const float *u = x->b + (int64_t)read->channel * outputs + made->channel;
  for (int p = 0; p < POSITIONS; p++) {
    const int64_t place = w->is_backward ? turned(p) : p;
    multiply(&f, v->at + p * PLANE_STEP, u + place * inputs * outputs, m->at + p * PLANE_STEP);
  }
}

INLINE void results_of_line(const vec m[4], vec y[2]) {
  y[0] = m[0] + m[1] + m[2];
  y[1] = m[1] - m[2] - m[3];
}

// A vector of channels of a square, as it comes from the positions.
INLINE void results_of_square(const float *m, vec y[2][2]) {
  vec columns[4][2];
  UNROLLED for (int j = 0; j < 4; j++) {
    vec column[4];
    UNROLLED for (int i = 0; i < 4; i++) column[i] = load(m + (4 * i + j) * PLANE_STEP);
    results_of_line(column, columns[j]);
  }
  UNROLLED for (int i = 0; i < 2; i++) {
    const vec row[4] = {columns[0][i], columns[1][i], columns[2][i], columns[3][i]};
    results_of_line(row, y[i]);
  }
}

// Where a square's results are: the first of them, the vector of its channels, and how many there
// are down and across.
typedef struct corner_of_square {
  int64_t first, row_step, step;
  int channel, down, across;
} corner_of_square;

#define EACH_RESULT                                                                       \
  UNROLLED for (int i = 0; i < 2; i++)                                                    \
    UNROLLED for (int j = 0; j < 2; j++)                                                  \
      if (is_whole || (i < at->down && j < at->across))
#define RESULT_PLACE (at->first + i * at->row_step + j * at->step + at->channel)

INLINE void put_square(
  const bool is_whole, const ol_convolution *c, const operands *x, const corner_of_square *at,
  const float *m) {
  vec y[2][2];
  results_of_square(m, y);
  const vec scale = (vec)c->scale, addend_scale = (vec)c->addend_scale;
  if (c->addend == OL_ADDEND_NONE) {
    EACH_RESULT y[i][j] *= scale;
  } else if (c->addend == OL_ADDEND_ROW) {
    const vec addend = addend_scale * load(x->addend + at->channel);
    EACH_RESULT y[i][j] = FMA(scale, y[i][j], addend);
  } else {
    EACH_RESULT y[i][j] = FMA(scale, y[i][j], addend_scale * load(x->addend + RESULT_PLACE));
  }
  if (c->gate == OL_GATE_RELU) EACH_RESULT y[i][j] = gated(y[i][j], y[i][j]);
  if (c->gate == OL_GATE_MATRIX)
    EACH_RESULT y[i][j] = gated(y[i][j], load(x->gate + RESULT_PLACE));
  EACH_RESULT store(x->c + RESULT_PLACE, y[i][j]);
}

static void put_squares(
  const winograd_images *w, const operands *x, const group *g, const planes *m) {
  const picture *p = &w->results;
  const float *from = m->at;
  EACH_SPAN(s, &w->squares, g) {
    for (int n = 0; n < s.count; n++, from += g->depth) {
      const int row = 2 * s.row, column = 2 * (s.column + n);
      corner_of_square at = {
        pixel_of(p, s.image, row, column), (int64_t)p->width * p->channels, p->channels, 0,
        p->height - row, p->width - column};
      for (int k = 0; k < g->depth; k += LANES) {
        at.channel = g->channel + k;
        if (at.down > 1 && at.across > 1) put_square(true, w->c, x, &at, from + k);
        else put_square(false, w->c, x, &at, from + k);
      }
    }
  }
}

static void winograd_blocks(const winograd_images *w, const operands *x) {
  planes v, m;
  group read = {0}, made = {0};
  EACH_BLOCK(&read, &w->squares, most_squares(w->sources.channels, w->results.channels)) {
    made.first = read.first;
    made.end = read.end;
    EACH_PART(&made, w->results.channels) {
      EACH_PART(&read, w->sources.channels) {
        transform_patches(&w->squares, &w->sources, &read, x->a, &v);
        multiply_filter(w, x, &read, &made, &v, &m);
      }
      put_squares(w, x, &made, &m);
    }
  }
}

static void winograd_values(const ol_convolution *c, const operands *x) {
  const picture images = {c->height, c->width, c->inputs};
  const picture windows = {c->down, c->across, c->outputs};
  const winograd_images w = {
    c, images, windows, squares_of(c->images, &windows, c->top, c->left), false};
  winograd_blocks(&w, x);
}

static void winograd_by_input_values(const ol_convolution *c, const operands *x) {
  const picture images = {c->height, c->width, c->inputs};
  const picture windows = {c->down, c->across, c->outputs};
  const winograd_images w = {
    c, windows, images, squares_of(c->images, &images, 2 - c->top, 2 - c->left), true};
  winograd_blocks(&w, x);
}
