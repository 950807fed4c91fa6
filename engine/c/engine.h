// What the component's C needs of the JavaScript engine beyond its public API.
#ifndef ENGINE_H
#define ENGINE_H

#include "json_index.h"
#include "mquickjs.h"
#include <stdint.h>

// Builds the value at `span` of a text that json_index_build accepted. JS_EXCEPTION when the heap is full.
JSValue engine_json_tree(JSContext *ctx, const uint8_t *text, json_span span);

#endif
