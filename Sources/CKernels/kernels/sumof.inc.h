// Sums of elementwise programs. Of the usual ones each term is added up in registers as soon as it is
// computed; else a chunk is computed in the first-level cache and added up there.

// What is summed: x y, x y + p q, (x - y)^2 or (x - y) p for operands x, y, p and q in place, or
// something else.
typedef enum summand { OTHER, PRODUCT, PRODUCTS, SQUARE, SCALED_DIFFERENCE } summand;

// Whether a register is an operand that has whole vectors where it stands.
INLINE bool is_vectors(const ol_elementwise *e, int i) {
  return i < e->operands && e->column_stride[i] == 1;
}

static summand summand_of(const ol_elementwise *e) {
  const ol_step *step = e->step;
  const bool are_vectors = is_vectors(e, step->a) && is_vectors(e, step->b)
    && is_vectors(e, step->d) && is_vectors(e, step->e);
  if (e->steps != 1 || !are_vectors || !is_read_in_place(e)) return OTHER;
  if (step->operation == OL_SUBTRACT && step->then == OL_THEN_SQUARE) return SQUARE;
  if (step->operation == OL_SUBTRACT && step->then == OL_THEN_MULTIPLY) return SCALED_DIFFERENCE;
  if (step->operation != OL_MULTIPLY) return OTHER;
  if (step->then == OL_THEN_ADD_TO_PRODUCT) return PRODUCTS;
  return step->then == OL_THEN_NOTHING ? PRODUCT : OTHER;
}

// Where the operands of terms stand, and how far their rows are apart.
typedef struct terms {
  const float *at[4];
  int64_t row[4];
} terms;

INLINE vec next_term(const summand kind, terms *t) {
  const vec x = load(t->at[0]), y = load(t->at[1]), difference = x - y;
  const vec product = kind == SQUARE ? difference * difference
    : kind == SCALED_DIFFERENCE      ? difference * load(t->at[2])
                                     : x * y;
  const vec term = kind == PRODUCTS ? FMA(load(t->at[2]), load(t->at[3]), product) : product;
  UNROLLED for (int i = 0; i < 4; i++) t->at[i] += t->row[i];
  return term;
}

// One vector of columns. `kind` is a constant wherever this is called.
INLINE vec sum_of_terms(const summand kind, int64_t rows, terms t) {
  vec p[8] = {0};
  int64_t r = 0;
  for (; r + 8 <= rows; r += 8)
    UNROLLED for (int j = 0; j < 8; j++) p[j] += next_term(kind, &t);
  UNROLLED for (int j = 0; j < 7; j++)
    if (r + j < rows) p[j] += next_term(kind, &t);
  return joined_rows(p);
}

static terms terms_of(const ol_elementwise *e, const float *const *group) {
  const int operand[4] = {e->step->a, e->step->b, e->step->d, e->step->e};
  terms t;
  for (int i = 0; i < 4; i++) {
    t.at[i] = group[operand[i]];
    t.row[i] = e->row_stride[operand[i]];
  }
  return t;
}

// The sums of one group.
static void sum_terms(
  const ol_elementwise *e, summand kind, const float *const *group, float *out) {
  terms t = terms_of(e, group);
  for (int64_t c = 0; c < e->columns; c += LANES) {
    vec sum;
    switch (kind) {
      case PRODUCT: sum = sum_of_terms(PRODUCT, e->group_rows, t); break;
      case PRODUCTS: sum = sum_of_terms(PRODUCTS, e->group_rows, t); break;
      case SCALED_DIFFERENCE: sum = sum_of_terms(SCALED_DIFFERENCE, e->group_rows, t); break;
      default: sum = sum_of_terms(SQUARE, e->group_rows, t); break;
    }
    store(out + c, sum);
    for (int i = 0; i < 4; i++) t.at[i] += LANES;
  }
}

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

static void sum_chunks(
  const ol_elementwise *e, const float *const *operands, float *out) {
  const int64_t summed = e->group_rows;
  const int64_t width = e->columns < CHUNK ? e->columns : CHUNK, rows_at_most = CHUNK / width;
  const int64_t height = rows_at_most < 8 ? rows_at_most : rows_at_most / 8 * 8;
  const ol_step *last = &e->step[e->steps - 1];
  scratch rooms;
  partial_sums parts;
  values registers[OL_MAX_REGISTERS];
  for (int i = 0; i < e->literals; i++)
    registers[e->operands + i] = repeated(e->literal[i], CHUNK, rooms[e->operands + i]);
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

// Adds products of neighbouring values, each rounded first.
INLINE void add_products(run_parts *parts, int64_t count, const float *a, const float *b) {
  vec *p = parts->p;
  for (; count >= RUN_PARTS; count -= RUN_PARTS, a += RUN_PARTS, b += RUN_PARTS)
    UNROLLED for (int j = 0; j < RUN_VECTORS; j++)
      p[j] += load(a + j * LANES) * load(b + j * LANES);
  UNROLLED for (int j = 0; j < RUN_VECTORS; j++)
    if (count > j * LANES)
      p[j] += first_lanes_of(a + j * LANES, count - j * LANES)
        * first_lanes_of(b + j * LANES, count - j * LANES);
}

INLINE bool is_plain_product(const ol_step *step, const values *registers) {
  return step->operation == OL_MULTIPLY && !step->then && registers[step->a].vector
    && registers[step->b].vector;
}

// One number: the sum of a run of terms.
static void sum_run(const ol_elementwise *e, const float *const *operands, float *out) {
  const ol_step *last = &e->step[e->steps - 1];
  constants rooms;
  scratch between;
  values r[OL_MAX_REGISTERS];
  run_parts parts = {0};
  find_operands(e, operands, e->rows, r, rooms);
  for (int64_t first = 0; first < e->rows; first += CHUNK) {
    const int64_t count = e->rows - first < CHUNK ? e->rows - first : CHUNK;
    run_flat_steps(e, count, r, between);
    if (is_plain_product(last, r)) {
      add_products(&parts, count, r[last->a].at, r[last->b].at);
    } else {
      run_step(last, r, count, between[last->destination]);
      add_run(&parts, count, between[last->destination]);
    }
    advance_operands(e, r);
  }
  *out = joined_run(&parts);
}

static void sum_elementwise(
  const ol_elementwise *e, const float *const *operands, float *out) {
  if (e->columns == 1) {
    sum_run(e, operands, out);
    return;
  }
  const summand kind = summand_of(e);
  if (kind == OTHER) {
    sum_chunks(e, operands, out);
    return;
  }
  const float *group[OL_MAX_OPERANDS];
  for (int64_t o = 0; o < e->rows / e->group_rows; o++) {
    find_group(e, operands, o, group);
    sum_terms(e, kind, group, out + o * e->columns);
  }
}
