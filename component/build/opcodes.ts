// The interpreter's source → the same for the opcodes that the program uses, its regular expressions' included.
// What another opcode does is then code that nothing reaches, and the compiler drops it.

const LABEL = /(CASE\((OP_\w+)\)|case (OP_\w+|REOP_\w+)):/g

/** `used`: names such as `OP_add` and `REOP_char1`. */
export function withOpcodes(source: string, used: readonly string[]): string {
  const names = new Set(used)
  return source.replace(LABEL, (label: string, _: string, fast?: string, other?: string) =>
    names.has(fast ?? other ?? '') ? label : '',
  )
}
