// Reads one LZ4 block that the build made (component/build/lz4.ts).
#ifndef LZ4_H
#define LZ4_H

#include <stdint.h>

// Writes all of `in` up to `end` to `out`, which must have room for it. The input is trusted because it is part of the
// component.
void lz4_decompress(const uint8_t *in, const uint8_t *end, uint8_t *out);

#endif
