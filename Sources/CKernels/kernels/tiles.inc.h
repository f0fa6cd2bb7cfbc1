// How high and wide the tiles of convolutions may be. The file that includes this has defined, for
// each width n in vectors up to four, PIXELS_OF_n and FILTER_OF_n, the most rows of a tile whose
// results are images or a filter; WIDEST_PANEL, the widest that is good for high tiles; and
// LISTED_ACROSS, the windows across from which on a filter's tiles walk along lines.

enum { MOST_TILE_ROWS = 12, WIDEST_TILE = 4 };

#define EACH_TILE_HEIGHT(CASE) \
  CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
