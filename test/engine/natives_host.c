// A host in memory for the natives, under the glue: what the imports answer, and a record of what they were told.
// Each handle that is given must be dropped once, each that is lent before the export returns; anything else ends the
// run. One allocation can be made to fail: of the component's C (malloc), or in the JavaScript heap (js).
#include "wrappers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// --- the allocation that fails

static long malloc_allowed = -1, js_allowed = -1;
static bool has_failed;

static bool spent(long *allowed) {
  bool fails = *allowed == 0;
  has_failed = has_failed || fails;
  if (*allowed >= 0)
    --*allowed;
  return fails;
}

void *failing_malloc(size_t size);
void *failing_realloc(void *pointer, size_t size);
void *failing_calloc(size_t count, size_t size);
int failing_js(void);
_Noreturn void failing_abort(void);
void *failing_malloc(size_t size) { return spent(&malloc_allowed) ? NULL : malloc(size); }
void *failing_realloc(void *pointer, size_t size) { return spent(&malloc_allowed) ? NULL : realloc(pointer, size); }
void *failing_calloc(size_t count, size_t size) { return spent(&malloc_allowed) ? NULL : calloc(count, size); }
int failing_js(void) { return spent(&js_allowed); }

enum { WHOLE = 0, FAILED = 7, TRAPPED = 9 };

_Noreturn void failing_abort(void) {
  puts("trap");
  fflush(stdout);
  _exit(TRAPPED);
}

// --- handles

typedef enum { NONE, CONTEXT, ROW, COLUMN, QUAL, LIMIT, OPTIONS } resource;

static uint8_t handles[1000];

static int32_t lend(resource kind) {
  static int32_t count;
  if (++count == sizeof handles)
    count = 1; // those at the beginning have been dropped long since
  if (handles[count])
    exit(3);
  handles[count] = (uint8_t)kind;
  return count;
}

static void expect(int32_t handle, resource kind) {
  if (handle <= 0 || handle >= (int32_t)sizeof handles || handles[handle] != (uint8_t)kind) {
    printf("handle %d is no resource of kind %d\n", handle, (int)kind);
    exit(3);
  }
}

static void drop(int32_t handle, resource kind) {
  expect(handle, kind);
  handles[handle] = NONE;
}

static void expect_none(const char *routine) {
  for (size_t i = 0; i < sizeof handles; i++)
    if (handles[i]) {
      printf("%s leaves a resource of kind %d\n", routine, handles[i]);
      exit(3);
    }
}

// --- what the canonical ABI does: results in memory that belongs to the component

static void put(uint8_t *area, size_t words, uintptr_t value) {
  memcpy(area + words * sizeof(uintptr_t), &value, sizeof value);
}

static void put_bytes(uint8_t *area, size_t words, const void *bytes, size_t length) {
  // One byte more, as the component's allocator has it.
  uint8_t *copy = length ? malloc(length + 1) : (uint8_t *)1;
  if (length)
    memcpy(copy, bytes, length);
  put(area, words, (uintptr_t)copy);
  put(area, words + 1, length);
}

static void put_text(uint8_t *area, size_t words, const char *text) { put_bytes(area, words, text, strlen(text)); }

static void put_option(uint8_t *area, const char *text) {
  area[0] = text != NULL;
  if (text)
    put_text(area, 1, text);
}

static void put_handles(uint8_t *area, resource kind, size_t count) {
  int32_t *list = malloc(count * sizeof *list);
  for (size_t i = 0; i < count; i++)
    list[i] = lend(kind);
  put(area, 0, (uintptr_t)list);
  put(area, 1, count);
}

static bool is_text(const uint8_t *bytes, size_t length, const char *text) {
  return length == strlen(text) && memcmp(bytes, text, length) == 0;
}

static void print(const char *what, const uint8_t *bytes, size_t length) {
  printf("%s %.*s\n", what, (int)length, (const char *)bytes);
}

// --- the imports

#define IMPORT(name) __wasm_import_supabase_wrappers_##name
#define TEXT uint8_t *bytes, size_t length

