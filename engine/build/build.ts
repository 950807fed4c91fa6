// Builds the component: node engine/build/build.ts [--out FILE] [--entry FILE] [--names].
// The order of the steps stands here, what each does in its own file.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { coreModule } from './compile.ts'
import { component, holdToBudgets } from './component.ts'
import { holdToLibrary } from './names.ts'
import { COMPONENT, ENGINE } from './paths.ts'
import { program } from './script.ts'
import { step } from './steps.ts'

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: COMPONENT },
    // Keeps the names of functions, for a profiler.
    names: { type: 'boolean', default: false },
    entry: { type: 'string', default: join(ENGINE, 'guest', 'main.ts') },
  },
})

const text = await step('the program', () => program(resolve(values.entry)))
holdToLibrary(text)
const wasm = await component(await coreModule(text, values.names), values.names)
if (!values.names) holdToBudgets(wasm)
const out = resolve(values.out)
mkdirSync(dirname(out), { recursive: true })
writeFileSync(out, wasm)
process.stdout.write(`    ${out}\n`)
