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

// A vector in a row of a tile, from the row's first float on. Only a row's last may be narrow.
typedef struct place {
  int64_t offset;
  bool is_narrow;
  int lanes;
} place;

INLINE vec get(const float *from, place at) {
  return at.is_narrow ? load_some(from + at.offset, at.lanes) : load(from + at.offset);
}

INLINE void put(float *to, place at, vec v) {
  if (at.is_narrow) store_some(to + at.offset, v, at.lanes);
  else store(to + at.offset, v);
}

enum { MOST_ROWS = 6, MOST_VECTORS = 5 };

#define EACH_VECTOR UNROLLED for (int j = 0; j < vectors; j++)
#define EACH_ELEMENT UNROLLED for (int i = 0; i < rows; i++) EACH_VECTOR
#define AT(first) ((place){(first) + j * LANES, is_narrow && j == vectors - 1, at.lanes})

// `rows`, `vectors` and `is_narrow` are constants wherever this is called.
INLINE void tile(
  const int rows, const int vectors, const bool is_narrow, const ol_product *p,
  const operands *x, corner at) {
  const int64_t n = p->n, a_row = p->a_row, a_column = p->a_column;
  const int64_t first = at.row * n + at.column;
  const int64_t addend_row = p->addend == OL_ADDEND_MATRIX ? n : 0;
  const float *addend = x->addend + at.row * addend_row + at.column;
  vec sum[MOST_ROWS][MOST_VECTORS], right[MOST_VECTORS];
  const bool starts_at_addend = p->addend && p->scale == 1;
  if (starts_at_addend) EACH_ELEMENT sum[i][j] = get(addend, AT(i * addend_row));
  else EACH_ELEMENT sum[i][j] = 0;
  if (starts_at_addend && p->addend_scale != 1) EACH_ELEMENT sum[i][j] *= p->addend_scale;

  const float *a = x->a + at.row * a_row, *b = x->b + at.column;
  for (const float *end = b + p->k * n; b != end; a += a_column, b += n) {
    EACH_VECTOR right[j] = get(b, AT(0));
    EACH_ELEMENT sum[i][j] = FMA((vec)a[i * a_row], right[j], sum[i][j]);
  }

  const vec scale = (vec)p->scale;
  if (p->scale != 1) {
    if (!p->addend) EACH_ELEMENT sum[i][j] *= scale;
    else if (p->addend_scale == 1)
      EACH_ELEMENT sum[i][j] = FMA(scale, sum[i][j], get(addend, AT(i * addend_row)));
    else EACH_ELEMENT
      sum[i][j] = FMA(scale, sum[i][j], p->addend_scale * get(addend, AT(i * addend_row)));
  }
  if (p->gate == OL_GATE_RELU) EACH_ELEMENT sum[i][j] = gated(sum[i][j], sum[i][j]);
  if (p->gate == OL_GATE_MATRIX)
    EACH_ELEMENT sum[i][j] = gated(sum[i][j], get(x->gate + first, AT(i * n)));
  EACH_ELEMENT put(x->c + first, AT(i * n), sum[i][j]);
}

// All rows of one panel; what is left below the last full tile is cut by powers of two.
INLINE void panel(
  const int rows, const int vectors, const bool is_narrow, const ol_product *p,
  const operands *x, corner at) {
  for (; at.row + rows <= p->m; at.row += rows) tile(rows, vectors, is_narrow, p, x, at);
  const int64_t left = p->m - at.row;
  if (rows > 4 && left & 4) {
    tile(4, vectors, is_narrow, p, x, at);
    at.row += 4;
  }
  if (rows > 2 && left & 2) {
    tile(2, vectors, is_narrow, p, x, at);
    at.row += 2;
  }
  if (left & 1) tile(1, vectors, is_narrow, p, x, at);
}

#define DEFINE_PANEL(vectors, rows)                                               \
  static void panel_##vectors(const ol_product *p, const operands *x, corner at) { \
    if (at.lanes == LANES) panel(rows, vectors, false, p, x, at);                 \
    else panel(rows, vectors, true, p, x, at);                                    \
  }

DEFINE_PANEL(1, ROWS_OF_1)
DEFINE_PANEL(2, ROWS_OF_2)
DEFINE_PANEL(3, ROWS_OF_3)
DEFINE_PANEL(5, ROWS_OF_5)

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
