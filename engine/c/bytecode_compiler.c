// The build's bytecode compiler: a program's text on standard input, its 32-bit bytecode on standard output.
// Runs under WASI while the component is built; not part of it.
#include <stdio.h>
#include <stdlib.h>

#include "mquickjs.c"

#define HEAP_BYTES (256u << 20)

// Named by the library's table; a compiler calls none of them.
#define NATIVE(name)                                                                                                   \
  JSValue name(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) { return JS_UNDEFINED; }
#define NATIVE_MAGIC(name)                                                                                             \
  JSValue name(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv, int magic) { return JS_UNDEFINED; }
#include "natives.inc"

#include "js_stdlib.h"

static char *read_input(size_t *length) {
  size_t capacity = 1 << 20, used = 0;
  char *text = malloc(capacity);
  for (;;) {
    used += fread(text + used, 1, capacity - used - 1, stdin);
    if (feof(stdin))
      break;
    text = realloc(text, capacity *= 2);
  }
  text[used] = 0;
  *length = used;
  return text;
}

static void write_log(void *opaque, const void *text, size_t length) { fwrite(text, 1, length, stderr); }

// Line tables and the names of local variables serve a debugger, and would be a sixth of the program's bytes.
// The arrays of names stay: their length is the size of a frame.
static void drop_debug_information(JSContext *ctx) {
  for (uint8_t *block = ctx->heap_base; block < ctx->heap_free; block += get_mblock_size(block)) {
    if (((JSMemBlockHeader *)block)->mtag != JS_MTAG_FUNCTION_BYTECODE)
      continue;
    JSFunctionBytecode *function = (JSFunctionBytecode *)block;
    function->pc2line = JS_NULL;
    if (function->vars == JS_NULL)
      continue;
    JSValueArray *names = JS_VALUE_TO_PTR(function->vars);
    for (int i = 0; i < names->size; i++)
      names->arr[i] = JS_NULL;
  }
}

int main(void) {
  size_t length;
  char *text = read_input(&length);
  JSContext *ctx = JS_NewContext2(malloc(HEAP_BYTES), HEAP_BYTES, &js_stdlib, TRUE);
  JS_SetLogFunc(ctx, write_log);
  JSValue program = JS_Parse(ctx, text, length, "k8s_fdw", JS_EVAL_STRIP_COL);
  if (JS_IsException(program)) {
    JS_PrintValueF(ctx, JS_GetException(ctx), JS_DUMP_LONG);
    return 1;
  }
  drop_debug_information(ctx);
  JSBytecodeHeader header = {0};
  const uint8_t *bytes;
  uint32_t byte_count;
  JS_PrepareBytecode(ctx, &header, &bytes, &byte_count, program);
  // Relocated to zero, so that the same program gives the same bytes.
  JS_RelocateBytecode2(ctx, &header, (uint8_t *)bytes, byte_count, 0, FALSE);
  fwrite(&header, 1, sizeof header, stdout);
  fwrite(bytes, 1, byte_count, stdout);
  return 0;
}
