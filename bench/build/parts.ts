// What the benchmark builds besides the project's own parts, each with its inputs and its command. An engine that
// cannot be built does not stop the benchmark: its row is left out, with the reason.
import { inRoot } from '../../tools/paths.ts'
import { build, type Part } from '../../tools/build/parts.ts'
import type { Engine } from './engines.ts'
import { builtComponent } from '../paths.ts'

const REFERENCE: Part = {
  name: 'bench-reference',
  inputs: ['bench/reference', 'bench/build/reference.ts', 'wit', 'test/host/rust-toolchain.toml'],
  outputs: [builtComponent('reference')],
  label: 'building the Rust reference',
  argv: [process.execPath, 'bench/build/reference.ts'],
}

const ENGINE_MODULES: Part = {
  name: 'bench-engine-modules',
  inputs: ['bench/engines/package-lock.json'],
  words: [process.version],
  outputs: [inRoot('bench', 'engines', 'node_modules')],
  label: 'fetching the packages of the other engines',
  // Not `npm ci`: it refuses a lock file that lacks optional packages of platforms that a registry doesn't serve.
  argv: ['npm', 'install', '--no-save', '--no-audit', '--no-fund'],
  cwd: inRoot('bench', 'engines'),
}

const enginePart = (engine: Engine): Part => ({
  name: `bench-${engine}`,
  inputs: [
    'src',
    'test/support/portable-host',
    'component/adapter/type-oids.ts',
    'wit',
    'bench/build/engines.ts',
    'bench/engines',
  ],
  words: [process.version],
  outputs: [builtComponent(engine)],
  label: `building our source on ${engine}`,
  argv: [process.execPath, 'bench/build/engines.ts', engine],
})

export const buildReference = (): Promise<void> => build(REFERENCE)
export const buildEngine = async (engine: Engine): Promise<void> => {
  await build(ENGINE_MODULES)
  await build(enginePart(engine))
}
