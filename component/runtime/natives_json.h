// Responses and the JSON documents made of them, by number: JavaScript holds numbers, C the memory.
#ifndef NATIVES_JSON_H
#define NATIVES_JSON_H

#include "json_index.h"
#include "mquickjs.h"
#include "wrappers.h"
#include <stdbool.h>

// Takes the response over; its number, or -1 when there is no memory.
int responses_add(supabase_wrappers_http_response_t *response);
// NULL where there is none of that number.
supabase_wrappers_http_response_t *responses_find(JSContext *ctx, JSValue number);

// Containers in one another in the document, at most.
uint32_t document_levels(JSContext *ctx, JSValue *document_row_leaf);
// The place of a leaf, and its document's text; end == 0 where it is missing.
json_span document_span(JSContext *ctx, JSValue *document_row_leaf, const uint8_t **text);
// A span as text: strings decoded into *scratch (for the caller to free) where they have escapes. False where there is
// no memory.
bool span_text(const uint8_t *text, json_span span, bool decode, wrappers_string_t *out, uint8_t **scratch);

#endif
