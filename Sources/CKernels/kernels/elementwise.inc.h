// Elementwise programs, a chunk of the result at a time: each step runs over the whole chunk before
// the next one starts, with what is between them in the first-level cache.

enum {
  CHUNK = 512,
  // Values that are taken at once, where there are so many.
  BLOCK = 64,
};

// Values of one register for a chunk: how many floats lead from a block to the next, and from a vector
// to the next within one. Both are 0 where all values are the same; blocks may be the same as well.
typedef struct values {
  const float *at;
  int64_t block, vector;
} values;

typedef float scratch[OL_MAX_REGISTERS][CHUNK + LANES];

// Every operand's next vector, and what becomes of them.
#define EACH_VALUE(UNROLLING, NAMES, VALUE)                                               \
  do {                                                                                    \
    int64_t i = 0;                                                                        \
    for (; i + BLOCK <= n; i += BLOCK, NEXT(block))                                       \
      UNROLLING for (int64_t o = 0; o < BLOCK; o += LANES) {                              \
        NAMES                                                                             \
        store(out + i + o, VALUE);                                                        \
      }                                                                                   \
    for (const int64_t o = 0; i < n; i += LANES, NEXT(vector)) {                          \
      NAMES                                                                               \
      store(out + i, VALUE);                                                              \
    }                                                                                     \
  } while (0);                                                                            \
  break

// Steps of two operations at once, the value between them in a register.
#define NEXT(part) a += A.part, b += B.part, c += C.part, d += D.part, e += E.part
#define PAIR_VALUES(FIRST)                                                                \
  const vec x = load(a + o), y = load(b + o), z = load(c + o);                            \
  const vec p = load(d + o), q = load(e + o);                                             \
  (void)x, (void)y, (void)z, (void)p, (void)q;                                            \
  const vec r = FIRST;
#define EACH_PAIR(FIRST, THEN) EACH_VALUE(UNROLLED, PAIR_VALUES(FIRST), THEN)

#define EACH_THEN(FIRST)                                                                  \
  switch (step->then) {                                                                   \
    case OL_THEN_ADD: EACH_PAIR(FIRST, r + p);                                            \
    case OL_THEN_SUBTRACT: EACH_PAIR(FIRST, r - p);                                       \
    case OL_THEN_SUBTRACT_FROM: EACH_PAIR(FIRST, p - r);                                  \
    case OL_THEN_MULTIPLY: EACH_PAIR(FIRST, r * p);                                       \
    case OL_THEN_FMA: EACH_PAIR(FIRST, FMA(r, p, q));                                     \
    case OL_THEN_ADD_TO_PRODUCT: EACH_PAIR(FIRST, FMA(p, q, r));                          \
    case OL_THEN_GATE: EACH_PAIR(FIRST, gated(r, p));                                     \
    case OL_THEN_GATE_OTHER: EACH_PAIR(FIRST, gated(p, r));                               \
    case OL_THEN_SQUARE: EACH_PAIR(FIRST, r * r);                                         \
    default: EACH_PAIR(FIRST, gated(r, r));                                               \
  }                                                                                       \
  break

static void run_pair(const ol_step *step, const values *registers, int64_t n, float *out) {
  const values A = registers[step->a], B = registers[step->b], C = registers[step->c];
  const values D = registers[step->d], E = registers[step->e];
  const float *a = A.at, *b = B.at, *c = C.at, *d = D.at, *e = E.at;
  switch (step->operation) {
    case OL_ADD: EACH_THEN(x + y);
    case OL_SUBTRACT: EACH_THEN(x - y);
    case OL_MULTIPLY: EACH_THEN(x * y);
    default: EACH_THEN(FMA(x, y, z));
  }
}

#undef EACH_THEN
#undef EACH_PAIR
#undef PAIR_VALUES
#undef NEXT

#define NEXT(part) a += A.part, b += B.part, c += C.part
#define STEP_VALUES                                                                       \
  const vec x = load(a + o), y = load(b + o), z = load(c + o);                            \
  (void)x, (void)y, (void)z;
