// Elementwise programs whose operands are all as dense as the result, or one value: rows do not
// matter, and whole vectors may be read and written, since every buffer is aligned and padded.

INLINE bool is_one_value(const ol_elementwise *e, int i) {
  return e->column_stride[i] == 0 && e->group_stride[i] == 0
    && (e->rows == 1 || e->row_stride[i] == 0);
}

static bool is_flat(const ol_elementwise *e) {
  for (int i = 0; i < e->operands; i++)
    if (!is_one_value(e, i) && !is_dense(e, i) && e->rows > 1) return false;
  return true;
}

// A result of one vector at most, all steps of it in registers.
static void one_vector(const ol_elementwise *e, const float *const *operands, float *out) {
  vec r[OL_MAX_REGISTERS], value = 0;
  for (int i = 0; i < e->operands; i++)
    r[i] = is_one_value(e, i) ? (vec)*operands[i] : load(operands[i]);
  for (int i = 0; i < e->literals; i++) r[e->operands + i] = (vec)e->literal[i];
  for (const ol_step *s = e->step; s != e->step + e->steps; s++)
    r[s->destination] = value = then_value(s, first_value(s, r), r);
  store(out, value);
}

enum { MOST_CONSTANTS = OL_MAX_OPERANDS + OL_MAX_LITERALS };
typedef float constants[MOST_CONSTANTS][BLOCK] __attribute__((aligned(64)));

// What stands where before the first step.
INLINE void find_operands(
  const ol_elementwise *e, const float *const *operands, int64_t n, values *registers,
  constants rooms) {
  for (int i = 0; i < e->operands; i++)
    registers[i] =
      is_one_value(e, i) ? repeated(*operands[i], n, rooms[i]) : (values){operands[i], BLOCK, LANES};
  for (int i = 0; i < e->literals; i++)
    registers[e->operands + i] = repeated(e->literal[i], n, rooms[e->operands + i]);
}

// All at once: there is nothing between steps to be kept in a cache.
static void one_step(const ol_elementwise *e, const float *const *operands, float *out) {
  const int64_t n = (int64_t)e->rows * e->columns;
  constants rooms;
  values registers[MOST_CONSTANTS];
  find_operands(e, operands, n, registers, rooms);
  run_step(e->step, registers, n, out);
}

// All steps but the last for a chunk.
INLINE void run_flat_steps(
  const ol_elementwise *e, int64_t count, values *registers, scratch between) {
  for (const ol_step *s = e->step; s != e->step + e->steps - 1; s++) {
    run_step(s, registers, count, between[s->destination]);
    registers[s->destination] = (values){between[s->destination], BLOCK, LANES};
  }
}

INLINE void advance_operands(const ol_elementwise *e, values *registers) {
  for (int i = 0; i < e->operands; i++) registers[i].at += registers[i].vector ? CHUNK : 0;
}

// A chunk at a time.
static void flat(const ol_elementwise *e, const float *const *operands, float *out) {
  const int64_t n = (int64_t)e->rows * e->columns;
  constants rooms;
  scratch between;
  values registers[OL_MAX_REGISTERS];
  find_operands(e, operands, n, registers, rooms);
  for (int64_t first = 0; first < n; first += CHUNK) {
    const int64_t count = n - first < CHUNK ? n - first : CHUNK;
    run_flat_steps(e, count, registers, between);
    run_step(&e->step[e->steps - 1], registers, count, out + first);
    advance_operands(e, registers);
  }
}

static void elementwise(const ol_elementwise *e, const float *const *operands, float *out) {
  if (!is_flat(e)) elementwise_rows(e, operands, out);
  else if (e->steps == 1) one_step(e, operands, out);
  else flat(e, operands, out);
}
