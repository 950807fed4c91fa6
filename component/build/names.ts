// Checks the program against the library. A standard function that neither the engine's table nor library.js has fails
// the build, and not the first query that calls it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PARTS } from './paths.ts'

const STANDARD = [Object, Function, Number, String, Array, Math, JSON, RegExp, Map, Set].flatMap((owner) =>
  Object.getOwnPropertyNames(owner).concat(
    'prototype' in owner ? Object.getOwnPropertyNames(owner.prototype) : [],
  ),
)

function all(text: string, pattern: RegExp): Set<string> {
  return new Set(Array.from(text.matchAll(pattern), (match) => match[1] ?? ''))
}

/** @throws {Error} that names the missing functions. */
export function holdToLibrary(program: string): void {
  const table = all(readFileSync(join(PARTS, 'runtime', 'stdlib.c'), 'utf8'), /DEF\("(\w+)"/g)
  const defined = all(program, /(?:define\([\w.]+, '|\.prototype\.|\.)(\w+)'?(?: =[^=]|, function)/g)
  const called = all(program, /\.(\w+)\(/g)
  const missing = STANDARD.filter((name) => called.has(name) && !table.has(name) && !defined.has(name))
  if (missing.length > 0)
    throw new Error(
      `the program calls what component/runtime/stdlib.c and component/adapter/library.js lack: ${missing.join(', ')}`,
    )
}
