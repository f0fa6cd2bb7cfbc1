// Numeric kernels on plain pointers. One table of functions for each instruction set; every table
// computes the same bits.
//
// The arithmetic contract (Documentation/Numerics.md):
//   product  each element is one chain of fused multiply-adds in ascending order of the contracted
//            index; a product with one column and a row-major left factor is a sum of eight
//            partial sums instead;
//   sum      eight interleaved partial sums, p[j] over the elements j, j+8, j+16, ..., each in
//            ascending order from zero, the second half of which is added to the first until one is
//            left: ((p0+p4)+(p2+p6)) + ((p1+p5)+(p3+p7)); sixty-four where they are neighbours;
//   convolution  each element is one chain as well; see ol_convolution for its order;
//   winograd a convolution by fewer multiplications; see ol_kernels.winograd for its order;
//   pooling  terms one after the other from zero; see ol_pooling;
//   element  each step is one correctly rounded operation, or one of our own polynomials;
//   mode     round to nearest, subnormals flushed to zero on input and output.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a product adds to itself.
enum {
  OL_ADDEND_NONE = 0,
  OL_ADDEND_ROW = 1,     // n floats, the same for every row
  OL_ADDEND_MATRIX = 2,  // m * n floats; may be `c` itself
};

// What a product passes through last.
enum {
  OL_GATE_NONE = 0,
  OL_GATE_RELU = 1,    // v > 0 ? v : 0
  OL_GATE_MATRIX = 2,  // gate[i] > 0 ? v : 0, with m * n floats
};

// c = gate(scale * (a b) + addend_scale * addend), all row-major and dense but `a`, which has strides:
// a[i, p] = a[i * a_row + p * a_column]; b is [k, n], c is [m, n].
//
// Where addend_scale is not 1 the addend is multiplied by it first, and rounded.
// Where scale is 1 the chain starts at the addend (else at zero); otherwise the chain starts at
// zero and the result is fma(scale, chain, addend), or scale * chain without an addend.
// With n = 1 and a_column = 1 the chain is replaced by the sum contract over fused terms: partial
// sums p[j] = fma(a[i, p], b[p], p[j]) from zero, joined, then the addend is added (or the fma).
typedef struct ol_product {
  int32_t m, n, k;
  int32_t a_row, a_column;
  float scale, addend_scale;
  uint8_t addend, gate;
} ol_product;

// Images x [images, height, width, inputs], windows y [images, down, across, outputs] and a filter
// f [filter_height, filter_width, inputs, outputs]. The tap (i, j) of the window (v, w) reads the
// pixel (v * stride_down + i - top, w * stride_across + j - left), if there is one. What follows is
// scaled, added and gated as in a product, a row being the last axis.
//
// A filter may be computed in parts, some images each: its chain then starts where the result's has
// come to if it `continues`, and is not scaled, added to or gated as long as it `is_open`.
typedef struct ol_convolution {
  int32_t images, inputs, outputs;
  int32_t height, width, down, across;
  int32_t filter_height, filter_width, stride_down, stride_across, top, left;
  float scale, addend_scale;
  uint8_t addend, gate;
  bool continues, is_open;
} ol_convolution;

// Images [images, height, width, channels], and one number for each window and channel,
// [images, down, across, channels]. Every window lies on its image.
typedef struct ol_pooling {
  int32_t images, channels;
  int32_t height, width, down, across;
  int32_t window_height, window_width, stride_down, stride_across;
} ol_pooling;

// One step of an elementwise program, on registers.
enum {
  OL_ADD = 0,      // a + b
  OL_SUBTRACT,     // a - b
  OL_MULTIPLY,     // a * b
  OL_DIVIDE,       // a / b
  OL_MAXIMUM,      // a > b ? a : b
  OL_MINIMUM,      // a < b ? a : b
  OL_GATE,         // b > 0 ? a : 0
  OL_FMA,          // fma(a, b, c)
  OL_NEGATE,       // -a
  OL_EXP,
  OL_LOG,
  OL_TANH,
  OL_SIN,
  OL_COS,
  OL_SQRT,
  OL_COPY,         // a
};

