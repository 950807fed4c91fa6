// Converts strings, numbers and arrays between JavaScript and the host. SAFETY.md has the rules for these functions.
#ifndef NATIVES_VALUES_H
#define NATIVES_VALUES_H

#include "mquickjs.h"
#include "wrappers.h"
#include <stdbool.h>

// A JavaScript string for the host. It may move with the next allocation in the JavaScript heap. Returns false if an
// error was thrown.
bool to_host(JSContext *ctx, JSValue value, JSCStringBuf *scratch, wrappers_string_t *text);
// The same, copied out of the JavaScript heap, for the caller to free. If it fails, the text stays as it was.
bool copy_to_host(JSContext *ctx, JSValue value, wrappers_string_t *text);
// The host's string as a JavaScript string. The host's string is freed.
JSValue from_host(JSContext *ctx, wrappers_string_t *text);
int to_int(JSContext *ctx, JSValue value);
// The length of an array; -1 if an error was thrown.
int array_length(JSContext *ctx, JSValue array);

// A JavaScript array that is being made, and that the collector knows.
typedef struct {
  JSContext *ctx;
  JSGCRef array;
  uint32_t count;
  bool failed;
} array_builder;

void array_begin(array_builder *builder, JSContext *ctx);
// If the value is JS_EXCEPTION, the whole array becomes JS_EXCEPTION.
void array_add(array_builder *builder, JSValue value);
JSValue array_end(array_builder *builder);

#endif
