// The JavaScript natives that read responses and JSON documents (component/adapter/natives.ts). No value is built that
// was not asked for.
#include "natives_json.h"
#include "natives.h"

#include "engine.h"
#include "json_string.h"
#include "natives_values.h"
#include <stdlib.h>
#include <string.h>

typedef supabase_wrappers_http_response_t response_t;

typedef struct {
  json_index index;
  wrappers_string_t body;
  int shape;
} document_t;

// Slots are reused; an unused one is NULL.
typedef struct {
  void **slots;
  int count;
} table;

static table responses, documents, shapes;

static int table_add(table *t, const void *item, size_t size) {
  void *copy = malloc(size);
  if (!copy)
    return -1;
  memcpy(copy, item, size);
  int i = 0;
  while (i < t->count && t->slots[i])
    i++;
  if (i == t->count) {
    void **slots = realloc(t->slots, ((size_t)t->count + 1) * sizeof(void *));
    if (!slots) {
      free(copy);
      return -1;
    }
    t->slots = slots;
    t->count++;
  }
  t->slots[i] = copy;
  return i;
}

static void *table_find(table *t, JSContext *ctx, JSValue number) {
  int i = to_int(ctx, number);
  return i >= 0 && i < t->count ? t->slots[i] : NULL;
}

// Removes the entry of that number and returns it, for the caller to free.
static void *table_take(table *t, JSContext *ctx, JSValue number) {
  void *item = table_find(t, ctx, number);
  if (item)
    t->slots[to_int(ctx, number)] = NULL;
  return item;
}

int responses_add(response_t *response) { return table_add(&responses, response, sizeof *response); }

response_t *responses_find(JSContext *ctx, JSValue number) { return table_find(&responses, ctx, number); }

JSValue native_release_response(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  response_t *response = table_take(&responses, ctx, argv[0]);
  if (response)
    supabase_wrappers_http_response_free(response);
  free(response);
  return JS_UNDEFINED;
}

// --- shapes

// Returns false if an error was thrown. A missing key must not be ignored: it would mean an array index, or no rows.
static bool copy_key(JSContext *ctx, JSValue value, uint8_t **copy, uint32_t *length) {
  wrappers_string_t text;
  if (!copy_to_host(ctx, value, &text))
    return false;
  *copy = text.ptr;
  *length = (uint32_t)text.len;
  return true;
}

// The child of `parent` for a key or an index, made if there is none yet; NULL if an error was thrown.
static json_step *step_to(JSContext *ctx, json_step *parent, JSValue key) {
  json_step wanted = {.leaf = -1};
  if (JS_IsInt(key))
    wanted.index = (uint32_t)JS_VALUE_GET_INT(key);
  else if (!copy_key(ctx, key, &wanted.key, &wanted.key_length))
    return NULL;
  json_step **link = &parent->child;
  for (; *link; link = &(*link)->sibling) {
    json_step *child = *link;
    bool same = wanted.key ? child->key && child->key_length == wanted.key_length &&
                                 memcmp(child->key, wanted.key, wanted.key_length) == 0
                           : !child->key && child->index == wanted.index;
    if (same) {
      free(wanted.key);
      return child;
    }
  }
  json_step *made = malloc(sizeof wanted);
  if (!made) {
    free(wanted.key);
    JS_ThrowOutOfMemory(ctx);
    return NULL;
  }
  *made = wanted;
  *link = made;
  return made;
}

// `paths` points into the arguments, which the collector keeps up to date. Returns false if an error was thrown.
static bool add_paths(JSContext *ctx, json_step *root, JSValue *paths, int **leaf_of, uint32_t *count_out) {
  int count = array_length(ctx, *paths);
  if (count < 0)
    return false;
  *leaf_of = malloc((uint32_t)count * sizeof(int));
  *count_out = (uint32_t)count;
  root->leaf = -1;
  if (!*leaf_of) {
    JS_ThrowOutOfMemory(ctx);
    return false;
  }
  for (uint32_t i = 0; i < *count_out; i++) {
    json_step *step = root;
    int steps = array_length(ctx, JS_GetPropertyUint32(ctx, *paths, i));
    if (steps < 0)
      return false;
    for (uint32_t j = 0; j < (uint32_t)steps && step; j++)
      step = step_to(ctx, step, JS_GetPropertyUint32(ctx, JS_GetPropertyUint32(ctx, *paths, i), j));
    if (!step)
      return false;
    if (step->leaf < 0)
      step->leaf = (int)i;
    (*leaf_of)[i] = step->leaf;
  }
  return true;
}

// shape(head, rowsKey, row): number
JSValue native_shape(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  static json_shape empty; // not const: zeros would be bytes of the component
  int number = table_add(&shapes, &empty, sizeof empty);
  if (number < 0)
    return JS_ThrowOutOfMemory(ctx);
  // Shapes live as long as the component, so one that fails half-way is left as it is: its number is not given to
  // anyone.
  json_shape *shape = shapes.slots[number];
  if (JS_IsString(ctx, argv[1]) && !copy_key(ctx, argv[1], &shape->rows_key, &shape->rows_key_length))
    return JS_EXCEPTION;
  shape->sequence = argv[1] == JS_TRUE;
  if (!add_paths(ctx, &shape->head, &argv[0], &shape->head_leaf_of, &shape->head_leaves) ||
      !add_paths(ctx, &shape->row, &argv[2], &shape->row_leaf_of, &shape->row_leaves))
    return JS_EXCEPTION;
  return JS_NewInt32(ctx, number);
}

