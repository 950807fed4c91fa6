// The validating pass over a JSON text (RFC 8259). It must not recurse over the text, only over the wanted paths, whose
// length is bounded.
#include "json_index.h"
#include <stdlib.h>
#include <string.h>

#include "json_string.h"

typedef struct {
  json_shape *shape;
  json_index *index;
  const uint8_t *at;
  json_error *error;
  json_span *spans; // of the row, or of the head, that is being read
  uint32_t row;     // 1 + its number, 0 for the head
  uint32_t depth;
  bool reading_rows; // the value at hand is the one at rows_key
} reader;

static bool fail(reader *r, const char *message) {
  bool at_end = r->at >= r->index->text + r->index->length;
  r->error->message = at_end ? "unexpected end of text" : message;
  r->error->offset = (uint32_t)(r->at - r->index->text);
  return false;
}

static void skip_space(reader *r) {
  while (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t')
    r->at++;
}

static bool skip_string(reader *r) {
  const uint8_t *p = r->at + 1;
  for (;;) {
    while (*p >= 0x20 && *p != '"' && *p != '\\')
      p++;
    r->at = p;
    if (*p == '"') {
      r->at = p + 1;
      return true;
    }
    if (*p != '\\')
      return fail(r, "control character in a string");
    p++;
    if (*p == 'u') {
      for (int i = 1; i <= 4; i++)
        if (json_hex_digit(p[i]) < 0) {
          r->at = p + i;
          return fail(r, "invalid escape");
        }
      p += 5;
    } else if (*p && strchr("\"\\/bfnrt", *p)) {
      p++;
    } else {
      r->at = p;
      return fail(r, "invalid escape");
    }
  }
}

static bool skip_digits(reader *r) {
  if (*r->at < '0' || *r->at > '9')
    return fail(r, "invalid number");
  while (*r->at >= '0' && *r->at <= '9')
    r->at++;
  return true;
}

static bool skip_number(reader *r) {
  if (*r->at == '-')
    r->at++;
  if (*r->at == '0')
    r->at++;
  else if (!skip_digits(r))
    return false;
  if (*r->at == '.') {
    r->at++;
    if (!skip_digits(r))
      return false;
  }
  if ((*r->at | 0x20) == 'e') {
    r->at++;
    if (*r->at == '+' || *r->at == '-')
      r->at++;
    if (!skip_digits(r))
      return false;
  }
  if (*r->at >= '0' && *r->at <= '9')
    return fail(r, "invalid number");
  return true;
}

static bool skip_word(reader *r, const char *word) {
  for (; *word; word++, r->at++)
    if (*r->at != (uint8_t)*word)
      return fail(r, "unexpected character");
  return true;
}

static bool skip_scalar(reader *r) {
  switch (*r->at) {
  case '"':
    return skip_string(r);
  case 't':
    return skip_word(r, "true");
  case 'f':
    return skip_word(r, "false");
  case 'n':
    return skip_word(r, "null");
  default:
    if (*r->at == '-' || (*r->at >= '0' && *r->at <= '9'))
      return skip_number(r);
    return fail(r, "unexpected character");
  }
}

static bool enter(reader *r) {
  if (r->depth >= JSON_MAX_DEPTH)
    return fail(r, "nested deeper than 500 levels");
  if (++r->depth > r->index->levels)
    r->index->levels = r->depth;
  r->at++;
  skip_space(r);
  return true;
}

// Reads `"key":` up to the value. `key` gets the key's token.
static bool read_key(reader *r, json_span *key) {
  if (*r->at != '"')
    return fail(r, "unexpected character");
  key->start = (uint32_t)(r->at - r->index->text);
  if (!skip_string(r))
    return false;
  key->end = (uint32_t)(r->at - r->index->text);
  skip_space(r);
  if (*r->at != ':')
    return fail(r, "unexpected character");
  r->at++;
  skip_space(r);
  return true;
}

// Called after a member or an element. Returns 1 if there is one more, 0 at the container's end, and -1 on an error.
static int next_member(reader *r, uint8_t close) {
  skip_space(r);
  if (*r->at == ',') {
    r->at++;
    skip_space(r);
    return 1;
  }
  if (*r->at != close) {
    fail(r, "unexpected character");
    return -1;
  }
  r->at++;
  r->depth--;
  return 0;
}

// Steps over a value that is not wanted. `open` has a bit for each level, which says whether it is an object.
static bool skip_value(reader *r) {
  uint8_t open[JSON_MAX_DEPTH + 1];
  uint32_t floor = r->depth;
  json_span key;
  for (;;) {
    uint8_t c = *r->at;
    if (c == '{' || c == '[') {
      if (!enter(r))
        return false;
      open[r->depth] = c + 2; // its closing bracket, in ASCII
      if (*r->at != open[r->depth]) {
        if (c == '{' && !read_key(r, &key))
          return false;
        continue;
      }
      r->at++;
      r->depth--;
    } else if (!skip_scalar(r)) {
      return false;
    }
    for (;;) {
      if (r->depth == floor)
        return true;
      int more = next_member(r, open[r->depth]);
      if (more < 0)
        return false;
      if (more) {
        if (open[r->depth] == '}' && !read_key(r, &key))
          return false;
        break;
      }
    }
  }
}

// Whether a key of the text is `key`: 1, 0, or -1 if there is no memory to tell. If -1 were taken for another key, the
// value would be lost.
static int same_key(reader *r, json_span token, const uint8_t *key, uint32_t key_length) {
  const uint8_t *text = r->index->text + token.start + 1;
  uint32_t length = token.end - token.start - 2;
  if (!memchr(text, '\\', length))
    return length == key_length && memcmp(text, key, length) == 0;
  uint8_t *decoded = malloc(length);
  if (!decoded) {
    fail(r, "not enough memory");
    return -1;
  }
  uint32_t decoded_length = json_string_decode(text - 1, length + 2, decoded);
  bool same = decoded_length == key_length && memcmp(decoded, key, decoded_length) == 0;
  free(decoded);
  return same;
}

static void forget(reader *r, json_step *step) {
  if (step->leaf >= 0)
    r->spans[step->leaf].end = 0;
  for (json_step *child = step->child; child; child = child->sibling)
    forget(r, child);
}

static bool read_value(reader *r, json_step *step);
static bool read_rows(reader *r);

// Reads a value to which no step leads: the rows, or a value to step over.
static bool read_other(reader *r) {
  bool rows = r->reading_rows;
  r->reading_rows = false;
  return rows ? read_rows(r) : skip_value(r);
}

static bool read_member(reader *r, json_step *parent, json_span key, uint32_t position) {
  for (json_step *step = parent->child; step; step = step->sibling) {
    int found = !step->key && step->index == position;
    if (key.end)
      found = step->key ? same_key(r, key, step->key, step->key_length) : 0;
    if (found < 0)
      return false;
    if (!found)
      continue;
    // If a key occurs twice the last one counts, as everywhere in JavaScript and Go.
    if (step->seen_row == r->row + 1)
      forget(r, step);
    step->seen_row = r->row + 1;
    return read_value(r, step);
  }
  return read_other(r);
}

// Rows of a few bytes each would take many times the memory of their text. Real rows take less than this limit.
static uint32_t most_rows(reader *r) {
  uint64_t bytes = JSON_ROW_BYTES + (uint64_t)JSON_ROW_FACTOR * r->index->length;
  uint64_t rows = bytes / ((r->shape->row_leaves + 1) * sizeof(json_span));
  return rows < INT32_MAX ? (uint32_t)rows : INT32_MAX;
}

// As many rows as the text has if all are as large as those so far, because an array that grows step by step is in
// memory several times over.
static uint32_t next_capacity(reader *r) {
  const json_index *index = r->index;
  if (index->row_capacity == 0)
    return 16;
  uint64_t likely = (uint64_t)index->row_count * index->length / (uint64_t)(r->at - index->text + 1) + 16;
  uint64_t least = index->row_capacity + index->row_capacity / 2;
  uint64_t capacity = likely > least ? likely : least;
  return capacity < INT32_MAX ? (uint32_t)capacity : INT32_MAX;
}

static bool add_row(reader *r) {
  json_index *index = r->index;
  uint32_t leaves = r->shape->row_leaves;
  if (index->row_count == index->row_capacity) {
    uint32_t capacity = next_capacity(r), most = most_rows(r);
    if (capacity > most)
      capacity = most;
    if (capacity == index->row_capacity)
      return fail(r, "not enough memory");
    json_span *rows = realloc(index->rows, (size_t)capacity * leaves * sizeof(json_span));
    if (!rows)
      return fail(r, "not enough memory");
    index->rows = rows;
    index->row_capacity = capacity;
  }
  r->spans = index->rows + (size_t)index->row_count * leaves;
  memset(r->spans, 0, leaves * sizeof(json_span));
  r->row = ++index->row_count;
  return true;
}

static bool read_rows(reader *r) {
  r->index->row_count = 0;
  if (*r->at != '[')
    return skip_value(r);
  if (!enter(r))
    return false;
  int more = *r->at != ']';
  if (!more) {
    r->at++;
    r->depth--;
  }
  bool ended = false;
  while (more) {
    // A list is refused after an element that is no object, so what follows is only validated.
    bool is_object = *r->at == '{';
    if (!(ended ? skip_value(r) : add_row(r) && read_value(r, &r->shape->row)))
      return false;
    ended = ended || !is_object;
    more = next_member(r, ']');
    if (more < 0)
      return false;
  }
  r->spans = r->index->head;
  r->row = 0;
  return true;
}

static bool read_container(reader *r, json_step *step) {
  uint8_t close = *r->at + 2;
  bool at_root = step == &r->shape->head;
  if (!enter(r))
    return false;
  if (*r->at == close) {
    r->at++;
    r->depth--;
    return true;
  }
  int more = 1;
  for (uint32_t position = 0; more; position++) {
    json_span key = {0, 0};
    if (close == '}' && !read_key(r, &key))
      return false;
    int rows = 0;
    if (at_root && key.end && r->shape->rows_key)
      rows = same_key(r, key, r->shape->rows_key, r->shape->rows_key_length);
    if (rows < 0)
      return false;
    r->reading_rows = rows;
    if (!read_member(r, step, key, position))
      return false;
    more = next_member(r, close);
    if (more < 0)
      return false;
  }
  return true;
}

static bool read_value(reader *r, json_step *step) {
  json_span span = {(uint32_t)(r->at - r->index->text), 0};
  bool container = *r->at == '{' || *r->at == '[';
  bool descend = container && !r->reading_rows && (step->child || step == &r->shape->head);
  if (!(descend ? read_container(r, step) : read_other(r)))
    return false;
  span.end = (uint32_t)(r->at - r->index->text);
  if (step->leaf >= 0)
    r->spans[step->leaf] = span;
  return true;
}

// Reads values up to the end of the text. As in a list, what follows a row that is no object is only validated.
static bool read_sequence(reader *r) {
  json_index *index = r->index;
  const uint8_t *end = index->text + index->length;
  bool ended = false;
  for (;;) {
    skip_space(r);
    if (r->at == end)
      return true;
    uint32_t levels = index->levels, rows = index->row_count;
    bool is_object = *r->at == '{';
    if (!(ended ? skip_value(r) : add_row(r) && read_value(r, &r->shape->row))) {
      index->row_count = rows;
      index->levels = levels;
      return r->at >= end;
    }
    ended = ended || !is_object;
  }
}

static void unsee(json_step *step) {
  step->seen_row = 0;
  for (json_step *child = step->child; child; child = child->sibling)
    unsee(child);
}

bool json_index_build(json_shape *shape, json_index *index, json_error *error) {
  reader r = {.shape = shape, .index = index, .at = index->text, .error = error};
  index->head = calloc(shape->head_leaves + 1, sizeof(json_span));
  if (!index->head)
    return fail(&r, "not enough memory");
  r.spans = index->head;
  unsee(&shape->head);
  unsee(&shape->row);
  if (shape->sequence)
    return read_sequence(&r);
  skip_space(&r);
  if (!read_value(&r, &shape->head))
    return false;
  skip_space(&r);
  if (r.at != index->text + index->length)
    return fail(&r, "text after the end of the value");
  return true;
}