// What becomes of the value t of an addition, subtraction, multiplication, division, multiply-add or
// root in the same step.
enum {
  OL_THEN_NOTHING = 0,
  OL_THEN_ADD,             // t + d
  OL_THEN_SUBTRACT,        // t - d
  OL_THEN_SUBTRACT_FROM,   // d - t
  OL_THEN_MULTIPLY,        // t * d
  OL_THEN_FMA,             // fma(t, d, e)
  OL_THEN_ADD_TO_PRODUCT,  // fma(d, e, t)
  OL_THEN_GATE,            // d > 0 ? t : 0
  OL_THEN_GATE_OTHER,      // t > 0 ? d : 0
  OL_THEN_RELU,            // t > 0 ? t : 0
  OL_THEN_SQUARE,          // t * t
};

typedef struct ol_step {
  uint8_t operation, destination, a, b, c, then, d, e;
} ol_step;

enum { OL_MAX_OPERANDS = 8, OL_MAX_LITERALS = 8, OL_MAX_STEPS = 24, OL_MAX_REGISTERS = 32 };

// An elementwise program over a [rows, columns] result, row-major and dense, whose rows are in groups.
// Registers are numbered operands first, then literals, then temporaries. Operand i at column c of
// row r of group g is operand[g * group_stride + r * row_stride + c * column_stride], with
// column_stride 0 or 1 and any others. The
// last step's value is the result, whatever its destination; a destination is always a temporary.
// The result may be one of the operands if that operand is dense.
typedef struct ol_elementwise {
  int32_t rows, columns;
  int32_t group_rows;  // divides `rows`; a result that is summed has one row for each group
  uint8_t operands, literals, steps;
  int32_t group_stride[OL_MAX_OPERANDS], row_stride[OL_MAX_OPERANDS];
  uint8_t column_stride[OL_MAX_OPERANDS];
  float literal[OL_MAX_LITERALS];
  ol_step step[OL_MAX_STEPS];
} ol_elementwise;

enum { OL_MAX_SETS = 16, OL_MAX_GATHERED = 512 };

// The same program on several sets of operands. Each has a result of its own, and operands that are as
// dense as it or one value. All results are known only when all operands have been read.
typedef struct ol_several {
  // One row of the results side by side, each at a multiple of 16; OL_MAX_GATHERED columns at most.
  ol_elementwise all;
  int32_t sets;
  int32_t count[OL_MAX_SETS];
  // Of each set, bit i: whether operand i is one value.
  uint8_t repeated[OL_MAX_SETS];
} ol_several;

enum { OL_MAX_RANK = 8 };

// out (dense, of these sizes, row-major) from an input with any strides, 0 included.
typedef struct ol_copy {
  int32_t rank;
  int32_t size[OL_MAX_RANK];
  int32_t stride[OL_MAX_RANK];
} ol_copy;

// `batch` matrices to transpose or arrays to sum, one after the other, each [outer, reduced, inner].
// A filter to transform is [outer, inner] pairs of channels.
typedef struct ol_extent {
  int64_t batch, outer, reduced, inner;
} ol_extent;

// The same value `count` times.
typedef struct ol_fill {
  int64_t count;
  float value;
} ol_fill;

