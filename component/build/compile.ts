// Compiles the engine's source, our C and the program into the core module. Every tool comes from npm (clang.ts) or is
// built here for WASI (wasi.ts).
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withoutPointers } from './builtins.ts'
import { clang, type Files } from './clang.ts'
import { PARTS } from './paths.ts'
import { compress } from './lz4.ts'
import { archiveMembers, included } from './materials.ts'
import { engineSource, PACKAGE as SOURCE_PACKAGE } from './source.ts'
import { withOpcodes } from './opcodes.ts'
import { kept } from './kept.ts'
import { timed } from '../../tools/step.ts'
import { NOT_OURS, OURS } from './warnings.ts'
import { runWasi } from './wasi.ts'

/** The folder of headers and units that are not ours. Warnings are enabled for everything else. */
const SYSTEM = 'system'
const TARGET = ['--target=wasm32-wasip1', '-I.', '-isystem', SYSTEM]
// The features that the host's wasmtime accepts. With any other it refuses the component.
const FEATURES = ['-mcpu=mvp', '-mbulk-memory', '-msign-ext', '-mnontrapping-fptoint', '-mmutable-globals']
const SMALL = [
  '-Oz',
  '-DNDEBUG',
  '-ffunction-sections',
  '-fdata-sections',
  '-fno-math-errno',
  '-fno-strict-aliasing',
  // JS_NewStringLen finds the length of a character from a char. If char is signed, it makes of "ü" a string that is no
  // key "ü".
  '-funsigned-char',
]

/** The bytes of stack. The deepest JSON (500 levels) and the deepest nesting of callbacks (source.ts) fit into them. */
const STACK_BYTES = 1 << 20

/** The sources of the component itself, and how each is optimised. */
const UNITS = [
  'engine.c',
  'cutils.c',
  'dtoa.c',
  'libm.c',
  'json_index.c',
  'json_string.c',
  'natives.c',
  'natives_cells.c',
  'natives_http.c',
  'natives_json.c',
  'natives_values.c',
  'exports.c',
  'lz4.c',
  'allocator.c',
  'runtime.c',
  'wrappers.c',
]

/** The folders of C that is written by hand here. C from anywhere else is not ours. */
const OUR_FOLDERS = ['runtime', 'runtime/shim']

/** The C files of this repository: their texts, their paths, and the names of those that are written by hand. */
function ourSource(): { files: Files; places: Record<string, string>; written: Set<string> } {
  const files: Files = {}
  const places: Record<string, string> = {}
  const written = new Set<string>()
  for (const folder of [...OUR_FOLDERS, 'bindings']) {
    for (const entry of readdirSync(join(PARTS, folder), { withFileTypes: true })) {
      if (entry.isFile() && /\.(c|h|inc)$/.test(entry.name)) {
        files[entry.name] = readFileSync(join(PARTS, folder, entry.name))
        places[entry.name] = `component/${folder}/${entry.name}`
        if (OUR_FOLDERS.includes(folder)) written.add(entry.name)
      }
    }
  }
  return { files, places, written }
}

const WRITTEN = ourSource().written

const placeOf = (name: string): string => (WRITTEN.has(name) ? name : `${SYSTEM}/${name}`)

/** Compiles one unit. */
async function object(unit: string, args: readonly string[], sources: Files): Promise<Uint8Array> {
  const placed = Object.fromEntries(Object.entries(sources).map(([name, text]) => [placeOf(name), text]))
  const warnings = WRITTEN.has(unit) ? OURS : NOT_OURS
  return await clang([...TARGET, ...warnings, ...args, '-c', placeOf(unit)], placed, objectOf(unit))
}

const objectOf = (unit: string): string => unit.replace(/\.c$/, '.o')

/** Builds a program that the build itself runs. */
async function buildProgram(
  name: string,
  units: readonly string[],
  sources: Files,
  options: { compile?: readonly string[]; link?: readonly string[] } = {},
): Promise<Uint8Array> {
  const made: Files = {}
  for (const unit of units)
    made[objectOf(unit)] = await object(unit, ['-O1', ...(options.compile ?? [])], sources)
  return await clang([...TARGET, ...(options.link ?? []), ...Object.keys(made)], made, name)
}

