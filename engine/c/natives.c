// The JavaScript natives over the host's imports (engine/guest/natives.ts): options, columns, HTTP, reports, cells.
// Translates values only; what they mean is decided in TypeScript.
#include "natives.h"

#include "natives_json.h"
#include <stdlib.h>
#include <string.h>

supabase_wrappers_types_borrow_context_t current_context;
supabase_wrappers_types_borrow_row_t current_row;
supabase_wrappers_types_import_foreign_schema_stmt_t *current_import;
wrappers_list_string_t import_statements;

// A JavaScript string for the host; it moves with the next allocation in the JavaScript heap.
static wrappers_string_t to_host(JSContext *ctx, JSValue value, JSCStringBuf *scratch) {
  size_t length = 0;
  const char *text = JS_ToCStringLen(ctx, &length, value, scratch);
  return (wrappers_string_t){(uint8_t *)text, text ? length : 0};
}

static JSValue from_host(JSContext *ctx, wrappers_string_t *text) {
  JSValue value = JS_NewStringLen(ctx, (const char *)text->ptr, text->len);
  wrappers_string_free(text);
  return value;
}

static int to_int(JSContext *ctx, JSValue value) {
  int number = 0;
  JS_ToInt32(ctx, &number, value);
  return number;
}

JSValue native_no_constructor(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  return JS_ThrowTypeError(ctx, "not available in this engine");
}

// option(type, key): string or null; type as in options-type: 0 server, 1 table, 2 import-schema
JSValue native_option(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_types_options_type_t type = {.tag = (uint8_t)to_int(ctx, argv[0])};
  supabase_wrappers_types_own_options_t options =
      supabase_wrappers_types_method_context_get_options(current_context, &type);
  JSCStringBuf scratch;
  wrappers_string_t key = to_host(ctx, argv[1], &scratch), value;
  bool found =
      supabase_wrappers_types_method_options_get(supabase_wrappers_types_borrow_options(options), &key, &value);
  supabase_wrappers_types_options_drop_own(options);
  return found ? from_host(ctx, &value) : JS_NULL;
}

// columns(): [name, type, name, type, …]; type as in type-oid
JSValue native_columns(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_types_list_own_column_t columns;
  supabase_wrappers_types_method_context_get_columns(current_context, &columns);
  JSGCRef array_ref;
  JSValue array = JS_NewArray(ctx, 0);
  JS_PUSH_VALUE(ctx, array);
  for (size_t i = 0; i < columns.len; i++) {
    supabase_wrappers_types_borrow_column_t column = supabase_wrappers_types_borrow_column(columns.ptr[i]);
    wrappers_string_t name;
    supabase_wrappers_types_type_oid_t type;
    supabase_wrappers_types_method_column_name(column, &name);
    supabase_wrappers_types_method_column_type_oid(column, &type);
    JSValue text = from_host(ctx, &name);
    JS_SetPropertyUint32(ctx, array_ref.val, 2 * i, text);
    JS_SetPropertyUint32(ctx, array_ref.val, 2 * i + 1, JS_NewInt32(ctx, type.tag));
    supabase_wrappers_types_type_oid_free(&type);
  }
  supabase_wrappers_types_list_own_column_free(&columns);
  JS_POP_VALUE(ctx, array);
  return array;
}

