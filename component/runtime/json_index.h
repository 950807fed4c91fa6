// Finds the wanted parts of a JSON text in one validating pass, without building any value. It must know neither
// JavaScript nor the host, so that it can be tested and fuzzed by itself.
#ifndef JSON_INDEX_H
#define JSON_INDEX_H

#include <stdbool.h>
#include <stdint.h>

// Deeper texts are refused, so that everything that walks over values stays within its stack.
#define JSON_MAX_DEPTH 500

// The most bytes that the spans of the rows may take in all, and for each byte of the text.
#define JSON_ROW_BYTES (8u << 20)
#define JSON_ROW_FACTOR 2

// A range of bytes in the text. `end` is 0 if the path leads nowhere, because no value ends at 0.
typedef struct {
  uint32_t start, end;
} json_span;

// A step of a wanted path, in a tree of all wanted paths.
typedef struct json_step {
  uint8_t *key; // NULL: an array index
  uint32_t key_length;
  uint32_t index;
  int leaf;          // which span the value goes to, -1 for none
  uint32_t seen_row; // 1 + the row in which this step was last found, for duplicate keys
  struct json_step *child, *sibling;
} json_step;

typedef struct {
  json_step head;    // paths from the root
  json_step row;     // paths from each element of the array at rows_key
  uint8_t *rows_key; // NULL: the text has no rows, or is a sequence
  uint32_t rows_key_length;
  uint32_t head_leaves, row_leaves;
  int *head_leaf_of, *row_leaf_of; // of each path as it was given: the leaf of the first path like it
  bool sequence;                   // the text is any number of values, each of which is a row
} json_shape;

typedef struct {
  const uint8_t *text; // text[length] is 0
  uint32_t length;
  uint32_t row_count, row_capacity;
  uint32_t levels; // of containers in one another, at most
  json_span *head; // one for each leaf of shape.head
  json_span *rows; // row_leaves for each row; the last one is the first that is no object
} json_index;

typedef struct {
  const char *message;
  uint32_t offset;
} json_error;

// Fills in `index`, whose text and length must be set. Returns false and sets `error` if the text is not JSON. A
// sequence may be cut off anywhere: then it ends before the value that is not whole.
bool json_index_build(json_shape *shape, json_index *index, json_error *error);

#endif