async function library(sources: Files): Promise<Files> {
  const units = ['stdlib.c', 'mquickjs_build.c', 'cutils.c']
  const generator = await buildProgram('library_generator', units, sources)
  const table = (args: string[]) => runWasi(generator, args, new Uint8Array())
  const tables = Buffer.from(table([])).toString()
  return { ...sources, 'mquickjs_atom.h': table(['-a']), 'js_stdlib.h': withoutPointers(tables) }
}

async function bytecodeCompiler(sources: Files): Promise<Uint8Array> {
  const units = ['bytecode_compiler.c', 'cutils.c', 'dtoa.c', 'libm.c']
  const compile = ['-DBYTECODE_COMPILER']
  const link = ['-Wl,-z,stack-size=1048576', '-Wl,--initial-memory=402653184']
  return await buildProgram('bytecode_compiler', units, sources, { compile, link })
}

/** The program as a C header for exports.c. */
export function asHeader(bytecode: Uint8Array): string {
  const bytes = Array.from(compress(bytecode)).join(',')
  return `// The program's bytecode as an LZ4 block.
#define BYTECODE_BYTES ${bytecode.length}
static const unsigned char compressed_bytecode[] = {${bytes}};
`
}

async function objects(sources: Files, bytecode: Uint8Array): Promise<Files> {
  const made: Files = {}
  for (const unit of UNITS) {
    // Only what includes the program is compiled again when the program changes.
    const files = unit === 'exports.c' ? { ...sources, 'bytecode.h': asHeader(bytecode) } : sources
    made[objectOf(unit)] = await object(unit, [...FEATURES, ...SMALL], files)
  }
  return made
}

async function link(files: Files, withNames: boolean, made = 'core.wasm'): Promise<Uint8Array> {
  const args = [
    ...TARGET,
    '-nostartfiles',
    '-Wl,--no-entry',
    '-Wl,--gc-sections',
    withNames ? '-Wl,--strip-debug' : '-Wl,--strip-all',
    '-Wl,--stack-first',
    `-Wl,-z,stack-size=${STACK_BYTES}`,
    '-Wl,-Map=core.map',
    ...Object.keys(files),
  ]
  return await clang(args, files, 'core.wasm', made)
}

export interface CoreModule {
  readonly core: Uint8Array
  /** The C files that were compiled into it, and what the linker took from the archives of the C library. */
  readonly sources: readonly string[]
  readonly libraries: readonly string[]
}

/** Builds the core module around the program's ES5 text. */
export async function coreModule(program: string, withNames: boolean): Promise<CoreModule> {
  const [theirs, ours] = [engineSource(), ourSource()]
  const sources: Files = { ...theirs, ...ours.files }
  const withLibrary = await timed('the library table', () => library(sources))
  const compiler = await timed('the bytecode compiler', () => bytecodeCompiler(withLibrary))
  const bytecode = await timed('the bytecode', () =>
    kept('bytecode', [compiler, program], () => runWasi(compiler, [], Buffer.from(program))),
  )
  process.stdout.write(`    bytecode: ${bytecode.length} bytes\n`)
  const used = await kept('opcodes', [compiler, program], () =>
    runWasi(compiler, ['opcodes'], Buffer.from(program)),
  )
  const interpreter = withOpcodes(String(sources['mquickjs.c']), Buffer.from(used).toString().split('\n'))
  const made = await timed('the engine', () =>
    objects({ ...withLibrary, 'mquickjs.c': interpreter }, bytecode),
  )
  return await timed('the link', async () => ({
    core: await link(made, withNames),
    sources: included(UNITS, sources)
      .map((name) => ours.places[name] ?? `${SOURCE_PACKAGE}/${name}`)
      .sort(),
    libraries: archiveMembers(Buffer.from(await link(made, withNames, 'core.map')).toString()),
  }))
}
