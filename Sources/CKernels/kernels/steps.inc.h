// Steps of elementwise programs: what each makes of vectors x, y and z, and what becomes of that
// value t with p and q. Each combination is a function of its own, with a loop that does it all in
// registers.

#define EACH_FIRST_OF_TWO(DO)    \
  DO(ADD, x + y)                 \
  DO(SUBTRACT, x - y)            \
  DO(MULTIPLY, x * y)            \
  DO(DIVIDE, x / y)              \
  DO(FMA, FMA(x, y, z))          \
  DO(SQRT, __builtin_elementwise_sqrt(x))
#define EACH_CHOICE(DO)          \
  DO(MAXIMUM, larger(x, y))      \
  DO(MINIMUM, smaller(x, y))     \
  DO(GATE, gated(x, y))          \
  DO(NEGATE, -x)                 \
  DO(COPY, x)
#define EACH_FUNCTION(DO)        \
  DO(EXP, exponential(x))        \
  DO(LOG, logarithm(x))          \
  DO(TANH, hyperbolic_tangent(x)) \
  DO(SIN, sine(x))               \
  DO(COS, cosine(x))
#define EACH_ONLY(DO) EACH_CHOICE(DO) EACH_FUNCTION(DO)
#define EACH_THEN(DO, FIRST, VALUE)                  \
  DO(FIRST, VALUE, NOTHING, t)                       \
  DO(FIRST, VALUE, ADD, t + p)                       \
  DO(FIRST, VALUE, SUBTRACT, t - p)                  \
  DO(FIRST, VALUE, SUBTRACT_FROM, p - t)             \
  DO(FIRST, VALUE, MULTIPLY, t * p)                  \
  DO(FIRST, VALUE, FMA, FMA(t, p, q))                \
  DO(FIRST, VALUE, ADD_TO_PRODUCT, FMA(p, q, t))     \
  DO(FIRST, VALUE, GATE, gated(t, p))                \
  DO(FIRST, VALUE, GATE_OTHER, gated(p, t))          \
  DO(FIRST, VALUE, RELU, gated(t, t))                \
  DO(FIRST, VALUE, SQUARE, t * t)

// Values that are taken at once, where there are so many.
enum { BLOCK = 64 };

// Values of one register: how many floats lead from a block to the next, and from a vector to the
// next after the last block. Both are 0 where all values are the same; blocks may be the same as well.
typedef struct values {
  const float *at;
  int64_t block, vector;
} values;

// The same value n times: no more than a block of it is read.
INLINE values repeated(float value, int64_t n, float *room) {
  store(room, (vec)value);
  if (n >= BLOCK) UNROLLED for (int o = LANES; o < BLOCK; o += LANES) store(room + o, (vec)value);
  return (values){room, 0, 0};
}

// One step over n values, of which whole vectors are read and written.
typedef void step_loop(const ol_step *step, const values *registers, int64_t n, float *out);

#define DEFINE_LOOP_IN(UNROLLING, FIRST, VALUE, THEN, RESULT)                             \
  static void loop_##FIRST##_##THEN(                                                      \
    const ol_step *step, const values *r, int64_t n, float *out) {                        \
    const values A = r[step->a], B = r[step->b], C = r[step->c], D = r[step->d];          \
    const values E = r[step->e];                                                          \
    const float *a = A.at, *b = B.at, *c = C.at, *d = D.at, *e = E.at;                    \
    int64_t i = 0;                                                                        \
    for (; i + BLOCK <= n; i += BLOCK, ADVANCE(block))                                    \
      UNROLLING for (int o = 0; o < BLOCK; o += LANES) ONE_VECTOR(VALUE, RESULT);         \
    for (const int o = 0; i < n; i += LANES, ADVANCE(vector)) ONE_VECTOR(VALUE, RESULT);  \
  }
#define ADVANCE(part) a += A.part, b += B.part, c += C.part, d += D.part, e += E.part
#define ONE_VECTOR(VALUE, RESULT)                                                         \
  {                                                                                       \
    const vec x = load(a + o), y = load(b + o), z = load(c + o);                          \
    const vec p = load(d + o), q = load(e + o);                                           \
    (void)x, (void)y, (void)z, (void)p, (void)q;                                          \
    const vec t = VALUE;                                                                  \
    store(out + i + o, RESULT);                                                           \
  }
#define DEFINE_LOOP(FIRST, VALUE, THEN, RESULT) \
  DEFINE_LOOP_IN(UNROLLED, FIRST, VALUE, THEN, RESULT)
#define DEFINE_LOOPS(FIRST, VALUE) EACH_THEN(DEFINE_LOOP, FIRST, VALUE)
#define DEFINE_CHOICE(FIRST, VALUE) DEFINE_LOOP(FIRST, VALUE, NOTHING, t)
#define DEFINE_FUNCTION(FIRST, VALUE) DEFINE_LOOP_IN(NOT_UNROLLED, FIRST, VALUE, NOTHING, t)
EACH_FIRST_OF_TWO(DEFINE_LOOPS)
EACH_CHOICE(DEFINE_CHOICE)
EACH_FUNCTION(DEFINE_FUNCTION)

#define LOOP(FIRST, VALUE, THEN, RESULT) [OL_##FIRST][OL_THEN_##THEN] = loop_##FIRST##_##THEN,
#define LOOPS(FIRST, VALUE) EACH_THEN(LOOP, FIRST, VALUE)
#define ONLY_LOOP(FIRST, VALUE) LOOP(FIRST, VALUE, NOTHING, t)
static step_loop *const step_loops[OL_COPY + 1][OL_THEN_SQUARE + 1] = {
  EACH_FIRST_OF_TWO(LOOPS) EACH_ONLY(ONLY_LOOP)};

INLINE void run_step(const ol_step *step, const values *registers, int64_t n, float *out) {
  step_loops[step->operation][step->then](step, registers, n, out);
}

// The same of one vector in each register.
#define FIRST_CASE(FIRST, VALUE) case OL_##FIRST: return VALUE;
static vec first_value(const ol_step *step, const vec *r) {
  const vec x = r[step->a], y = r[step->b], z = r[step->c];
  switch (step->operation) { EACH_FIRST_OF_TWO(FIRST_CASE) EACH_ONLY(FIRST_CASE) }
  return x;
}

#define THEN_CASE(FIRST, VALUE, THEN, RESULT) case OL_THEN_##THEN: return RESULT;
INLINE vec then_value(const ol_step *step, vec t, const vec *r) {
  const vec p = r[step->d], q = r[step->e];
  switch (step->then) { EACH_THEN(THEN_CASE, , ) }
  return t;
}

#undef ADVANCE
#undef ONE_VECTOR
