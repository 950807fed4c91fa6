// Logs of pods: what is asked for the conditions, and how the lines of the answer become rows.
// A real API server and a kubelet's stand-in are test/e2e's.
import { expect, it } from 'vitest'
import type { Cell, Response } from '../support/portable-host/imports.ts'
import type { ColumnSpec, QualSpec } from './memory-host.ts'
import { failure, text } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { RunScan, ScanResult } from './run-scan.ts'

const COLUMNS: ColumnSpec[] = [
  { name: 'line_number', type: 'i64' },
  { name: 'timestamp', type: 'timestamptz' },
  { name: 'line', type: 'string' },
]
const INPUTS: ColumnSpec[] = [
  { name: 'namespace', type: 'string' },
  { name: 'name', type: 'string' },
  { name: 'container', type: 'string' },
  { name: 'previous', type: 'bool' },
  { name: 'since_seconds', type: 'i32' },
  { name: 'since_time', type: 'string' },
  { name: 'tail_lines', type: 'i64' },
]
const qual = (field: string, value: Cell, isParameter = false): QualSpec => ({
  field,
  operator: '=',
  value,
  isParameter,
})
const is = (field: string, val: string, isParameter = false): QualSpec =>
  qual(field, { tag: 'string', val }, isParameter)
const WEB = [is('namespace', 'x'), is('name', 'web')]
const LOG = '/api/v1/namespaces/x/pods/web/log?timestamps=true&limitBytes=135217728'

const log = (body: string, type = 'text/plain'): Response => text(200, body, [['content-type', type]])

const read = (
  scan: RunScan,
  quals: readonly QualSpec[],
  respond: Response | readonly Response[],
  more: object = {},
): Promise<ScanResult> =>
  scan({
    tableOptions: { object: 'pods/log' },
    columns: [...COLUMNS, ...INPUTS],
    quals,
    respond: 'body' in respond ? [respond] : respond,
    ...more,
  })

/** Line number, time and line. */
const lines = ({ rows, error }: ScanResult): unknown[] => {
  expect(error).toBe(null)
  return rows.map((row) => row.slice(0, 3))
}

