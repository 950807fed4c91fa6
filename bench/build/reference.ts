// Builds bench/reference as a component, made as small as ours.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { componentNew } from '@bytecodealliance/jco-transpile/wasm-tools'
import { optimise } from '../../component/build/component.ts'
import { inRoot } from '../../tools/paths.ts'
import { BENCH_CACHE, builtComponent } from '../paths.ts'

const TARGET = 'wasm32-unknown-unknown'
const FOLDER = inRoot('bench', 'reference')

const run = (program: string, ...args: readonly string[]): void => {
  execFileSync(program, args, { cwd: FOLDER, stdio: 'inherit' })
}

run('rustup', 'target', 'add', TARGET)
const built = join(BENCH_CACHE, 'reference')
run('cargo', 'build', '--release', '--locked', '--target', TARGET, '--target-dir', built)
const core = readFileSync(join(built, TARGET, 'release', 'reference.wasm'))
const component = await componentNew(optimise(core))
const file = builtComponent('reference')
writeFileSync(file, component)
process.stdout.write(`${file}: ${component.length} bytes\n`)