// quals(): [field, operator, useOr, isParameter, field, operator, useOr, isParameter, …]
JSValue native_quals(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_types_list_own_qual_t quals;
  supabase_wrappers_types_method_context_get_quals(current_context, &quals);
  JSGCRef array_ref;
  JSValue array = JS_NewArray(ctx, 0);
  JS_PUSH_VALUE(ctx, array);
  for (size_t i = 0; i < quals.len; i++) {
    supabase_wrappers_types_borrow_qual_t qual = supabase_wrappers_types_borrow_qual(quals.ptr[i]);
    wrappers_string_t field, operator;
    supabase_wrappers_types_method_qual_field(qual, &field);
    supabase_wrappers_types_method_qual_operator(qual, &operator);
    JSValue text = from_host(ctx, &field);
    JS_SetPropertyUint32(ctx, array_ref.val, 4 * i, text);
    text = from_host(ctx, &operator);
    JS_SetPropertyUint32(ctx, array_ref.val, 4 * i + 1, text);
    bool use_or = supabase_wrappers_types_method_qual_use_or(qual);
    JS_SetPropertyUint32(ctx, array_ref.val, 4 * i + 2, JS_NewBool(use_or));
    supabase_wrappers_types_param_t param;
    bool is_parameter = supabase_wrappers_types_method_qual_param(qual, &param);
    JS_SetPropertyUint32(ctx, array_ref.val, 4 * i + 3, JS_NewBool(is_parameter));
  }
  supabase_wrappers_types_list_own_qual_free(&quals);
  JS_POP_VALUE(ctx, array);
  return array;
}

// A string, boolean or number; undefined for the types that have none of their own in JavaScript.
static JSValue cell_value(JSContext *ctx, supabase_wrappers_types_cell_t *cell) {
  switch (cell->tag) {
  case SUPABASE_WRAPPERS_TYPES_CELL_BOOL:
    return JS_NewBool(cell->val.bool_);
  case SUPABASE_WRAPPERS_TYPES_CELL_I16:
    return JS_NewInt32(ctx, cell->val.i16);
  case SUPABASE_WRAPPERS_TYPES_CELL_I32:
    return JS_NewInt32(ctx, cell->val.i32);
  case SUPABASE_WRAPPERS_TYPES_CELL_I64:
    return JS_NewInt64(ctx, cell->val.i64);
  case SUPABASE_WRAPPERS_TYPES_CELL_STRING:
  case SUPABASE_WRAPPERS_TYPES_CELL_JSON:
    return JS_NewStringLen(ctx, (const char *)cell->val.string.ptr, cell->val.string.len);
  default:
    return JS_UNDEFINED;
  }
}

// qualValue(index): [isArray, type, value, type, value, …]; type as in type-oid. Some values make the host panic:
// asked only for operators that can be made use of.
JSValue native_qual_value(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_types_list_own_qual_t quals;
  supabase_wrappers_types_method_context_get_quals(current_context, &quals);
  supabase_wrappers_types_value_t value;
  supabase_wrappers_types_method_qual_value(supabase_wrappers_types_borrow_qual(quals.ptr[to_int(ctx, argv[0])]),
                                            &value);
  supabase_wrappers_types_list_own_qual_free(&quals);
  bool is_array = value.tag == SUPABASE_WRAPPERS_TYPES_VALUE_ARRAY;
  supabase_wrappers_types_cell_t *cells = is_array ? value.val.array.ptr : &value.val.cell;
  size_t count = is_array ? value.val.array.len : 1;
  JSGCRef array_ref;
  JSValue array = JS_NewArray(ctx, 0);
  JS_PUSH_VALUE(ctx, array);
  JS_SetPropertyUint32(ctx, array_ref.val, 0, JS_NewBool(is_array));
  for (size_t i = 0; i < count; i++) {
    JSValue made = cell_value(ctx, &cells[i]);
    JS_SetPropertyUint32(ctx, array_ref.val, 2 * i + 1, JS_NewInt32(ctx, cells[i].tag));
    JS_SetPropertyUint32(ctx, array_ref.val, 2 * i + 2, made);
  }
  supabase_wrappers_types_value_free(&value);
  JS_POP_VALUE(ctx, array);
  return array;
}

// rowLimit(): count + offset, or -1
JSValue native_row_limit(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_types_own_limit_t limit;
  if (!supabase_wrappers_types_method_context_get_limit(current_context, &limit))
    return JS_NewInt32(ctx, -1);
  supabase_wrappers_types_borrow_limit_t borrowed = supabase_wrappers_types_borrow_limit(limit);
  double rows = (double)supabase_wrappers_types_method_limit_count(borrowed) +
                (double)supabase_wrappers_types_method_limit_offset(borrowed);
  supabase_wrappers_types_limit_drop_own(limit);
  return JS_NewFloat64(ctx, rows);
}

