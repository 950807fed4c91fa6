// JSONPath through whole scans, in text and jsonb columns, against what client-go answered (test/unit/oracle).
// A list of all that a path leads to is a JSON array; a path that leads to one value at most is that value.
import { describe, expect, it } from 'vitest'
import { wrongCell } from '../unit/oracle/cells.ts'
import { readCases, readObject, wanted } from '../unit/oracle/compare.ts'
import { list } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { CellValue, RunScan, ScanResult } from './run-scan.ts'
import type { TypeOid } from '../../src/host.ts'

/** The number of columns of one scan. */
const BATCH = 100

const CASES = readCases().map((found) => ({ ...found, answer: wanted(found).answer }))

function scanPaths(scan: RunScan, object: string, paths: readonly string[]): Promise<ScanResult> {
  const columns = paths.flatMap((_, i) =>
    (['string', 'json'] as const).map((type: TypeOid) => ({ name: `${type}${i}`, type })),
  )
  const named = columns.map(({ name }) => [name, paths[Number(/[0-9]+/.exec(name)?.[0])]])
  return scan({
    tableOptions: { object: 'pods', columns: JSON.stringify(Object.fromEntries(named)) },
    // The whole object is asked for, whatever the batch's paths need: a batch of kinds alone would be answered with a Table.
    columns: [...columns, { name: 'attrs', type: 'json' }],
    respond: [{ ...list([]), body: `{"items":[${readObject(object)}]}` }],
  })
}

const textOf = (cell: CellValue | undefined): string | null => (typeof cell === 'string' ? cell : null)

const batches = CASES.flatMap(({ object }) => object)
  .filter((object, i, all) => all.indexOf(object) === i)
  .flatMap((object) => {
    const cases = CASES.filter((found) => found.object === object).flatMap(({ path, answer }) =>
      answer === null ? [] : [{ path, answer }],
    )
    const starts = cases.map((_, i) => i).filter((i) => i % BATCH === 0)
    return starts.map((start) => ({ object, start, cases: cases.slice(start, start + BATCH) }))
  })

onEachEngine('client-go', (scan) => {
  it.each(batches)('$object from $start', async ({ object, cases }) => {
    const result = await scanPaths(
      scan,
      object,
      cases.map(({ path }) => path),
    )
    expect(result.error).toBe(null)
    const cells = result.rows[0] ?? []
    const problems = cases.map(({ path, answer }, i) => {
      const wrong = wrongCell(path, answer, { text: textOf(cells[2 * i]), json: textOf(cells[2 * i + 1]) })
      return wrong === null ? null : { path, wrong, want: answer }
    })
    expect(problems.filter((found) => found !== null)).toEqual([])
  })

  describe('refuses', () => {
    it.each(CASES.filter(({ answer }) => answer === null))('$path', async ({ object, path }) => {
      const { error } = await scanPaths(scan, object, [path])
      expect(error).toMatch(/^k8s_fdw\[option\] column "string0": JSONPath .* at position [0-9]+\. Hint: /s)
    })
  })
})
