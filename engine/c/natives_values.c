// Strings and numbers between JavaScript and the host.
// Never: an import of the host.
#include "natives_values.h"

#include <stdlib.h>
#include <string.h>

wrappers_string_t to_host(JSContext *ctx, JSValue value, JSCStringBuf *scratch) {
  size_t length = 0;
  const char *text = JS_ToCStringLen(ctx, &length, value, scratch);
  // An empty text would be another question to the host.
  if (!text)
    abort();
  return (wrappers_string_t){(uint8_t *)text, length};
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

wrappers_string_t copy_to_host(JSContext *ctx, JSValue value) {
  JSCStringBuf scratch;
  wrappers_string_t text = to_host(ctx, value, &scratch);
  uint8_t *copy = malloc(text.len);
  if (!copy)
    abort();
  memcpy(copy, text.ptr, text.len);
  text.ptr = copy;
  return text;
}