// Which kernel a call is of, and what its parameters are.
enum {
  OL_CALL_PRODUCT = 0,      // ol_product
  OL_CALL_ELEMENTWISE,      // ol_elementwise
  OL_CALL_SUM_ELEMENTWISE,  // ol_elementwise
  OL_CALL_SEVERAL,          // ol_several; each set's operands are followed by its result
  OL_CALL_SUM,              // ol_extent, with a batch of one
  OL_CALL_TRANSPOSE,        // ol_extent, of matrices [outer, inner]
  OL_CALL_COPY,             // ol_copy
  OL_CALL_FILL,             // ol_fill
  OL_CALL_RAMP,             // ol_fill: 0, 1, 2, ... whatever the value
  OL_CALL_CONVOLVE,         // ol_convolution, here and below
  OL_CALL_CONVOLVE_BY_INPUT,
  OL_CALL_CONVOLVE_BY_FILTER,
  OL_CALL_WINOGRAD,
  OL_CALL_WINOGRAD_BY_INPUT,
  OL_CALL_WINOGRAD_BY_FILTER,
  OL_CALL_WINOGRAD_FILTER,    // ol_extent
  OL_CALL_WINOGRAD_GRADIENT,  // ol_extent
  OL_CALL_POOL_MAXIMUM,       // ol_pooling, here and below
  OL_CALL_POOL_ROUTE,
  OL_CALL_POOL_PICK,
  OL_CALL_POOL_SUM,
  OL_CALL_POOL_SPREAD,
};

enum { OL_MAX_AHEAD = 12 };

// Values that later calls read or write, in the order in which they do, counted in floats from the
// base. A call that computes for long asks for them meanwhile, so that a near cache has them by then.
typedef struct ol_ahead {
  int32_t ranges;
  int32_t first[OL_MAX_AHEAD], count[OL_MAX_AHEAD];
} ol_ahead;

struct ol_call;

// Runs one call on values from `base` on; `operands` points at those of all elementwise calls.
typedef void (*ol_runner)(
  const struct ol_call *call, float *base, const float *const *operands);

// A call of a kernel, ready to run: places are counted in floats from the base.
typedef struct ol_call {
  ol_runner run;
  const void *parameters;
  int32_t operands;  // of an elementwise call: where its own begin among all
  int32_t a, b, addend, gate, out;
  const ol_ahead *ahead;  // may be null; convolutions fetch it, others do not
} ol_call;