// Strings copied out of the JavaScript heap, since it may move while the next one is read.
static wrappers_string_t copy_to_host(JSContext *ctx, JSValue value) {
  JSCStringBuf scratch;
  wrappers_string_t text = to_host(ctx, value, &scratch);
  uint8_t *copy = malloc(text.len);
  if (!copy)
    abort();
  memcpy(copy, text.ptr, text.len);
  text.ptr = copy;
  return text;
}

static JSValue response_facts(JSContext *ctx, int number, supabase_wrappers_http_response_t *response) {
  JSGCRef array_ref;
  JSValue array = JS_NewArray(ctx, 0);
  JS_PUSH_VALUE(ctx, array);
  JS_SetPropertyUint32(ctx, array_ref.val, 0, JS_NewInt32(ctx, number));
  JS_SetPropertyUint32(ctx, array_ref.val, 1, JS_NewInt32(ctx, response->status_code));
  // Each of these is made before the array is looked up: making one may move it.
  JSValue bytes = JS_NewFloat64(ctx, (double)response->body.len);
  JS_SetPropertyUint32(ctx, array_ref.val, 2, bytes);
  JSValue url = JS_NewStringLen(ctx, (const char *)response->url.ptr, response->url.len);
  JS_SetPropertyUint32(ctx, array_ref.val, 3, url);
  JS_POP_VALUE(ctx, array);
  return array;
}

// get(url, [name, value, …], body): [response, status, bodyBytes, url]; throws the host's text where no response came.
// A POST where a body is given.
JSValue native_get(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  bool is_post = argc > 2;
  int count = to_int(ctx, JS_GetPropertyStr(ctx, argv[1], "length")) / 2;
  wrappers_tuple2_string_string_t headers[count + 1];
  for (int i = 0; i < count; i++) {
    headers[i].f0 = copy_to_host(ctx, JS_GetPropertyUint32(ctx, argv[1], 2 * i));
    headers[i].f1 = copy_to_host(ctx, JS_GetPropertyUint32(ctx, argv[1], 2 * i + 1));
  }
  supabase_wrappers_http_request_t request = {.method.tag = SUPABASE_WRAPPERS_HTTP_METHOD_GET,
                                              .url = copy_to_host(ctx, argv[0]),
                                              .headers = {headers, (size_t)count}};
  if (is_post) {
    request.method.tag = SUPABASE_WRAPPERS_HTTP_METHOD_POST;
    request.body = copy_to_host(ctx, argv[2]);
  }
  supabase_wrappers_http_response_t response;
  supabase_wrappers_http_http_error_t error;
  bool answered = is_post ? supabase_wrappers_http_post(&request, &response, &error)
                          : supabase_wrappers_http_get(&request, &response, &error);
  for (int i = 0; i < count; i++) {
    free(headers[i].f0.ptr);
    free(headers[i].f1.ptr);
  }
  free(request.url.ptr);
  free(request.body.ptr);
  if (!answered)
    return JS_Throw(ctx, from_host(ctx, &error));
  int number = responses_add(&response);
  return number < 0 ? JS_ThrowOutOfMemory(ctx) : response_facts(ctx, number, &response);
}

// responseHeader(response, name): string or null
JSValue native_response_header(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_http_response_t *response = responses_find(ctx, argv[0]);
  JSCStringBuf scratch;
  wrappers_string_t name = to_host(ctx, argv[1], &scratch);
  for (size_t i = 0; response && i < response->headers.len; i++) {
    wrappers_tuple2_string_string_t *header = &response->headers.ptr[i];
    if (header->f0.len == name.len && memcmp(header->f0.ptr, name.ptr, name.len) == 0)
      return JS_NewStringLen(ctx, (const char *)header->f1.ptr, header->f1.len);
  }
  return JS_NULL;
}

