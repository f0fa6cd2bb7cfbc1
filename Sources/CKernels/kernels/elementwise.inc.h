// Elementwise programs, a chunk of the result at a time: each step runs over the whole chunk before
// the next one starts, with what is between them in the first-level cache.

enum { CHUNK = 512 };

typedef float scratch[OL_MAX_REGISTERS][CHUNK + LANES] __attribute__((aligned(64)));

// A part of the result: some whole rows, or a part of one.
typedef struct chunk {
  int64_t row, column, rows, columns;
} chunk;

// The same row as often as n values have it: rows of which some make a block.
static values repeated_row(int64_t columns, const float *x, int64_t n, float *room) {
  if (columns == BLOCK) return (values){x, 0, LANES};
  for (int64_t i = 0; i < n && i < BLOCK; i += columns)
    for (int64_t c = 0; c < columns; c++) room[i + c] = x[c];
  return (values){room, 0, LANES};
}

INLINE void fill_row(int64_t columns, bool is_one_value, const float *x, float *out) {
  if (is_one_value) for (int64_t c = 0; c < columns; c++) out[c] = *x;
  else for (int64_t c = 0; c < columns; c++) out[c] = x[c];
}

// Whether an operand is laid out as the result is.
INLINE bool is_dense(const ol_elementwise *e, int i) {
  return e->row_stride[i] == e->columns && (e->column_stride[i] == 1 || e->columns == 1);
}

// Whether whole vectors may be read or written at `x` for n values: what they touch beyond is then at
// most the buffer's padding, or values that are allowed to be touched.
INLINE bool fits_vectors(const float *x, int64_t n) {
  return n % LANES == 0 || (uintptr_t)x % sizeof(vec) == 0;
}

// n neighbouring values, where they stand if whole vectors may be read there.
static values neighbours(const float *x, int64_t n, float *room) {
  if (fits_vectors(x, n)) return (values){x, BLOCK, LANES};
  __builtin_memcpy(room, x, sizeof(float) * (uint64_t)n);
  return (values){room, BLOCK, LANES};
}

// Operand i over a chunk: where it stands, or written out as the result's own rows.
static values operand_values(
  const ol_elementwise *e, int i, const float *x, chunk part, float *room) {
  const int64_t row_stride = e->row_stride[i], first = part.row * row_stride;
  const int64_t n = part.rows * part.columns;
  const bool is_column = e->column_stride[i] == 0;
  if (is_dense(e, i) || (part.rows == 1 && !is_column))
    return neighbours(x + first + part.column, n, room);
  if (part.rows == 1 || (row_stride == 0 && is_column)) return repeated(x[first], n, room);
  if (row_stride == 0 && BLOCK % part.columns == 0) return repeated_row(part.columns, x, n, room);
  const bool is_known = row_stride == 0 && part.row > 0;
  for (int64_t r = 0; r < part.rows && !is_known; r++)
    fill_row(part.columns, is_column, x + first + r * row_stride, room + r * part.columns);
  return (values){room, BLOCK, LANES};
}

// All steps but the last for a chunk.
static void run_first_steps(
  const ol_elementwise *e, const float *const *operands, chunk part,
  values registers[OL_MAX_REGISTERS], scratch rooms) {
  const int64_t n = part.rows * part.columns;
  for (int i = 0; i < e->operands; i++)
    registers[i] = operand_values(e, i, operands[i], part, rooms[i]);
  for (int s = 0; s < e->steps - 1; s++) {
    const int to = e->step[s].destination;
    run_step(&e->step[s], registers, n, rooms[to]);
    registers[to] = (values){rooms[to], BLOCK, LANES};
  }
}

static void run_chunk(
  const ol_elementwise *e, const float *const *operands, chunk part, bool is_last,
  values registers[OL_MAX_REGISTERS], scratch rooms, float *out) {
  const int64_t n = part.rows * part.columns, offset = part.row * e->columns + part.column;
  run_first_steps(e, operands, part, registers, rooms);
  // Behind a chunk that is not the last there may be values still to be read.
  const ol_step *last = &e->step[e->steps - 1];
  if (n % LANES == 0 || (is_last && fits_vectors(out + offset, n))) {
    run_step(last, registers, n, out + offset);
  } else {
    run_step(last, registers, n, rooms[last->destination]);
    __builtin_memcpy(out + offset, rooms[last->destination], sizeof(float) * (uint64_t)n);
  }
}

// Where the operands of a group begin.
static void find_group(
  const ol_elementwise *e, const float *const *operands, int64_t index, const float **group) {
  for (int i = 0; i < e->operands; i++) group[i] = operands[i] + index * e->group_stride[i];
}

// Whether no operand has to be written out for a chunk, however long that is.
static bool is_read_in_place(const ol_elementwise *e) {
  if (e->columns % LANES != 0 || BLOCK % e->columns != 0) return false;
  for (int i = 0; i < e->operands; i++)
    if (!is_dense(e, i) && e->row_stride[i] != 0) return false;
  return true;
}

// One group; after the last there is nothing to be read.
static void elementwise_group(
  const ol_elementwise *e, const float *const *operands, int64_t rows, int64_t columns,
  bool is_last_group, values registers[OL_MAX_REGISTERS], scratch rooms, float *out) {
  const int64_t width = columns < CHUNK ? columns : CHUNK;
  // Between steps a chunk has to be in the first-level cache.
  const int64_t height = e->steps == 1 && is_read_in_place(e) ? rows : CHUNK / width;
  for (int64_t row = 0; row < rows; row += height)
    for (int64_t column = 0; column < columns; column += width) {
      chunk part = {row, column, rows - row, columns - column};
      if (part.rows > height) part.rows = height;
      if (part.columns > width) part.columns = width;
      const bool is_last =
        is_last_group && row + part.rows == rows && column + part.columns == columns;
      run_chunk(e, operands, part, is_last, registers, rooms, out);
    }
}

static void elementwise_rows(
  const ol_elementwise *e, const float *const *operands, float *out) {
  scratch rooms;
  values registers[OL_MAX_REGISTERS];
  const int64_t rows = e->rows, columns = e->columns;
  for (int i = 0; i < e->literals; i++)
    registers[e->operands + i] = repeated(e->literal[i], rows * columns, rooms[e->operands + i]);
  const float *group[OL_MAX_OPERANDS];
  for (int64_t index = 0, first = 0; first < rows; index++, first += e->group_rows) {
    find_group(e, operands, index, group);
    elementwise_group(
      e, group, e->group_rows, columns, first + e->group_rows == rows, registers, rooms,
      out + first * columns);
  }
}
