// Products of small matrices that lie apart from each other: one for each position.

// c = a b, or that added to c, whose rows are so far apart.
typedef struct factors {
  int rows, columns, contracted;
  int64_t a_row, a_column, b_row, c_row;
  bool adds;
  fetcher *ahead;
} factors;

#define ADD_FACTORS                                                                       \
  {                                                                                       \
    EACH_VECTOR right[j] = load(b + j * LANES);                                           \
    EACH_ELEMENT sum[i][j] = FMA((vec)a[i * a_row], right[j], sum[i][j]);                 \
  }

INLINE void factor_tile(
  const int rows, const int vectors, const bool fetches, const factors *f, const float *a, const float *b, float *c) {
  vec sum[MOST_TILE_ROWS][MOST_VECTORS], right[MOST_VECTORS];
  const int64_t a_row = f->a_row, c_row = f->c_row;
  if (f->adds) EACH_ELEMENT sum[i][j] = load(c + i * c_row + j * LANES);
  else EACH_ELEMENT sum[i][j] = 0;
  const float *ahead = f->ahead->at;
  int64_t k = 0;
  EACH_STEP(fetches, k, f->contracted, (k++, a += f->a_column, b += f->b_row), ADD_FACTORS)
  if (fetches) fetched_to(f->ahead, ahead);
  EACH_ELEMENT store(c + i * c_row + j * LANES, sum[i][j]);
}

#define FACTOR_CASE(n)                                                                    \
  case n:                                                                                 \
    if ((n) > most_rows) break;                                                           \
    if (f->ahead->is_done) factor_tile(n, vectors, false, f, a, b, c);                    \
    else factor_tile(n, vectors, true, f, a, b, c);                                       \
    break;

// All rows of some columns, in tiles as alike as can be.
#define DEFINE_FACTORS(width, height)                                                     \
  static void factors_##width(const factors *f, const float *a, const float *b, float *c) { \
    const int vectors = width, most_rows = height;                                        \
    int left = f->rows;                                                                   \
    for (int tiles = (left + most_rows - 1) / most_rows; tiles > 0; tiles--) {            \
      const int rows = (left + tiles - 1) / tiles;                                        \
      switch (rows) { EACH_TILE_HEIGHT(FACTOR_CASE) default: break; }                     \
      left -= rows;                                                                       \
      a += rows * f->a_row;                                                               \
      c += rows * f->c_row;                                                               \
    }                                                                                     \
  }

DEFINE_FACTORS(1, PIXELS_OF_1)
DEFINE_FACTORS(2, PIXELS_OF_2)
DEFINE_FACTORS(3, PIXELS_OF_3)
DEFINE_FACTORS(4, PIXELS_OF_4)

static void multiply(const factors *f, const float *a, const float *b, float *c) {
  for (int left = f->columns / LANES; left > 0;) {
    const int width = channel_panel(left, WIDEST_PANEL);
    switch (width) {
      case 1: factors_1(f, a, b, c); break;
      case 2: factors_2(f, a, b, c); break;
      case 3: factors_3(f, a, b, c); break;
      default: factors_4(f, a, b, c); break;
    }
    left -= width;
    b += width * LANES;
    c += width * LANES;
  }
}
