// Reads the LZ4 block format (github.com/lz4/lz4, doc/lz4_Block_format.md). Nothing is checked, so no input may come
// from outside.
#include "lz4.h"

#include <string.h>

static uint32_t read_length(const uint8_t **in, uint32_t length) {
  if (length < 15)
    return length;
  uint8_t more;
  do
    length += more = *(*in)++;
  while (more == 255);
  return length;
}

void lz4_decompress(const uint8_t *in, const uint8_t *end, uint8_t *out) {
  for (;;) {
    uint8_t token = *in++;
    uint32_t literals = read_length(&in, token >> 4);
    memcpy(out, in, literals);
    in += literals;
    out += literals;
    if (in == end)
      return;
    const uint8_t *from = out - (in[0] | in[1] << 8);
    in += 2;
    // This copies byte by byte, because a match may reach into what it makes.
    for (uint32_t length = read_length(&in, token & 15) + 4; length; length--)
      *out++ = *from++;
  }
}
