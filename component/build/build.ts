// Builds the component: node component/build/build.ts [--out FILE] [--materials FILE] [--entry FILE] [--names]. This
// file has the order of the steps; each step has a file of its own.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { coreModule } from './compile.ts'
import { component, coreModules, holdToBudgets } from './component.ts'
import { adapters, type Materials } from './materials.ts'
import { holdToLibrary } from './names.ts'
import { COMPONENT, PARTS } from './paths.ts'
import { program } from './script.ts'
import { timed } from '../../tools/step.ts'

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: COMPONENT },
    // Where to write what the component is made of.
    materials: { type: 'string' },
    // Keeps the names of functions, for a profiler.
    names: { type: 'boolean', default: false },
    entry: { type: 'string', default: join(PARTS, 'adapter', 'main.ts') },
  },
})

const { text, scripts } = await timed('the program', () => program(resolve(values.entry)))
holdToLibrary(text)
const { core, sources, libraries } = await coreModule(text, values.names)
const wasm = await component(core, values.names)
if (!values.names) holdToBudgets(wasm)
writeOut(values.out, wasm)
if (values.materials !== undefined) {
  const materials: Materials = { scripts, sources, libraries, adapters: adapters(coreModules(wasm)) }
  writeOut(values.materials, `${JSON.stringify(materials, null, 2)}\n`)
}

function writeOut(path: string, content: string | Uint8Array): void {
  const file = resolve(path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  process.stdout.write(`    ${file}\n`)
}
