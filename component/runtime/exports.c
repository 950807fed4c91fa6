// The component's exports. Each hands the host's context to JavaScript, and drops what it borrowed before it returns.
// The first call starts the engine.
#include "bytecode.h"
#include "lz4.h"
#include "natives.h"
#include <stdlib.h>
#include <string.h>

// One block for JavaScript's heap and stack. Memory is committed when it is touched, and the collector runs when the
// block is full. It is large enough that one object of the API server (1.5 MB in etcd) fits several times as a tree.
#ifndef JS_HEAP_BYTES
#define JS_HEAP_BYTES (64u << 20)
#endif

// The routines of component/adapter/main.ts, in the order of its array.
enum {
  INIT,
  BEGIN_SCAN,
  ITER_SCAN,
  RE_SCAN,
  END_SCAN,
  BEGIN_MODIFY,
  INSERT,
  UPDATE,
  DELETE,
  END_MODIFY,
  IMPORT_FOREIGN_SCHEMA,
  ROUTINE_COUNT
};

static JSContext *js;
static JSGCRef routines[ROUTINE_COUNT];

// Gives the host a text, which the host frees. A text of the component itself gets an error code before it.
static void give(wrappers_string_t *to, bool internal, const char *text, size_t length) {
  static const char code[] = "k8s_fdw[internal] ";
  size_t before = internal ? sizeof code - 1 : 0;
  to->ptr = malloc(before + length);
  // An empty error would say nothing, so this traps, and the host reports that in its own words.
  if (!to->ptr)
    abort();
  to->len = before + length;
  memcpy(to->ptr, code, before);
  memcpy(to->ptr + before, text, length);
}

static bool fail_without_memory(wrappers_string_t *error) {
  static const char text[] = "the component ran out of memory. "
                             "Hint: lower the server option page_size, or select fewer columns.";
  give(error, true, text, sizeof text - 1);
  return false;
}

// TypeScript throws the rendered error as a string; anything else comes from the engine itself.
static bool fail(wrappers_string_t *error) {
  JSValue thrown = JS_GetException(js);
  bool rendered = JS_IsString(js, thrown);
  size_t length = 0;
  JSCStringBuf scratch;
  const char *text = JS_ToCStringLen(js, &length, thrown, &scratch);
  if (!text)
    return fail_without_memory(error);
  give(error, !rendered, text, length);
  return false;
}

// It is named so that the linker does not wrap every export in order to run them.
extern void __wasm_call_ctors(void);

static bool start(wrappers_string_t *error) {
  if (js)
    return true;
  __wasm_call_ctors();
  void *heap = malloc(JS_HEAP_BYTES);
  uint8_t *bytecode = malloc(BYTECODE_BYTES);
  if (!heap || !bytecode) {
    free(heap);
    free(bytecode);
    return fail_without_memory(error);
  }
  lz4_decompress(compressed_bytecode, compressed_bytecode + sizeof compressed_bytecode, bytecode);
  js = JS_NewContext(heap, JS_HEAP_BYTES, &js_stdlib);
  if (JS_RelocateBytecode(js, bytecode, BYTECODE_BYTES))
    abort();
  JSValue result = JS_LoadBytecode(js, bytecode);
  if (!JS_IsException(result))
    result = JS_Run(js, result);
  if (JS_IsException(result))
    return fail(error);
  for (uint32_t i = 0; i < ROUTINE_COUNT; i++) {
    JSValue array = JS_GetPropertyStr(js, JS_GetGlobalObject(js), "routines");
    if (JS_IsException(array))
      return fail(error);
    JSValue *slot = JS_AddGCRef(js, &routines[i]);
    *slot = JS_GetPropertyUint32(js, array, i);
  }
  return true;
}

