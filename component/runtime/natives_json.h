// Responses and the JSON documents made of them, by number: JavaScript holds the numbers, and C holds the memory.
#ifndef NATIVES_JSON_H
#define NATIVES_JSON_H

#include "json_index.h"
#include "mquickjs.h"
#include "wrappers.h"
#include <stdbool.h>

// Takes over the response. Returns its number, or -1 if there is no memory.
int responses_add(supabase_wrappers_http_response_t *response);
// The response of that number; NULL if there is none.
supabase_wrappers_http_response_t *responses_find(JSContext *ctx, JSValue number);

// The most levels in which containers of the document are nested.
uint32_t document_levels(JSContext *ctx, JSValue *document_row_leaf);
// Where a leaf is, and its document's text. `end` is 0 if the value is missing.
json_span document_span(JSContext *ctx, JSValue *document_row_leaf, const uint8_t **text);
// A span as text. With `decode` a string that has escapes is decoded into *scratch, which the caller frees. Returns
// false if there is no memory.
bool span_text(const uint8_t *text, json_span span, bool decode, wrappers_string_t *out, uint8_t **scratch);

#endif
