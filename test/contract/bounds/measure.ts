// What a work costs in the component: processor time of its calls, and the memory that it has grown to.
// Judges nothing: bounds.test.ts and memory.test.ts do.
import { pathToFileURL } from 'node:url'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Guest } from '../../support/portable-host/guest.ts'
import { transpiledFolder } from '../engines.ts'
import { MemoryHost, MemoryRow } from '../memory-host.ts'
import type { HostSpec } from '../memory-host.ts'
import { API_URL, TOKEN, errorText, hostSpec } from '../run-scan.ts'
import type { Work } from './inputs.ts'

export interface Measured {
  /** Processor time, milliseconds. */
  readonly ms: number
  /** The component's linear memory at the end: it never shrinks. */
  readonly memoryBytes: number
  readonly error: string
  /** Warnings and INFO lines. */
  readonly said: readonly string[]
  readonly rows: number
}

interface Transpiled {
  instantiate(
    core: (name: string) => WebAssembly.Module,
    imports: object,
    instantiate: (module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance,
  ): { routines: Guest }
}

const modules = new Map<string, WebAssembly.Module>()

function core(name: string): WebAssembly.Module {
  const module = modules.get(name) ?? new WebAssembly.Module(readFileSync(join(transpiledFolder(), name)))
  modules.set(name, module)
  return module
}

function specOf(work: Work): HostSpec {
  if ('scan' in work) return hostSpec(work.scan)
  return {
    serverOptions: { api_url: API_URL, api_key: TOKEN },
    tableOptions: {},
    importOptions: { comments: 'on' },
    columns: [],
    quals: [],
    limit: null,
    vault: {},
    settings: {},
    clock: [],
    respond: work.imported,
  }
}

/** jco throws the error of a `result`, but returns that of a type that is one. */
function checked(call: () => unknown): unknown {
  const returned = call()
  const failed =
    typeof returned === 'object' && returned !== null && 'tag' in returned && returned.tag === 'err'
  if (failed && 'val' in returned) throw returned.val
  return returned
}

/** Runs a work once on an instance of its own, or the beginning of it. */
export async function measure(work: Work, mostRows = Infinity): Promise<Measured> {
  const host = new MemoryHost(specOf(work))
  const { instantiate } = (await import(
    pathToFileURL(join(transpiledFolder(), 'k8s_fdw.js')).href
  )) as Transpiled
  const memories: WebAssembly.Memory[] = []
  const { routines } = instantiate(
    core,
    {
      'supabase:wrappers/http': host.http,
      'supabase:wrappers/stats': host.stats,
      'supabase:wrappers/time': host.time,
      'supabase:wrappers/types': host.types,
      'supabase:wrappers/utils': host.utils,
    },
    (module, imports) => {
      const instance = new WebAssembly.Instance(module, imports)
      const { memory } = instance.exports
      if (memory instanceof WebAssembly.Memory) memories.push(memory)
      return instance
    },
  )
  let error = ''
  let rows = 0
  checked(() => routines.init(host.context))
  const start = process.cpuUsage()
  try {
    if ('imported' in work) {
      const statement = {
        serverName: 's',
        remoteSchema: 'g/v1',
        localSchema: 'public',
        listType: { tag: 'all' as const },
        tableList: [],
      }
      rows = routines.importForeignSchema(host.context, statement).length
    } else {
      checked(() => routines.beginScan(host.context))
      while (rows < mostRows && checked(() => routines.iterScan(host.context, new MemoryRow())) !== undefined)
        rows++
      checked(() => routines.endScan(host.context))
    }
  } catch (thrown) {
    error = errorText(thrown)
  }
  const { user, system } = process.cpuUsage(start)
  return {
    ms: (user + system) / 1000,
    memoryBytes: memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
    error,
    said: [...host.warnings, ...host.infos],
    rows,
  }
}
