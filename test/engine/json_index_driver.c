// Runs json_index over texts from standard input, for the tests beside it: each is a 32-bit length and its bytes.
// For each text a line: `rows N` and the spans of every row, or `error OFFSET MESSAGE`. With `no-memory` a line for
// each run in which one allocation failed, and for the one in which none did; with `decode` the texts are JSON strings,
// and come out decoded. With `sequence` at the end the texts are sequences of rows.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_string.h"

#include "json_index.h"

// The shape { head: [['kind']], rowsKey: 'items', row: [[], ['a'], ['a', 'b'], ['l', 1], ['é\n']] }.
static json_step odd = {.key = (uint8_t *)"\xc3\xa9\n", .key_length = 3, .leaf = 4};
static json_step second = {.index = 1, .leaf = 3};
static json_step list = {.key = (uint8_t *)"l", .key_length = 1, .leaf = -1, .child = &second, .sibling = &odd};
static json_step inner = {.key = (uint8_t *)"b", .key_length = 1, .leaf = 2};
static json_step outer = {.key = (uint8_t *)"a", .key_length = 1, .leaf = 1, .child = &inner, .sibling = &list};
static json_step kind = {.key = (uint8_t *)"kind", .key_length = 4, .leaf = 0};
static json_shape shape = {.head = {.leaf = -1, .child = &kind},
                           .row = {.leaf = 0, .child = &outer},
                           .rows_key = (uint8_t *)"items",
                           .rows_key_length = 5,
                           .head_leaves = 1,
                           .row_leaves = 5};

#ifdef FAILING_ALLOCATIONS
// How many more allocations there are memory for.
static long allowed = -1;
static int fails(void) { return allowed >= 0 && allowed-- == 0; }
void *failing_malloc(size_t size);
void *failing_realloc(void *pointer, size_t size);
void *failing_calloc(size_t count, size_t size);
void *failing_malloc(size_t size) { return fails() ? NULL : malloc(size); }
void *failing_realloc(void *pointer, size_t size) { return fails() ? NULL : realloc(pointer, size); }
void *failing_calloc(size_t count, size_t size) { return fails() ? NULL : calloc(count, size); }
#endif

static void run(uint8_t *text, uint32_t length) {
  json_index index = {.text = text, .length = length};
  json_error error;
  if (!json_index_build(&shape, &index, &error)) {
    printf("error %u %s\n", error.offset, error.message);
  } else {
    printf("rows %u head %u %u", index.row_count, index.head[0].start, index.head[0].end);
    for (uint32_t i = 0; i < index.row_count * shape.row_leaves; i++)
      printf(" %u %u", index.rows[i].start, index.rows[i].end);
    printf("\n");
  }
  free(index.head);
  free(index.rows);
}

#ifdef FAILING_ALLOCATIONS
static void run_without_memory(uint8_t *text, uint32_t length) {
  for (long number = 0;; number++) {
    allowed = number;
    run(text, length);
    if (allowed >= 0)
      break;
  }
}

static void decode(const uint8_t *text, uint32_t length) {
  uint8_t *out = malloc(length);
  uint32_t decoded = json_string_decode(text, length, out);
  fwrite(out, 1, decoded, stdout);
  putchar(0);
  free(out);
}
#endif

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  shape.sequence = argc > 1 && !strcmp(argv[argc - 1], "sequence");
  uint32_t length;
  while (fread(&length, 1, 4, stdin) == 4) {
    uint8_t *text = malloc(length + 1);
    if (fread(text, 1, length, stdin) != length)
      return 1;
    text[length] = 0;
#ifdef FAILING_ALLOCATIONS
    if (!strcmp(mode, "no-memory"))
      run_without_memory(text, length);
    else if (!strcmp(mode, "decode"))
      decode(text, length);
    else
#endif
      run(text, length);
    free(text);
  }
  return 0;
}
