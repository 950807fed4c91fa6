// MicroQuickJS as one translation unit, with the JSON values that need its internals.
// Nothing of its parser is linked: the library table names no function that compiles text, so
// its error exit by longjmp cannot be reached.
#include "mquickjs.c"

#include "engine.h"
#include "json_string.h"

typedef struct {
  JSContext *ctx;
  const uint8_t *text, *at;
  JSValue *number_of;
  int levels; // how many more containers may stand in one another
} tree_reader;

// Every integer with this many digits is a double of its own, and is printed as it was written.
#define PLAIN_DIGITS 15

static JSValue read_tree(tree_reader *r);

static void skip_separators(tree_reader *r) {
  while (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t' || *r->at == ',' || *r->at == ':')
    r->at++;
}

static JSValue read_tree_string(tree_reader *r) {
  const uint8_t *start = r->at, *p = start + 1;
  BOOL escaped = FALSE;
  for (; *p != '"'; p++)
    if (*p == '\\') {
      escaped = TRUE;
      p++;
    }
  r->at = p + 1;
  if (!escaped)
    return JS_NewStringLen(r->ctx, (const char *)start + 1, (size_t)(p - start - 1));
  uint32_t length = (uint32_t)(r->at - start);
  uint8_t *decoded = malloc(length);
  if (!decoded)
    return JS_ThrowOutOfMemory(r->ctx);
  length = json_string_decode(start, length, decoded);
  JSValue value = JS_NewStringLen(r->ctx, (const char *)decoded, length);
  free(decoded);
  return value;
}

static BOOL is_number_part(uint8_t c) {
  return (c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
}

static JSValue read_tree_number(tree_reader *r) {
  JSContext *ctx = r->ctx;
  const uint8_t *start = r->at;
  BOOL negative = *start == '-';
  int64_t number = 0;
  for (r->at += negative; *r->at >= '0' && *r->at <= '9'; r->at++)
    if (r->at - start < PLAIN_DIGITS + negative)
      number = number * 10 + (*r->at - '0');
  BOOL is_plain = !is_number_part(*r->at) && r->at - start <= PLAIN_DIGITS + negative;
  if (is_plain && (number || !negative))
    return JS_NewInt64(ctx, negative ? -number : number);
  while (is_number_part(*r->at))
    r->at++;
  JSValue digits = JS_NewStringLen(ctx, (const char *)start, (size_t)(r->at - start));
  if (JS_IsException(digits))
    return digits;
  JSGCRef digits_ref;
  JS_PUSH_VALUE(ctx, digits);
  int full = JS_StackCheck(ctx, 3);
  JS_POP_VALUE(ctx, digits);
  if (full)
    return JS_EXCEPTION;
  JS_PushArg(ctx, digits);
  JS_PushArg(ctx, *r->number_of);
  JS_PushArg(ctx, JS_NULL); // this
  return JS_Call(ctx, 1);
}

static JSValue read_tree_container(tree_reader *r) {
  JSContext *ctx = r->ctx;
  BOOL is_object = *r->at == '{';
  JSGCRef container_ref, key_ref;
  JSValue container = is_object ? JS_NewObject(ctx) : JS_NewArray(ctx, 0);
  if (JS_IsException(container))
    return container;
  JS_PUSH_VALUE(ctx, container);
  JSValue failed = JS_UNDEFINED;
  r->at++;
  skip_separators(r);
  for (uint32_t position = 0; *r->at != '}' && *r->at != ']'; position++) {
    JSValue key = JS_NewShortInt((int32_t)position);
    if (is_object) {
      key = read_tree_string(r);
      if (!JS_IsException(key))
        key = JS_ToPropertyKey(ctx, key);
      if (JS_IsException(key)) {
        failed = key;
        break;
      }
      skip_separators(r);
    }
    JS_PUSH_VALUE(ctx, key);
    JSValue value = read_tree(r);
    JS_POP_VALUE(ctx, key);
    if (!JS_IsException(value))
      value = is_object ? JS_DefinePropertyValue(ctx, container_ref.val, key, value)
                        : JS_SetPropertyUint32(ctx, container_ref.val, position, value);
    if (JS_IsException(value)) {
      failed = value;
      break;
    }
    skip_separators(r);
  }
  JS_POP_VALUE(ctx, container);
  r->at++;
  return JS_IsException(failed) ? failed : container;
}

// Steps over a container, and returns its byte offset in the text.
static JSValue read_place(tree_reader *r) {
  JSValue place = JS_NewInt32(r->ctx, (int)(r->at - r->text));
  int open = 0;
  do {
    uint8_t c = *r->at++;
    if (c == '{' || c == '[')
      open++;
    else if (c == '}' || c == ']')
      open--;
    else if (c == '"')
      for (; *r->at++ != '"';)
        if (r->at[-1] == '\\')
          r->at++;
  } while (open);
  return place;
}

static JSValue read_tree(tree_reader *r) {
  JSValue value;
  switch (*r->at) {
  case '{':
  case '[':
    if (!r->levels)
      return read_place(r);
    r->levels--;
    value = read_tree_container(r);
    r->levels++;
    return value;
  case '"':
    return read_tree_string(r);
  case 't':
    r->at += 4;
    return JS_TRUE;
  case 'f':
    r->at += 5;
    return JS_FALSE;
  case 'n':
    r->at += 4;
    return JS_NULL;
  default:
    return read_tree_number(r);
  }
}

JSValue engine_json_tree(JSContext *ctx, const uint8_t *text, json_span span, JSValue *number_of, int levels) {
  tree_reader reader = {ctx, text, text + span.start, number_of, levels};
  return read_tree(&reader);
}
