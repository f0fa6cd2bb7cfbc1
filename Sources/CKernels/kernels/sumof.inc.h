// Sums of elementwise programs: each chunk is computed in the first-level cache and added up there.

typedef float partial_sums[8][CHUNK + LANES];

// Adds a chunk's rows to the partial sums; `first` is the place of its first row among those of the sum.
static void add_rows(chunk part, int64_t first, const float *x, partial_sums parts) {
  for (int64_t r = 0; r < part.rows; r++, x += part.columns) {
    float *sum = parts[(first + r) % 8];
    for (int64_t c = 0; c < part.columns; c++) sum[c] += x[c];
  }
}

static void join_parts(int64_t columns, const partial_sums p, float *out) {
  for (int64_t c = 0; c < columns; c++)
    out[c] = ((p[0][c] + p[4][c]) + (p[2][c] + p[6][c]))
      + ((p[1][c] + p[5][c]) + (p[3][c] + p[7][c]));
}

static void sum_elementwise(
  const ol_elementwise *e, const float *const *operands, float *out) {
  const int64_t summed = e->summed;
  const int64_t width = e->columns < CHUNK ? e->columns : CHUNK, height = CHUNK / width;
  const ol_step *last = &e->step[e->steps - 1];
  scratch rooms;
  partial_sums parts;
  values registers[OL_MAX_REGISTERS];
  for (int i = 0; i < e->literals; i++)
    registers[e->operands + i] = repeated(e->literal[i], rooms[e->operands + i]);
  for (int64_t column = 0; column < e->columns; column += width)
    for (int64_t o = 0; o < e->rows / summed; o++) {
      const int64_t columns = e->columns - column < width ? e->columns - column : width;
      for (int j = 0; j < 8; j++)
        for (int64_t c = 0; c < columns; c++) parts[j][c] = 0;
      for (int64_t row = 0; row < summed; row += height) {
        const int64_t rows = summed - row < height ? summed - row : height;
        const chunk part = {o * summed + row, column, rows, columns};
        run_first_steps(e, operands, part, registers, rooms);
        run_step(last, registers, rows * columns, rooms[last->destination]);
        add_rows(part, row, rooms[last->destination], parts);
      }
      join_parts(columns, parts, out + o * e->columns + column);
    }
}
