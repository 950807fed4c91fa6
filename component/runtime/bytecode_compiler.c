// The build's bytecode compiler. It reads a program's text from standard input and writes its 32-bit bytecode to
// standard output; or, with an argument, the names of the opcodes that the program and its regular expressions use, one
// per line. It runs under WASI while the component is built, and is not part of it.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "mquickjs.c"

#define HEAP_BYTES (256u << 20)

// The library's table names these functions; a compiler calls none of them.
#define NATIVE(name)                                                                                                   \
  JSValue name(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv);                                            \
  JSValue name(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) { return JS_UNDEFINED; }
#define NATIVE_MAGIC(name)                                                                                             \
  JSValue name(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv, int magic);                                 \
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

// Line tables and the names of local variables are only for a debugger, and would be a sixth of the program's bytes.
// The arrays of names stay, because their length is the size of a frame.
static void drop_debug_information(JSContext *ctx) {
  for (uint8_t *block = ctx->heap_base; block < ctx->heap_free; block += get_mblock_size(block)) {
    if (((JSMemBlockHeader *)block)->mtag != JS_MTAG_FUNCTION_BYTECODE)
      continue;
    JSFunctionBytecode *function = (JSFunctionBytecode *)block;
    function->pc2line = JS_NULL;
    if (function->vars == JS_NULL)
      continue;
    JSValueArray *names = JS_VALUE_TO_PTR(function->vars);
    for (uint32_t i = 0; i < (uint32_t)names->size; i++)
      names->arr[i] = JS_NULL;
  }
}

static const char *const opcode_names[] = {
#define FMT(f)
#define DEF(id, size, n_pop, n_push, f) "OP_" #id,
#include "mquickjs_opcode.h"
#undef DEF
#undef FMT
};

static const char *const regexp_opcode_names[] = {
#define REDEF(id, size) "REOP_" #id,
#include "mquickjs_opcode.h"
#undef REDEF
};

static void see_code(const JSByteArray *code, bool *seen) {
  for (uint32_t at = 0; at < code->size; at += opcode_info[code->buf[at]].size)
    seen[code->buf[at]] = true;
}

static void see_regexp(const JSByteArray *code, bool *seen) {
  for (uint32_t at = RE_HEADER_LEN; at < code->size;) {
    uint8_t opcode = code->buf[at];
    seen[opcode] = true;
    uint32_t extra = opcode == REOP_range8  ? code->buf[at + 1] * 2
                     : opcode == REOP_range ? get_u16(code->buf + at + 1) * 8
                                            : 0;
    at += reopcode_info[opcode].size + extra;
  }
}

// The only byte arrays of a program are the code of functions and, without debug information, that of regular
// expressions.
static void write_opcodes(const uint8_t *bytes, uint32_t byte_count) {
  static bool seen[OP_COUNT], seen_in_regexps[REOP_COUNT];
  static const JSByteArray *codes[1 << 16];
  uint32_t code_count = 0;
  const uint8_t *end = bytes + byte_count;
  for (const uint8_t *block = bytes; block < end; block += get_mblock_size(block))
    if (((JSMemBlockHeader *)block)->mtag == JS_MTAG_FUNCTION_BYTECODE) {
      codes[code_count] = JS_VALUE_TO_PTR(((JSFunctionBytecode *)block)->byte_code);
      see_code(codes[code_count++], seen);
    }
  for (const uint8_t *block = bytes; block < end; block += get_mblock_size(block)) {
    if (((JSMemBlockHeader *)block)->mtag != JS_MTAG_BYTE_ARRAY)
      continue;
    bool is_function = false;
    for (uint32_t i = 0; i < code_count; i++)
      is_function |= (const uint8_t *)codes[i] == block;
    if (!is_function)
      see_regexp((const JSByteArray *)block, seen_in_regexps);
  }
  for (int i = 0; i < OP_COUNT; i++)
    if (seen[i])
      puts(opcode_names[i]);
  for (int i = 0; i < REOP_COUNT; i++)
    if (seen_in_regexps[i])
      puts(regexp_opcode_names[i]);
}

int main(int argc, char **argv) {
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
  if (argc > 1) {
    write_opcodes(bytes, byte_count);
    return 0;
  }
  // The bytecode is relocated to zero, so that the same program gives the same bytes.
  JS_RelocateBytecode2(ctx, &header, (uint8_t *)bytes, byte_count, 0, FALSE);
  fwrite(&header, 1, sizeof header, stdout);
  fwrite(bytes, 1, byte_count, stdout);
  return 0;
}
