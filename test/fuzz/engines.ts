// Paths through whole scans, on the source and on the built component.
// Judges nothing.
import type { EngineName } from '../contract/engines.ts'
import type { ColumnSpec } from '../contract/memory-host.ts'
import { text } from '../contract/responses.ts'
import { scanOn } from '../contract/run-scan.ts'
import type { CellPair } from '../unit/oracle/cells.ts'

/** The cells of each path, or the error that ended the scan. */
export type Scanned = { readonly cells: readonly CellPair[] } | { readonly error: string }

/** A text and a jsonb column for each path, over a list of one object. */
async function scanPaths(engine: EngineName, object: string, paths: readonly string[]): Promise<Scanned> {
  const named = paths.flatMap((path, i) => [
    [`s${i}`, path],
    [`j${i}`, path],
  ])
  const columns = paths.flatMap((_, i): ColumnSpec[] => [
    { name: `s${i}`, type: 'string' },
    { name: `j${i}`, type: 'json' },
  ])
  const { rows, error } = await scanOn(engine, {
    tableOptions: { object: 'pods', columns: JSON.stringify(Object.fromEntries(named)) },
    columns,
    respond: [text(200, `{"items":[${object}]}`, [['content-type', 'application/json']])],
  })
  if (error !== null) return { error }
  const cells = (rows[0] ?? []).map((cell) => (cell === null ? null : String(cell)))
  return { cells: paths.map((_, i) => ({ text: cells[2 * i] ?? null, json: cells[2 * i + 1] ?? null })) }
}

export const scanOnBoth = (object: string, paths: readonly string[]): Promise<[Scanned, Scanned]> =>
  Promise.all([scanPaths('source', object, paths), scanPaths('component', object, paths)])
