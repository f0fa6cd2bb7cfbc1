// 128-bit vectors in pairs, with fused multiply-add: every 64-bit Arm.
#if defined(__aarch64__)
#include "../tables.h"
#pragma clang fp contract(off)

#define LANES 8
#include "lanes.inc.h"
#include "plain.inc.h"

// Thirty-two registers, two to a vector.
#define ROWS_OF_1 6
#define ROWS_OF_2 6
#define ROWS_OF_3 4
#define ROWS_OF_5 2
#define PREFERS_3 0
#define PAIRED_ROWS_OF_1 0
#define PAIRED_ROWS_OF_2 0
#define PAIRED_ROWS_OF_3 0
#define PIXELS_OF_1 8
#define PIXELS_OF_2 6
#define PIXELS_OF_3 4
#define PIXELS_OF_4 3
#define FILTER_OF_1 12
#define FILTER_OF_2 6
#define FILTER_OF_3 4
#define FILTER_OF_4 3
#define WIDEST_PANEL 2
#define LISTED_ACROSS 16
#define TABLE ol_neon
#define NAME "neon"
#include "table.inc.h"
#endif
