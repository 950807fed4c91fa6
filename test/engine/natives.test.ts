// The natives and the exports over the real engine and the real glue, built for this machine with sanitizers, above a
// host in memory (natives_host.c). The collector runs, and moves everything, at each allocation of the JavaScript heap:
// a value that it does not know of is then lost at once. Each allocation fails once in turn, of C and of JavaScript:
// the routine then ends with an error that says so, and never with another answer.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutPointers } from '../../component/build/builtins.ts'
import { asHeader } from '../../component/build/compile.ts'
import { PARTS } from '../../component/build/paths.ts'
import { engineSource } from '../../component/build/source.ts'
import { compile, FAILING, findCompiler, FLAGS, OUR_C, QUIET_FLAGS, run } from './compiler.ts'

const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-natives-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})
const compiler = findCompiler(folder)

const SYSTEM = join(folder, 'system')
const HERE = import.meta.dirname
const INCLUDES = ['-isystem', SYSTEM, `-I${OUR_C}`, `-I${join(OUR_C, 'shim')}`]
/**
 * The bytes of the JavaScript heap. They are few because the program is small, and the collector's work at each
 * allocation takes time.
 */
const HEAP = '-DJS_HEAP_BYTES=(1u<<20)'
const NATIVES = ['exports', 'natives', 'natives_cells', 'natives_http', 'natives_json', 'natives_values']

const ALLOCATION = 'static int check_free_mem(JSContext *ctx, JSValue *stack_bottom, uint32_t size)\n{\n'

/** The first thing that is done with a context. */
const START = 'JSValue JS_LoadBytecode(JSContext *ctx, const uint8_t *buf)\n{\n'

function after(source: string, place: string, added: string): string {
  const parts = source.split(place)
  if (parts.length !== 2) throw new Error(`the engine has no single ${place}`)
  return parts.join(`${place}${added}\n`)
}

/** An allocation of the JavaScript heap may fail once there is one. */
function withFailures(source: string): string {
  const hook = 'if (may_fail && failing_js()) return JS_ThrowOutOfMemory(ctx), -1;'
  const hooked = after(after(source, ALLOCATION, hook), START, 'may_fail = 1;')
  return `int failing_js(void);\nstatic int may_fail;\n${hooked}`
}

/** Writes what is not ours into one folder: the engine, the glue, and what the build makes of them. */
function writeSystem(): void {
  mkdirSync(SYSTEM)
  const put = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(SYSTEM, name), content)
  }
  const sources = engineSource()
  for (const [name, text] of Object.entries(sources)) put(name, text)
  for (const name of ['wrappers.c', 'wrappers.h']) put(name, readFileSync(join(PARTS, 'bindings', name)))
  const plain = ['-w', '-O0', '-funsigned-char', ...INCLUDES]
  const theirs = (...names: string[]) => names.map((name) => join(SYSTEM, name))

  const generator = join(folder, 'generator')
  compile(compiler, [
    ...plain,
    join(OUR_C, 'stdlib.c'),
    ...theirs('mquickjs_build.c', 'cutils.c'),
    '-lm',
    '-o',
    generator,
  ])
  const table = (...args: string[]) => execFileSync(generator, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  put('js_stdlib.h', withoutPointers(table('-m64').toString()))
  put('mquickjs_atom.h', table('-m64', '-a'))

  const bytecodeCompiler = join(folder, 'bytecode_compiler')
  compile(compiler, [
    ...plain,
    '-DBYTECODE_COMPILER',
    join(OUR_C, 'bytecode_compiler.c'),
    ...theirs('cutils.c', 'dtoa.c', 'libm.c'),
    '-lm',
    '-o',
    bytecodeCompiler,
  ])
  const bytecode = execFileSync(bytecodeCompiler, [], {
    input: readFileSync(join(HERE, 'natives_program.js')),
  })
  put('bytecode.h', asHeader(bytecode))
  put('mquickjs.c', withFailures(sources['mquickjs.c'] ?? ''))
}

/**
 * Our own allocations fail when they are told to. The engine shares a unit with upstream's C, which is not checked for
 * overflow.
 */
function buildProgram(): string {
  const objects: string[] = []
  const object = (source: string, ...args: readonly string[]) => {
    const file = join(folder, `${objects.length}.o`)
    compile(compiler, [...args, ...INCLUDES, '-ffunction-sections', '-c', source, '-o', file])
    objects.push(file)
  }
  const failing = [...FAILING, '-Dabort=failing_abort', HEAP]
  const ours = [...FLAGS, '-include', 'stdlib.h', ...failing]
  for (const name of NATIVES) object(join(OUR_C, `${name}.c`), ...ours)
  for (const name of ['json_index', 'json_string', 'lz4']) object(join(OUR_C, `${name}.c`), ...ours)
  object(join(OUR_C, 'engine.c'), ...QUIET_FLAGS, '-include', 'stdlib.h', ...failing, '-DDEBUG_GC')
  for (const name of ['cutils.c', 'dtoa.c', 'libm.c', 'wrappers.c'])
    object(join(SYSTEM, name), ...QUIET_FLAGS)
  object(join(HERE, 'natives_host.c'), ...FLAGS)
  const program = join(folder, 'natives')
  compile(compiler, [...FLAGS, '-Wl,--gc-sections', ...objects, '-lm', '-o', program])
  return program
}

/** What each routine printed, up to its end. */
const routinesOf = (output: string): string[] => output.split(/(?<=^end of .*\n)/m)

const title =
  compiler === undefined ? 'the natives (skipped: no compiler here has sanitizers)' : 'the natives'

// eslint-disable-next-line no-restricted-syntax -- The title says the reason.
describe.runIf(compiler !== undefined)(title, () => {
  let program = ''
  let whole = ''
  beforeAll(() => {
    writeSystem()
    program = buildProgram()
    whole = run(program, [], Buffer.alloc(0))
  }, 300_000)

  it('give what the host has, and drop what they were lent', async () => {
    await expect(whole).toMatchFileSnapshot('natives.txt')
  })

  it.each([
    ['malloc', 30],
    ['js', 100],
  ])('say so where an allocation fails: %s', (kind, least) => {
    const runs = run(program, [kind], Buffer.alloc(0))
      .split(/^run \d+\n/m)
      .slice(1)
    expect(runs.length).toBeGreaterThan(least)
    expect(runs.pop()).toBe(whole)
    const wanted = routinesOf(whole)
    for (const output of runs) {
      const routines = routinesOf(output)
      const last = routines.pop() ?? ''
      expect(wanted.slice(0, routines.length)).toEqual(routines)
      const lines = last.split('\n')
      const before = lines.findIndex((line) => line.startsWith('error ') || line === 'trap')
      // As far as it came, it must have printed the same as with memory.
      const start = lines
        .slice(0, before)
        .map((line) => `${line}\n`)
        .join('')
      expect(wanted[routines.length]?.startsWith(start)).toBe(true)
      expect(lines[before]).toMatch(/^trap$|out of memory|not enough memory/)
    }
  })
})