onEachEngine('pods/log', (scan) => {
  it('is a row for each line', async () => {
    const body =
      '2026-11-24T10:00:00.123456789Z one\n2026-11-24T10:00:01Z  two  \n2026-11-24T10:00:02Z \n2026-11-24T10:00:03Z\nnone\n2026-11-24T10:00:04+02:00 ünïcödé 😀'
    const result = await read(scan, WEB, log(body))
    expect(lines(result)).toEqual([
      [1n, 1795514400123457n, 'one'],
      [2n, 1795514401000000n, ' two  '],
      [3n, 1795514402000000n, ''],
      [4n, 1795514403000000n, ''],
      [5n, null, 'none'],
      [6n, 1795507204000000n, 'ünïcödé 😀'],
    ])
    expect(result.urls).toEqual([LOG])
    expect(result.rows[0]?.slice(3)).toEqual(['x', 'web', null, false, null, null, null])
  })

  it('is no row of an empty log, nor of a pod that is on no node yet, and one of an empty line', async () => {
    expect(lines(await read(scan, WEB, log('')))).toEqual([])
    expect(lines(await read(scan, WEB, log('\n')))).toEqual([[1n, null, '']])
    expect(lines(await read(scan, WEB, text(204, '')))).toEqual([])
  })

  it('is read again for a rescan, without a request', async () => {
    const body = '2026-11-24T10:00:00Z a\n2026-11-24T10:00:00Z b\n2026-11-24T10:00:00Z c\n'
    const result = await read(scan, WEB, log(body), { passes: [2, 1, Infinity] })
    expect(result.rows.map((row) => row[2])).toEqual(['a', 'b', 'a', 'a', 'b', 'c'])
    expect(result.requests.length).toBe(1)
  })

  it('sends what conditions give, and shows it', async () => {
    const quals = [
      ...WEB,
      is('container', 'app'),
      qual('previous', { tag: 'bool', val: true }),
      qual('since_seconds', { tag: 'i32', val: 60 }),
      is('since_time', '2026-11-24T10:00:00+01:00'),
      qual('tail_lines', { tag: 'i64', val: 5n }),
    ]
    const result = await read(scan, quals, log('2026-11-24T10:00:00Z a'))
    expect(result.urls).toEqual([
      `${LOG}&container=app&previous=true&sinceSeconds=60&sinceTime=2026-11-24T10%3A00%3A00%2B01%3A00&tailLines=5`,
    ])
    expect(result.rows).toEqual([
      [1n, 1795514400000000n, 'a', 'x', 'web', 'app', true, 60, '2026-11-24T10:00:00+01:00', 5n],
    ])
  })

  it('takes numbers of parameters, but no zero, which may stand for one that is not known', async () => {
    const tail = (val: bigint): QualSpec[] => [...WEB, qual('tail_lines', { tag: 'i64', val }, true)]
    expect((await read(scan, tail(7n), log(''))).urls).toEqual([`${LOG}&tailLines=7`])
    expect((await read(scan, tail(0n), log(''))).error).toContain(
      'k8s_fdw[plan] the condition on column "tail_lines" has a value that is NULL',
    )
  })

  it("takes the table's namespace", async () => {
    const tableOptions = { object: 'pods/log', namespace: 'x' }
    expect((await read(scan, [is('name', 'web')], log(''), { tableOptions })).urls).toEqual([LOG])
    const other = await read(scan, [is('namespace', 'y'), is('name', 'web')], log(''), { tableOptions })
    expect(other.error).toBe(null)
    expect(other.urls).toEqual([])
  })

  it('reads several pods, each when its lines are wanted', async () => {
    const names: QualSpec = {
      field: 'name',
      operator: '=',
      useOr: true,
      value: ['a', 'b'].map((val) => ({ tag: 'string', val })),
    }
    const result = await read(scan, [is('namespace', 'x'), names], log('l'))
    expect(result.rows.map((row) => [row[4], row[0], row[2]])).toEqual([
      ['a', 1n, 'l'],
      ['b', 1n, 'l'],
    ])
    const limited = await read(scan, [is('namespace', 'x'), names], log('l'), { passes: [1] })
    expect(limited.requests.length).toBe(1)
  })

  it.each([
    ['name', [is('namespace', 'x')]],
    ['namespace', [is('name', 'web')]],
    ['namespace and name', []],
  ])('wants a condition on %s', async (missing, quals) => {
    const result = await read(scan, quals, log(''))
    expect(result.error).toBe(
      `k8s_fdw[plan] logs are read of a pod that the conditions name, and there is none on ${missing}. Hint: write WHERE namespace = '…' AND name = '…', or for several pods FROM pods AS p, LATERAL (SELECT * FROM … WHERE namespace = p.namespace AND name = p.name OFFSET 0) AS l`,
    )
    expect(result.requests).toEqual([])
  })

  it('asks for no pod of a name that none can have', async () => {
    for (const quals of [
      [is('namespace', '..'), is('name', 'web')],
      [is('namespace', 'x'), is('name', '../secrets')],
    ]) {
      const result = await read(scan, quals, log('l'))
      expect(result).toMatchObject({ error: null, rows: [], urls: [] })
    }
  })

  it('is no row of a pod that is not there', async () => {
    const gone = failure(404, 'NotFound', 'pods "web" not found', { details: { name: 'web', kind: 'pods' } })
    expect(await read(scan, WEB, gone)).toMatchObject({ error: null, rows: [], warnings: [] })
  })

  const CHOOSE = 'a container name must be specified for pod web, choose one of: [a b]'

  it('says which containers there are', async () => {
    const { error } = await read(scan, WEB, failure(400, 'BadRequest', CHOOSE))
    expect(error).toBe(
      `k8s_fdw[status] GET /api/v1/namespaces/x/pods/web/log: 400 Bad Request: ${CHOOSE}. Hint: name one of its containers: AND container = '…'`,
    )
  })

  const WAITING = 'container "app" in pod "web" is waiting to start: ContainerCreating'

  it('says that there is no log yet', async () => {
    const { error } = await read(scan, WEB, failure(400, 'BadRequest', WAITING))
    expect(error).toBe(
      `k8s_fdw[status] GET /api/v1/namespaces/x/pods/web/log: 400 Bad Request: ${WAITING}. Hint: give the table the option on_error 'null' to leave out what cannot be read, with a warning`,
    )
  })

  it("leaves out what cannot be read with on_error 'null'", async () => {
    const result = await read(scan, WEB, failure(400, 'BadRequest', WAITING), {
      tableOptions: { object: 'pods/log', on_error: 'null' },
    })
    expect(result).toMatchObject({ error: null, rows: [] })
    expect(result.warnings).toEqual([
      `k8s_fdw: a log is left out: GET /api/v1/namespaces/x/pods/web/log: 400 Bad Request: ${WAITING}`,
    ])
  })

  it('says which right is missing', async () => {
    const FORBIDDEN =
      'pods "web" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "x"'
    const { error } = await read(
      scan,
      WEB,
      failure(403, 'Forbidden', FORBIDDEN, { details: { name: 'web', kind: 'pods' } }),
      {
        tableOptions: { object: 'pods/log', on_error: 'null' },
      },
    )
    expect(error).toBe(
      `k8s_fdw[status] GET /api/v1/namespaces/x/pods/web/log: 403 Forbidden: ${FORBIDDEN}. Hint: grant the user a Role in namespace x with the verb get on pods/log`,
    )
  })

  it('takes no login page for a log', async () => {
    const { error } = await read(scan, WEB, log('<html></html>', 'text/html; charset=utf-8'))
    expect(error).toBe(
      'k8s_fdw[decode] GET /api/v1/namespaces/x/pods/web/log: 200 OK, but the answer is an HTML page and no log. Hint: is api_url the URL of an API server, and no login page or other service in between?',
    )
  })

  it('refuses a log beyond what one answer may have', async () => {
    const bytes = 134_217_729
    const { error } = await read(scan, WEB, log('x'.repeat(bytes)))
    expect(error).toBe(
      `k8s_fdw[decode] GET /api/v1/namespaces/x/pods/web/log: 200 OK, but the log has ${bytes} bytes, more than the 134217728 that one answer may have. Hint: read less of it: AND tail_lines = 100000, or AND since_seconds = 3600`,
    )
  })

  it('shows U+FFFD for U+0000, and names the line', async () => {
    const { error, rows, warnings } = await read(
      scan,
      WEB,
      log('2026-11-24T10:00:00Z a\n2026-11-24T10:00:00Z \u0000\u0000b\n2026-11-24T10:00:00Z \u0000'),
    )
    expect(error).toBe(null)
    expect(rows.map((row) => row[2])).toEqual(['a', '\ufffd\ufffdb', '\ufffd'])
    expect(warnings).toEqual([
      'k8s_fdw: 2 values have U+0000, which Postgres cannot hold, and are shown with U+FFFD in its place; the first: log of pod x/web, line 2: column "line"',
    ])
  })

  it('wants an integer for a number', async () => {
    const { error } = await scan({
      tableOptions: { object: 'pods/log' },
      columns: [{ name: 'tail_lines', type: 'string' }],
      respond: [],
    })
    expect(error).toBe(
      'k8s_fdw[option] column "tail_lines" shows tail_lines, which conditions are to give, and is not of type integer. Hint: declare it integer',
    )
  })

  it('reads many lines', async () => {
    const body = Array.from({ length: 5000 }, (_, i) => `2026-11-24T10:00:00Z line ${i}\n`).join('')
    const result = await read(scan, WEB, log(body), { columns: COLUMNS })
    // No input is a column here: the conditions are not known.
    expect(result.error).toContain('k8s_fdw[plan]')
    const all = await read(scan, WEB, log(body))
    expect(all.rows.length).toBe(5000)
    expect(all.rows.at(-1)?.[2]).toBe('line 4999')
  })
})
