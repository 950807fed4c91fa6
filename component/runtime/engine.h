// What the component's C needs of the JavaScript engine beyond its public API.
#ifndef ENGINE_H
#define ENGINE_H

#include "json_index.h"
#include "mquickjs.h"
#include <stdint.h>

// Builds the value at `span` of a text that json_index_build accepted. Returns JS_EXCEPTION if the heap is full.
// `number_of` points to a function on the engine's stack that makes a value of a number's text; a number that prints
// the same as a double is made without it. Containers that are nested deeper than `levels` are not built: the byte
// offset of each stands in its place.
JSValue engine_json_tree(JSContext *ctx, const uint8_t *text, json_span span, JSValue *number_of, int levels);

#endif