// All buffers are aligned to 64 bytes and padded to a multiple of 64 bytes; what stands in the
// padding of an input is arbitrary, and the padding of an output may be overwritten.
typedef struct ol_kernels {
  const char *name;
  void (*product)(
    const ol_product *p, const float *a, const float *b, const float *addend, const float *gate,
    float *c);
  void (*elementwise)(const ol_elementwise *e, const float *const *operands, float *out);
  // out[o, i] = sum over r of x[o, r, i], for x [outer, reduced, inner].
  void (*sum)(int64_t outer, int64_t reduced, int64_t inner, const float *x, float *out);
  // out[j, i] = x[i, j]
  void (*transpose)(int64_t rows, int64_t columns, const float *x, float *out);
  void (*copy)(const ol_copy *shape, const float *x, float *out);
  // y from x and f. The chain runs over taps row by row, then inputs.
  void (*convolve)(
    const ol_convolution *c, const float *x, const float *f, const float *addend,
    const float *gate, float *y);
  // x from y and f, the latter as [filter_height, filter_width, outputs, inputs]. The chain runs
  // over taps row by row, then outputs.
  void (*convolve_by_input)(
    const ol_convolution *c, const float *y, const float *f, const float *addend,
    const float *gate, float *x);
  // f from x and y. The chain runs over images, then windows row by row.
  void (*convolve_by_filter)(
    const ol_convolution *c, const float *x, const float *y, const float *addend,
    const float *gate, float *f);
  // The largest of each window of x: where v > best, v, from the first tap on, row by row.
  void (*pool_maximum)(const ol_pooling *p, const float *x, float *out);
  // Images: zeros, but the number u of each window where the largest of the window of x stands;
  // added up in the order of the windows where they overlap.
  void (*pool_route)(const ol_pooling *p, const float *x, const float *u, float *out);
  // What the images u have where the largest of each window of x stands.
  void (*pool_pick)(const ol_pooling *p, const float *x, const float *u, float *out);
  // The sum of each window, from zero, tap by tap.
  void (*pool_sum)(const ol_pooling *p, const float *x, float *out);
  // Images: each window's number added to every pixel of the window, in the order of the windows.
  void (*pool_spread)(const ol_pooling *p, const float *u, float *out);
  // out[o, i] = sum over r of x[o, r, i], for the result x of an elementwise program, o being a group.
  // With one column there is one group, and every operand is as dense as x or one value.
  void (*sum_elementwise)(
    const ol_elementwise *e, const float *const *operands, float *out);
  // The same three convolutions where the filter is 3x3, strides are one, and inputs and outputs are
  // multiples of 16, by Winograd's F(2x2, 3x3). What is written (windows or pixels) is cut into
  // squares of 2x2 from the top left corner on. The square at (v, w) is made of a patch of 4x4, which
  // starts where the first tap of (v, w) reads; what is outside the image is zero. Patches and the
  // filter become 4x4 positions by one transform of their columns and then the same of their rows:
  //   patch    d0 - d2, d1 + d2, d2 - d1, d1 - d3
  //   filter   g0, ((g0 + g2) + g1) / 2, ((g0 + g2) - g1) / 2, g2
  // At each position a chain from zero runs over the channels that are read. From the chains the
  // square comes by a transform of columns, then rows:
  //   square   (m0 + m1) + m2, (m1 - m2) - m3
  // The result is gate(fma(scale, square, addend_scale * addend)), or gate(scale * square).
  //
  // `u` is what winograd_filter makes of f, [4, 4, inputs, outputs]. By input it is that of f as
  // [3, 3, outputs, inputs]; squares of pixels are made of patches of windows, with the filter
  // turned by half (its positions in the order 3, 1, 2, 0 down and across).
  //
  // By filter, a chain at each position runs over the squares of windows of all images, row by row,
  // of patches times what the windows of a square become by
  //   windows  y0, y0 + y1, y0 - y1, -y1
  // The result m [4, 4, inputs, outputs] becomes a filter by winograd_gradient; nothing is scaled,
  // added or gated. A chain goes on in m where the convolution `continues`.
  void (*winograd)(
    const ol_convolution *c, const float *x, const float *u, const float *addend,
    const float *gate, float *y);
  void (*winograd_by_input)(
    const ol_convolution *c, const float *y, const float *u, const float *addend,
    const float *gate, float *x);
  void (*winograd_by_filter)(const ol_convolution *c, const float *x, const float *y, float *m);
  // A filter f [3, 3, pairs] at all positions, u [4, 4, pairs], `pairs` being a multiple of 16.
  void (*winograd_filter)(int64_t pairs, const float *f, float *u);
  // f [3, 3, pairs] from m [4, 4, pairs], by a transform of columns, then rows:
  //   gradient  m0 + (m1 + m2) / 2, (m1 - m2) / 2, (m1 + m2) / 2 + m3
  void (*winograd_gradient)(int64_t pairs, const float *m, float *f);
  // What runs calls of a kind with these parameters, which it may be fitted to.
  ol_runner (*runner)(int kind, const void *parameters);
} ol_kernels;

// Runs calls one after the other, in the mode of the contract whatever the thread's is.
void ol_run(
  int64_t count, const ol_call *calls, float *base, const float *const *operands);

// The tables this machine can run, fastest first; the portable one is always last.
int ol_kernels_count(void);
const ol_kernels *ol_kernels_at(int index);

// Sets the floating-point mode of the contract on this thread and returns the former mode.
uint64_t ol_enter_float_mode(void);
void ol_leave_float_mode(uint64_t mode);

// Asks the system to back whole pages of memory by pages as large as it has, which it may refuse.
void ol_ask_for_large_pages(void *start, int64_t bytes);

// Gives the system back the pages within memory that is about to be freed: what it holds is lost at once.
void ol_give_pages_back(void *start, int64_t bytes);

// Whether none of n floats is infinite or not a number.
bool ol_all_finite(int64_t n, const float *x);

// sum[i] += x[i], in the mode of the contract whatever the thread's is.
void ol_add(int64_t n, const float *x, float *sum);

#ifdef __cplusplus
}
#endif
