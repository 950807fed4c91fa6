// The JavaScript natives that push cells to the row, and read those of a row that is written
// (component/adapter/natives.ts). `type` is the variant's number in `cell`. They only translate values; decisions
// belong to TypeScript.
#include "natives.h"

#include "natives_json.h"
#include "natives_values.h"
#include <stdlib.h>
#include <string.h>

supabase_wrappers_types_cell_t *current_rowid;

// The decimal digits of an integer, of which a JavaScript number would lose some.
static JSValue digits_of(JSContext *ctx, int64_t number) {
  char text[20], *at = text + sizeof text;
  uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  do
    *--at = (char)('0' + magnitude % 10);
  while (magnitude /= 10);
  if (number < 0)
    *--at = '-';
  return JS_NewStringLen(ctx, at, (size_t)(text + sizeof text - at));
}

// A string, a boolean or a number. For "char" and real it is no value: TypeScript refuses these types.
static JSValue written_value(JSContext *ctx, const supabase_wrappers_types_cell_t *cell) {
  switch (cell->tag) {
  case SUPABASE_WRAPPERS_TYPES_CELL_BOOL:
    return JS_NewBool(cell->val.bool_);
  case SUPABASE_WRAPPERS_TYPES_CELL_I16:
    return JS_NewInt32(ctx, cell->val.i16);
  case SUPABASE_WRAPPERS_TYPES_CELL_I32:
    return JS_NewInt32(ctx, cell->val.i32);
  case SUPABASE_WRAPPERS_TYPES_CELL_F64:
  case SUPABASE_WRAPPERS_TYPES_CELL_NUMERIC:
    return JS_NewFloat64(ctx, cell->val.f64);
  case SUPABASE_WRAPPERS_TYPES_CELL_I64:
  case SUPABASE_WRAPPERS_TYPES_CELL_DATE:
  case SUPABASE_WRAPPERS_TYPES_CELL_TIMESTAMP:
  case SUPABASE_WRAPPERS_TYPES_CELL_TIMESTAMPTZ:
    return digits_of(ctx, cell->val.i64);
  case SUPABASE_WRAPPERS_TYPES_CELL_STRING:
  case SUPABASE_WRAPPERS_TYPES_CELL_JSON:
  case SUPABASE_WRAPPERS_TYPES_CELL_UUID:
  case SUPABASE_WRAPPERS_TYPES_CELL_OTHER:
    return JS_NewStringLen(ctx, (const char *)cell->val.string.ptr, cell->val.string.len);
  default:
    return JS_NULL;
  }
}

// row(): [name, type, value, name, type, value, …]; undefined for NULL
JSValue native_row(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  wrappers_list_string_t names;
  supabase_wrappers_types_list_option_cell_t cells;
  supabase_wrappers_types_method_row_cols(current_row, &names);
  supabase_wrappers_types_method_row_cells(current_row, &cells);
  array_builder flat;
  array_begin(&flat, ctx);
  for (size_t i = 0; i < cells.len && i < names.len; i++) {
    const supabase_wrappers_types_option_cell_t *cell = &cells.ptr[i];
    array_add(&flat, JS_NewStringLen(ctx, (const char *)names.ptr[i].ptr, names.ptr[i].len));
    array_add(&flat, JS_NewInt32(ctx, cell->is_some ? cell->val.tag : 0));
    array_add(&flat, cell->is_some ? written_value(ctx, &cell->val) : JS_UNDEFINED);
  }
  wrappers_list_string_free(&names);
  supabase_wrappers_types_list_option_cell_free(&cells);
  return array_end(&flat);
}

// rowId(): the text of the row's identity; null for a value of another type
JSValue native_row_id(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  if (current_rowid->tag != SUPABASE_WRAPPERS_TYPES_CELL_STRING)
    return JS_NULL;
  return JS_NewStringLen(ctx, (const char *)current_rowid->val.string.ptr, current_rowid->val.string.len);
}

JSValue native_push_null(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_types_method_row_push(current_row, NULL);
  return JS_UNDEFINED;
}

// pushNumber(type, value): bool, i8, i16, f32, i32, f64, numeric
JSValue native_push_number(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_types_cell_t cell = {.tag = (uint8_t)to_int(ctx, argv[0])};
  double value = 0;
  JS_ToNumber(ctx, &value, argv[1]);
  switch (cell.tag) {
  case SUPABASE_WRAPPERS_TYPES_CELL_BOOL:
    cell.val.bool_ = value != 0;
    break;
  case SUPABASE_WRAPPERS_TYPES_CELL_I8:
    cell.val.i8 = (int8_t)value;
    break;
  case SUPABASE_WRAPPERS_TYPES_CELL_I16:
    cell.val.i16 = (int16_t)value;
    break;
  case SUPABASE_WRAPPERS_TYPES_CELL_F32:
    cell.val.f32 = (float)value;
    break;
  case SUPABASE_WRAPPERS_TYPES_CELL_I32:
    cell.val.i32 = (int32_t)value;
    break;
  default:
    cell.val.f64 = value;
  }
  supabase_wrappers_types_method_row_push(current_row, &cell);
  return JS_UNDEFINED;
}

static int64_t parse_int64(wrappers_string_t digits) {
  bool negative = digits.len && digits.ptr[0] == '-';
  uint64_t magnitude = 0;
  for (size_t i = negative; i < digits.len; i++)
    magnitude = magnitude * 10 + (digits.ptr[i] - '0');
  return (int64_t)(negative ? 0 - magnitude : magnitude);
}

