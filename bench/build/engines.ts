// Builds the portable form of our source (test/support/portable-host) as a component on another JavaScript engine.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { rolldown } from 'rolldown'
import { inRoot } from '../../tools/paths.ts'
import { load } from '../engines/load.ts'
import { BENCH_CACHE, builtComponent } from '../paths.ts'

export type Engine = 'quickjs' | 'starlingmonkey'

const WORLD = 'wrappers'
const WIT = inRoot('wit')

/** The part of the package componentize-qjs that is used. */
interface QuickJs {
  readonly componentize: (options: {
    witPath: string
    jsSource: string
    world: string
    stubWasi: boolean
    optSize: boolean
    sync: boolean
  }) => Promise<{ component: Uint8Array }>
}

/** The part of the package @bytecodealliance/componentize-js that is used. */
interface ComponentizeJs {
  readonly componentize: (options: {
    sourcePath: string
    witPath: string
    worldName: string
    disableFeatures: readonly string[]
  }) => Promise<{ component: Uint8Array }>
}

const ENTRIES: Readonly<Record<Engine, string>> = {
  quickjs: inRoot('test', 'support', 'portable-host', 'main.ts'),
  starlingmonkey: inRoot('bench', 'engines', 'starlingmonkey.ts'),
}

/** These engines have no WebAssembly inside, which the portable host's JSON pass is, but a JSON.parse of their own. */
const nativeJson = {
  name: 'native-json',
  resolveId: (source: string): string | undefined =>
    source.endsWith('/json-index.ts') ? inRoot('bench', 'engines', 'native-json.ts') : undefined,
}

const bundle = async (engine: Engine): Promise<string> => {
  const build = await rolldown({
    input: ENTRIES[engine],
    platform: 'browser',
    external: /^supabase:/,
    plugins: [nativeJson],
    logLevel: 'warn',
  })
  const { output } = await build.generate({ format: 'esm', minify: true })
  return output[0].code
}

/**
 * The smaller of its runtimes is used, because size is time here. Its imports of WASI become traps, because the host
 * has none.
 */
const onQuickJs = async (jsSource: string): Promise<Uint8Array> => {
  const { componentize } = (await load('componentize-qjs')) as QuickJs
  const options = { witPath: WIT, world: WORLD, stubWasi: true, optSize: true, sync: true }
  return (await componentize({ jsSource, ...options })).component
}

const onStarlingMonkey = async (jsSource: string): Promise<Uint8Array> => {
  const { componentize } = (await load('@bytecodealliance/componentize-js')) as ComponentizeJs
  const sourcePath = join(BENCH_CACHE, 'portable.js')
  writeFileSync(sourcePath, jsSource)
  const disableFeatures = ['stdio', 'random', 'clocks', 'http', 'fetch-event']
  return (await componentize({ sourcePath, witPath: WIT, worldName: WORLD, disableFeatures })).component
}

const engine = process.argv[2] as Engine
const component = await (engine === 'quickjs' ? onQuickJs : onStarlingMonkey)(await bundle(engine))
const file = builtComponent(engine)
mkdirSync(dirname(file), { recursive: true })
writeFileSync(file, component)
process.stdout.write(`${file}: ${component.length} bytes\n`)
