// Convolutions with a 3x3 filter and strides of one by Winograd's F(2x2, 3x3): where a square of
// 2x2 windows takes 36 multiplications for each pair of channels, its transform takes 16. CKernels.h
// says which transforms these are.
//
// Squares are taken in blocks that stay in the nearer caches. At each position, the channels of a
// block are a product of matrices. Vectors are whole, since channels are in multiples of 16.

enum {
  POSITIONS = 16,
  // Channels that are read, and that are computed, at a time.
  MOST_DEPTH = 64,
  // Floats that a block of squares has at one position.
  PLANE = 24 * MOST_DEPTH,
  // Planes a multiple of 4096 bytes apart would share few sets of the nearest cache.
  PLANE_STEP = PLANE + 16,
};

// What a block has at each position, one plane after the other: squares, then channels.
typedef struct planes {
  _Alignas(64) float at[POSITIONS * PLANE_STEP];
} planes;

// Images as they are in memory.
typedef struct picture {
  int height, width, channels;
} picture;

// All squares, and how far above and left of a square its patch begins.
typedef struct squares {
  int64_t count;
  int down, across, top, left;
} squares;

static squares squares_of(int64_t images, const picture *results, int top, int left) {
  const int down = (results->height + 1) / 2, across = (results->width + 1) / 2;
  return (squares){images * down * across, down, across, top, left};
}

// Squares that are computed together, and the channels of them that are.
typedef struct group {
  int64_t first, end;
  int channel, depth;
} group;

INLINE int part_of(int channels) { return least(channels, MOST_DEPTH); }

// How many squares of so many channels a block has at most.
INLINE int64_t most_squares(int a, int b) { return PLANE / most(part_of(a), part_of(b)); }

// The next of `blocks` blocks, which are as alike as can be.
INLINE void next_block(group *g, const squares *s, int64_t blocks) {
  g->first = g->end;
  g->end += (s->count - g->end + blocks - 1) / blocks;
}

#define EACH_BLOCK(g, s, most)                                                            \
  for (int64_t blocks = ((s)->count + (most) - 1) / (most);                               \
       blocks > 0 && (next_block(g, s, blocks), true); blocks--)

#define EACH_PART(g, channels)                                                            \
  for ((g)->channel = 0; (g)->depth = part_of((channels) - (g)->channel), (g)->depth > 0; \
       (g)->channel += (g)->depth)

// Neighbouring squares of one row, and the number of the square after them.
typedef struct span {
  int64_t image, end;
  int row, column, count;
} span;

INLINE span span_at(const squares *s, int64_t first, int64_t end) {
  const int64_t row = first / s->across, left = end - first;
  const int column = (int)(first % s->across), across = s->across - column;
  const int count = left < across ? (int)left : across;
  return (span){row / s->down, first + count, (int)(row % s->down), column, count};
}

#define EACH_SPAN(s, all, g)                                                              \
  for (span s = span_at(all, (g)->first, (g)->end); s.count > 0;                          \
       s = span_at(all, s.end, (g)->end))

// The first of a picture's floats at a pixel, which may be outside.
INLINE int64_t pixel_of(const picture *p, int64_t image, int row, int column) {
  return ((image * p->height + row) * p->width + column) * p->channels;
}

// A column of a patch, transformed. Pixels that are not in `rows` are outside the image.
INLINE void patch_column(
  const bool is_inside, range rows, const float *x, int64_t row_step, vec to[4]) {
  vec d[4];
  UNROLLED for (int i = 0; i < 4; i++)
    d[i] = is_inside || (i >= rows.first && i < rows.end) ? load(x + i * row_step) : 0;
  to[0] = d[0] - d[2];
  to[1] = d[1] + d[2];
  to[2] = d[2] - d[1];
  to[3] = d[1] - d[3];
}

// Two neighbouring columns of a patch.
INLINE void patch_columns(const picture *p, range rows, int column, const float *x, vec to[2][4]) {
  const int64_t row_step = (int64_t)p->width * p->channels;
  if (rows.end - rows.first == 4 && column >= 0 && column + 2 <= p->width) {
    UNROLLED for (int j = 0; j < 2; j++)
      patch_column(true, rows, x + j * p->channels, row_step, to[j]);
  } else {
    UNROLLED for (int j = 0; j < 2; j++) {
      const range inside = column + j >= 0 && column + j < p->width ? rows : (range){0};
      patch_column(false, inside, x + j * p->channels, row_step, to[j]);
    }
  }
}

INLINE void put_patch(vec left[2][4], vec right[2][4], float *to) {
  UNROLLED for (int i = 0; i < 4; i++, to += 4 * PLANE_STEP) {
    store(to, left[0][i] - right[0][i]);
    store(to + PLANE_STEP, left[1][i] + right[0][i]);
    store(to + 2 * PLANE_STEP, right[0][i] - left[1][i]);
    store(to + 3 * PLANE_STEP, left[1][i] - right[1][i]);
  }
}

// A vector of channels of neighbouring patches, from this column on. Each has two columns in common
// with the next.
INLINE void put_patches(
  const picture *p, int count, range rows, int column, const float *x, int64_t step, float *to) {
  vec left[2][4], right[2][4];
  patch_columns(p, rows, column, x, left);
  for (; count > 0; count--, to += step) {
    column += 2;
    x += 2 * p->channels;
    patch_columns(p, rows, column, x, right);
    put_patch(left, right, to);
    UNROLLED for (int j = 0; j < 2; j++)
      UNROLLED for (int i = 0; i < 4; i++) left[j][i] = right[j][i];
  }
}

// The patches of a group.
static void transform_patches(
  const squares *all, const picture *p, const group *g, const float *images, planes *v) {
  float *to = v->at;
  EACH_SPAN(s, all, g) {
    const int row = 2 * s.row - all->top, column = 2 * s.column - all->left;
    const range rows = overlap((range){0, 4}, (range){-row, p->height - row});
    const float *x = images + pixel_of(p, s.image, row, column) + g->channel;
    for (int k = 0; k < g->depth; k += LANES)
      put_patches(p, s.count, rows, column, x + k, g->depth, to + k);
    to += (int64_t)s.count * g->depth;
  }
}
