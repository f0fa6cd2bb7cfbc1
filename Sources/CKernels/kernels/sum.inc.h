// Sums of interleaved parts, and products with one column, which are sums of fused terms.

// ((p0 + p4) + (p2 + p6)) + ((p1 + p5) + (p3 + p7))
INLINE float joined(octet p) {
  const quad q = p.lo + p.hi;
  return (q.x + q.z) + (q.y + q.w);
}

// The same of four sums at once.
INLINE quad joined4(octet a, octet b, octet c, octet d) {
  const quad q0 = a.lo + a.hi, q1 = b.lo + b.hi, q2 = c.lo + c.hi, q3 = d.lo + d.hi;
  const quad low01 = __builtin_shufflevector(q0, q1, 0, 4, 1, 5);
  const quad low23 = __builtin_shufflevector(q2, q3, 0, 4, 1, 5);
  const quad high01 = __builtin_shufflevector(q0, q1, 2, 6, 3, 7);
  const quad high23 = __builtin_shufflevector(q2, q3, 2, 6, 3, 7);
  const quad part01 = low01 + high01, part23 = low23 + high23;
  return __builtin_shufflevector(part01, part23, 0, 1, 4, 5)
    + __builtin_shufflevector(part01, part23, 2, 3, 6, 7);
}

// MARK: Sums

// The parts of a run's sum: part j is a lane of vector j / LANES.
enum { RUN_PARTS = 64, RUN_VECTORS = RUN_PARTS / LANES };
typedef struct run_parts {
  vec p[RUN_VECTORS];
} run_parts;

// The first `count` lanes; the others are zero.
INLINE vec first_lanes_of(const float *x, int64_t count) {
  return count >= LANES ? load(x) : count > 0 ? load_some(x, (int)count) : (vec)0;
}

// Adds what stands from `x` on, whose first element is the first part's.
INLINE void add_run(run_parts *parts, int64_t count, const float *x) {
  vec *p = parts->p;
  for (; count >= RUN_PARTS; count -= RUN_PARTS, x += RUN_PARTS)
    UNROLLED for (int j = 0; j < RUN_VECTORS; j++) p[j] += load(x + j * LANES);
  UNROLLED for (int j = 0; j < RUN_VECTORS; j++)
    if (count > j * LANES) p[j] += first_lanes_of(x + j * LANES, count - j * LANES);
}

// The second half is added to the first until one part is left.
INLINE float joined_run(run_parts *parts) {
  vec *p = parts->p;
  UNROLLED for (int half = RUN_VECTORS / 2; half > 0; half /= 2)
    UNROLLED for (int j = 0; j < half; j++) p[j] += p[j + half];
#if LANES == 16
  return joined(p[0].lo + p[0].hi);
#else
  return joined(p[0]);
#endif
}

static float sum_of_run(int64_t count, const float *x) {
  if (count <= 8) return joined((octet)0 + octet_load_some(x, (int)count));
  run_parts parts = {0};
  add_run(&parts, count, x);
  return joined_run(&parts);
}

INLINE vec vec_at(const float *x, int lanes) {
  return lanes == LANES ? load(x) : load_some(x, lanes);
}

// The same of the sums of rows, a vector of columns each.
INLINE vec joined_rows(const vec p[8]) {
  return ((p[0] + p[4]) + (p[2] + p[6])) + ((p[1] + p[5]) + (p[3] + p[7]));
}

// One vector of columns, summed over the rows.
static vec sum_of_rows(int64_t rows, int64_t stride, const float *x, int lanes) {
  vec p[8] = {0};
  int64_t r = 0;
  for (; r + 8 <= rows; r += 8, x += 8 * stride)
    UNROLLED for (int j = 0; j < 8; j++) p[j] += vec_at(x + j * stride, lanes);
  UNROLLED for (int j = 0; j < 7; j++)
    if (r + j < rows) p[j] += vec_at(x + j * stride, lanes);
  return joined_rows(p);
}

static void sum(int64_t outer, int64_t reduced, int64_t inner, const float *x, float *out) {
  for (int64_t o = 0; o < outer; o++, x += reduced * inner, out += inner) {
    if (inner == 1) {
      *out = sum_of_run(reduced, x);
      continue;
    }
    int64_t i = 0;
    for (; i + LANES <= inner; i += LANES)
      store(out + i, sum_of_rows(reduced, inner, x + i, LANES));
    const int left = (int)(inner - i);
    if (left > 0) store_some(out + i, sum_of_rows(reduced, inner, x + i, left), left);
  }
}

// MARK: Products with one column

// Up to four rows of a by the column b.
INLINE quad dots(const int rows, const ol_product *p, const float *a, const float *b) {
  octet sum[4] = {0};
  int64_t k = 0;
  for (; k + 8 <= p->k; k += 8) {
    const octet right = octet_load(b + k);
    UNROLLED for (int i = 0; i < rows; i++)
      sum[i] = FMA(octet_load(a + i * (int64_t)p->a_row + k), right, sum[i]);
  }
  if (k < p->k) {
    const int left = (int)(p->k - k);
    const octet right = octet_load_some(b + k, left);
    UNROLLED for (int i = 0; i < rows; i++)
      sum[i] = FMA(octet_load_some(a + i * (int64_t)p->a_row + k, left), right, sum[i]);
  }
  return joined4(sum[0], sum[1], sum[2], sum[3]);
}

INLINE quad first_of_quad(const int count, const float *p) {
  if (count == 4) return quad_load(p);
  quad v = 0;
  UNROLLED for (int i = 0; i < count; i++) v[i] = p[i];
  return v;
}

INLINE void store_first_of_quad(const int count, float *p, quad v) {
  if (count == 4) quad_store(p, v);
  else UNROLLED for (int i = 0; i < count; i++) p[i] = v[i];
}

// `rows` is a constant wherever this is called.
INLINE void column_part(const int rows, const ol_product *p, const operands *x, int64_t row) {
  quad v = dots(rows, p, x->a + row * p->a_row, x->b);
  quad addend = 0;
  if (p->addend == OL_ADDEND_ROW) addend = (quad)x->addend[0];
  if (p->addend == OL_ADDEND_MATRIX) addend = first_of_quad(rows, x->addend + row);
  if (p->addend && p->addend_scale != 1) addend *= p->addend_scale;
  if (p->scale != 1) v = p->addend ? FMA((quad)p->scale, v, addend) : (quad)p->scale * v;
  else if (p->addend) v += addend;
  if (p->gate == OL_GATE_RELU) v = v > 0 ? v : (quad)0;
  if (p->gate == OL_GATE_MATRIX) v = first_of_quad(rows, x->gate + row) > 0 ? v : (quad)0;
  store_first_of_quad(rows, x->c + row, v);
}

static void column_product(const ol_product *product, const operands *values) {
  const ol_product p = *product;
  const operands x = *values;
  int64_t row = 0;
  for (; row + 4 <= p.m; row += 4) column_part(4, &p, &x, row);
  switch (p.m - row) {
    case 3: column_part(3, &p, &x, row); break;
    case 2: column_part(2, &p, &x, row); break;
    case 1: column_part(1, &p, &x, row); break;
  }
}
