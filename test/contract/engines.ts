// The two engines that the suite runs on: the TypeScript source in Node, and the built component.
// Both get the same in-memory imports; neither knows what is tested.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createGuest } from '../support/portable-host/guest.ts'
import type { Guest } from '../support/portable-host/guest.ts'
import type { MemoryHost } from './memory-host.ts'

const ROOT = join(import.meta.dirname, '..', '..')
export const COMPONENT = join(ROOT, 'dist', 'k8s_fdw.wasm')
export const transpiledFolder = (): string =>
  process.env['CONTRACT_TRANSPILED'] ?? join(ROOT, '.cache', 'contract')

export type EngineName = 'source' | 'component'

/** Makes a fresh guest over a host, as the database does for each table of each query. */
export type Engine = (host: MemoryHost) => Promise<Guest>

/** `CONTRACT_ENGINE` names one; unset, both are run. */
export function engineNames(): EngineName[] {
  const wanted = process.env['CONTRACT_ENGINE']
  if (wanted === undefined || wanted === '') return ['source', 'component']
  if (wanted === 'source' || wanted === 'component') return [wanted]
  throw new Error(`CONTRACT_ENGINE is ${wanted}; it takes source or component`)
}

interface Transpiled {
  instantiate(core: (name: string) => WebAssembly.Module, imports: object): { routines: Guest }
}

const modules = new Map<string, WebAssembly.Module>()

function core(name: string): WebAssembly.Module {
  const known = modules.get(name)
  if (known !== undefined) return known
  const made = new WebAssembly.Module(readFileSync(join(transpiledFolder(), name)))
  modules.set(name, made)
  return made
}

async function instantiateComponent(host: MemoryHost): Promise<Guest> {
  if (!existsSync(COMPONENT)) {
    throw new Error('dist/k8s_fdw.wasm is missing: build the component, or set CONTRACT_ENGINE=source')
  }
  const { instantiate } = (await import(
    pathToFileURL(join(transpiledFolder(), 'k8s_fdw.js')).href
  )) as unknown as Transpiled
  const { routines } = instantiate(core, {
    'supabase:wrappers/http': host.http,
    'supabase:wrappers/stats': host.stats,
    'supabase:wrappers/time': host.time,
    'supabase:wrappers/types': host.types,
    'supabase:wrappers/utils': host.utils,
  })
  return throwing(routines)
}

/** jco throws the error of a `result`, but returns that of a type that is one (`fdw-result`). */
function throwing(routines: Guest): Guest {
  const wrapped = Object.entries(routines as object).map(
    ([name, routine]: [string, (...values: unknown[]) => unknown]) => [
      name,
      (...values: unknown[]): unknown => {
        const returned = routine(...values)
        const failed =
          typeof returned === 'object' && returned !== null && 'tag' in returned && returned.tag === 'err'
        if (failed && 'val' in returned) throw returned.val
        return returned
      },
    ],
  )
  return Object.fromEntries(wrapped) as Guest
}

export const ENGINES: { readonly [name in EngineName]: Engine } = {
  source: (host) => Promise.resolve(createGuest(host)),
  component: instantiateComponent,
}
