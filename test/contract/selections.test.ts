// The virtual columns label_selector and field_selector: one list for each value, no object twice, and no row lost without a word.
// Which conditions a host hands over is test/e2e's matter.
import { expect, it } from 'vitest'
import type { ColumnSpec, QualSpec } from './memory-host.ts'
import { list } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { ScanSpec } from './run-scan.ts'

const column = (name: string, number: number): ColumnSpec => ({ name, type: 'string', number })
/** The columns of a table (name, namespace, label_selector, field_selector). */
const NAME = column('name', 1)
const LABEL = column('label_selector', 3)
const ALL = [NAME, column('namespace', 2), LABEL, column('field_selector', 4)]
const qual = (operator: string, val: string, more: Partial<QualSpec> = {}): QualSpec => ({
  field: 'label_selector',
  operator,
  value: { tag: 'string', val },
  ...more,
})
const any = (...values: string[]): QualSpec => ({
  ...qual('=', '', { useOr: true }),
  value: values.map((val) => ({ tag: 'string', val })),
})

const PODS: { [selector: string]: string[] } = {
  'app=web': ['a', 'b'],
  'tier=x': ['b', 'c'],
  'app=db': ['d'],
  '': ['a', 'b', 'c', 'd'],
}
const base: Pick<ScanSpec, 'tableOptions' | 'respond'> = {
  tableOptions: { object: 'pods', namespace: 'x' },
  respond: ({ url }) => {
    const { searchParams } = new URL(url)
    const names = PODS[searchParams.get('labelSelector') ?? ''] ?? []
    return list(names.map((name) => ({ metadata: { name, namespace: 'x', uid: `uid-${name}` } })))
  },
}

onEachEngine('selections', (scan) => {
  it('asks for each value of IN, and gives an object once', async () => {
    const result = await scan({ ...base, columns: [NAME, LABEL], quals: [any('app=web', 'tier=x')] })
    expect(result.error).toBeNull()
    expect(result.rows).toEqual([
      ['a', 'app=web'],
      ['b', 'app=web'],
      ['c', 'tier=x'],
    ])
    expect(result.urls.map((url) => /labelSelector=(.*)/.exec(url)?.[1])).toEqual(['app%3Dweb', 'tier%3Dx'])
  })

  it('gives the same again in a rescan', async () => {
    const columns = [NAME, LABEL]
    const once = await scan({ ...base, columns, quals: [any('app=web', 'tier=x')] })
    const twice = await scan({ ...base, columns, quals: [any('app=web', 'tier=x')], passes: [2, Infinity] })
    expect(twice.rows).toEqual([...once.rows.slice(0, 2), ...once.rows])
  })

  it('counts an object once', async () => {
    const result = await scan({ ...base, columns: [LABEL], quals: [any('app=web', 'tier=x', 'app=db')] })
    expect(result.rows.length).toBe(4)
  })

  it('asks for each pair with the other column', async () => {
    const phases: QualSpec = { ...any('a', 'b'), field: 'field_selector' }
    const result = await scan({ ...base, columns: ALL, quals: [any('app=web', 'app=db'), phases] })
    expect(result.urls.length).toBe(4)
    expect(result.rows.map(([name]) => name)).toEqual(['a', 'b', 'd'])
  })

  it.each([
    ['two conditions', [any('app=web', 'app=db'), any('app=db', 'tier=x')], ['d']],
    ['conditions that contradict each other', [any('app=web'), any('app=db')], []],
    [
      'a condition with another operator beside',
      [any('app=web', 'app=db'), qual('~~', '%web')],
      ['a', 'b', 'd'],
    ],
  ])('%s: Postgres checks what is shown', async (_, quals, want) => {
    const result = await scan({ ...base, columns: [NAME, LABEL], quals })
    expect(result.error).toBeNull()
    expect(result.rows.map(([name]) => name)).toEqual(want)
    if (want.length === 0) expect(result.urls).toEqual([])
  })

  it.each([
    ['<>', qual('<>', 'app=web'), '<>'],
    ['LIKE', qual('~~', 'app%'), '~~'],
    ['<> ALL', { ...any('app=web'), operator: '<>', useOr: false }, '<>'],
    ['= ALL', { ...any('app=web', 'app=db'), useOr: false }, '='],
    ['IS NOT NULL', qual('is not', 'null'), 'IS NOT NULL'],
  ])('%s is an error, whatever else the query takes', async (_, condition, operator) => {
    for (const columns of [[NAME, LABEL], ALL]) {
      const result = await scan({ ...base, columns, quals: [condition] })
      expect(result).toMatchObject({ rows: [], urls: [] })
      expect(result.error).toContain(
        `k8s_fdw[plan] the condition on column "label_selector" has the operator ${operator}, and only = and IN give the column a value. Hint: write label_selector = '…'`,
      )
    }
  })

  it('IS NULL is every object', async () => {
    const result = await scan({ ...base, columns: [NAME, LABEL], quals: [qual('is', 'null')] })
    expect(result).toMatchObject({ error: null, rows: ['a', 'b', 'c', 'd'].map((name) => [name, null]) })
  })

  it('a value that is not known is an error once a row is wanted', async () => {
    const unknown = qual('=', 'null', { isParameter: true })
    const result = await scan({ ...base, columns: [NAME, LABEL], quals: [unknown] })
    expect(result.error).toContain('has a value that is NULL, or not known when the question is asked')
    expect((await scan({ ...base, columns: [NAME, LABEL], quals: [unknown], passes: [0] })).error).toBeNull()
  })

  it('compared where the host does not hand it over (a join, OR, a function) it is an error', async () => {
    for (const columns of [[NAME, LABEL], [LABEL], [LABEL, NAME]]) {
      const result = await scan({ ...base, columns })
      expect(result).toMatchObject({ rows: [], urls: [], infos: [] })
      expect(result.error).toContain(
        'k8s_fdw[plan] column "label_selector" has a value only where a condition with = or IN gives it one, and none does here. Hint: write label_selector = ',
      )
      expect(result.error).toContain(
        'FROM t, LATERAL (SELECT * FROM … WHERE label_selector = t.label_selector OFFSET 0) AS x',
      )
    }
  })

  it('SELECT * gives all rows, and a notice', async () => {
    const result = await scan({ ...base, columns: ALL })
    expect(result).toMatchObject({ error: null, warnings: [] })
    expect(result.rows.length).toBe(4)
    expect(result.notices).toEqual(
      ['label_selector', 'field_selector'].map(
        (name) =>
          `k8s_fdw: column "${name}" has a value only where a condition with = or IN gives it one, and none does here: where a join, OR or a function compares it, rows are missing`,
      ),
    )
  })

  it('needs no value where the query does not take the column', async () => {
    const result = await scan({ ...base, columns: [NAME, column('namespace', 2)] })
    expect(result).toMatchObject({ error: null, notices: [] })
  })

  it('refuses more lists than a query should make', async () => {
    const many = Array.from({ length: 101 }, (_, i) => `n=${i}`)
    const result = await scan({ ...base, columns: [NAME, LABEL], quals: [any(...many)] })
    expect(result.error).toContain('more than 100 combinations of values')
    expect(result.error).toContain("label_selector = 'app in (web,db)'")
  })
})
