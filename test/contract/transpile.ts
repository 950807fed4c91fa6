// Makes the built component runnable in Node, once for a run of the suite.
// Runs no test; a missing component fails where an engine is asked for it (engines.ts).
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transpileBytes } from '@bytecodealliance/jco-transpile'
import { COMPONENT, engineNames, transpiledFolder } from './engines.ts'

export default async function setup(): Promise<void> {
  rmSync(transpiledFolder(), { recursive: true, force: true })
  if (!engineNames().includes('component') || !existsSync(COMPONENT)) return
  const { files } = await transpileBytes(readFileSync(COMPONENT), {
    name: 'k8s_fdw',
    instantiation: 'sync',
    optimize: false,
  })
  for (const [name, bytes] of Object.entries(files)) {
    if (name.endsWith('.d.ts')) continue
    const path = join(transpiledFolder(), name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
}
