// The table types/matrix.md, through every way that a value takes to a cell.
import { expect, it } from 'vitest'
import { jsonTree } from '../support/portable-host/json-tree.ts'
import { jsonText, printed } from '../../src/json/number.ts'
import type { TypeOid } from '../../src/host.ts'
import type { JsonValue } from '../../src/json/values.ts'
import { list, text } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { EngineName } from './engines.ts'
import type { CellValue, RunScan, ScanResult } from './run-scan.ts'
import { MATRIX_TYPES, readMatrix } from './types/table.ts'
import type { Pair, Refusal, Row } from './types/table.ts'

const ROWS = readMatrix()
const ALL = MATRIX_TYPES.map((type) => ({ name: `a_${type}`, type }))

/** A way to a value: the object that holds it, and the path to it. */
interface Way {
  readonly name: string
  readonly kind: string
  readonly object: string
  readonly path: string
  readonly spec: (json: string | null) => string
}

const member = (json: string | null): string => (json === null ? '{}' : `{"v":${json}}`)
const elements = (json: string | null): string =>
  `{"list":[{"k":"other","v":1},{"k":"x"${json === null ? '' : `,"v":${json}`}}]}`
const PLAIN: Way = { name: 'the place', kind: 'Pod', object: 'pods', path: 'spec.v', spec: member }
const WAYS: readonly Way[] = [
  PLAIN,
  { ...PLAIN, name: 'a tree', path: '{.spec.list[-1].v}', spec: elements },
  { ...PLAIN, name: "a masked Secret's tree", kind: 'Secret', object: 'secrets' },
  { ...PLAIN, name: 'a list of paths', path: "{.spec['v']}" },
]

function body(way: Way, rows: readonly Row[]): string {
  const items = rows.map(({ json }) => `{"metadata":{"name":"a","namespace":"x"},"spec":${way.spec(json)}}`)
  return `{"kind":"${way.kind}List","apiVersion":"v1","items":[${items.join(',')}]}`
}

function scanRows(
  scan: RunScan,
  way: Way,
  rows: readonly Row[],
  types: readonly TypeOid[],
  onError: 'error' | 'null',
): Promise<ScanResult> {
  const columns = ALL.filter(({ type }) => types.includes(type))
  const paths = Object.fromEntries(columns.map(({ name }) => [name, way.path]))
  return scan({
    tableOptions: { object: way.object, columns: JSON.stringify(paths), on_error: onError },
    columns,
    respond: [text(200, body(way, rows))],
  })
}

/**
 * A form in which equal cells are the same: a real has fewer digits than the source engine hands over, and white space
 * in JSON does not count.
 */
function comparable(type: TypeOid, value: CellValue, json: boolean): CellValue {
  if (type === 'f32' && value !== null) return Math.fround(Number(value))
  return json && typeof value === 'string' ? jsonText(jsonTree(value)) : value
}

