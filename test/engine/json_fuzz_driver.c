// Runs json_index over cases from standard input, for json_fuzz.test.ts. A case is a shape and a text; a number is 32
// bits. The shape: the two trees of wanted paths, each with its number of leaves before it, then the key of the rows. A
// step of a tree: its key (or NO_KEY and an index), its leaf, how many children it has, and these. A key or text: its
// length, and its bytes.
// For each case a line: `error OFFSET MESSAGE`, or `LEVELS ROWS`, and START-END for each leaf of the head and of each
// row, with the decoded bytes in hexadecimal where it is a string.
#include "json_index.h"
#include "json_string.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_KEY 0xffffffffu
#define SEQUENCE 0xfffffffeu // in place of the key of the rows: the text is a sequence

static bool read_number(uint32_t *number) { return fread(number, 1, 4, stdin) == 4; }

static uint32_t number(void) {
  uint32_t read;
  if (!read_number(&read))
    exit(2);
  return read;
}

// As long as it must be and no longer, so that a sanitizer sees every byte too many; `spare` bytes of 0 after it.
static uint8_t *bytes(uint32_t length, uint32_t spare) {
  uint8_t *read = malloc(length + spare);
  if (fread(read, 1, length, stdin) != length)
    exit(2);
  memset(read + length, 0, spare);
  return read;
}

static void read_step(json_step *step) {
  step->key_length = number();
  if (step->key_length == NO_KEY)
    step->index = number();
  else
    step->key = bytes(step->key_length, 0);
  step->leaf = (int)number();
  uint32_t children = number();
  json_step **link = &step->child;
  for (; children; children--) {
    *link = calloc(1, sizeof **link);
    read_step(*link);
    link = &(*link)->sibling;
  }
}

static void free_step(json_step *step) {
  free(step->key);
  for (json_step *child = step->child, *next; child; child = next) {
    next = child->sibling;
    free_step(child);
    free(child);
  }
}

static void print_span(const uint8_t *text, json_span span) {
  printf(" %u-%u", span.start, span.end);
  if (span.end == 0 || text[span.start] != '"')
    return;
  uint32_t length = span.end - span.start;
  uint8_t *decoded = malloc(length);
  uint32_t count = json_string_decode(text + span.start, length, decoded);
  putchar('=');
  for (uint32_t i = 0; i < count; i++)
    printf("%02x", decoded[i]);
  free(decoded);
}

static void run(json_shape *shape, const uint8_t *text, uint32_t length) {
  json_index index = {.text = text, .length = length};
  json_error error;
  if (!json_index_build(shape, &index, &error)) {
    printf("error %u %s\n", error.offset, error.message);
  } else {
    printf("%u %u", index.levels, index.row_count);
    for (uint32_t i = 0; i < shape->head_leaves; i++)
      print_span(text, index.head[i]);
    for (uint32_t i = 0; i < index.row_count * shape->row_leaves; i++)
      print_span(text, index.rows[i]);
    printf("\n");
  }
  free(index.head);
  free(index.rows);
}

int main(void) {
  json_shape shape = {0};
  while (read_number(&shape.head_leaves)) {
    read_step(&shape.head);
    shape.row_leaves = number();
    read_step(&shape.row);
    shape.rows_key_length = number();
    shape.sequence = shape.rows_key_length == SEQUENCE;
    if (shape.rows_key_length != NO_KEY && !shape.sequence)
      shape.rows_key = bytes(shape.rows_key_length, 0);
    uint32_t length = number();
    uint8_t *text = bytes(length, 1);
    run(&shape, text, length);
    free(text);
    free_step(&shape.head);
    free_step(&shape.row);
    free(shape.rows_key);
    shape = (json_shape){0};
  }
  return 0;
}
