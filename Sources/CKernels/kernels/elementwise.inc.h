// Elementwise programs, a chunk of the result at a time: each step runs over the whole chunk before
// the next one starts, with what is between them in the first-level cache.

enum { CHUNK = 512 };

// Values of one register for a chunk: `step` is LANES, or 0 where all of them are the vector `at`.
typedef struct values {
  const float *at;
  int64_t step;
} values;

typedef float scratch[OL_MAX_REGISTERS][CHUNK + LANES];

// Steps of two operations at once, the value between them in a register.
#define EACH_PAIR(FIRST, THEN)                                                            \
  for (int64_t i = 0; i < n; i += LANES, a += s, b += t, c += u, d += v, e += w) {        \
    const vec x = load(a), y = load(b), z = load(c), p = load(d), q = load(e);            \
    (void)x, (void)y, (void)z, (void)p, (void)q;                                          \
    const vec r = FIRST;                                                                  \
    store(out + i, THEN);                                                                 \
  }                                                                                       \
  break

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
  const float *a = registers[step->a].at, *b = registers[step->b].at, *c = registers[step->c].at;
  const float *d = registers[step->d].at, *e = registers[step->e].at;
  const int64_t s = registers[step->a].step, t = registers[step->b].step;
  const int64_t u = registers[step->c].step, v = registers[step->d].step;
  const int64_t w = registers[step->e].step;
  switch (step->operation) {
    case OL_ADD: EACH_THEN(x + y);
    case OL_SUBTRACT: EACH_THEN(x - y);
    case OL_MULTIPLY: EACH_THEN(x * y);
    default: EACH_THEN(FMA(x, y, z));
  }
}

#undef EACH_PAIR
#undef EACH_THEN

#define EACH(...)                                                             \
  for (int64_t i = 0; i < n; i += LANES, a += s, b += t, c += u) {            \
    const vec x = load(a), y = load(b), z = load(c);                          \
    (void)x, (void)y, (void)z;                                                \
    store(out + i, __VA_ARGS__);                                              \
  }                                                                           \
  break

static void run_step(const ol_step *step, const values *registers, int64_t n, float *out) {
  if (step->then) {
    run_pair(step, registers, n, out);
    return;
  }
  const float *a = registers[step->a].at, *b = registers[step->b].at, *c = registers[step->c].at;
  const int64_t s = registers[step->a].step, t = registers[step->b].step;
  const int64_t u = registers[step->c].step;
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
    case OL_EXP: EACH(exponential(x));
    case OL_LOG: EACH(logarithm(x));
    case OL_TANH: EACH(hyperbolic_tangent(x));
    case OL_SIN: EACH(sine(x));
    case OL_COS: EACH(cosine(x));
    case OL_SQRT: EACH(__builtin_elementwise_sqrt(x));
    default: EACH(x);
  }
}

#undef EACH

// A part of the result: some whole rows, or a part of one.
typedef struct chunk {
  int64_t row, column, rows, columns;
} chunk;

static values repeated(float value, float *room) {
  store(room, (vec)value);
  return (values){room, 0};
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
  if (fits_vectors(x, n)) return (values){x, LANES};
  __builtin_memcpy(room, x, sizeof(float) * (uint64_t)n);
  return (values){room, LANES};
}

// Operand i over a chunk: where it stands, or written out as the result's own rows.
static values operand_values(
  const ol_elementwise *e, int i, const float *x, chunk part, float *room) {
  const int64_t row_stride = e->row_stride[i], first = part.row * row_stride;
  const bool is_column = e->column_stride[i] == 0;
  if (is_dense(e, i) || (part.rows == 1 && !is_column))
    return neighbours(x + first + part.column, part.rows * part.columns, room);
  if (part.rows == 1 || (row_stride == 0 && is_column)) return repeated(x[first], room);
  const bool is_known = row_stride == 0 && part.row > 0;
  for (int64_t r = 0; r < part.rows && !is_known; r++)
    fill_row(part.columns, is_column, x + first + r * row_stride, room + r * part.columns);
  return (values){room, LANES};
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
    registers[to] = (values){rooms[to], LANES};
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
  float rooms[OL_MAX_OPERANDS + OL_MAX_LITERALS][LANES];
  values registers[OL_MAX_OPERANDS + OL_MAX_LITERALS];
  for (int i = 0; i < e->operands; i++) {
    const bool is_one_value = e->column_stride[i] == 0 && (e->rows == 1 || e->row_stride[i] == 0);
    registers[i] =
      is_one_value ? repeated(*operands[i], rooms[i]) : (values){operands[i], LANES};
  }
  for (int i = 0; i < e->literals; i++)
    registers[e->operands + i] = repeated(e->literal[i], rooms[e->operands + i]);
  run_step(e->step, registers, (int64_t)e->rows * e->columns, out);
}

// Where the operands of a group begin.
static void find_group(
  const ol_elementwise *e, const float *const *operands, int64_t index, const float **group) {
  for (int i = 0; i < e->operands; i++) group[i] = operands[i] + index * e->group_stride[i];
}

// One group; after the last there is nothing to be read.
static void elementwise_group(
  const ol_elementwise *e, const float *const *operands, int64_t rows, int64_t columns,
  bool is_last_group, values registers[OL_MAX_REGISTERS], scratch rooms, float *out) {
  const int64_t width = columns < CHUNK ? columns : CHUNK, height = CHUNK / width;
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
  for (int i = 0; i < e->literals; i++)
    registers[e->operands + i] = repeated(e->literal[i], rooms[e->operands + i]);
  const int64_t rows = e->rows, columns = e->columns;
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
