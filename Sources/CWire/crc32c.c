// CRC-32C: remainders by the Castagnoli polynomial, bits in reflected order, inverted at both ends.
#include "crc32c.h"
#include <string.h>

// Remainders of a byte that is followed by 0...7 zero bytes, so that eight bytes take one turn.
static uint32_t remainders[8][256];

static uint64_t load64(const unsigned char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

static uint32_t by_table(uint32_t state, const unsigned char *bytes, size_t count) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  for (; count >= 8; bytes += 8, count -= 8) {
    uint64_t word = load64(bytes) ^ state;
    state = 0;
    for (int i = 0; i < 8; i++) state ^= remainders[7 - i][(word >> (8 * i)) & 0xFF];
  }
#endif
  for (; count > 0; bytes++, count--) state = remainders[0][(state ^ *bytes) & 0xFF] ^ (state >> 8);
  return state;
}

#if defined(__x86_64__)
#include <immintrin.h>

enum { lane = 512 };

// The state after `lane` or twice as many zero bytes: a product with x^(8 bytes) without carries,
// of which 33 factors x come from the multiplication's bit order and the instruction itself.
#define LANE_SHIFT 0xdd7e3b0cu
#define TWO_LANES_SHIFT 0x170076fau

__attribute__((target("sse4.2,pclmul"))) static uint64_t shifted(uint64_t state, uint32_t factor) {
  __m128i product =
      _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)state), _mm_cvtsi32_si128((int)factor), 0);
  return _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(product));
}

// The instruction takes three cycles but starts every cycle: three lanes keep it busy.
__attribute__((target("sse4.2,pclmul"))) static uint32_t by_instruction(
    uint32_t state, const unsigned char *bytes, size_t count) {
  uint64_t a = state;
  for (; count >= 3 * lane; bytes += 3 * lane, count -= 3 * lane) {
    uint64_t b = 0, c = 0;
    for (size_t i = 0; i < lane; i += 8) {
      a = _mm_crc32_u64(a, load64(bytes + i));
      b = _mm_crc32_u64(b, load64(bytes + lane + i));
      c = _mm_crc32_u64(c, load64(bytes + 2 * lane + i));
    }
    a = shifted(a, TWO_LANES_SHIFT) ^ shifted(b, LANE_SHIFT) ^ c;
  }
  for (; count >= 8; bytes += 8, count -= 8) a = _mm_crc32_u64(a, load64(bytes));
  for (; count > 0; bytes++, count--) a = _mm_crc32_u8((uint32_t)a, *bytes);
  return (uint32_t)a;
}

static int has_instruction(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>

static uint32_t by_instruction(uint32_t state, const unsigned char *bytes, size_t count) {
  for (; count >= 8; bytes += 8, count -= 8) state = __crc32cd(state, load64(bytes));
  for (; count > 0; bytes++, count--) state = __crc32cb(state, *bytes);
  return state;
}

static int has_instruction(void) { return 1; }

#else

static uint32_t by_instruction(uint32_t state, const unsigned char *bytes, size_t count) {
  return by_table(state, bytes, count);
}

static int has_instruction(void) { return 0; }

#endif

static uint32_t (*fastest)(uint32_t, const unsigned char *, size_t) = by_table;

// Before `main`, so that no thread ever finds the tables half made.
__attribute__((constructor)) static void prepare(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t state = byte;
    for (int bit = 0; bit < 8; bit++) state = (state >> 1) ^ (state & 1 ? 0x82F63B78u : 0);
    remainders[0][byte] = state;
  }
  for (int zeros = 1; zeros < 8; zeros++) {
    for (int byte = 0; byte < 256; byte++) {
      uint32_t before = remainders[zeros - 1][byte];
      remainders[zeros][byte] = (before >> 8) ^ remainders[0][before & 0xFF];
    }
  }
  if (has_instruction()) fastest = by_instruction;
}

uint32_t ol_crc32c(uint32_t crc, const void *bytes, size_t count) {
  return ~fastest(~crc, bytes, count);
}

uint32_t ol_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
  return ~by_table(~crc, bytes, count);
}
