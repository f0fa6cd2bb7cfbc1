// c = gate(scale * (a b) + addend_scale * addend) in tiles of registers.
//
// A tile is some rows by some vectors of c, all of it in registers while the contracted index runs.
// The columns of c are cut into panels as wide as a tile, and each panel's rows into tiles. How high
// and wide tiles are is the instruction set's choice; no element's arithmetic depends on it.

typedef struct operands {
  const float *a, *b, *addend, *gate;
  float *c;
  struct fetcher *ahead;  // of convolutions only
} operands;

// A part of c: its first element, and how many lanes of its last vector it has.
typedef struct corner {
  int64_t row, column;
  int lanes;
} corner;

// What the last vector of a row in a tile is.
typedef enum tail {
  WHOLE,
  NARROW,  // its first lanes only
  PAIRED,  // half of it; the same columns of the next row are in its upper half
} tail;

// A vector of a tile, from its row's first float on; `stride` leads to the next row.
typedef struct place {
  int64_t offset, stride;
  tail tail;
  int lanes;
} place;

INLINE vec get(const float *from, place at) {
  from += at.offset;
  vec v;
  switch (at.tail) {
    case WHOLE: return load(from);
    case NARROW: return load_some(from, at.lanes);
    case PAIRED:
      v.lo = *(const unaligned_half *)from;
      v.hi = *(const unaligned_half *)(from + at.stride);
      return v;
  }
}

INLINE void put(float *to, place at, vec v) {
  to += at.offset;
  switch (at.tail) {
    case WHOLE: store(to, v); break;
    case NARROW: store_some(to, v, at.lanes); break;
    case PAIRED:
      *(unaligned_half *)to = v.lo;
      *(unaligned_half *)(to + at.stride) = v.hi;
  }
}

enum { MOST_ROWS = 16, MOST_VECTORS = 5 };

#define LAST (j == vectors - 1)
#define EACH_VECTOR UNROLLED for (int j = 0; j < vectors; j++)
#define EACH_ROW UNROLLED for (int i = 0; i < rows; i++)
#define EACH_ELEMENT EACH_ROW EACH_VECTOR
#define AT(first) ((place){(first) + j * LANES, 0, is_narrow && LAST ? NARROW : WHOLE, at.lanes})

// The same where there may be pairs: the second row of one has no last vector.
#define EACH_SUM                            \
  UNROLLED for (int i = 0; i < rows; i++)   \
    UNROLLED for (int j = 0; j < vectors - (ends == PAIRED && i & 1); j++)
#define IN_ROWS(stride) \
  ((place){i * (stride) + j * LANES, stride, LAST ? ends : WHOLE, at.lanes})
#define IN_ONE_ROW ((place){j * LANES, 0, LAST ? ends : WHOLE, at.lanes})

// `rows`, `vectors` and `ends` are constants wherever this is called.
INLINE void tile(
  const int rows, const int vectors, const tail ends, const ol_product *p, const operands *x,
  corner at) {
  const int64_t n = p->n, a_row = p->a_row, a_column = p->a_column;
  const int64_t first = at.row * n + at.column;
  const int64_t addend_row = p->addend == OL_ADDEND_MATRIX ? n : 0;
  const float *addend = x->addend + at.row * addend_row + at.column;
  vec sum[MOST_ROWS][MOST_VECTORS], right[MOST_VECTORS];
  const bool starts_at_addend = p->addend && p->scale == 1;
  if (!starts_at_addend) {
    EACH_SUM sum[i][j] = 0;
  } else {
    EACH_SUM sum[i][j] = get(addend, IN_ROWS(addend_row));
    if (p->addend_scale != 1) EACH_SUM sum[i][j] *= p->addend_scale;
  }

  const float *a = x->a + at.row * a_row, *b = x->b + at.column;
  for (const float *end = b + p->k * n; b != end; a += a_column, b += n) {
    EACH_VECTOR right[j] = get(b, IN_ONE_ROW);
    EACH_SUM {
      vec left = (vec)a[i * a_row];
      if (ends == PAIRED && LAST) left = halves(left, (vec)a[(i + 1) * a_row]);
      sum[i][j] = FMA(left, right[j], sum[i][j]);
    }
  }

  const vec scale = (vec)p->scale, addend_scale = (vec)p->addend_scale;
  if (p->scale != 1) {
    if (!p->addend) {
      EACH_SUM sum[i][j] *= scale;
    } else if (p->addend_scale == 1) {
      EACH_SUM sum[i][j] = FMA(scale, sum[i][j], get(addend, IN_ROWS(addend_row)));
    } else {
      EACH_SUM sum[i][j] = FMA(scale, sum[i][j], addend_scale * get(addend, IN_ROWS(addend_row)));
    }
  }
  if (p->gate == OL_GATE_RELU) EACH_SUM sum[i][j] = gated(sum[i][j], sum[i][j]);
  const float *const gate = x->gate + first;
  if (p->gate == OL_GATE_MATRIX) EACH_SUM sum[i][j] = gated(sum[i][j], get(gate, IN_ROWS(n)));
  float *const c = x->c + first;
  EACH_SUM put(c, IN_ROWS(n), sum[i][j]);
}

