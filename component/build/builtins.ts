// Rewrites the library's table, as the generator prints it, without pointers, and adds the switch that calls its
// functions.

const TABLE = /static const JSCFunctionDef js_c_function_table\[\] = \{\n([^]*?)\n\};\n/
const ENTRY = /\{ \{ \.(\w+) = (\w+) \},\s*(.*?),\n\s*JS_CFUNC_\w+, \d+, (\w+) \},/g

const PARAMETERS = 'JSContext *ctx, int function, JSValue *this_val, int argc, JSValue *argv'

function call(convention: string, name: string, magic: string): string {
  switch (convention) {
    case 'generic':
    case 'constructor':
      return `return ${name}(ctx, this_val, argc, argv);`
    case 'generic_magic':
    case 'constructor_magic':
      return `return ${name}(ctx, this_val, argc, argv, ${magic});`
    case 'generic_params':
      // Only Function.prototype.bind makes these, which the library does not have.
      return '__builtin_unreachable();'
    case 'f_f':
      return `return JS_ToNumber(ctx, &number, argv[0]) ? JS_EXCEPTION : JS_NewFloat64(ctx, ${name}(number));`
    default:
      throw new Error(`the library has a function of an unknown convention: ${convention} ${name}`)
  }
}

/** @throws {Error} if the generator prints its table in another form. */
export function withoutPointers(library: string): string {
  const table = TABLE.exec(library)?.[1]
  if (table === undefined) throw new Error('the library has no table of functions')
  const entries = Array.from(table.matchAll(ENTRY))
  if (entries.length !== table.split('{ { .').length - 1)
    throw new Error('the table of functions reads otherwise')
  const cases = entries.map(
    ([, convention = '', name = '', , magic = ''], i) => `  case ${i}: ${call(convention, name, magic)}\n`,
  )
  const body = `  double number;\n  switch (function) {\n${cases.join('')}  default: __builtin_unreachable();\n  }\n`
  return `${library.replace(/\{ \{ \.\w+ = \w+ \},/g, '{ { 0 },')}
JSValue call_builtin(${PARAMETERS}) {
${body}}
`
}