static void push_text(uint8_t type, wrappers_string_t text) {
  supabase_wrappers_types_cell_t cell = {.tag = type};
  if (type == SUPABASE_WRAPPERS_TYPES_CELL_I64)
    cell.val.i64 = parse_int64(text);
  else
    cell.val.string = text;
  supabase_wrappers_types_method_row_push(current_row, &cell);
}

// pushText(type, value): string, json, uuid; i64 from its decimal digits
JSValue native_push_text(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  JSCStringBuf scratch;
  wrappers_string_t text;
  if (!to_host(ctx, argv[1], &scratch, &text))
    return JS_EXCEPTION;
  push_text((uint8_t)to_int(ctx, argv[0]), text);
  return JS_UNDEFINED;
}

// pushTime(type, epochSeconds, micros): date in seconds, timestamp and timestamptz in microseconds
JSValue native_push_time(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_types_cell_t cell = {.tag = (uint8_t)to_int(ctx, argv[0])};
  double seconds = 0;
  JS_ToNumber(ctx, &seconds, argv[1]);
  cell.val.i64 = (int64_t)seconds;
  if (cell.tag != SUPABASE_WRAPPERS_TYPES_CELL_DATE)
    cell.val.i64 = cell.val.i64 * 1000000 + to_int(ctx, argv[2]);
  supabase_wrappers_types_method_row_push(current_row, &cell);
  return JS_UNDEFINED;
}

#define HOST_JSON_LEVELS 127

// Whether valid JSON has an escaped U+0000, which Postgres refuses, or an escaped surrogate, which the host refuses if
// it is alone.
static bool has_hard_escape(wrappers_string_t json) {
  const uint8_t *at = json.ptr, *end = at + json.len;
  while ((at = memchr(at, '\\', (size_t)(end - at)))) {
    if (at[1] == 'u' && (memcmp(at + 2, "0000", 4) == 0 || ((at[2] | 0x20) == 'd' && at[3] >= '8')))
      return true;
    at += 2;
  }
  return false;
}

// Whether containers are nested in more levels than the host's JSON parser accepts (127, in serde_json).
static bool is_deep(wrappers_string_t json) {
  uint32_t level = 0;
  bool in_string = false;
  for (const uint8_t *at = json.ptr, *end = at + json.len; at < end; at++) {
    if (*at == '\\')
      at++;
    else if (*at == '"')
      in_string = !in_string;
    else if (!in_string && (*at == '{' || *at == '[') && ++level > HOST_JSON_LEVELS)
      return true;
    else if (!in_string && (*at == '}' || *at == ']'))
      level--;
  }
  return false;
}

// Whether jsonb cannot take a part of a document unchanged. Levels are counted only if the document as a whole is deep.
static bool is_refused(JSContext *ctx, JSValue *document_row_leaf, wrappers_string_t json) {
  return has_hard_escape(json) || (document_levels(ctx, document_row_leaf) > HOST_JSON_LEVELS && is_deep(json));
}

// The object `json` with `members`, each with a comma after it, before its own. The pointer is NULL if there is no
// memory.
static wrappers_string_t with_members(wrappers_string_t json, wrappers_string_t members) {
  size_t next = 1;
  while (json.ptr[next] <= ' ')
    next++;
  if (json.ptr[next] == '}' && members.len)
    members.len--; // no comma before the end
  wrappers_string_t out = {malloc(json.len + members.len), json.len + members.len};
  if (!out.ptr)
    return out;
  out.ptr[0] = '{';
  memcpy(out.ptr + 1, members.ptr, members.len);
  memcpy(out.ptr + 1 + members.len, json.ptr + 1, json.len - 1);
  return out;
}

// pushObject(type, document, row, leaf, members): the object's JSON with `members` before its own, as string or json;
// false as for pushSlice
JSValue native_push_object(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  const uint8_t *text;
  json_span span = document_span(ctx, argv + 1, &text);
  uint8_t type = (uint8_t)to_int(ctx, argv[0]);
  wrappers_string_t json = {(uint8_t *)text + span.start, span.end - span.start};
  if (type == SUPABASE_WRAPPERS_TYPES_CELL_JSON && is_refused(ctx, argv + 1, json))
    return JS_FALSE;
  JSCStringBuf scratch;
  wrappers_string_t members;
  if (!to_host(ctx, argv[4], &scratch, &members))
    return JS_EXCEPTION;
  wrappers_string_t out = with_members(json, members);
  if (!out.ptr)
    return JS_ThrowOutOfMemory(ctx);
  push_text(type, out);
  free(out.ptr);
  return JS_TRUE;
}

// pushSlice(type, document, row, leaf): NULL for null or nothing, string decoded, json as it stands; false for a string
// with U+0000, or json with an escape or a depth that is not sure to be taken
JSValue native_push_slice(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  const uint8_t *text;
  json_span span = document_span(ctx, argv + 1, &text);
  uint8_t type = (uint8_t)to_int(ctx, argv[0]);
  if (span.end == 0 || text[span.start] == 'n') {
    native_push_null(ctx, this_val, 0, NULL);
    return JS_TRUE;
  }
  uint8_t *decoded;
  wrappers_string_t out;
  if (!span_text(text, span, type != SUPABASE_WRAPPERS_TYPES_CELL_JSON, &out, &decoded))
    return JS_ThrowOutOfMemory(ctx);
  // Only an escape can make a U+0000, because the text itself has no control characters.
  bool refused = type == SUPABASE_WRAPPERS_TYPES_CELL_JSON ? is_refused(ctx, argv + 1, out)
                                                           : decoded && memchr(out.ptr, 0, out.len);
  if (!refused)
    push_text(type, out);
  free(decoded);
  return JS_NewBool(!refused);
}
