// The changes to upstream's C, each with its reason and the text that it replaces. If that text is not there exactly
// once, the build fails.

interface Patch {
  readonly upstream: string
  readonly ours: string
}

/**
 * The callbacks of array functions nest C calls. Upstream allows 8, which is too few for recursive code over trees, and
 * the stack of the component has room for more (see compile.ts).
 */
const CALL_DEPTH: Patch = {
  upstream: '#define JS_MAX_CALL_RECURSE 8\n',
  ours: '#define JS_MAX_CALL_RECURSE 128\n',
}

/**
 * Library functions are called through a switch (builtins.ts) and not through a table of pointers, because the host
 * compiles a trampoline for each function whose address is taken.
 */
const BUILTIN_CALL: Patch = {
  upstream: `                        switch(fd->def_type) {
                        case JS_CFUNC_generic:
                        case JS_CFUNC_constructor:
                            val = fd->func.generic(ctx, &fp[FRAME_OFFSET_THIS_OBJ],
                                                   call_flags & (FRAME_CF_CTOR | FRAME_CF_ARGC_MASK),
                                                   fp + FRAME_OFFSET_ARG0);
                            break;
                        case JS_CFUNC_generic_magic:
                        case JS_CFUNC_constructor_magic:
                            val = fd->func.generic_magic(ctx, &fp[FRAME_OFFSET_THIS_OBJ],
                                                   call_flags & (FRAME_CF_CTOR | FRAME_CF_ARGC_MASK),
                                                   fp + FRAME_OFFSET_ARG0, fd->magic);
                            break;
                        case JS_CFUNC_generic_params:
                            p = JS_VALUE_TO_PTR(fp[FRAME_OFFSET_FUNC_OBJ]);
                            val = fd->func.generic_params(ctx, &fp[FRAME_OFFSET_THIS_OBJ],
                                                          call_flags & (FRAME_CF_CTOR | FRAME_CF_ARGC_MASK),
                                                          fp + FRAME_OFFSET_ARG0, p->u.cfunc.params);
                            break;
                        case JS_CFUNC_f_f:
                            {
                                double d;
                                if (JS_ToNumber(ctx, &d, fp[FRAME_OFFSET_ARG0])) {
                                    val = JS_EXCEPTION;
                                } else {
                                    d = fd->func.f_f(d);
                                }
                                val = JS_NewFloat64(ctx, d);
                            }
                            break;
                        default:
                            assert(0);
                        }
`,
  ours: `                        val = call_builtin(ctx, short_func_idx, &fp[FRAME_OFFSET_THIS_OBJ],
                                           call_flags & (FRAME_CF_CTOR | FRAME_CF_ARGC_MASK),
                                           fp + FRAME_OFFSET_ARG0);
`,
}

const BUILTIN_DECLARATION: Patch = {
  upstream: 'JSValue JS_Call(JSContext *ctx, int call_flags)\n{',
  ours: `JSValue call_builtin(JSContext *ctx, int function, JSValue *this_val, int argc, JSValue *argv);

JSValue JS_Call(JSContext *ctx, int call_flags)
{`,
}

/** The back trace of a minified program without debug information says nothing. */
const BACK_TRACE: Patch = {
  upstream: `    if (!JS_IsError(ctx, error_obj))
        return;
    p = buf;
`,
  ours: `    return;
    p = buf;
`,
}

/**
 * A text of the program that was once the name of a property stays in the table of unique strings although it is not in
 * the heap. The collector removed it as unused, and then the same name in later objects was another string.
 */
const UNIQUE_PROGRAM_STRING: Patch = {
  upstream: '            if (gc_mb_is_marked(arr->arr[i])) {\n                arr->arr[j++]',
  ours: `            if (gc_mb_is_marked(arr->arr[i]) ||
                (JS_IsPtr(arr->arr[i]) && JS_IS_ROM_PTR(ctx, JS_VALUE_TO_PTR(arr->arr[i])))) {
                arr->arr[j++]`,
}

/**
 * Telling whether a string is a number takes memory, so the collector may have shortened the table since the string's
 * place was found.
 */
const UNIQUE_STRING_PLACE: Patch = {
  upstream: `    arr = JS_VALUE_TO_PTR( ctx->unique_strings);
    memmove(&arr->arr[a + 1]`,
  ours: `    arr = JS_VALUE_TO_PTR( ctx->unique_strings);
    find_atom(ctx, &a, arr, ctx->unique_strings_len, val);
    memmove(&arr->arr[a + 1]`,
}

/** JSON.stringify left out a text that could not be made for lack of memory. */
const LOST_TEXT: Patch = {
  upstream: `    val = JS_NewString(ctx, str);
    if (JS_IsException(val))
        return -1;
    return string_buffer_concat_str(ctx, s, val);
`,
  ours: `    val = JS_NewString(ctx, str);
    if (JS_IsException(val)) {
        s->buffer_ref.val = JS_EXCEPTION;
        return -1;
    }
    return string_buffer_concat_str(ctx, s, val);
`,
}

const PATCHES = [
  LOST_TEXT,
  UNIQUE_PROGRAM_STRING,
  UNIQUE_STRING_PLACE,
  BACK_TRACE,
  CALL_DEPTH,
  BUILTIN_DECLARATION,
  BUILTIN_CALL,
]

/**
 * The library table finds a property by the low bits of its name's address, so its alignment bounds the places of an
 * object's hash table: 64 bytes are 16 places of 4 bytes. An object with more than 32 properties, as the host's natives
 * are one, is to have 32 places. Without this the generator warns ("Too many properties, consider increasing
 * ATOM_ALIGN"), and makes 16, so that each look-up of a native compares twice as many names.
 */
const TABLE_ALIGNMENT: Patch = { upstream: '#define ATOM_ALIGN 64\n', ours: '#define ATOM_ALIGN 128\n' }

function replaced(file: string, source: string, patches: readonly Patch[]): string {
  return patches.reduce((text, { upstream, ours }) => {
    const parts = text.split(upstream)
    if (parts.length !== 2) throw new Error(`${file} has no single\n${upstream}`)
    return parts.join(ours)
  }, source)
}

/** Applies the patches to mquickjs.c. @throws {Error} if upstream's text is not there exactly once. */
export function patched(source: string): string {
  return replaced('mquickjs.c', source, PATCHES)
}

/** Applies the patches to mquickjs_build.c. @throws {Error} if upstream's text is not there exactly once. */
export function patchedGenerator(source: string): string {
  return replaced('mquickjs_build.c', source, [TABLE_ALIGNMENT])
}
