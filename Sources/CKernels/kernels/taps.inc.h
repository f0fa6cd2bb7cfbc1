// Which taps of a filter bear on a position of an image. Rows and columns are alike and separate.

INLINE int least(int a, int b) { return a < b ? a : b; }
INLINE int most(int a, int b) { return a > b ? a : b; }

// One axis of a convolution whose results are images: windows over pixels, or pixels under windows.
typedef struct axis {
  int positions, sources;  // of results, and of what is read
  int size, stride, before;
  bool is_backward;  // whether results are pixels
} axis;

// The taps first, first + step, ... read the sources source, source + 1 (or - 1), ...
typedef struct taps {
  int first, count, source;
} taps;

INLINE int tap_step(const axis *a) { return a->is_backward ? a->stride : 1; }
INLINE int source_step(const axis *a) { return a->is_backward ? -1 : 1; }

INLINE taps forward_taps(const axis *a, int position) {
  const int start = position * a->stride - a->before, first = most(-start, 0);
  return (taps){first, least(a->size, a->sources - start) - first, start + first};
}

INLINE taps backward_taps(const axis *a, int position) {
  const int reach = position + a->before;
  const int first = most(reach % a->stride, reach - (a->sources - 1) * a->stride);
  const int last = least(reach, a->size - 1);
  const int count = last < first ? 0 : (last - first) / a->stride + 1;
  return (taps){first, count, (reach - first) / a->stride};
}

static taps taps_at(const axis *a, int position) {
  const taps found = a->is_backward ? backward_taps(a, position) : forward_taps(a, position);
  return found.count > 0 ? found : (taps){0};
}

// The positions first, first + stride, ..., on which the same taps bear: `at` those of the first.
// From one position to the next, sources advance by `run_advance`.
typedef struct run {
  int first, count;
  taps at;
} run;

INLINE int run_stride(const axis *a) { return a->is_backward ? a->stride : 1; }
INLINE int run_advance(const axis *a) { return a->is_backward ? 1 : a->stride; }

static run run_from(const axis *a, int first) {
  run r = {first, 1, taps_at(a, first)};
  for (int next = first + run_stride(a); next < a->positions; next += run_stride(a), r.count++) {
    const taps at = taps_at(a, next);
    if (at.first != r.at.first || at.count != r.at.count) break;
  }
  return r;
}

// The run after this one; it has no positions where this was the last.
static run run_after(const axis *a, const run *r) {
  int next = r->first + r->count * run_stride(a);
  if (next >= a->positions) {
    // On to the next phase of the stride.
    next = r->first % run_stride(a) + 1;
    if (next >= least(run_stride(a), a->positions)) return (run){0};
  }
  return run_from(a, next);
}

#define EACH_RUN(r, a) for (run r = run_from(a, 0); r.count > 0; r = run_after(a, &r))

// Windows along one axis: first, first + 1, ..., before end.
typedef struct range {
  int first, end;
} range;

INLINE range overlap(range a, range b) {
  return (range){most(a.first, b.first), least(a.end, b.end)};
}

// The windows whose tap reads a pixel.
static range windows_of_tap(int tap, int windows, int image, int stride, int before) {
  const int shift = before - tap;  // window w reads the pixel w * stride - shift
  const int first = shift > 0 ? (shift + stride - 1) / stride : 0;
  const int last = image - 1 + shift;
  return (range){first, last < 0 ? first : most(first, least(windows, last / stride + 1))};
}