#define DROP(name, kind)                                                                                               \
  void IMPORT(types_##name##_drop)(int32_t handle);                                                                    \
  void IMPORT(types_##name##_drop)(int32_t handle) { drop(handle, kind); }
DROP(context, CONTEXT)
DROP(row, ROW)
DROP(column, COLUMN)
DROP(qual, QUAL)
DROP(limit, LIMIT)
DROP(options, OPTIONS)

#define REPORT(name)                                                                                                   \
  void IMPORT(utils_report_##name)(TEXT);                                                                              \
  void IMPORT(utils_report_##name)(TEXT) { print(#name, bytes, length); }
REPORT(info)
REPORT(notice)
REPORT(warning)

#define LOOKUP(name)                                                                                                   \
  void IMPORT(utils_##name)(TEXT, uint8_t *result);                                                                    \
  void IMPORT(utils_##name)(TEXT, uint8_t *result) {                                                                   \
    put_option(result, is_text(bytes, length, "none") ? NULL : "a " #name);                                            \
  }
LOOKUP(get_vault_secret)
LOOKUP(get_vault_secret_by_name)
LOOKUP(query_setting)

int64_t IMPORT(time_epoch_secs)(void);
int64_t IMPORT(time_epoch_secs)(void) { return 1700000000; }

void IMPORT(stats_inc_stats)(TEXT, int32_t metric, int64_t amount);
void IMPORT(stats_inc_stats)(TEXT, int32_t metric, int64_t amount) {
  printf("statistic %.*s %d %lld\n", (int)length, (const char *)bytes, metric, (long long)amount);
}

int32_t IMPORT(types_method_context_get_options)(int32_t context, int32_t type, TEXT);
int32_t IMPORT(types_method_context_get_options)(int32_t context, int32_t type, TEXT) {
  expect(context, CONTEXT);
  printf("options of type %d\n", type);
  return lend(OPTIONS);
}

void IMPORT(types_method_options_get)(int32_t options, TEXT, uint8_t *result);
void IMPORT(types_method_options_get)(int32_t options, TEXT, uint8_t *result) {
  expect(options, OPTIONS);
  put_option(result, is_text(bytes, length, "none") ? NULL : "the option's value");
}

void IMPORT(types_method_context_get_columns)(int32_t context, uint8_t *result);
void IMPORT(types_method_context_get_columns)(int32_t context, uint8_t *result) {
  expect(context, CONTEXT);
  put_handles(result, COLUMN, 3);
}

void IMPORT(types_method_column_name)(int32_t column, uint8_t *result);
void IMPORT(types_method_column_name)(int32_t column, uint8_t *result) {
  expect(column, COLUMN);
  put_text(result, 0, "a column's long name, ü");
}

int32_t IMPORT(types_method_column_num)(int32_t column);
int32_t IMPORT(types_method_column_num)(int32_t column) {
  expect(column, COLUMN);
  return 4;
}

void IMPORT(types_method_column_type_oid)(int32_t column, uint8_t *result);
void IMPORT(types_method_column_type_oid)(int32_t column, uint8_t *result) {
  expect(column, COLUMN);
  // other(text)
  result[0] = 14;
  put_text(result, 1, "point");
}

void IMPORT(types_method_context_get_quals)(int32_t context, uint8_t *result);
void IMPORT(types_method_context_get_quals)(int32_t context, uint8_t *result) {
  expect(context, CONTEXT);
  put_handles(result, QUAL, 2);
}

void IMPORT(types_method_qual_field)(int32_t qual, uint8_t *result);
void IMPORT(types_method_qual_field)(int32_t qual, uint8_t *result) {
  expect(qual, QUAL);
  put_text(result, 0, "namespace");
}

void IMPORT(types_method_qual_operator)(int32_t qual, uint8_t *result);
void IMPORT(types_method_qual_operator)(int32_t qual, uint8_t *result) {
  expect(qual, QUAL);
  put_text(result, 0, "=");
}

int32_t IMPORT(types_method_qual_use_or)(int32_t qual);
int32_t IMPORT(types_method_qual_use_or)(int32_t qual) {
  expect(qual, QUAL);
  return 1;
}

void IMPORT(types_method_qual_param)(int32_t qual, uint8_t *result);
void IMPORT(types_method_qual_param)(int32_t qual, uint8_t *result) {
  expect(qual, QUAL);
  memset(result, 0, 12);
  result[0] = 1;
}

// An array of the cells that JavaScript has a value for, and one that it has none for.
void IMPORT(types_method_qual_value)(int32_t qual, uint8_t *result);
void IMPORT(types_method_qual_value)(int32_t qual, uint8_t *result) {
  expect(qual, QUAL);
  supabase_wrappers_types_cell_t *cells = calloc(6, sizeof *cells);
  cells[0] = (supabase_wrappers_types_cell_t){.tag = SUPABASE_WRAPPERS_TYPES_CELL_BOOL, .val.bool_ = true};
  cells[1] = (supabase_wrappers_types_cell_t){.tag = SUPABASE_WRAPPERS_TYPES_CELL_I16, .val.i16 = -3};
  cells[2] = (supabase_wrappers_types_cell_t){.tag = SUPABASE_WRAPPERS_TYPES_CELL_I32, .val.i32 = INT32_MAX};
  cells[3] = (supabase_wrappers_types_cell_t){.tag = SUPABASE_WRAPPERS_TYPES_CELL_I64, .val.i64 = 1ll << 50};
  cells[4] = (supabase_wrappers_types_cell_t){.tag = SUPABASE_WRAPPERS_TYPES_CELL_STRING};
  wrappers_string_dup(&cells[4].val.string, "kube-system");
  cells[5] = (supabase_wrappers_types_cell_t){.tag = SUPABASE_WRAPPERS_TYPES_CELL_DATE};
  result[0] = 1;
  put(result, 1, (uintptr_t)cells);
  put(result, 2, 6);
}

void IMPORT(types_method_context_get_limit)(int32_t context, uint8_t *result);
void IMPORT(types_method_context_get_limit)(int32_t context, uint8_t *result) {
  expect(context, CONTEXT);
  int32_t handle = lend(LIMIT);
  result[0] = 1;
  memcpy(result + 4, &handle, sizeof handle);
}

int64_t IMPORT(types_method_limit_count)(int32_t limit);
int64_t IMPORT(types_method_limit_count)(int32_t limit) {
  expect(limit, LIMIT);
  return 1ll << 40;
}

int64_t IMPORT(types_method_limit_offset)(int32_t limit);
int64_t IMPORT(types_method_limit_offset)(int32_t limit) {
  expect(limit, LIMIT);
  return 5;
}

void IMPORT(types_method_row_push)(int32_t row, int32_t is_some, int32_t tag, int64_t value, size_t length);
void IMPORT(types_method_row_push)(int32_t row, int32_t is_some, int32_t tag, int64_t value, size_t length) {
  expect(row, ROW);
  if (!is_some)
    puts("push null");
  else if (length)
    printf("push %d %.*s\n", tag, (int)length, (const char *)(uintptr_t)value);
  else
    printf("push %d %lld\n", tag, (long long)value);
}

// The row of a statement that writes: a cell of each type, and NULL.
enum { CELLS = 16 };

void IMPORT(types_method_row_cols)(int32_t row, uint8_t *result);
void IMPORT(types_method_row_cols)(int32_t row, uint8_t *result) {
  expect(row, ROW);
  wrappers_string_t *names = calloc(CELLS, sizeof *names);
  for (int i = 0; i < CELLS; i++)
    wrappers_string_dup(&names[i], "a column, ü");
  put(result, 0, (uintptr_t)names);
  put(result, 1, CELLS);
}

void IMPORT(types_method_row_cells)(int32_t row, uint8_t *result);
void IMPORT(types_method_row_cells)(int32_t row, uint8_t *result) {
  expect(row, ROW);
  supabase_wrappers_types_option_cell_t *cells = calloc(CELLS, sizeof *cells);
  for (int i = 0; i < CELLS; i++) {
    supabase_wrappers_types_cell_t *cell = &cells[i].val;
    cells[i].is_some = i < CELLS - 1;
    cell->tag = (uint8_t)i;
    switch (i) {
    case SUPABASE_WRAPPERS_TYPES_CELL_BOOL:
      cell->val.bool_ = true;
      break;
    case SUPABASE_WRAPPERS_TYPES_CELL_I16:
      cell->val.i16 = -3;
      break;
    case SUPABASE_WRAPPERS_TYPES_CELL_I32:
      cell->val.i32 = -2147483647;
      break;
    case SUPABASE_WRAPPERS_TYPES_CELL_F64:
    case SUPABASE_WRAPPERS_TYPES_CELL_NUMERIC:
      cell->val.f64 = 0.5;
      break;
    case SUPABASE_WRAPPERS_TYPES_CELL_I64:
      cell->val.i64 = INT64_MIN;
      break;
    case SUPABASE_WRAPPERS_TYPES_CELL_DATE:
      cell->val.i64 = 0;
      break;
    case SUPABASE_WRAPPERS_TYPES_CELL_TIMESTAMP:
    case SUPABASE_WRAPPERS_TYPES_CELL_TIMESTAMPTZ:
      cell->val.i64 = 253402300799999999;
      break;
    case SUPABASE_WRAPPERS_TYPES_CELL_STRING:
    case SUPABASE_WRAPPERS_TYPES_CELL_JSON:
    case SUPABASE_WRAPPERS_TYPES_CELL_UUID:
    case SUPABASE_WRAPPERS_TYPES_CELL_OTHER:
      wrappers_string_dup(&cell->val.string, "the text of a cell");
      break;
    default:
      break;
    }
  }
  put(result, 0, (uintptr_t)cells);
  put(result, 1, CELLS);
}

static const char body[] =
    "{\"kind\":\"List\",\"metadata\":{\"continue\":\"\\u0041\\n\",\"big\":12345678901234567890,\"small\":-17},\n"
    "\"items\":[{\"a\":\"plain, and longer than a word\",\"b\":{\"c\":[1,2.5,{\"d\":\"\\ud83d\\ude00\"}]}},\n"
    "{\"a\":\"esc\\\"aped\",\"b\":{\"c\":null}},{\"a\":\"\\u0000\",\"b\":{}}]}";

static void print_request(const char *method, wrappers_string_t url, const wrappers_string_t *headers, size_t count,
                          wrappers_string_t sent) {
  print(method, url.ptr, url.len);
  for (size_t i = 0; i < 2 * count; i++)
    print("header", headers[i].ptr, headers[i].len);
  print("body", sent.ptr, sent.len);
}

static void answer(wrappers_string_t url, uint8_t *result) {
  if (is_text(url.ptr, url.len, "https://nowhere")) {
    result[0] = 1;
    put_text(result, 1, "there is no route to this host");
    return;
  }
  wrappers_string_t *headers = calloc(4, sizeof *headers);
  for (int i = 0; i < 4; i++)
    wrappers_string_dup(&headers[i], i % 2 ? "application/json" : "content-type");
  result[0] = 0;
  put_text(result, 1, "https://localhost/answered");
  put(result, 3, 200);
  put(result, 4, (uintptr_t)headers);
  put(result, 5, 2);
  put_text(result, 6, is_text(url.ptr, url.len, "https://damaged") ? "{\"kind\":tru" : body);
}

#define METHOD(name)                                                                                                   \
  void IMPORT(http_##name)(int32_t method, TEXT, uint8_t *headers, size_t count, uint8_t *sent, size_t sent_length,    \
                           uint8_t *result);                                                                           \
  void IMPORT(http_##name)(int32_t method, TEXT, uint8_t *headers, size_t count, uint8_t *sent, size_t sent_length,    \
                           uint8_t *result) {                                                                          \
    wrappers_string_t url = {bytes, length};                                                                           \
    (void)method;                                                                                                      \
    print_request(#name, url, (const wrappers_string_t *)(void *)headers, count,                                       \
                  (wrappers_string_t){sent, sent_length});                                                             \
    answer(url, result);                                                                                               \
  }
METHOD(get)
METHOD(post)
METHOD(patch)
METHOD(delete)

// The glue has them, and nothing calls them.
#define NOT_CALLED(name)                                                                                               \
  void IMPORT(name)(void);                                                                                             \
  void IMPORT(name)(void) { abort(); }
NOT_CALLED(http_put)
NOT_CALLED(utils_cell_to_string)

void __wasm_call_ctors(void);
void __wasm_call_ctors(void) {}

// --- the exports, called as the host calls them

#define EXPORT(name) __wasm_export_exports_supabase_wrappers_routines_##name
#define OF_CONTEXT(name)                                                                                               \
  uint8_t *EXPORT(name)(int32_t context);                                                                              \
  void EXPORT(name##_post_return)(uint8_t *result);
OF_CONTEXT(init)
OF_CONTEXT(begin_scan)
OF_CONTEXT(re_scan)
OF_CONTEXT(end_scan)
OF_CONTEXT(begin_modify)
OF_CONTEXT(end_modify)
uint8_t *EXPORT(insert)(int32_t context, int32_t row);
void EXPORT(insert_post_return)(uint8_t *result);
uint8_t *EXPORT(update)(int32_t context, int32_t tag, int64_t value, size_t length, int32_t row);
void EXPORT(update_post_return)(uint8_t *result);
uint8_t *EXPORT(delete)(int32_t context, int32_t tag, int64_t value, size_t length);
void EXPORT(delete_post_return)(uint8_t *result);
uint8_t *EXPORT(iter_scan)(int32_t context, int32_t row);
void EXPORT(iter_scan_post_return)(uint8_t *result);
uint8_t *EXPORT(import_foreign_schema)(int32_t, uint8_t *, size_t, uint8_t *, size_t, uint8_t *, size_t, int32_t,
                                       uint8_t *, size_t);
void EXPORT(import_foreign_schema_post_return)(uint8_t *result);

static const wrappers_string_t *string_at(const uint8_t *result, size_t words) {
  return (const void *)(result + words * sizeof(uintptr_t));
}

// Prints the result. Ends the run where the failed allocation did: nothing is asked of a component after an error.
static void report(const char *name, const uint8_t *result) {
  if (result[0])
    print("error", string_at(result, 1)->ptr, string_at(result, 1)->len);
  printf("end of %s\n", name);
  expect_none(name);
}

static void leave_if_failed(void) {
  if (has_failed)
    exit(FAILED);
}

#define CALL(name, ...)                                                                                                \
  do {                                                                                                                 \
    uint8_t *result = EXPORT(name)(__VA_ARGS__);                                                                       \
    report(#name, result);                                                                                             \
    EXPORT(name##_post_return)(result);                                                                                \
    leave_if_failed();                                                                                                 \
  } while (0)

static void import_schema(void) {
  wrappers_string_t texts[3];
  wrappers_list_string_t tables = {malloc(2 * sizeof(wrappers_string_t)), 2};
  for (int i = 0; i < 3; i++)
    wrappers_string_dup(&texts[i], i == 0 ? "a server's name" : i == 1 ? "remote schema" : "local schema");
  for (int i = 0; i < 2; i++)
    wrappers_string_dup(&tables.ptr[i], "a table to import");
  uint8_t *result = EXPORT(import_foreign_schema)(lend(CONTEXT), texts[0].ptr, texts[0].len, texts[1].ptr, texts[1].len,
                                                  texts[2].ptr, texts[2].len, 1, (uint8_t *)tables.ptr, tables.len);
  if (!result[0]) {
    const wrappers_list_string_t *statements = (const void *)string_at(result, 1);
    for (size_t i = 0; i < statements->len; i++)
      print("statement", statements->ptr[i].ptr, statements->ptr[i].len);
  }
  report("import_foreign_schema", result);
  EXPORT(import_foreign_schema_post_return)(result);
  leave_if_failed();
}

static int scenario(void) {
  CALL(init, lend(CONTEXT));
  CALL(begin_scan, lend(CONTEXT));
  CALL(iter_scan, lend(CONTEXT), lend(ROW));
  CALL(re_scan, lend(CONTEXT));
  CALL(end_scan, lend(CONTEXT));
  CALL(begin_modify, lend(CONTEXT));
  CALL(insert, lend(CONTEXT), lend(ROW));
  wrappers_string_t rowid;
  wrappers_string_dup(&rowid, "the identity of a row");
  CALL(update, lend(CONTEXT), SUPABASE_WRAPPERS_TYPES_CELL_STRING, (int64_t)(uintptr_t)rowid.ptr, rowid.len, lend(ROW));
  CALL(delete, lend(CONTEXT), SUPABASE_WRAPPERS_TYPES_CELL_I32, 7, 0);
  CALL(end_modify, lend(CONTEXT));
  import_schema();
  import_schema();
  return WHOLE;
}

// Runs the scenario once for each allocation, which then fails, and last with none that fails.
static int without_memory(long *allowed) {
  for (long number = 0;; number++) {
    printf("run %ld\n", number);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
      *allowed = number;
      exit(scenario());
    }
    int status = 0;
    waitpid(child, &status, 0);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code == WHOLE)
      return 0;
    if (code != FAILED && code != TRAPPED) {
      fprintf(stderr, "run %ld ended with %d\n", number, status);
      return 1;
    }
  }
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  if (!strcmp(mode, "malloc"))
    return without_memory(&malloc_allowed);
  if (!strcmp(mode, "js"))
    return without_memory(&js_allowed);
  return scenario();
}
