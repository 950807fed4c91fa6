// The JavaScript natives over the host's imports (component/adapter/natives.ts): options, columns, conditions,
// look-ups, reports, imports. They only translate values; decisions belong to TypeScript.
#include "natives.h"

#include "natives_values.h"
#include <stdlib.h>

supabase_wrappers_types_borrow_context_t current_context;
supabase_wrappers_types_borrow_row_t current_row;
supabase_wrappers_types_import_foreign_schema_stmt_t *current_import;
wrappers_list_string_t import_statements;

JSValue native_no_constructor(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  return JS_ThrowTypeError(ctx, "not available in this engine");
}

// option(type, key): string or null; type as in options-type: 0 server, 1 table, 2 import-schema
JSValue native_option(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  JSCStringBuf scratch;
  wrappers_string_t key, value;
  if (!to_host(ctx, argv[1], &scratch, &key))
    return JS_EXCEPTION;
  supabase_wrappers_types_options_type_t type = {.tag = (uint8_t)to_int(ctx, argv[0])};
  supabase_wrappers_types_own_options_t options =
      supabase_wrappers_types_method_context_get_options(current_context, &type);
  bool found =
      supabase_wrappers_types_method_options_get(supabase_wrappers_types_borrow_options(options), &key, &value);
  supabase_wrappers_types_options_drop_own(options);
  return found ? from_host(ctx, &value) : JS_NULL;
}

// columns(): [name, type, place, name, type, place, …]; type as in type-oid
JSValue native_columns(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_types_list_own_column_t columns;
  supabase_wrappers_types_method_context_get_columns(current_context, &columns);
  array_builder flat;
  array_begin(&flat, ctx);
  for (size_t i = 0; i < columns.len; i++) {
    supabase_wrappers_types_borrow_column_t column = supabase_wrappers_types_borrow_column(columns.ptr[i]);
    wrappers_string_t name;
    supabase_wrappers_types_type_oid_t type;
    supabase_wrappers_types_method_column_name(column, &name);
    supabase_wrappers_types_method_column_type_oid(column, &type);
    array_add(&flat, from_host(ctx, &name));
    array_add(&flat, JS_NewInt32(ctx, type.tag));
    array_add(&flat, JS_NewInt32(ctx, (int)supabase_wrappers_types_method_column_num(column)));
    supabase_wrappers_types_type_oid_free(&type);
    supabase_wrappers_types_column_drop_own(columns.ptr[i]);
  }
  supabase_wrappers_types_list_own_column_free(&columns);
  return array_end(&flat);
}

// Frees the list and what it holds. The glue's own function frees only the list's memory.
static void drop_quals(supabase_wrappers_types_list_own_qual_t *quals) {
  for (size_t i = 0; i < quals->len; i++)
    supabase_wrappers_types_qual_drop_own(quals->ptr[i]);
  supabase_wrappers_types_list_own_qual_free(quals);
}

// quals(): [field, operator, useOr, isParameter, field, operator, useOr, isParameter, …]
JSValue native_quals(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_types_list_own_qual_t quals;
  supabase_wrappers_types_method_context_get_quals(current_context, &quals);
  array_builder flat;
  array_begin(&flat, ctx);
  for (size_t i = 0; i < quals.len; i++) {
    supabase_wrappers_types_borrow_qual_t qual = supabase_wrappers_types_borrow_qual(quals.ptr[i]);
    wrappers_string_t field, operator;
    supabase_wrappers_types_method_qual_field(qual, &field);
    supabase_wrappers_types_method_qual_operator(qual, &operator);
    array_add(&flat, from_host(ctx, &field));
    array_add(&flat, from_host(ctx, &operator));
    array_add(&flat, JS_NewBool(supabase_wrappers_types_method_qual_use_or(qual)));
    supabase_wrappers_types_param_t param;
    array_add(&flat, JS_NewBool(supabase_wrappers_types_method_qual_param(qual, &param)));
  }
  drop_quals(&quals);
  return array_end(&flat);
}

