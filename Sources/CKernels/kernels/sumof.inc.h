// Sums of elementwise programs: each chunk is computed in the first-level cache and added up there.

typedef float partial_sums[8][CHUNK + LANES];

// Adds one row to a partial sum. What whole vectors touch beyond its end is nobody's.
INLINE void add_row(int64_t columns, const float *x, float *sum) {
  for (int64_t c = 0; c < columns; c += LANES) store(sum + c, load(sum + c) + load(x + c));
}

// Adds eight rows at a time, the first of them to the first partial sum.
static int64_t add_octets(chunk part, const float *x, partial_sums parts) {
  const int64_t rows = part.rows / 8 * 8;
  for (int64_t c = 0; c < part.columns; c += LANES) {
    vec p[8];
    UNROLLED for (int j = 0; j < 8; j++) p[j] = load(parts[j] + c);
    for (int64_t r = 0; r < rows; r += 8)
      UNROLLED for (int j = 0; j < 8; j++) p[j] += load(x + (r + j) * part.columns + c);
    UNROLLED for (int j = 0; j < 8; j++) store(parts[j] + c, p[j]);
  }
  return rows;
}

// Adds a chunk's rows to the partial sums; `first` is the place of its first row among those of the
// sum.
static void add_rows(chunk part, int64_t first, const float *x, partial_sums parts) {
  for (int64_t r = first % 8 == 0 ? add_octets(part, x, parts) : 0; r < part.rows; r++)
    add_row(part.columns, x + r * part.columns, parts[(first + r) % 8]);
}

static void join_parts(int64_t columns, const partial_sums p, float *out) {
  for (int64_t c = 0; c < columns; c++)
    out[c] = ((p[0][c] + p[4][c]) + (p[2][c] + p[6][c]))
      + ((p[1][c] + p[5][c]) + (p[3][c] + p[7][c]));
}

static void sum_elementwise(
  const ol_elementwise *e, const float *const *operands, float *out) {
  const int64_t summed = e->group_rows;
  const int64_t width = e->columns < CHUNK ? e->columns : CHUNK, rows_at_most = CHUNK / width;
  const int64_t height = rows_at_most < 8 ? rows_at_most : rows_at_most / 8 * 8;
  const ol_step *last = &e->step[e->steps - 1];
  scratch rooms;
  partial_sums parts;
  values registers[OL_MAX_REGISTERS];
  for (int i = 0; i < e->literals; i++)
    registers[e->operands + i] = repeated(e->literal[i], rooms[e->operands + i]);
  for (int64_t column = 0; column < e->columns; column += width)
    for (int64_t o = 0; o < e->rows / summed; o++) {
      const int64_t columns = e->columns - column < width ? e->columns - column : width;
      const float *group[OL_MAX_OPERANDS];
      find_group(e, operands, o, group);
      for (int j = 0; j < 8; j++)
        for (int64_t c = 0; c < columns; c++) parts[j][c] = 0;
      for (int64_t row = 0; row < summed; row += height) {
        const int64_t rows = summed - row < height ? summed - row : height;
        const chunk part = {row, column, rows, columns};
        run_first_steps(e, group, part, registers, rooms);
        run_step(last, registers, rows * columns, rooms[last->destination]);
        add_rows(part, row, rooms[last->destination], parts);
      }
      join_parts(columns, parts, out + o * e->columns + column);
    }
}
