// Shows where a scan's time goes inside the component: node bench/profile.ts [--rows N]. It runs a build with function
// names in Node, on V8, over answers from memory, and prints the share of each function. Network, Postgres and the host's
// compiler are not part of it; bench/main.ts measures those.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { Session, type Profiler } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { transpileBytes } from '@bytecodealliance/jco-transpile'
import type { Guest } from '../test/support/portable-host/guest.ts'
import type { Request, Response } from '../test/support/portable-host/imports.ts'
import { MemoryHost, MemoryRow, type ColumnSpec } from '../test/contract/memory-host.ts'
import { inRoot } from '../tools/paths.ts'

const { values } = parseArgs({ options: { rows: { type: 'string', default: '5000' } } })
const ROWS = Number(values.rows)
/** Functions below this share of the time are summed up. */
const LEAST_SHARE = 0.02

interface Workload {
  readonly name: string
  readonly columns: readonly ColumnSpec[]
}

const text = (name: string): ColumnSpec => ({ name, type: 'string' })
const jsonb = (name: string): ColumnSpec => ({ name, type: 'json' })
const WORKLOADS: readonly Workload[] = [
  { name: 'four columns', columns: [text('name'), text('namespace'), text('image'), jsonb('labels')] },
  { name: 'the whole object as jsonb', columns: [jsonb('attrs')] },
  { name: 'a filter in a path', columns: [text('ready')] },
]
const PATHS = {
  image: '{.spec.containers[0].image}',
  ready: '{.status.conditions[?(@.type=="Ready")].status}',
}

const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-profile-'))

const build = async (): Promise<string> => {
  const wasm = join(folder, 'named.wasm')
  execFileSync(process.execPath, [inRoot('component/build/build.ts'), '--names', '--out', wasm], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const { files } = await transpileBytes(readFileSync(wasm), {
    name: 'k8s_fdw',
    instantiation: 'sync',
    optimize: false,
  })
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  return join(folder, 'k8s_fdw.js')
}

interface Transpiled {
  instantiate(core: (name: string) => WebAssembly.Module, imports: object): { routines: Guest }
}

/** A pod of some 4 KB, as an API server gives it. */
const pod = JSON.parse(readFileSync(inRoot('test/unit/oracle/objects/pod.json'), 'utf8')) as {
  metadata: object
}

const page = (): string => {
  const items = Array.from({ length: ROWS }, (_, i) => ({
    ...pod,
    metadata: { ...pod.metadata, name: `pod-${i}` },
  }))
  return JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items })
}

const scan = (module: Transpiled, workload: Workload, body: string): void => {
  const respond = (request: Request): Response => ({
    url: request.url,
    statusCode: 200,
    headers: [],
    body,
  })
  const host = new MemoryHost({
    serverOptions: { api_url: 'http://127.0.0.1' },
    tableOptions: { object: 'pods', columns: JSON.stringify(PATHS) },
    columns: workload.columns,
    quals: [],
    limit: null,
    vault: {},
    settings: {},
    clock: [],
    respond,
  })
  const { routines } = module.instantiate(
    (name) => new WebAssembly.Module(readFileSync(join(folder, name))),
    {
      'supabase:wrappers/http': host.http,
      'supabase:wrappers/stats': host.stats,
      'supabase:wrappers/time': host.time,
      'supabase:wrappers/types': host.types,
      'supabase:wrappers/utils': host.utils,
    },
  )
  routines.init(host.context)
  routines.beginScan(host.context)
  let rows = 0
  while (routines.iterScan(host.context, new MemoryRow()) !== undefined) rows++
  routines.endScan(host.context)
  if (rows !== ROWS) throw new Error(`${rows} rows of ${ROWS}`)
}

/** The microseconds of each wasm function by itself. Time in JavaScript is Node's part in place of the host. */
const ownTimes = (profile: Profiler.Profile): Map<string, number> => {
  const names = new Map<number, string>()
  for (const { id, callFrame } of profile.nodes) {
    if (callFrame.url.startsWith('wasm://')) names.set(id, callFrame.functionName)
  }
  const times = new Map<string, number>()
  profile.samples?.forEach((id, i) => {
    const name = names.get(id)
    if (name !== undefined) times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas?.[i] ?? 0))
  })
  return times
}

const print = (workload: Workload, times: Map<string, number>): void => {
  const total = [...times.values()].reduce((sum, each) => sum + each, 0)
  const sorted = [...times].sort(([, a], [, b]) => b - a)
  const shown = sorted.filter(([, time]) => time / total >= LEAST_SHARE)
  const rest = total - shown.reduce((sum, [, time]) => sum + time, 0)
  process.stdout.write(
    `\n${ROWS} pods, ${workload.name}: ${(total / 1000).toFixed(0)} ms inside the component\n`,
  )
  for (const [name, time] of [...shown, ['(all others)', rest] as const]) {
    const share = ((100 * time) / total).toFixed(1).padStart(5)
    process.stdout.write(`  ${share} %  ${(time / 1000).toFixed(0).padStart(5)} ms  ${name}\n`)
  }
}

const module = (await import(pathToFileURL(await build()).href)) as Transpiled
const body = page()
process.stdout.write(`one page of ${(body.length / 1e6).toFixed(1)} MB\n`)
for (const workload of WORKLOADS) {
  scan(module, workload, body)
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  await session.post('Profiler.start')
  scan(module, workload, body)
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  print(workload, ownTimes(profile))
}
