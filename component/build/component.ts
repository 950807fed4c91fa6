// Makes the component of the core module: it is optimised, typed by wit/, wrapped, and held to its budgets.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { componentEmbed, componentNew } from '@bytecodealliance/jco-transpile/wasm-tools'
import binaryen from 'binaryen'
import { WIT } from './paths.ts'
import { kept, tool } from './kept.ts'
import { timed } from '../../tools/step.ts'

const JCO = '@bytecodealliance/jco-transpile'

/**
 * The budgets in bytes. Each kilobyte of a code section costs each query about a millisecond, because the host compiles
 * it each time.
 */
export const BUDGETS = { component: 285_000, code: 150_000 }

export async function component(core: Uint8Array, withNames: boolean): Promise<Uint8Array> {
  const inputs = [tool('binaryen'), String(optimise), String(ONE_CALLER_INLINE_BYTES), core]
  const small = await timed('wasm-opt', () => kept('optimised', inputs, () => optimise(core, withNames)))
  return await timed('the component', async () => {
    const witSource = packageText()
    return await kept('component', [tool(JCO), String(withoutCustom), small, witSource], async () => {
      const made = await componentNew(await componentEmbed({ binary: small, witSource, world: 'wrappers' }))
      return withoutCustom(made, 'component-name')
    })
  })
}

/** The package of wit/ as one text. The file that names the package must come first. */
function packageText(): string {
  const names = readdirSync(WIT).sort((a, b) => Number(b === 'world.wit') - Number(a === 'world.wit'))
  return names.map((name) => readFileSync(join(WIT, name), 'utf8')).join('\n')
}

/**
 * A larger function is not inlined into its only caller, because the time to compile a function grows faster than its
 * size.
 */
const ONE_CALLER_INLINE_BYTES = 250

// The features must be those of compile.ts: with more, the host refuses the component.
export function optimise(core: Uint8Array, withNames = false): Uint8Array {
  const module = binaryen.readBinary(core)
  const { MVP, BulkMemory, BulkMemoryOpt, SignExt, NontrappingFPToInt, MutableGlobals } = binaryen.Features
  module.setFeatures(MVP | BulkMemory | BulkMemoryOpt | SignExt | NontrappingFPToInt | MutableGlobals)
  binaryen.setOptimizeLevel(2)
  binaryen.setShrinkLevel(2)
  binaryen.setOneCallerInlineMaxSize(ONE_CALLER_INLINE_BYTES)
  binaryen.setDebugInfo(withNames)
  module.optimize()
  module.optimize()
  const bytes = module.emitBinary()
  module.dispose()
  return bytes
}

/** Leaves out the custom sections of a name: what a component's parts are called says nothing to the host. */
export function withoutCustom(wasm: Uint8Array, name: string): Uint8Array {
  const kept = [wasm.subarray(0, 8)]
  for (let at = 8; at < wasm.length;) {
    const [size, start] = leb128(wasm, at + 1)
    const [length, text] = leb128(wasm, start)
    const isIt = wasm[at] === 0 && Buffer.from(wasm.subarray(text, text + length)).toString() === name
    if (!isIt) kept.push(wasm.subarray(at, start + size))
    at = start + size
  }
  return Buffer.concat(kept)
}

/** The bytes of the code sections in a component or module, including nested ones. */
export function codeBytes(wasm: Uint8Array): number {
  let total = 0
  let at = 8
  while (at < wasm.length) {
    const id = wasm[at] as number
    const [size, start] = leb128(wasm, at + 1)
    const isComponent = wasm[6] === 1
    if (isComponent && (id === 1 || id === 4)) total += codeBytes(wasm.subarray(start, start + size))
    else if (!isComponent && id === 10) total += size
    at = start + size
  }
  return total
}

/** The number of core modules in a component: ours, and those that connect it to the host. */
export function coreModules(wasm: Uint8Array): number {
  let count = 0
  for (let at = 8; at < wasm.length;) {
    const [size, start] = leb128(wasm, at + 1)
    if (wasm[at] === 1) count++
    at = start + size
  }
  return count
}

function leb128(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] as number
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return [value >>> 0, at]
  }
}

/** @throws {Error} if the component is over its budget. */
export function holdToBudgets(wasm: Uint8Array): void {
  const sizes = { component: wasm.length, code: codeBytes(wasm) }
  for (const part of ['component', 'code'] as const) {
    process.stdout.write(`    ${part}: ${sizes[part]} of ${BUDGETS[part]} bytes\n`)
    if (sizes[part] > BUDGETS[part]) {
      throw new Error(`the ${part} is over its budget: ${sizes[part]} bytes of ${BUDGETS[part]}`)
    }
  }
}
