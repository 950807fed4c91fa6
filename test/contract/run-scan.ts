// Runs one scan on an engine and gathers all that came out of it.
// Checks what holds of every scan: one cell of the right type for each column, and no token anywhere.
import { describe } from 'vitest'
import type { Cell, Request, Response } from '../support/portable-host/imports.ts'
import { ENGINES, engineNames } from './engines.ts'
import type { Engine, EngineName } from './engines.ts'
import { MemoryHost, MemoryRow } from './memory-host.ts'
import type { ColumnSpec, HostSpec, QualSpec } from './memory-host.ts'

export const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.c2VjcmV0LXRva2Vu.c2lnbmF0dXJl'
export const API_URL = 'https://10.0.0.1:6443'

export type CellValue = null | boolean | number | bigint | string

export interface ScanSpec {
  /** Added to api_url and api_key; null leaves one out. */
  readonly serverOptions?: { readonly [name: string]: string | null }
  /** The options of the table. Default: pods of all namespaces, unless a kind is named. */
  readonly tableOptions?: { readonly [name: string]: string }
  readonly columns?: readonly ColumnSpec[]
  readonly quals?: readonly QualSpec[]
  readonly limit?: { readonly count: number; readonly offset: number }
  readonly vault?: { readonly [idOrName: string]: string }
  /** The session's settings. */
  readonly settings?: { readonly [name: string]: string }
  /** The seconds that the clock shows at each look. */
  readonly clock?: readonly number[]
  /** Answers each request; or the answers in order, the last one again and again. */
  readonly respond: ((request: Request) => Response) | readonly (Response | string)[]
  /** Rows to read before each rescan; one pass over all of them unless given. */
  readonly passes?: readonly number[]
}

export interface ScanResult {
  /** The rows of all passes. */
  readonly rows: CellValue[][]
  readonly error: string | null
  readonly warnings: string[]
  readonly infos: string[]
  readonly notices: string[]
  readonly statistics: [fdwName: string, metric: string, amount: number][]
  /** Paths and queries, without the API's URL. */
  readonly urls: string[]
  readonly requests: Request[]
}

/** A table of pods whose column `name` needs whole objects. */
export const WHOLE_PODS = {
  apiVersion: 'v1',
  kind: 'Pod',
  columns: '{"name": "{.metadata.name}{.spec.none}"}',
}

export type RunScan = (spec: ScanSpec) => Promise<ScanResult>

function responder(respond: ScanSpec['respond']): (request: Request) => Response {
  if (typeof respond === 'function') return respond
  let next = 0
  return () => {
    const answer = respond[Math.min(next, respond.length - 1)]
    next++
    if (answer === undefined) throw new Error('the test has no answer')
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    if (typeof answer === 'string') throw answer
    return answer
  }
}

export function hostSpec(spec: ScanSpec): HostSpec {
  const server: { [name: string]: string } = {}
  const given: { [name: string]: string | null } = { api_url: API_URL, api_key: TOKEN, ...spec.serverOptions }
  for (const [name, value] of Object.entries(given)) {
    if (value !== null) server[name] = value
  }
  return {
    serverOptions: server,
    tableOptions: spec.tableOptions ?? { apiVersion: 'v1', kind: 'Pod' },
    columns: spec.columns ?? [{ name: 'name', type: 'string' }],
    quals: spec.quals ?? [],
    limit: spec.limit ?? null,
    vault: spec.vault ?? {},
    settings: spec.settings ?? {},
    clock: spec.clock ?? [],
    respond: responder(spec.respond),
  }
}

function cellValue(cell: Cell | undefined, column: ColumnSpec | undefined): CellValue {
  if (cell === undefined) return null
  // A host with exact numerics takes their digits as text.
  const wanted = column?.type === 'other' ? 'string' : column?.type
  if (cell.tag !== wanted) throw new Error(`a cell of type ${cell.tag} for column ${column?.name}`)
  return cell.val
}

/** The error of a result, which the engines throw bare or as a payload. */
export function errorText(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown
  if (
    typeof thrown === 'object' &&
    thrown !== null &&
    'payload' in thrown &&
    typeof thrown.payload === 'string'
  ) {
    return thrown.payload
  }
  throw thrown
}

async function run(engine: Engine, spec: ScanSpec): Promise<ScanResult> {
  const made = hostSpec(spec)
  const host = new MemoryHost(made)
  const guest = await engine(host)
  const rows: CellValue[][] = []
  let error: string | null = null
  try {
    guest.init(host.context)
    if (host.requests.length > 0) throw new Error('init made a request')
    guest.beginScan(host.context)
    const passes = spec.passes ?? [Infinity]
    passes.forEach((wanted, pass) => {
      if (pass > 0) guest.reScan(host.context)
      for (let read = 0; read < wanted; read++) {
        const row = new MemoryRow()
        if (guest.iterScan(host.context, row) === undefined) break
        if (row.pushed.length !== made.columns.length) throw new Error(`${row.pushed.length} cells of a row`)
        rows.push(row.pushed.map((cell, i) => cellValue(cell, made.columns[i])))
      }
    })
    guest.endScan(host.context)
  } catch (thrown) {
    error = errorText(thrown)
  }
  const result = {
    rows,
    error,
    warnings: host.warnings,
    infos: host.infos,
    notices: host.notices,
    statistics: host.statistics,
    urls: host.requests.map((request) => request.url.replace(made.serverOptions['api_url'] ?? '', '')),
    requests: host.requests,
  }
  refuseToken(result, made)
  return result
}

function refuseToken(result: ScanResult, spec: HostSpec): void {
  const shown = [
    result.error ?? '',
    ...result.warnings,
    ...result.infos,
    ...result.notices,
    ...result.rows.flat().map(String),
  ]
  const tokens = [spec.serverOptions['api_key'] ?? TOKEN, ...Object.values(spec.vault)].map((token) =>
    token.trim(),
  )
  for (const token of tokens) {
    if (token.length > 8 && shown.some((text) => text.includes(token))) throw new Error('the token came out')
  }
}

/** Runs one scan, for other suites. */
export const scanOn = (engine: EngineName, spec: ScanSpec): Promise<ScanResult> => run(ENGINES[engine], spec)

/** Declares tests once for each engine. */
export function onEachEngine(name: string, declare: (scan: RunScan, engine: EngineName) => void): void {
  for (const engine of engineNames()) {
    describe(`${name} (${engine})`, () => declare((spec) => scanOn(engine, spec), engine))
  }
}
