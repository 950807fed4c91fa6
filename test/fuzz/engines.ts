// Paths through whole scans, on the source and on the built component.
// Judges nothing.
import './folder.ts'
import setup from '../contract/transpile.ts'
import { ENGINES } from '../contract/engines.ts'
import type { EngineName } from '../contract/engines.ts'
import { MemoryHost, MemoryRow } from '../contract/memory-host.ts'
import type { ColumnSpec } from '../contract/memory-host.ts'
import type { CellPair } from '../unit/oracle/cells.ts'

export { setup as transpile }

/** The cells of each path, or the error that ended the scan. */
export type Scanned = { readonly cells: readonly CellPair[] } | { readonly error: string }

function errorOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown
  if (typeof thrown === 'object' && thrown !== null && 'payload' in thrown) return String(thrown.payload)
  throw thrown
}

/** A text and a jsonb column for each path, over a list of one object. */
export async function scanPaths(
  engine: EngineName,
  object: string,
  paths: readonly string[],
): Promise<Scanned> {
  const columns = paths.flatMap((_, i): ColumnSpec[] => [
    { name: `s${i}`, type: 'string' },
    { name: `j${i}`, type: 'json' },
  ])
  const named = columns.map(({ name }) => [name, paths[Number(name.slice(1))]])
  const host = new MemoryHost({
    serverOptions: { api_url: 'https://10.0.0.1:6443', api_key: 'fuzz' },
    tableOptions: { object: 'pods', columns: JSON.stringify(Object.fromEntries(named)) },
    columns,
    limit: null,
    vault: {},
    settings: {},
    clock: [0],
    quals: [],
    respond: (request) => ({
      url: request.url,
      statusCode: 200,
      headers: [['content-type', 'application/json']],
      body: `{"items":[${object}]}`,
    }),
  })
  const guest = await ENGINES[engine](host)
  const row = new MemoryRow()
  try {
    guest.init(host.context)
    guest.beginScan(host.context)
    guest.iterScan(host.context, row)
    guest.endScan(host.context)
  } catch (thrown) {
    return { error: errorOf(thrown) }
  }
  const texts = row.pushed.map((cell) => (cell === undefined ? null : String(cell.val)))
  return { cells: paths.map((_, i) => ({ text: texts[2 * i] ?? null, json: texts[2 * i + 1] ?? null })) }
}
