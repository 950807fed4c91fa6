// Decompresses a block from standard input, for sanitizers.test.ts: the 32-bit length of what it holds, then the block.
// Buffers are as long as they must be and no longer, so that a sanitizer sees every byte too many.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lz4.h"

int main(void) {
  uint32_t length;
  static uint8_t input[1 << 20];
  if (fread(&length, 1, 4, stdin) != 4)
    return 1;
  size_t size = fread(input, 1, sizeof input, stdin);
  uint8_t *block = malloc(size), *out = malloc(length ? length : 1);
  memcpy(block, input, size);
  lz4_decompress(block, block + size, out);
  fwrite(out, 1, length, stdout);
  free(block);
  free(out);
  return 0;
}