#define EACH(...) EACH_VALUE(UNROLLED, STEP_VALUES, (__VA_ARGS__))
#define EACH_CALL(...) EACH_VALUE(NOT_UNROLLED, STEP_VALUES, (__VA_ARGS__))

static void run_step(const ol_step *step, const values *registers, int64_t n, float *out) {
  if (step->then) {
    run_pair(step, registers, n, out);
    return;
  }
  const values A = registers[step->a], B = registers[step->b], C = registers[step->c];
  const float *a = A.at, *b = B.at, *c = C.at;
  switch (step->operation) {
    case OL_ADD: EACH(x + y);
    case OL_SUBTRACT: EACH(x - y);
    case OL_MULTIPLY: EACH(x * y);
    case OL_DIVIDE: EACH(x / y);
    case OL_MAXIMUM: EACH(larger(x, y));
    case OL_MINIMUM: EACH(smaller(x, y));
    case OL_GATE: EACH(gated(x, y));
    case OL_FMA: EACH(FMA(x, y, z));
    case OL_NEGATE: EACH(-x);
    case OL_EXP: EACH_CALL(exponential(x));
    case OL_LOG: EACH_CALL(logarithm(x));
    case OL_TANH: EACH_CALL(hyperbolic_tangent(x));
    case OL_SIN: EACH_CALL(sine(x));
    case OL_COS: EACH_CALL(cosine(x));
    case OL_SQRT: EACH(__builtin_elementwise_sqrt(x));
    default: EACH(x);
  }
}

#undef EACH_CALL
#undef EACH
#undef STEP_VALUES
#undef NEXT
#undef EACH_VALUE

// A part of the result: some whole rows, or a part of one.
typedef struct chunk {
  int64_t row, column, rows, columns;
} chunk;

// The same value n times: no more than a block of it is read.
static values repeated(float value, int64_t n, float *room) {
  for (int64_t i = 0; i < (n < BLOCK ? LANES : BLOCK); i += LANES) store(room + i, (vec)value);
  return (values){room, 0, 0};
}

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

// Whether every operand is as dense as the result, or one value: then rows do not matter.
static bool is_flat(const ol_elementwise *e) {
  for (int i = 0; i < e->operands; i++) {
    const bool is_one_value =
      e->column_stride[i] == 0 && e->row_stride[i] == 0 && e->group_stride[i] == 0;
    if (!is_one_value && !is_dense(e, i)) return false;
  }
  return true;
}

// One step over a flat result, all at once: there is nothing between steps to be kept in a cache.
static void one_step(const ol_elementwise *e, const float *const *operands, float *out) {
  float rooms[OL_MAX_OPERANDS + OL_MAX_LITERALS][BLOCK];
  values registers[OL_MAX_OPERANDS + OL_MAX_LITERALS];
  const int64_t n = (int64_t)e->rows * e->columns;
  for (int i = 0; i < e->operands; i++) {
    const bool is_one_value = e->column_stride[i] == 0 && (e->rows == 1 || e->row_stride[i] == 0);
    registers[i] =
      is_one_value ? repeated(*operands[i], n, rooms[i]) : (values){operands[i], BLOCK, LANES};
  }
  for (int i = 0; i < e->literals; i++)
    registers[e->operands + i] = repeated(e->literal[i], n, rooms[e->operands + i]);
  run_step(e->step, registers, n, out);
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

static void elementwise(const ol_elementwise *e, const float *const *operands, float *out) {
  scratch rooms;
  values registers[OL_MAX_REGISTERS];
  const int64_t rows = e->rows, columns = e->columns;
  for (int i = 0; i < e->literals; i++)
    registers[e->operands + i] = repeated(e->literal[i], rows * columns, rooms[e->operands + i]);
  if (rows == 1 || is_flat(e)) {
    elementwise_group(e, operands, 1, rows * columns, true, registers, rooms, out);
    return;
  }
  const float *group[OL_MAX_OPERANDS];
  for (int64_t index = 0, first = 0; first < rows; index++, first += e->group_rows) {
    find_group(e, operands, index, group);
    elementwise_group(
      e, group, e->group_rows, columns, first + e->group_rows == rows, registers, rooms,
      out + first * columns);
  }
}
