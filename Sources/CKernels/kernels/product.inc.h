// c = gate(scale * (a b) + addend) in tiles of registers.
//
// A tile is some rows by some vectors of c, all of it in registers while the contracted index runs.
// The columns of c are cut into panels as wide as a tile, and each panel's rows into tiles. How high
// and wide tiles are is the instruction set's choice; no element's arithmetic depends on it.

// The operands as seen from the corner of a tile, and how many lanes its last vector has.
typedef struct corner {
  const float *a, *b, *addend, *gate;
  float *c;
  int lanes;
} corner;

INLINE corner moved(corner at, const ol_product *p, int64_t rows, int64_t columns) {
  const int64_t step = rows * p->n + columns;
  at.a += rows * p->a_row;
  at.b += columns;
  at.addend += p->addend == OL_ADDEND_MATRIX ? step : columns;
  at.gate += step;
  at.c += step;
  return at;
}

// Where a vector of a tile is read or written. Only the last of a row may be narrow.
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

INLINE vec addend_of(const ol_product *p, corner at, int row, place in_row) {
  if (p->addend == OL_ADDEND_MATRIX) in_row.offset += (int64_t)row * p->n;
  return get(at.addend, in_row);
}

INLINE vec finished(vec v, const ol_product *p, corner at, int row, place in_row) {
  if (p->scale != 1) {
    const vec scale = (vec)p->scale;
    v = p->addend ? FMA(scale, v, addend_of(p, at, row, in_row)) : scale * v;
  }
  if (p->gate == OL_GATE_NONE) return v;
  if (p->gate == OL_GATE_RELU) return gated(v, v);
  in_row.offset += (int64_t)row * p->n;
  return gated(v, get(at.gate, in_row));
}

enum { MOST_ROWS = 6, MOST_VECTORS = 5 };

#define EACH_VECTOR UNROLLED for (int j = 0; j < vectors; j++)
#define EACH_ELEMENT UNROLLED for (int i = 0; i < rows; i++) EACH_VECTOR
#define IN_ROW ((place){j * LANES, is_narrow && j == vectors - 1, at.lanes})

// `rows`, `vectors` and `is_narrow` are constants wherever this is called.
INLINE void tile(
  const int rows, const int vectors, const bool is_narrow, const ol_product *p, corner at) {
  vec sum[MOST_ROWS][MOST_VECTORS], right[MOST_VECTORS];
  EACH_ELEMENT sum[i][j] = 0;
  if (p->addend && p->scale == 1) EACH_ELEMENT sum[i][j] = addend_of(p, at, i, IN_ROW);

  const int64_t n = p->n, a_row = p->a_row, a_column = p->a_column;
  const float *a = at.a, *b = at.b;
  for (int k = p->k; k > 0; k--, a += a_column, b += n) {
    EACH_VECTOR right[j] = get(b, IN_ROW);
    EACH_ELEMENT sum[i][j] = FMA((vec)a[i * a_row], right[j], sum[i][j]);
  }
  EACH_ELEMENT {
    place in_c = IN_ROW;
    in_c.offset += i * n;
    put(at.c, in_c, finished(sum[i][j], p, at, i, IN_ROW));
  }
}

// All rows of one panel; what is left below the last full tile is cut by powers of two.
INLINE void panel(
  const int rows, const int vectors, const bool is_narrow, const ol_product *p, corner at) {
  int left = p->m;
  for (; left >= rows; left -= rows, at = moved(at, p, rows, 0))
    tile(rows, vectors, is_narrow, p, at);
  if (rows > 4 && left & 4) {
    tile(4, vectors, is_narrow, p, at);
    at = moved(at, p, 4, 0);
  }
  if (rows > 2 && left & 2) {
    tile(2, vectors, is_narrow, p, at);
    at = moved(at, p, 2, 0);
  }
  if (left & 1) tile(1, vectors, is_narrow, p, at);
}

#define DEFINE_PANEL(vectors, rows)                                               \
  static void panel_##vectors(const ol_product *p, corner at) {                   \
    if (at.lanes == LANES) panel(rows, vectors, false, p, at);                    \
    else panel(rows, vectors, true, p, at);                                       \
  }

DEFINE_PANEL(1, ROWS_OF_1)
DEFINE_PANEL(2, ROWS_OF_2)
DEFINE_PANEL(3, ROWS_OF_3)
DEFINE_PANEL(5, ROWS_OF_5)

// How many vectors wide the next panel is, with so many left.
INLINE int panel_width(int64_t left) {
  if (left == 5 || left == 7) return ROWS_OF_5 ? 5 : 3;
  return left == 3 || left > 4 ? 3 : left >= 2 ? 2 : 1;
}

static void matrix_product(const ol_product *p, corner at) {
  int64_t columns = p->n;
  while (columns > 0) {
    const int64_t left = (columns + LANES - 1) / LANES;
    const int width = panel_width(left);
    const int64_t last = columns - (int64_t)(width - 1) * LANES;
    at.lanes = last < LANES ? (int)last : LANES;
    switch (width) {
      case 1: panel_1(p, at); break;
      case 2: panel_2(p, at); break;
      case 3: panel_3(p, at); break;
      default: panel_5(p, at); break;
    }
    at = moved(at, p, 0, (int64_t)width * LANES);
    columns -= (int64_t)width * LANES;
  }
}