// A string, a boolean or a number; undefined for a type that has no value in JavaScript.
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
  drop_quals(&quals);
  bool is_array = value.tag == SUPABASE_WRAPPERS_TYPES_VALUE_ARRAY;
  supabase_wrappers_types_cell_t *cells = is_array ? value.val.array.ptr : &value.val.cell;
  size_t count = is_array ? value.val.array.len : 1;
  array_builder flat;
  array_begin(&flat, ctx);
  array_add(&flat, JS_NewBool(is_array));
  for (size_t i = 0; i < count; i++) {
    array_add(&flat, JS_NewInt32(ctx, cells[i].tag));
    array_add(&flat, cell_value(ctx, &cells[i]));
  }
  supabase_wrappers_types_value_free(&value);
  return array_end(&flat);
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

// vaultSecret(id), vaultSecretByName(name), setting(name): string or null
JSValue native_lookup(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv, int which) {
  JSCStringBuf scratch;
  wrappers_string_t key, value;
  if (!to_host(ctx, argv[0], &scratch, &key))
    return JS_EXCEPTION;
  bool found = which == 0   ? supabase_wrappers_utils_get_vault_secret(&key, &value)
               : which == 1 ? supabase_wrappers_utils_get_vault_secret_by_name(&key, &value)
                            : supabase_wrappers_utils_query_setting(&key, &value);
  return found ? from_host(ctx, &value) : JS_NULL;
}

// epochSeconds(): number
JSValue native_epoch_seconds(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  return JS_NewInt64(ctx, supabase_wrappers_time_epoch_secs());
}

// addStatistic(fdwName, metric, amount); metric as in stats.metric
JSValue native_add_statistic(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  JSCStringBuf scratch;
  wrappers_string_t name;
  if (!to_host(ctx, argv[0], &scratch, &name))
    return JS_EXCEPTION;
  supabase_wrappers_stats_metric_t metric = {.tag = (uint8_t)to_int(ctx, argv[1])};
  double amount = 0;
  JS_ToNumber(ctx, &amount, argv[2]);
  supabase_wrappers_stats_inc_stats(&name, &metric, (int64_t)amount);
  return JS_UNDEFINED;
}

// info(message), notice(message), warning(message)
JSValue native_report(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv, int level) {
  JSCStringBuf scratch;
  wrappers_string_t message;
  if (!to_host(ctx, argv[0], &scratch, &message))
    return JS_EXCEPTION;
  if (level == 0)
    supabase_wrappers_utils_report_info(&message);
  else if (level == 1)
    supabase_wrappers_utils_report_notice(&message);
  else
    supabase_wrappers_utils_report_warning(&message);
  return JS_UNDEFINED;
}

static JSValue text_of(JSContext *ctx, wrappers_string_t text) {
  return JS_NewStringLen(ctx, (const char *)text.ptr, text.len);
}

// importStatement(): [server, remote schema, list type, table, table, …]; list type as in import-schema-type
JSValue native_import_statement(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  array_builder flat;
  array_begin(&flat, ctx);
  array_add(&flat, text_of(ctx, current_import->server_name));
  array_add(&flat, text_of(ctx, current_import->remote_schema));
  array_add(&flat, JS_NewInt32(ctx, current_import->list_type.tag));
  for (size_t i = 0; i < current_import->table_list.len; i++)
    array_add(&flat, text_of(ctx, current_import->table_list.ptr[i]));
  return array_end(&flat);
}

// pushStatement(sql): one more of those that the import gives; it leaves the JavaScript heap
JSValue native_push_statement(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  wrappers_string_t text;
  if (!copy_to_host(ctx, argv[0], &text))
    return JS_EXCEPTION;
  size_t count = import_statements.len;
  // At each power of two there is room made for twice as many.
  if (!(count & (count - 1))) {
    wrappers_string_t *moved = realloc(import_statements.ptr, 2 * (count + 1) * sizeof *moved);
    if (!moved) {
      free(text.ptr);
      return JS_ThrowOutOfMemory(ctx);
    }
    import_statements.ptr = moved;
  }
  import_statements.ptr[import_statements.len++] = text;
  return JS_UNDEFINED;
}

// This declares what the table names, so it comes after everything else.
#include "js_stdlib.h"
