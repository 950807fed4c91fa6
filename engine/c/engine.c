// MicroQuickJS as one translation unit, with the JSON values that need its internals.
// Nothing of its parser is linked: the library table names no function that compiles text, so
// its error exit by longjmp cannot be reached.
#include "mquickjs.c"

#include "engine.h"
#include "json_string.h"

typedef struct {
  JSContext *ctx;
  const uint8_t *at;
} tree_reader;

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
    return JS_NewStringLen(r->ctx, (const char *)start + 1, p - start - 1);
  uint8_t *decoded = malloc(r->at - start);
  if (!decoded)
    return JS_ThrowOutOfMemory(r->ctx);
  uint32_t length = json_string_decode(start, r->at - start, decoded);
  JSValue value = JS_NewStringLen(r->ctx, (const char *)decoded, length);
  free(decoded);
  return value;
}

static JSValue read_tree_number(tree_reader *r) {
  JSATODTempMem scratch;
  const char *next;
  double number = js_atod((const char *)r->at, &next, 10, 0, &scratch);
  r->at = (const uint8_t *)next;
  return JS_NewFloat64(r->ctx, number);
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
    JSValue key = JS_NewShortInt(position);
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

static JSValue read_tree(tree_reader *r) {
  switch (*r->at) {
  case '{':
  case '[':
    return read_tree_container(r);
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

JSValue engine_json_tree(JSContext *ctx, const uint8_t *text, json_span span) {
  tree_reader reader = {ctx, text + span.start};
  return read_tree(&reader);
}
