// Any machine: the compiler's own lowering of vectors, and the C library's fused multiply-add where
// the processor's base has none.
#include "../tables.h"
#pragma clang fp contract(off)

#define LANES 8
#include "lanes.inc.h"
#include "plain.inc.h"

#define ROWS_OF_1 4
#define ROWS_OF_2 2
#define ROWS_OF_3 1
#define ROWS_OF_5 1
#define PREFERS_3 0
#define PAIRED_ROWS_OF_1 0
#define PAIRED_ROWS_OF_2 0
#define PAIRED_ROWS_OF_3 0
#define PIXELS_OF_1 4
#define PIXELS_OF_2 2
#define PIXELS_OF_3 1
#define PIXELS_OF_4 1
#define FILTER_OF_1 4
#define FILTER_OF_2 2
#define FILTER_OF_3 1
#define FILTER_OF_4 1
#define WIDEST_PANEL 2
#define LISTED_ACROSS 16
#define TABLE ol_portable
#define NAME "portable"
#include "table.inc.h"
