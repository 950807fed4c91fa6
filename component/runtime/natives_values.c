// Converts strings, numbers and arrays between JavaScript and the host. No import of the host is called here.
#include "natives_values.h"

#include <stdlib.h>
#include <string.h>

bool to_host(JSContext *ctx, JSValue value, JSCStringBuf *scratch, wrappers_string_t *text) {
  text->ptr = (uint8_t *)JS_ToCStringLen(ctx, &text->len, value, scratch);
  return text->ptr;
}

bool copy_to_host(JSContext *ctx, JSValue value, wrappers_string_t *text) {
  JSCStringBuf scratch;
  wrappers_string_t found;
  if (!to_host(ctx, value, &scratch, &found))
    return false;
  uint8_t *copy = malloc(found.len);
  if (!copy) {
    JS_ThrowOutOfMemory(ctx);
    return false;
  }
  memcpy(copy, found.ptr, found.len);
  text->ptr = copy;
  text->len = found.len;
  return true;
}

JSValue from_host(JSContext *ctx, wrappers_string_t *text) {
  JSValue value = JS_NewStringLen(ctx, (const char *)text->ptr, text->len);
  wrappers_string_free(text);
  return value;
}

int to_int(JSContext *ctx, JSValue value) {
  int number = 0;
  JS_ToInt32(ctx, &number, value);
  return number;
}

int array_length(JSContext *ctx, JSValue array) {
  JSValue length = JS_GetPropertyStr(ctx, array, "length");
  return JS_IsException(length) ? -1 : to_int(ctx, length);
}

void array_begin(array_builder *builder, JSContext *ctx) {
  JSValue array = JS_NewArray(ctx, 0);
  *JS_PushGCRef(ctx, &builder->array) = array;
  builder->ctx = ctx;
  builder->count = 0;
  builder->failed = JS_IsException(array);
}

void array_add(array_builder *builder, JSValue value) {
  if (!builder->failed)
    builder->failed = JS_IsException(value) ||
                      JS_IsException(JS_SetPropertyUint32(builder->ctx, builder->array.val, builder->count++, value));
}

JSValue array_end(array_builder *builder) {
  JSValue array = JS_PopGCRef(builder->ctx, &builder->array);
  return builder->failed ? JS_EXCEPTION : array;
}
