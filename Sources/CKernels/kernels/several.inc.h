// One elementwise program on several small sets of operands, which are gathered side by side so that
// each step runs once.

// The place that so many floats take among others, which every set begins at a vector of.
INLINE int64_t padded(int64_t count) { return (count + 15) / 16 * 16; }

INLINE void gather(int64_t count, bool is_one_value, const float *x, float *to) {
  for (int64_t c = 0; c < count; c += LANES) store(to + c, is_one_value ? (vec)*x : load(x + c));
}

static void several(const ol_several *g, const float *const *pointers) {
  const ol_elementwise *e = &g->all;
  const int64_t n = e->columns;
  const ol_step *last = &e->step[e->steps - 1];
  constants rooms;
  scratch between;
  values r[OL_MAX_REGISTERS];
  for (int i = 0; i < e->operands; i++) r[i] = (values){between[i], BLOCK, LANES};
  for (int i = 0; i < e->literals; i++)
    r[e->operands + i] = repeated(e->literal[i], n, rooms[i]);
  const float *const *operand = pointers;
  for (int64_t s = 0, first = 0; s < g->sets; first += padded(g->count[s]), s++, operand++)
    for (int i = 0; i < e->operands; i++)
      gather(g->count[s], g->repeated[s] >> i & 1, *operand++, between[i] + first);
  run_flat_steps(e, n, r, between);
  float *result = between[last->destination];
  run_step(last, r, n, result);
  for (int64_t s = 0; s < g->sets; result += padded(g->count[s]), s++) {
    pointers += e->operands;
    gather(g->count[s], false, result, (float *)*pointers++);
  }
}
