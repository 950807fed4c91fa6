// Strings, numbers and arrays between JavaScript and the host. SAFETY.md has the rules that these functions keep.
#ifndef NATIVES_VALUES_H
#define NATIVES_VALUES_H

#include "mquickjs.h"
#include "wrappers.h"
#include <stdbool.h>

// A JavaScript string for the host; it moves with the next allocation in the JavaScript heap. False where an error
// was thrown.
bool to_host(JSContext *ctx, JSValue value, JSCStringBuf *scratch, wrappers_string_t *text);
// The same copied out of the JavaScript heap, for the caller to free. Where it fails, the text is left as it was.
bool copy_to_host(JSContext *ctx, JSValue value, wrappers_string_t *text);
// The host's string as JavaScript's; it is freed.
JSValue from_host(JSContext *ctx, wrappers_string_t *text);
int to_int(JSContext *ctx, JSValue value);
// An array's length; -1 where an error was thrown.
int array_length(JSContext *ctx, JSValue array);

// A JavaScript array in the making, which the collector knows of.
typedef struct {
  JSContext *ctx;
  JSGCRef array;
  uint32_t count;
  bool failed;
} array_builder;

void array_begin(array_builder *builder, JSContext *ctx);
// The value may be JS_EXCEPTION: then so is the array.
void array_add(array_builder *builder, JSValue value);
JSValue array_end(array_builder *builder);

#endif
