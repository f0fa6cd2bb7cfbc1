// Transposition and copies.

// Four columns of eight rows, as four rows of eight.
INLINE void transpose_8x4(int64_t rows, int64_t columns, const float *x, float *out) {
  octet q[4];
  UNROLLED for (int i = 0; i < 4; i++) {
    q[i].lo = quad_load(x + i * columns);
    q[i].hi = quad_load(x + (i + 4) * columns);
  }
  const octet s0 = __builtin_shufflevector(q[0], q[1], 0, 8, 1, 9, 4, 12, 5, 13);
  const octet s1 = __builtin_shufflevector(q[0], q[1], 2, 10, 3, 11, 6, 14, 7, 15);
  const octet s2 = __builtin_shufflevector(q[2], q[3], 0, 8, 1, 9, 4, 12, 5, 13);
  const octet s3 = __builtin_shufflevector(q[2], q[3], 2, 10, 3, 11, 6, 14, 7, 15);
  octet_store(out, __builtin_shufflevector(s0, s2, 0, 1, 8, 9, 4, 5, 12, 13));
  octet_store(out + rows, __builtin_shufflevector(s0, s2, 2, 3, 10, 11, 6, 7, 14, 15));
  octet_store(out + 2 * rows, __builtin_shufflevector(s1, s3, 0, 1, 8, 9, 4, 5, 12, 13));
  octet_store(out + 3 * rows, __builtin_shufflevector(s1, s3, 2, 3, 10, 11, 6, 7, 14, 15));
}

// From this row and column on, one by one.
static void transpose_part(
  int64_t rows, int64_t columns, int64_t row, int64_t column, const float *x, float *out) {
  for (int64_t r = row; r < rows; r++)
    for (int64_t c = column; c < columns; c++) out[c * rows + r] = x[r * columns + c];
}

// Eight rows, as far as there are four columns more. That the compiler cannot see through the pointers
// keeps it from counting one up for every row: those would not fit into registers.
INLINE void transpose_rows(int64_t rows, int64_t columns, const float *x, float *out) {
  int64_t c = 0;
  for (; c + 8 <= columns; c += 8, x += 8, out += 8 * rows) {
    __asm__("" : "+r"(x), "+r"(out));
    transpose_8x4(rows, columns, x, out);
    transpose_8x4(rows, columns, x + 4, out + 4 * rows);
  }
  if (c + 4 <= columns) transpose_8x4(rows, columns, x, out);
}

// One column of eight rows, as eight of a row.
INLINE void transpose_8x1(int64_t columns, const float *x, float *out) {
  octet column;
  UNROLLED for (int i = 0; i < 8; i++) column[i] = x[i * columns];
  octet_store(out, column);
}

enum { FEW_COLUMNS = 16, ROWS_AT_ONCE = 64 };

// Some rows, eight by eight, column after column: where there are few columns they stand far apart in
// `out`, and each is written for a while before the next.
INLINE void transpose_narrow(
  int64_t count, int64_t rows, int64_t columns, const float *x, float *out) {
  int64_t c = 0;
  for (; c + 4 <= columns; c += 4)
    for (int64_t r = 0; r < count; r += 8)
      transpose_8x4(rows, columns, x + r * columns + c, out + c * rows + r);
  for (; c < columns; c++)
    for (int64_t r = 0; r < count; r += 8)
      transpose_8x1(columns, x + r * columns + c, out + c * rows + r);
}

static __attribute__((noinline)) void transpose(
  int64_t rows, int64_t columns, const float *x, float *out) {
  const int64_t whole_rows = rows / 8 * 8, whole_columns = columns / 4 * 4;
  if (whole_rows < rows) transpose_part(rows, columns, whole_rows, 0, x, out);
  if (columns < FEW_COLUMNS) {
    for (int64_t r = 0; r < whole_rows; r += ROWS_AT_ONCE) {
      const int64_t rest = whole_rows - r;
      transpose_narrow(
        rest < ROWS_AT_ONCE ? rest : ROWS_AT_ONCE, rows, columns, x + r * columns, out + r);
    }
    return;
  }
  for (int64_t r = 0; r < whole_rows; r += 8)
    transpose_rows(rows, columns, x + r * columns, out + r);
  if (whole_columns < columns) transpose_part(rows, columns, 0, whole_columns, x, out);
}

INLINE void copy_run(int64_t count, int64_t stride, const float *x, float *out) {
  if (stride == 1) {
    for (int64_t i = 0; i < count; i++) out[i] = x[i];
  } else {
    for (int64_t i = 0; i < count; i++) out[i] = x[i * stride];
  }
}

// Moves to the next run: counts like a clock whose hands are the axes but the last.
INLINE const float *next_run(const ol_copy *shape, int32_t index[OL_MAX_RANK], const float *x) {
  for (int axis = shape->rank - 2; axis >= 0; axis--) {
    x += shape->stride[axis];
    if (++index[axis] < shape->size[axis]) return x;
    x -= (int64_t)index[axis] * shape->stride[axis];
    index[axis] = 0;
  }
  return x;
}

static void copy(const ol_copy *shape, const float *x, float *out) {
  if (shape->rank == 0) {
    *out = *x;
    return;
  }
  const int last = shape->rank - 1;
  int64_t runs = 1;
  for (int axis = 0; axis < last; axis++) runs *= shape->size[axis];
  int32_t index[OL_MAX_RANK] = {0};
  for (; runs > 0; runs--, out += shape->size[last], x = next_run(shape, index, x))
    copy_run(shape->size[last], shape->stride[last], x, out);
}