// As many tiles of a kind as fit below a row; the first row below them. Each kind is a function of
// its own, so that a small product saves no registers for the sake of a large one. Of an odd last
// row nothing is paired.
#define DEFINE_TILES(vectors, ends, name, rows)                                               \
  static inline __attribute__((noinline)) int64_t tiles_##vectors##_##ends##_##name(          \
    const ol_product *p, const operands *x, int64_t row, int64_t column, int lanes) {         \
    const tail last = (ends) == PAIRED && (rows) == 1 ? NARROW : ends;                        \
    const ol_product q = *p;                                                                  \
    const operands y = *x;                                                                    \
    for (; row + (rows) <= q.m; row += (rows))                                                \
      tile(rows, vectors, last, &q, &y, (corner){row, column, lanes});                        \
    return row;                                                                               \
  }

// All rows of one panel; what is left below the last full tile is cut by powers of two.
#define DEFINE_PANEL_TO(vectors, ends, rows)                                                  \
  DEFINE_TILES(vectors, ends, full, rows)                                                     \
  DEFINE_TILES(vectors, ends, 8, 8)                                                           \
  DEFINE_TILES(vectors, ends, 4, 4)                                                           \
  DEFINE_TILES(vectors, ends, 2, 2)                                                           \
  DEFINE_TILES(vectors, ends, 1, 1)                                                           \
  INLINE void panel_##vectors##_##ends(const ol_product *p, const operands *x, corner at) {   \
    int64_t row = 0;                                                                          \
    RUN_TILES(vectors, ends, full, rows)                                                      \
    if ((rows) > 8) RUN_TILES(vectors, ends, 8, 8)                                            \
    if ((rows) > 4) RUN_TILES(vectors, ends, 4, 4)                                            \
    if ((rows) > 2) RUN_TILES(vectors, ends, 2, 2)                                            \
    RUN_TILES(vectors, ends, 1, 1)                                                            \
  }
#define RUN_TILES(vectors, ends, name, rows)                                                  \
  if (row + (rows) <= p->m)                                                                   \
    row = tiles_##vectors##_##ends##_##name(p, x, row, at.column, at.lanes);

#define DEFINE_PANEL(vectors, rows, paired_rows)                                              \
  DEFINE_PANEL_TO(vectors, WHOLE, rows)                                                       \
  DEFINE_PANEL_TO(vectors, NARROW, rows)                                                      \
  DEFINE_PANEL_TO(vectors, PAIRED, paired_rows)                                               \
  static void panel_##vectors(const ol_product *p, const operands *x, corner at) {            \
    if (at.lanes == LANES) panel_##vectors##_WHOLE(p, x, at);                                 \
    else if (at.lanes == LANES / 2 && (paired_rows)) panel_##vectors##_PAIRED(p, x, at);      \
    else panel_##vectors##_NARROW(p, x, at);                                                  \
  }

DEFINE_PANEL(1, ROWS_OF_1, PAIRED_ROWS_OF_1)
DEFINE_PANEL(2, ROWS_OF_2, PAIRED_ROWS_OF_2)
DEFINE_PANEL(3, ROWS_OF_3, PAIRED_ROWS_OF_3)
DEFINE_PANEL(5, ROWS_OF_5, 0)

// How many vectors wide the next panel is, with so many left.
INLINE int panel_width(int64_t left) {
  if (ROWS_OF_5 && (left == 5 || left == 7)) return 5;
  return left == 1 ? 1 : left == 3 || (PREFERS_3 && left > 4) ? 3 : 2;
}

INLINE void matrix_product(const ol_product *p, const operands *x) {
  corner at = {0, 0, LANES};
  int64_t left = ((int64_t)p->n + LANES - 1) / LANES;
  while (left > 0) {
    const int width = panel_width(left);
    left -= width;
    if (left == 0) at.lanes = (p->n - 1) % LANES + 1;
    switch (width) {
      case 1: panel_1(p, x, at); break;
      case 2: panel_2(p, x, at); break;
      case 3: panel_3(p, x, at); break;
      default: panel_5(p, x, at); break;
    }
    at.column += (int64_t)width * LANES;
  }
}
