// Kernels as calls: each finds its parameters and its values by a record.

#include "onetile.inc.h"

CALL(column_product) {
  const operands x = PRODUCT_VALUES;
  column_product(call->parameters, &x);
}

CALL(matrix_product) {
  const operands x = PRODUCT_VALUES;
  matrix_product(call->parameters, &x);
}

#define DEFINE_ELEMENTWISE_CALL(name)                                         \
  CALL(name) { name(call->parameters, all_operands + call->operands, VALUE(out)); }
DEFINE_ELEMENTWISE_CALL(elementwise_rows)
DEFINE_ELEMENTWISE_CALL(flat)
DEFINE_ELEMENTWISE_CALL(one_step)
DEFINE_ELEMENTWISE_CALL(one_vector)

DEFINE_ELEMENTWISE_CALL(sum_elementwise)

CALL(several) { several(call->parameters, all_operands + call->operands); }

CALL(sum) {
  const ol_extent *x = call->parameters;
  sum(x->outer, x->reduced, x->inner, VALUE(a), VALUE(out));
}

CALL(transpose) {
  const ol_extent *x = call->parameters;
  for (int64_t i = 0, size = x->outer * x->inner; i < x->batch; i++)
    transpose(x->outer, x->inner, VALUE(a) + i * size, VALUE(out) + i * size);
}

CALL(copy) { copy(call->parameters, VALUE(a), VALUE(out)); }

CALL(fill) {
  const ol_fill *fill = call->parameters;
  for (int64_t i = 0; i < fill->count; i++) VALUE(out)[i] = fill->value;
}

CALL(ramp) {
  const ol_fill *fill = call->parameters;
  for (int64_t i = 0; i < fill->count; i++) VALUE(out)[i] = (float)i;
}

#define DEFINE_CONVOLUTION_CALL(name)                                                     \
  CALL(name) {                                                                            \
    fetcher ahead = fetcher_of(base, call->ahead);                                        \
    const operands x = {                                                                  \
      VALUE(a), VALUE(b), VALUE(addend), VALUE(gate), VALUE(out), &ahead};                \
    name##_values(call->parameters, &x);                                                  \
  }
DEFINE_CONVOLUTION_CALL(convolve)
DEFINE_CONVOLUTION_CALL(convolve_by_input)
DEFINE_CONVOLUTION_CALL(convolve_by_filter)
DEFINE_CONVOLUTION_CALL(winograd)
DEFINE_CONVOLUTION_CALL(winograd_by_input)
DEFINE_CONVOLUTION_CALL(winograd_by_filter)

INLINE int64_t pairs_of(const ol_extent *x) { return x->outer * x->inner; }

CALL(winograd_filter) { winograd_filter(pairs_of(call->parameters), VALUE(a), VALUE(out)); }
CALL(winograd_gradient) { winograd_gradient(pairs_of(call->parameters), VALUE(a), VALUE(out)); }

CALL(pool_maximum) { pool_maximum(call->parameters, VALUE(a), VALUE(out)); }
CALL(pool_route) { pool_route(call->parameters, VALUE(a), VALUE(b), VALUE(out)); }
CALL(pool_pick) { pool_pick(call->parameters, VALUE(a), VALUE(b), VALUE(out)); }
CALL(pool_sum) { pool_sum(call->parameters, VALUE(a), VALUE(out)); }
CALL(pool_spread) { pool_spread(call->parameters, VALUE(a), VALUE(out)); }

static ol_runner product_runner(const ol_product *p) {
  if (is_column_product(p)) return column_product_call;
  const ol_runner fitted = one_tile(p);
  return fitted ? fitted : matrix_product_call;
}

static ol_runner elementwise_runner(const ol_elementwise *e) {
  if (!is_flat(e)) return elementwise_rows_call;
  if ((int64_t)e->rows * e->columns <= LANES) return one_vector_call;
  return e->steps == 1 ? one_step_call : flat_call;
}

static ol_runner runner(int kind, const void *parameters) {
  switch (kind) {
    case OL_CALL_PRODUCT: return product_runner(parameters);
    case OL_CALL_ELEMENTWISE: return elementwise_runner(parameters);
    case OL_CALL_SUM_ELEMENTWISE: return sum_elementwise_call;
    case OL_CALL_SEVERAL: return several_call;
    case OL_CALL_SUM: return sum_call;
    case OL_CALL_TRANSPOSE: return transpose_call;
    case OL_CALL_COPY: return copy_call;
    case OL_CALL_FILL: return fill_call;
    case OL_CALL_RAMP: return ramp_call;
    case OL_CALL_CONVOLVE: return convolve_call;
    case OL_CALL_CONVOLVE_BY_INPUT: return convolve_by_input_call;
    case OL_CALL_CONVOLVE_BY_FILTER: return convolve_by_filter_call;
    case OL_CALL_WINOGRAD: return winograd_call;
    case OL_CALL_WINOGRAD_BY_INPUT: return winograd_by_input_call;
    case OL_CALL_WINOGRAD_BY_FILTER: return winograd_by_filter_call;
    case OL_CALL_WINOGRAD_FILTER: return winograd_filter_call;
    case OL_CALL_WINOGRAD_GRADIENT: return winograd_gradient_call;
    case OL_CALL_POOL_MAXIMUM: return pool_maximum_call;
    case OL_CALL_POOL_ROUTE: return pool_route_call;
    case OL_CALL_POOL_PICK: return pool_pick_call;
    case OL_CALL_POOL_SUM: return pool_sum_call;
    case OL_CALL_POOL_SPREAD: return pool_spread_call;
    default: return 0;
  }
}
