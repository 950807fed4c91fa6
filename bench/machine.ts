// Describes the machine and the programs of a run, without the machine's name.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { inRoot, KUBECTL } from '../tools/paths.ts'
import type { Machine } from './results.ts'

const distribution = (): string =>
  /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'

export const machine = (): Machine => {
  const processors = cpus()
  return {
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${distribution()}, Linux ${release()}`,
  }
}

const said = (program: string, ...args: readonly string[]): string => {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'none'
  }
}

const locked = (file: string, name: string): string => {
  const text = readFileSync(inRoot(file), 'utf8')
  return new RegExp(`name = "${name}"\\s+version = "([^"]+)"`).exec(text)?.[1] ?? 'unknown'
}

const npmPackage = (name: string): string => {
  const lock = JSON.parse(readFileSync(inRoot('bench', 'engines', 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string } | undefined>
  }
  return lock.packages[`node_modules/${name}`]?.version ?? 'unknown'
}

export const versions = (psql: string): Record<string, string> => ({
  commit: said('git', '-C', inRoot(), 'describe', '--always', '--dirty'),
  PostgreSQL: said(join(psql), '--version').replace(/^psql \(PostgreSQL\) /, ''),
  wasmtime: locked('host/Cargo.lock', 'wasmtime'),
  'wasmtime on Wrappers': locked('test/host/current/Cargo.lock', 'wasmtime'),
  'supabase-wrappers': locked('test/host/current/Cargo.lock', 'supabase-wrappers'),
  'Kubernetes API server, kubectl':
    said(KUBECTL, 'version', '--client').split('\n')[0]?.split(': ')[1] ?? 'unknown',
  jq: said('jq', '--version').replace('jq-', ''),
  'componentize-qjs': npmPackage('componentize-qjs'),
  'componentize-js': npmPackage('@bytecodealliance/componentize-js'),
})