// --- documents

static void free_document(document_t *document) {
  free(document->index.head);
  free(document->index.rows);
  if (document->body.len)
    free(document->body.ptr);
}

// index(response, shape): [document, rowCount] or [message, offset]
JSValue native_index(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  response_t *response = responses_find(ctx, argv[0]);
  json_shape *shape = table_find(&shapes, ctx, argv[1]);
  if (!response || !shape)
    return JS_NULL;
  document_t document = {.body = response->body,
                         .index = {.text = (const uint8_t *)"", .length = (uint32_t)response->body.len},
                         .shape = to_int(ctx, argv[1])};
  response->body.len = 0;
  response->body.ptr = NULL;
  native_release_response(ctx, this_val, argc, argv);
  if (document.body.len) {
    document.body.ptr[document.body.len] = 0;
    document.index.text = document.body.ptr;
  }
  json_error error;
  bool valid = json_index_build(shape, &document.index, &error);
  int number = valid ? table_add(&documents, &document, sizeof document) : -1;
  if (number < 0)
    free_document(&document);
  if (valid && number < 0)
    return JS_ThrowOutOfMemory(ctx);
  array_builder result;
  array_begin(&result, ctx);
  array_add(&result, valid ? JS_NewInt32(ctx, number) : JS_NewString(ctx, error.message));
  array_add(&result, JS_NewInt32(ctx, (int)(valid ? document.index.row_count : error.offset)));
  return array_end(&result);
}

JSValue native_release_document(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  document_t *document = table_take(&documents, ctx, argv[0]);
  if (document)
    free_document(document);
  free(document);
  return JS_UNDEFINED;
}

json_span document_span(JSContext *ctx, JSValue *argv, const uint8_t **text) {
  document_t *document = table_find(&documents, ctx, argv[0]);
  json_span none = {0, 0};
  int row = to_int(ctx, argv[1]), leaf = to_int(ctx, argv[2]);
  if (!document)
    return none;
  const json_shape *shape = shapes.slots[document->shape];
  uint32_t leaves = row < 0 ? shape->head_leaves : shape->row_leaves;
  if (leaf < 0 || (uint32_t)leaf >= leaves || row >= (int)document->index.row_count)
    return none;
  *text = document->index.text;
  if (row < 0)
    return document->index.head[shape->head_leaf_of[leaf]];
  return document->index.rows[(size_t)row * leaves + (size_t)shape->row_leaf_of[leaf]];
}

uint32_t document_levels(JSContext *ctx, JSValue *argv) {
  document_t *document = table_find(&documents, ctx, argv[0]);
  return document ? document->index.levels : 0;
}

bool span_text(const uint8_t *text, json_span span, bool decode, wrappers_string_t *out, uint8_t **scratch) {
  uint32_t length = span.end - span.start;
  *out = (wrappers_string_t){(uint8_t *)text + span.start, length};
  *scratch = NULL;
  if (!decode || text[span.start] != '"')
    return true;
  if (memchr(out->ptr, '\\', length)) {
    *scratch = malloc(length);
    if (!*scratch)
      return false;
    out->len = json_string_decode(out->ptr, length, *scratch);
    out->ptr = *scratch;
  } else {
    out->ptr += 1;
    out->len -= 2;
  }
  return true;
}

// kind(document, row, leaf): 0 missing, 1 null, 2 bool, 3 number, 4 string, 5 array, 6 object
JSValue native_kind(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  const uint8_t *text;
  json_span span = document_span(ctx, argv, &text);
  int kind = 3;
  if (span.end == 0)
    kind = 0;
  else
    switch (text[span.start]) {
    case 'n':
      kind = 1;
      break;
    case 't':
    case 'f':
      kind = 2;
      break;
    case '"':
      kind = 4;
      break;
    case '[':
      kind = 5;
      break;
    case '{':
      kind = 6;
    }
  return JS_NewInt32(ctx, kind);
}

// text(document, row, leaf) with decode = 1, json(…) with decode = 0: string
JSValue native_text(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv, int decode) {
  const uint8_t *text;
  json_span span = document_span(ctx, argv, &text);
  if (span.end == 0)
    return JS_NULL;
  uint8_t *scratch;
  wrappers_string_t out;
  if (!span_text(text, span, decode, &out, &scratch))
    return JS_ThrowOutOfMemory(ctx);
  JSValue value = JS_NewStringLen(ctx, (const char *)out.ptr, out.len);
  free(scratch);
  return value;
}

// tree(document, row, leaf, numberOf): value
JSValue native_tree(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  const uint8_t *text;
  json_span span = document_span(ctx, argv, &text);
  return span.end == 0 ? JS_NULL : engine_json_tree(ctx, text, span, &argv[3], JSON_MAX_DEPTH);
}

// members(document, place, numberOf): the container at a place of the text; of the first head leaf for -1
JSValue native_members(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  document_t *document = table_find(&documents, ctx, argv[0]);
  int place = to_int(ctx, argv[1]);
  if (!document)
    return JS_NULL;
  json_span span = document->index.head[0];
  if (place >= 0)
    span.start = (uint32_t)place;
  return span.end == 0 ? JS_NULL : engine_json_tree(ctx, document->index.text, span, &argv[2], 1);
}