// responseText(response, maxBytes): string, cut at a character's boundary
JSValue native_response_text(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_http_response_t *response = responses_find(ctx, argv[0]);
  if (!response)
    return JS_NULL;
  size_t length = (size_t)to_int(ctx, argv[1]);
  if (length >= response->body.len)
    length = response->body.len;
  else
    while (length && (response->body.ptr[length] & 0xc0) == 0x80)
      length--;
  return JS_NewStringLen(ctx, (const char *)response->body.ptr, length);
}

// responseLine(response, place): [a line of the body, the place of the next]
JSValue native_response_line(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_http_response_t *response = responses_find(ctx, argv[0]);
  size_t place = (size_t)to_int(ctx, argv[1]);
  if (!response || place >= response->body.len)
    return JS_NULL;
  const uint8_t *line = response->body.ptr + place, *end = response->body.ptr + response->body.len;
  const uint8_t *feed = memchr(line, '\n', (size_t)(end - line));
  JSValue next = JS_NewInt32(ctx, (int)((feed ? feed + 1 : end) - response->body.ptr));
  JSGCRef array_ref;
  JSValue array = JS_NewArray(ctx, 0);
  JS_PUSH_VALUE(ctx, array);
  JSValue text = JS_NewStringLen(ctx, (const char *)line, (size_t)((feed ? feed : end) - line));
  JS_SetPropertyUint32(ctx, array_ref.val, 0, text);
  JS_SetPropertyUint32(ctx, array_ref.val, 1, next);
  JS_POP_VALUE(ctx, array);
  return array;
}

// responseLines(response): how many lines the body has
JSValue native_response_lines(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_http_response_t *response = responses_find(ctx, argv[0]);
  if (!response)
    return JS_NULL;
  const uint8_t *at = response->body.ptr, *end = at + response->body.len;
  int lines = 0;
  for (; at < end; lines++) {
    const uint8_t *feed = memchr(at, '\n', (size_t)(end - at));
    at = feed ? feed + 1 : end;
  }
  return JS_NewInt32(ctx, lines);
}

// vaultSecret(id), vaultSecretByName(name), setting(name): string or null
JSValue native_lookup(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv, int which) {
  static bool (*const lookups[])(wrappers_string_t *, wrappers_string_t *) = {
      supabase_wrappers_utils_get_vault_secret,
      supabase_wrappers_utils_get_vault_secret_by_name,
      supabase_wrappers_utils_query_setting,
  };
  JSCStringBuf scratch;
  wrappers_string_t key = to_host(ctx, argv[0], &scratch), value;
  return lookups[which](&key, &value) ? from_host(ctx, &value) : JS_NULL;
}

// epochSeconds(): number
JSValue native_epoch_seconds(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  return JS_NewInt64(ctx, supabase_wrappers_time_epoch_secs());
}

// addStatistic(fdwName, metric, amount); metric as in stats.metric
JSValue native_add_statistic(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  JSCStringBuf scratch;
  wrappers_string_t name = to_host(ctx, argv[0], &scratch);
  supabase_wrappers_stats_metric_t metric = {.tag = (uint8_t)to_int(ctx, argv[1])};
  double amount = 0;
  JS_ToNumber(ctx, &amount, argv[2]);
  supabase_wrappers_stats_inc_stats(&name, &metric, (int64_t)amount);
  return JS_UNDEFINED;
}

// info(message), notice(message), warning(message)
JSValue native_report(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv, int level) {
  static void (*const reports[])(wrappers_string_t *) = {
      supabase_wrappers_utils_report_info,
      supabase_wrappers_utils_report_notice,
      supabase_wrappers_utils_report_warning,
  };
  JSCStringBuf scratch;
  wrappers_string_t message = to_host(ctx, argv[0], &scratch);
  reports[level](&message);
  return JS_UNDEFINED;
}

