// Every kernel of one instruction set, and the table of them. The file that includes this has
// defined TABLE and NAME.
#include "ahead.inc.h"
#include "product.inc.h"
#include "sum.inc.h"
#include "functions.inc.h"
#include "steps.inc.h"
#include "elementwise.inc.h"
#include "flat.inc.h"
#include "several.inc.h"
#include "sumof.inc.h"
#include "layout.inc.h"
#include "tiles.inc.h"
#include "taps.inc.h"
#include "pixels.inc.h"
#include "convolution.inc.h"
#include "windows.inc.h"
#include "filtertiles.inc.h"
#include "filter.inc.h"
#include "winograd.inc.h"
#include "winogradproducts.inc.h"
#include "winogradimages.inc.h"
#include "winogradfilter.inc.h"
#include "pooling.inc.h"

INLINE bool is_column_product(const ol_product *p) { return p->n == 1 && p->a_column == 1; }

static void product(
  const ol_product *p, const float *a, const float *b, const float *addend, const float *gate,
  float *c) {
  const operands x = {a, b, addend, gate, c, 0};
  if (is_column_product(p)) column_product(p, &x);
  else matrix_product(p, &x);
}

#define DEFINE_CONVOLUTION(name)                                                          \
  static void name(                                                                       \
    const ol_convolution *c, const float *a, const float *b, const float *addend,         \
    const float *gate, float *out) {                                                      \
    fetcher nothing = fetcher_of(a, 0);                                                   \
    const operands x = {a, b, addend, gate, out, &nothing};                               \
    name##_values(c, &x);                                                                 \
  }
DEFINE_CONVOLUTION(convolve)
DEFINE_CONVOLUTION(convolve_by_input)
DEFINE_CONVOLUTION(convolve_by_filter)
DEFINE_CONVOLUTION(winograd)
DEFINE_CONVOLUTION(winograd_by_input)

static void winograd_by_filter(
  const ol_convolution *c, const float *x, const float *y, float *m) {
  fetcher nothing = fetcher_of(x, 0);
  const operands all = {x, y, 0, 0, m, &nothing};
  winograd_by_filter_values(c, &all);
}

#include "calls.inc.h"

const ol_kernels TABLE = {
  NAME, product, elementwise, sum, transpose, copy, convolve, convolve_by_input, convolve_by_filter,
  pool_maximum, pool_route, pool_pick, pool_sum, pool_spread, sum_elementwise,
  winograd, winograd_by_input, winograd_by_filter, winograd_filter, winograd_gradient, runner};
