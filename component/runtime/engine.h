// What the component's C needs of the JavaScript engine beyond its public API.
#ifndef ENGINE_H
#define ENGINE_H

#include "json_index.h"
#include "mquickjs.h"
#include <stdint.h>

// Builds the value at `span` of a text that json_index_build accepted. JS_EXCEPTION when the heap is full.
// `number_of` points to a function on the engine's stack that makes a value of a number's text; numbers that a double
// holds and prints the same are made without it. Containers below `levels` of them are not built: each is its place.
JSValue engine_json_tree(JSContext *ctx, const uint8_t *text, json_span span, JSValue *number_of, int levels);

#endif