static bool call(int routine, JSValue *result, wrappers_string_t *error) {
  if (!start(error))
    return false;
  if (JS_StackCheck(js, 2))
    return fail(error);
  JS_PushArg(js, routines[routine].val);
  JS_PushArg(js, JS_NULL); // this
  *result = JS_Call(js, 0);
  return JS_IsException(*result) ? fail(error) : true;
}

#define EXPORT(name) exports_supabase_wrappers_routines_##name
typedef exports_supabase_wrappers_routines_borrow_context_t lent_context;
typedef exports_supabase_wrappers_routines_borrow_row_t lent_row;

static void borrow(lent_context context) { current_context.__handle = context.__handle; }

static bool call_with(lent_context context, int routine, wrappers_string_t *error) {
  JSValue ignored;
  borrow(context);
  bool ok = call(routine, &ignored, error);
  supabase_wrappers_types_context_drop_borrow(current_context);
  return ok;
}

void EXPORT(host_version_requirement)(wrappers_string_t *ret) {
  static const char versions[] = "^0.1.0";
  give(ret, false, versions, sizeof versions - 1);
}

bool EXPORT(init)(lent_context context, wrappers_string_t *error) { return call_with(context, INIT, error); }

bool EXPORT(begin_scan)(lent_context context, wrappers_string_t *error) {
  return call_with(context, BEGIN_SCAN, error);
}

bool EXPORT(iter_scan)(lent_context context, lent_row row, wrappers_option_u32_t *ret, wrappers_string_t *error) {
  JSValue more = JS_FALSE;
  borrow(context);
  current_row.__handle = row.__handle;
  bool ok = call(ITER_SCAN, &more, error);
  supabase_wrappers_types_row_drop_borrow(current_row);
  supabase_wrappers_types_context_drop_borrow(current_context);
  ret->is_some = more == JS_TRUE;
  ret->val = 0;
  return ok;
}

bool EXPORT(re_scan)(lent_context context, wrappers_string_t *error) { return call_with(context, RE_SCAN, error); }

bool EXPORT(end_scan)(lent_context context, wrappers_string_t *error) { return call_with(context, END_SCAN, error); }

bool EXPORT(begin_modify)(lent_context context, wrappers_string_t *error) {
  return call_with(context, BEGIN_MODIFY, error);
}

static bool write_row(lent_context context, lent_row row, int routine, wrappers_string_t *error) {
  current_row.__handle = row.__handle;
  bool ok = call_with(context, routine, error);
  supabase_wrappers_types_row_drop_borrow(current_row);
  return ok;
}

bool EXPORT(insert)(lent_context context, lent_row row, wrappers_string_t *error) {
  return write_row(context, row, INSERT, error);
}

bool EXPORT(update)(lent_context context, exports_supabase_wrappers_routines_cell_t *rowid, lent_row row,
                    wrappers_string_t *error) {
  current_rowid = rowid;
  bool ok = write_row(context, row, UPDATE, error);
  supabase_wrappers_types_cell_free(rowid);
  return ok;
}

bool EXPORT(delete)(lent_context context, exports_supabase_wrappers_routines_cell_t *rowid, wrappers_string_t *error) {
  current_rowid = rowid;
  bool ok = call_with(context, DELETE, error);
  supabase_wrappers_types_cell_free(rowid);
  return ok;
}

bool EXPORT(end_modify)(lent_context context, wrappers_string_t *error) {
  return call_with(context, END_MODIFY, error);
}

bool EXPORT(import_foreign_schema)(lent_context context,
                                   exports_supabase_wrappers_routines_import_foreign_schema_stmt_t *statement,
                                   wrappers_list_string_t *ret, wrappers_string_t *error) {
  current_import = statement;
  bool ok = call_with(context, IMPORT_FOREIGN_SCHEMA, error);
  supabase_wrappers_types_import_foreign_schema_stmt_free(statement);
  if (!ok)
    wrappers_list_string_free(&import_statements);
  *ret = import_statements;
  import_statements = (wrappers_list_string_t){0};
  return ok;
}
