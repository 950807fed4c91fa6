// Reduces the interpreter's source to the opcodes that the program and its regular expressions use. The code of all
// others becomes unreachable, and the compiler drops it.

const LABEL = /(CASE\((OP_\w+)\)|case (OP_\w+|REOP_\w+)):/g

/** `used` has names such as `OP_add` and `REOP_char1`. */
export function withOpcodes(source: string, used: readonly string[]): string {
  const names = new Set(used)
  return source.replace(LABEL, (label: string, _: string, fast?: string, other?: string) =>
    names.has(fast ?? other ?? '') ? label : '',
  )
}