// importStatement(): [server, remote schema, list type, table, table, …]; list type as in import-schema-type
JSValue native_import_statement(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  JSGCRef array_ref;
  JSValue array = JS_NewArray(ctx, 0);
  JS_PUSH_VALUE(ctx, array);
  JSValue text = from_host(ctx, &current_import->server_name);
  JS_SetPropertyUint32(ctx, array_ref.val, 0, text);
  text = from_host(ctx, &current_import->remote_schema);
  JS_SetPropertyUint32(ctx, array_ref.val, 1, text);
  JS_SetPropertyUint32(ctx, array_ref.val, 2, JS_NewInt32(ctx, current_import->list_type.tag));
  for (size_t i = 0; i < current_import->table_list.len; i++) {
    text = from_host(ctx, &current_import->table_list.ptr[i]);
    JS_SetPropertyUint32(ctx, array_ref.val, 3 + i, text);
  }
  JS_POP_VALUE(ctx, array);
  return array;
}

// pushStatement(sql): one more of those that the import gives; it leaves the JavaScript heap
JSValue native_push_statement(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  size_t count = import_statements.len;
  // Room for twice as many at each power of two.
  if (!(count & (count - 1))) {
    import_statements.ptr = realloc(import_statements.ptr, 2 * (count + 1) * sizeof *import_statements.ptr);
    if (!import_statements.ptr)
      abort();
  }
  import_statements.ptr[import_statements.len++] = copy_to_host(ctx, argv[0]);
  return JS_UNDEFINED;
}

// --- cells; `type` is the variant's number in `cell`

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
  uint8_t type = (uint8_t)to_int(ctx, argv[0]);
  push_text(type, to_host(ctx, argv[1], &scratch));
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

// Whether valid JSON escapes U+0000, which Postgres refuses, or a surrogate, which the host refuses where it is alone.
static bool has_hard_escape(wrappers_string_t json) {
  const uint8_t *at = json.ptr, *end = at + json.len;
  while ((at = memchr(at, '\\', (size_t)(end - at)))) {
    if (at[1] == 'u' && (memcmp(at + 2, "0000", 4) == 0 || ((at[2] | 0x20) == 'd' && at[3] >= '8')))
      return true;
    at += 2;
  }
  return false;
}

// The object `json` with `members` (each with a comma after it) put before its own.
static wrappers_string_t with_members(wrappers_string_t json, wrappers_string_t members) {
  size_t next = 1;
  while (json.ptr[next] <= ' ')
    next++;
  if (json.ptr[next] == '}' && members.len)
    members.len--; // no comma before the end
  wrappers_string_t out = {malloc(json.len + members.len), json.len + members.len};
  if (!out.ptr)
    abort();
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
  if (type == SUPABASE_WRAPPERS_TYPES_CELL_JSON && has_hard_escape(json))
    return JS_FALSE;
  JSCStringBuf scratch;
  wrappers_string_t out = with_members(json, to_host(ctx, argv[4], &scratch));
  push_text(type, out);
  free(out.ptr);
  return JS_TRUE;
}

// pushSlice(type, document, row, leaf): NULL for null or nothing, string decoded, json as it stands; false for a string with U+0000, or json with
// an escape that is not sure to be taken
JSValue native_push_slice(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  const uint8_t *text;
  json_span span = document_span(ctx, argv + 1, &text);
  uint8_t type = (uint8_t)to_int(ctx, argv[0]);
  if (span.end == 0 || text[span.start] == 'n') {
    native_push_null(ctx, this_val, 0, NULL);
    return JS_TRUE;
  }
  uint8_t *decoded;
  wrappers_string_t out = span_text(text, span, type != SUPABASE_WRAPPERS_TYPES_CELL_JSON, &decoded);
  // Only an escape can have made U+0000: the text itself has no control characters.
  bool refused =
      type == SUPABASE_WRAPPERS_TYPES_CELL_JSON ? has_hard_escape(out) : decoded && memchr(out.ptr, 0, out.len);
  if (!refused)
    push_text(type, out);
  free(decoded);
  return JS_NewBool(!refused);
}

// Declares what the table names, so after everything else.
#include "js_stdlib.h"
