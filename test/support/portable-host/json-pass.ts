// The component's own JSON pass (component/runtime/json_index.c and json_string.c) as a small WebAssembly module for
// Node. The build's compiler makes it on first use, and the cache of builds keeps it for as long as its source is the
// same.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { clang } from '../../../component/build/clang.ts'
import { PARTS } from '../../../component/build/paths.ts'
import { OURS } from '../../../component/build/warnings.ts'

const UNITS = ['json_index.c', 'json_string.c']
const HEADERS = ['json_index.h', 'json_string.h']
const EXPORTS = ['malloc', 'free', 'json_index_build', 'json_string_decode']

/** Builds the module, unless the cache has it. */
export async function buildJsonPass(): Promise<Uint8Array> {
  const read = (name: string): [string, Uint8Array] => [name, readFileSync(join(PARTS, 'runtime', name))]
  const args = [
    '--target=wasm32-wasip1',
    // Plain characters are unsigned, as in the component.
    '-funsigned-char',
    '-O2',
    ...OURS,
    '-nostartfiles',
    '-Wl,--no-entry',
    '-Wl,--strip-all',
    ...EXPORTS.map((name) => `-Wl,--export=${name}`),
    ...UNITS,
  ]
  return await clang(args, Object.fromEntries([...UNITS, ...HEADERS].map(read)), 'json_pass.wasm')
}

/** What the module exports. Pointers are numbers of its memory, and so are bool and the sizes. */
interface Exports {
  readonly memory: WebAssembly.Memory
  readonly malloc: (size: number) => number
  readonly free: (pointer: number) => void
  readonly json_index_build: (shape: number, index: number, error: number) => number
  readonly json_string_decode: (token: number, length: number, out: number) => number
}

const { instance } = await WebAssembly.instantiate((await buildJsonPass()) as BufferSource)

/** The one instance. Whoever allocates in its memory frees it before anyone else is called. */
export const pass = instance.exports as unknown as Exports
