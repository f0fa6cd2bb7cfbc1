#pragma once
#include <stddef.h>
#include <stdint.h>

/// The CRC-32C (Castagnoli) of bytes that follow others whose CRC-32C is `crc`; zero for none.
uint32_t ol_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same without the processor's help; what the other is tested against.
uint32_t ol_crc32c_portable(uint32_t crc, const void *bytes, size_t count);
