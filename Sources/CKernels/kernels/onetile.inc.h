// Calls of products that are one tile: of so small ones it would cost as much to find the tiles.

#define CALL(name) \
  static void name##_call(const ol_call *call, float *base, const float *const *all_operands)
#define VALUE(place) (base + call->place)
#define PRODUCT_VALUES \
  ((operands){VALUE(a), VALUE(b), VALUE(addend), VALUE(gate), VALUE(out), 0})

INLINE int lanes_of_last(const ol_product *p) { return (p->n - 1) % LANES + 1; }

#define DEFINE_ONE_TILE(vectors, ends, name, rows)                                    \
  CALL(tile_##vectors##_##ends##_##name) {                                            \
    const ol_product *p = call->parameters;                                           \
    const operands x = PRODUCT_VALUES;                                                \
    const tail last = (ends) == PAIRED && (rows) == 1 ? NARROW : ends;                \
    tile(rows, vectors, last, p, &x, (corner){0, 0, lanes_of_last(p)});               \
  }

// Full tiles, one below the other.
#define DEFINE_COLUMN_OF_TILES(vectors, ends, rows)                                   \
  CALL(tiles_##vectors##_##ends) {                                                    \
    const ol_product p = *(const ol_product *)call->parameters;                       \
    const operands x = PRODUCT_VALUES;                                                \
    const int lanes = lanes_of_last(&p);                                              \
    for (int64_t row = 0; row + (rows) <= p.m; row += (rows))                         \
      tile(rows, vectors, ends, &p, &x, (corner){row, 0, lanes});                     \
  }

// What runs a product as wide as one panel, if it is one row or one full tile.
#define DEFINE_ONE_TILE_TO(vectors, ends, rows)                                       \
  DEFINE_ONE_TILE(vectors, ends, full, rows)                                          \
  DEFINE_ONE_TILE(vectors, ends, 1, 1)                                                \
  DEFINE_COLUMN_OF_TILES(vectors, ends, rows)                                         \
  static ol_runner one_tile_##vectors##_##ends(const ol_product *p) {                 \
    return p->m == 1 ? tile_##vectors##_##ends##_1_call                               \
      : p->m == (rows) ? tile_##vectors##_##ends##_full_call                          \
      : (rows) > 0 && p->m % (rows) == 0 ? tiles_##vectors##_##ends##_call : 0;       \
  }

#define DEFINE_ONE_TILE_OF(vectors, rows, paired_rows)                                \
  DEFINE_ONE_TILE_TO(vectors, WHOLE, rows)                                            \
  DEFINE_ONE_TILE_TO(vectors, NARROW, rows)                                           \
  DEFINE_ONE_TILE_TO(vectors, PAIRED, paired_rows)                                    \
  static ol_runner one_tile_##vectors(const ol_product *p) {                          \
    const int lanes = lanes_of_last(p);                                               \
    return lanes == LANES ? one_tile_##vectors##_WHOLE(p)                             \
      : lanes == LANES / 2 && (paired_rows) ? one_tile_##vectors##_PAIRED(p)          \
      : one_tile_##vectors##_NARROW(p);                                               \
  }

DEFINE_ONE_TILE_OF(1, ROWS_OF_1, PAIRED_ROWS_OF_1)
DEFINE_ONE_TILE_OF(2, ROWS_OF_2, PAIRED_ROWS_OF_2)
DEFINE_ONE_TILE_OF(3, ROWS_OF_3, PAIRED_ROWS_OF_3)
DEFINE_ONE_TILE_OF(5, ROWS_OF_5, 0)

// Nothing where a product is not one tile.
static ol_runner one_tile(const ol_product *p) {
  const int64_t vectors = ((int64_t)p->n + LANES - 1) / LANES;
  if (p->m < 1 || panel_width(vectors) != vectors) return 0;
  switch (vectors) {
    case 1: return one_tile_1(p);
    case 2: return one_tile_2(p);
    case 3: return one_tile_3(p);
    default: return one_tile_5(p);
  }
}
