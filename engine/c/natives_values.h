// Strings and numbers between JavaScript and the host.
#ifndef NATIVES_VALUES_H
#define NATIVES_VALUES_H

#include "mquickjs.h"
#include "wrappers.h"

// A JavaScript string for the host; it moves with the next allocation in the JavaScript heap.
wrappers_string_t to_host(JSContext *ctx, JSValue value, JSCStringBuf *scratch);
// The same copied out of the JavaScript heap, for the caller to free.
wrappers_string_t copy_to_host(JSContext *ctx, JSValue value);
// The host's string as JavaScript's; it is freed.
JSValue from_host(JSContext *ctx, wrappers_string_t *text);
int to_int(JSContext *ctx, JSValue value);

#endif
