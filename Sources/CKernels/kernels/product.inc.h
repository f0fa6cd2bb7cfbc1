// c = gate(scale * (a b) + addend_scale * addend) in tiles of registers.
//
// A tile is some rows by some vectors of c, all of it in registers while the contracted index runs.
// The columns of c are cut into panels as wide as a tile, and each panel's rows into tiles. How high
// and wide tiles are is the instruction set's choice; no element's arithmetic depends on it.

typedef struct operands {
  const float *a, *b, *addend, *gate;
  float *c;
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
#define EACH_ELEMENT UNROLLED for (int i = 0; i < rows; i++) EACH_VECTOR
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

// All rows of one panel; what is left below the last full tile is cut by powers of two.
INLINE void panel(
  const int rows, const int vectors, const tail ends, const ol_product *p, const operands *x,
  corner at) {
  for (; at.row + rows <= p->m; at.row += rows) tile(rows, vectors, ends, p, x, at);
  const int64_t left = p->m - at.row;
  UNROLLED for (int part = 8; part > 1; part /= 2) {
    if (rows <= part || !(left & part)) continue;
    tile(part, vectors, ends, p, x, at);
    at.row += part;
  }
  if (left & 1) tile(1, vectors, ends == PAIRED ? NARROW : ends, p, x, at);
}

#define DEFINE_PANEL(vectors, rows, paired_rows)                                   \
  static void panel_##vectors(const ol_product *p, const operands *x, corner at) { \
    if (at.lanes == LANES) panel(rows, vectors, WHOLE, p, x, at);                  \
    else if (at.lanes == LANES / 2 && paired_rows)                                 \
      panel(paired_rows, vectors, PAIRED, p, x, at);                               \
    else panel(rows, vectors, NARROW, p, x, at);                                   \
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