const isRefusal = (want: Pair['want']): want is Refusal => typeof want === 'object' && want !== null
const isContainer = (json: string | null): boolean => json !== null && /^[[{]/.test(json)

function wantedCells(row: Row): CellValue[] {
  return row.pairs.map(({ type, want }) => {
    if (isRefusal(want)) return null
    return comparable(type, want, type === 'json' || isContainer(row.json))
  })
}

function gotCells(cells: readonly CellValue[] | undefined, row: Row): CellValue[] {
  return MATRIX_TYPES.map((type, i) =>
    comparable(type, cells?.[i] ?? null, type === 'json' || (type === 'string' && isContainer(row.json))),
  )
}

it('the table names every value once', () => {
  expect(ROWS.length).toBeGreaterThan(240)
  expect(new Set(ROWS.map(({ json }) => json)).size).toBe(ROWS.length)
})

/** The refusals to be seen as errors: all of them, or on the component, where each costs an instance, one of each sort. */
function refusals(engine: EngineName): { row: Row; type: TypeOid; no: string }[] {
  const all = ROWS.flatMap((row) =>
    row.pairs.flatMap(({ type, want }) => (isRefusal(want) ? [{ row, type, no: want.no }] : [])),
  )
  if (engine === 'source') return all
  const seen = new Set<string>()
  return all.filter(({ row, type, no }) => {
    const sort = `${type} ${no} ${(row.json ?? '').charAt(0)}`
    return seen.has(sort) ? false : seen.add(sort)
  })
}

onEachEngine('types', (scan, engine) => {
  it('says of each refusal what, where and why', async () => {
    for (const { row, type, no } of refusals(engine)) {
      const { error } = await scanRows(scan, PLAIN, [row], [type], 'error')
      const [message = '', hint = ''] = (error ?? '').split('. Hint: ')
      const start = `k8s_fdw[cell] Pod x/a: column "a_${type}": `
      const fits = message.startsWith(start) && message.endsWith(no) && hint !== ''
      expect(fits ? '' : `${error ?? 'no error'}; ${no}`, `${row.json ?? 'missing'} into ${type}`).toBe('')
    }
  })

  it.each(WAYS)('through $name', async (way) => {
    const { rows, error, warnings } = await scanRows(scan, way, ROWS, MATRIX_TYPES, 'null')
    expect(error).toBe(null)
    expect(rows).toHaveLength(ROWS.length)
    ROWS.forEach((row, i) => expect(gotCells(rows[i], row), row.json ?? 'missing').toEqual(wantedCells(row)))
    const refused = ROWS.flatMap(({ pairs }) => pairs.filter(({ want }) => isRefusal(want)))
    const replaced = ROWS.flatMap(({ json, pairs }) =>
      pairs.filter(
        ({ want }) =>
          json?.includes('\\u0000') === true && typeof want === 'string' && want.includes('\ufffd'),
      ),
    )
    expect(warnings).toHaveLength(2)
    expect(warnings[1]).toBe(
      `k8s_fdw: ${replaced.length} values have U+0000, which Postgres cannot hold, and are shown with U+FFFD in its place; the first: ${way.kind} x/a: column "a_string"`,
    )
    expect(warnings[0]).toContain(
      `k8s_fdw: ${refused.length} values do not fit their columns and are NULL; the first: `,
    )
  })

  it('through a filter: one value as itself, and as a list in jsonb', async () => {
    const way = { ...PLAIN, path: '{.spec.list[?(@.k=="x")].v}', spec: elements }
    const { rows, error } = await scanRows(scan, way, ROWS, MATRIX_TYPES, 'null')
    expect(error).toBe(null)
    const jsonb = MATRIX_TYPES.indexOf('json')
    ROWS.forEach((row, i) => {
      const wanted = wantedCells(row)
      const inner = row.json === null ? '' : row.json === 'null' ? 'null' : wanted[jsonb]
      wanted[jsonb] = inner === null ? null : `[${String(inner)}]`
      expect(gotCells(rows[i], row), row.json ?? 'missing').toEqual(wanted)
    })
  })

  it('through a template: as the text that kubectl prints', async () => {
    const way = { ...PLAIN, path: '{.spec.v}{.spec.nothing}' }
    const asTexts = ROWS.map(({ json }) => {
      const tree = json === null || json === 'null' ? '' : jsonTree(json)
      return { json: JSON.stringify(json === 'null' ? 'null' : printed(tree)), pairs: [] }
    })
    const viaTemplate = await scanRows(scan, way, ROWS, MATRIX_TYPES, 'null')
    const viaText = await scanRows(scan, PLAIN, asTexts, MATRIX_TYPES, 'null')
    expect(viaTemplate.error).toBe(null)
    expect(viaTemplate.rows).toEqual(viaText.rows)
    expect(viaTemplate.warnings[0]?.split(';')[0]).toBe(viaText.warnings[0]?.split(';')[0])
  })

  it('within the whole object', async () => {
    const { rows, error } = await scan({
      tableOptions: { object: 'pods', on_error: 'null' },
      columns: [{ name: 'attrs', type: 'json' }],
      respond: [text(200, body(PLAIN, ROWS))],
    })
    expect(error).toBe(null)
    ROWS.forEach((row, i) => {
      const want = row.pairs.find(({ type }) => type === 'json')?.want ?? null
      const spec = want === null ? PLAIN.spec(row.json) : isRefusal(want) ? null : PLAIN.spec(want as string)
      const got = rows[i]?.[0] ?? null
      if (spec === null) expect(got, row.json ?? '').toBe(null)
      else {
        // Which comes first is of no account in jsonb.
        const { apiVersion, kind, ...rest } = jsonTree(String(got)) as { [key: string]: JsonValue }
        expect([apiVersion, kind]).toEqual(['v1', 'Pod'])
        const wanted = `{"metadata":{"name":"a","namespace":"x"},"spec":${spec}}`
        expect(jsonText(rest), row.json ?? 'missing').toBe(jsonText(jsonTree(wanted)))
      }
    })
  })

  it('of texts of a megabyte', async () => {
    const long = 'ä😀\n"\\'.repeat(100_000)
    const columns = (['string', 'json', 'numeric', 'timestamptz', 'uuid', 'bool'] as const).map((type) => ({
      name: `a_${type}`,
      type,
    }))
    const paths = Object.fromEntries(columns.map(({ name }) => [name, 'spec.v']))
    const result = await scan({
      tableOptions: { object: 'pods', columns: JSON.stringify(paths), on_error: 'null' },
      columns,
      respond: [list([{ spec: { v: long } }])],
    })
    expect(result.error).toBe(null)
    expect(result.rows[0]?.[0]).toBe(long)
    expect(result.rows[0]?.slice(1)).toEqual([JSON.stringify(long), null, null, null, null])
    expect(result.warnings[0]?.length).toBeLessThan(500)
  })
})
