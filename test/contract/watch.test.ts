// Tables that show changes: the requests, the events, the BOOKMARK at the end, and what is refused.
import { expect, it } from 'vitest'
import type { Response } from '../support/portable-host/imports.ts'
import { failure, json, list, text } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { QualSpec } from './memory-host.ts'
import type { ScanSpec } from './run-scan.ts'

const object = (name: string, version: string, more: object = {}): object => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name, namespace: 'shop', uid: `u-${name}`, resourceVersion: version, ...more },
})

type Event = readonly [type: string, object: object]

const events = (...given: readonly Event[]): Response =>
  text(200, given.map(([type, object]) => `${JSON.stringify({ type, object })}\n`).join(''))

const bookmark = (version: string): Event => [
  'BOOKMARK',
  { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion: version, creationTimestamp: null } },
]

const WATCH = { apiVersion: 'v1', kind: 'Pod', watch: 'on' }
const COLUMNS: NonNullable<ScanSpec['columns']> = [
  { name: 'change', type: 'string' },
  { name: 'resource_version', type: 'string' },
  { name: 'name', type: 'string' },
]
const eq = (field: string, val: string): QualSpec => ({ field, operator: '=', value: { tag: 'string', val } })
const waits = (val: number): QualSpec => ({
  field: 'wait_seconds',
  operator: '=',
  value: { tag: 'i32', val },
})
const SINCE = eq('since', '100')
const BEGIN_ANEW =
  'Hint: select without a condition on since, which shows all objects as they are, and then go on from the BOOKMARK at their end'
const query = (since: string, seconds = 1): string =>
  `watch=1&resourceVersion=${since}&timeoutSeconds=${seconds}&allowWatchBookmarks=true`

onEachEngine('watch', (run) => {
  /** A column that a condition compares is among those that the host asks for. Its cell is left out here. */
  const scan: typeof run = async (spec) => {
    const { columns = COLUMNS, quals = [SINCE], ...others } = spec
    const compared = quals
      .map(({ field }) => field)
      .filter((field) => columns.every(({ name }) => name !== field))
      .map((name) => ({ name, type: name === 'wait_seconds' ? ('i32' as const) : ('string' as const) }))
    const result = await run({ tableOptions: WATCH, ...others, quals, columns: [...columns, ...compared] })
    return { ...result, rows: result.rows.map((row) => row.slice(0, columns.length)) }
  }

  it('gives the changes in their order, and a BOOKMARK of the last version', async () => {
    const result = await scan({
      respond: [
        events(['ADDED', object('a', '101')], ['MODIFIED', object('a', '103')], bookmark('104'), [
          'DELETED',
          object('a', '105'),
        ]),
      ],
    })
    expect(result).toMatchObject({ error: null, warnings: [], notices: [] })
    expect(result.rows).toEqual([
      ['ADDED', '101', 'a'],
      ['MODIFIED', '103', 'a'],
      ['DELETED', '105', 'a'],
      ['BOOKMARK', '105', null],
    ])
    expect(result.urls).toEqual([`/api/v1/pods?${query('100')}`])
    expect(new Map(result.requests[0]?.headers).get('accept')).toBe(
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
    )
  })

  it('takes the version of a bookmark, or that of the question', async () => {
    const later = await scan({ respond: [events(['ADDED', object('a', '101')], bookmark('109'))] })
    expect(later.rows).toEqual([
      ['ADDED', '101', 'a'],
      ['BOOKMARK', '109', null],
    ])
    for (const body of ['', '{"type":"ADDED","obj']) {
      const nothing = await scan({ respond: [text(200, body)] })
      expect(nothing, body).toMatchObject({ error: null, rows: [['BOOKMARK', '100', null]] })
    }
  })

  it.each([1, 40, 80])('ends before a change that was cut off %d bytes before its end', async (bytes) => {
    const { body } = events(['ADDED', object('a', '101')], ['MODIFIED', object('a', '102')])
    const result = await scan({ respond: [text(200, body.slice(0, -1 - bytes))] })
    expect(result.rows).toEqual([
      ['ADDED', '101', 'a'],
      ['BOOKMARK', '101', null],
    ])
  })

  it('shows all kinds of columns of an event, and of the BOOKMARK', async () => {
    const result = await scan({
      tableOptions: {
        ...WATCH,
        namespace: 'shop',
        label_selector: 'app=web',
        columns: '{"node": "spec.nodeName", "first": "{.spec.containers[*].name}", "at": "{\\"east\\"}"}',
      },
      columns: [
        'change',
        'since',
        'namespace',
        'label_selector',
        'kind',
        'node',
        'first',
        'at',
        'object_key',
      ].map((name) => ({ name, type: 'string' as const })),
      quals: [SINCE],
      respond: [
        events([
          'MODIFIED',
          { ...object('a', '101'), spec: { nodeName: 'n', containers: [{ name: 'x' }, { name: 'y' }] } },
        ]),
      ],
    })
    expect(result.rows).toEqual([
      ['MODIFIED', '100', 'shop', 'app=web', 'Pod', 'n', 'x y', 'east', 'shop/a u-a 101'],
      ['BOOKMARK', '100', 'shop', 'app=web', 'Pod', null, null, 'east', null],
    ])
    expect(result.urls).toEqual([`/api/v1/namespaces/shop/pods?${query('100')}&labelSelector=app%3Dweb`])
  })

  it('waits for as long as a condition says, and shows it', async () => {
    const result = await scan({
      columns: [
        { name: 'change', type: 'string' },
        { name: 'wait_seconds', type: 'i32' },
      ],
      quals: [SINCE, waits(5)],
      respond: [events(['ADDED', object('a', '101')])],
    })
    expect(result.rows).toEqual([
      ['ADDED', 5],
      ['BOOKMARK', 5],
    ])
    expect(result.urls).toEqual([`/api/v1/pods?${query('100', 5)}`])
  })

  it('masks Secrets', async () => {
    const result = await scan({
      tableOptions: { kind: 'Secret', watch: 'on' },
      columns: [
        { name: 'change', type: 'string' },
        { name: 'data', type: 'json' },
      ],
      quals: [SINCE],
      respond: [events(['DELETED', { ...object('a', '101'), data: { key: 'aHVudGVyMg==' } }])],
    })
    expect(result.rows).toEqual([
      ['DELETED', '{"key":"***"}'],
      ['BOOKMARK', null],
    ])
  })

  it('narrows the request by conditions, and says when they leave out the BOOKMARK', async () => {
    const result = await scan({
      columns: [...COLUMNS, { name: 'namespace', type: 'string' }],
      quals: [SINCE, eq('namespace', 'shop'), eq('name', 'a')],
      respond: [events()],
    })
    expect(result.rows).toEqual([['BOOKMARK', '100', null, 'shop']])
    expect(result.urls).toEqual([
      `/api/v1/namespaces/shop/pods?${query('100')}&fieldSelector=metadata.name%3Da`,
    ])
    expect(result.notices).toEqual([
      'k8s_fdw: the condition on column "name" leaves out the BOOKMARK row, whose resource_version is the next since: give the table the option namespace, label_selector or field_selector instead, or write (change = \'BOOKMARK\' OR …)',
    ])
    const wanted = await scan({
      quals: [SINCE, eq('change', 'DELETED'), eq('name', 'a')],
      respond: [events()],
    })
    expect(wanted.notices).toEqual([])
  })

  it('asks again without a field that the server does not select by', async () => {
    const result = await scan({
      quals: [SINCE, eq('name', 'a')],
      respond: [failure(400, 'BadRequest', 'field label not supported: metadata.name'), events()],
    })
    expect(result.error).toBe(null)
    expect(result.urls[1]).toBe(`/api/v1/pods?${query('100')}`)
  })

  it('gives the list as ADDED without since, and its version', async () => {
    const first = list([object('a', '7')], { resourceVersion: '90', continue: 'c' })
    const result = await scan({
      quals: [],
      respond: [first, list([object('b', '8')], { resourceVersion: '90' })],
    })
    expect(result.rows).toEqual([
      ['ADDED', '7', 'a'],
      ['ADDED', '8', 'b'],
      ['BOOKMARK', '90', null],
    ])
    expect(result.urls).toEqual(['/api/v1/pods?limit=1000', '/api/v1/pods?limit=10000&continue=c'])
  })

  it('gives only a BOOKMARK of an empty list', async () => {
    const result = await scan({ quals: [], respond: [list([], { resourceVersion: '90' })] })
    expect(result.rows).toEqual([['BOOKMARK', '90', null]])
  })

  it.each([
    [
      'GET /api/v1/pods: The provided continue parameter is too old',
      failure(410, 'Expired', 'The provided continue parameter is too old', { metadata: { continue: 'd' } }),
    ],
    [
      'GET /api/v1/pods: the list changed while it was read, and its rows are not one snapshot',
      list([object('b', '8')], { resourceVersion: '91' }),
    ],
  ])('does not mix two states of a list: %s', async (message, second) => {
    const first = list([object('a', '7')], { resourceVersion: '90', continue: 'c' })
    const result = await scan({ quals: [], respond: [first, second] })
    expect(result.error).toBe(`k8s_fdw[expired] ${message}. ${BEGIN_ANEW}`)
  })

  it.each([
    ['an answer', failure(410, 'Expired', 'too old resource version: 100 (105)')],
    [
      'an event',
      events(['ERROR', { kind: 'Status', code: 410, message: 'too old resource version: 100 (105)' }]),
    ],
  ])('says that a version is too old, by %s', async (_, answer) => {
    const result = await scan({ respond: [answer] })
    expect(result).toMatchObject({
      rows: [],
      error:
        'k8s_fdw[expired] GET /api/v1/pods?watch=1: too old resource version: 100 (105). Hint: select without a condition on since, which shows all objects as they are, and then go on from the BOOKMARK at their end',
    })
  })

  it('says what other errors say', async () => {
    const status = { kind: 'Status', code: 500, message: 'etcd is away', reason: 'InternalError' }
    const result = await scan({ respond: [events(['ADDED', object('a', '101')], ['ERROR', status])] })
    expect(result).toMatchObject({
      rows: [],
      error:
        'k8s_fdw[status] GET /api/v1/pods?watch=1: 200 OK, and then 500 Internal Server Error: etcd is away. Hint: the API server ended the watch: try again later, and look at its logs if it goes on',
    })
    const forbidden = await scan({
      respond: [
        failure(
          403,
          'Forbidden',
          'pods is forbidden: User "jane" cannot watch resource "pods" in API group ""',
          { details: { kind: 'pods' } },
        ),
      ],
    })
    expect(forbidden.error).toMatch(/Hint: grant the user a ClusterRole with the verb watch on pods$/)
    const refused = await scan({ respond: [failure(405, 'MethodNotAllowed', 'no')] })
    expect(refused.error).toBe(
      "k8s_fdw[option] objects of kind pods cannot be watched. Hint: show them without their changes: ALTER FOREIGN TABLE … OPTIONS (SET watch 'off')",
    )
  })

  it.each([
    ['a list', list([object('a', '7')])],
    ['an unknown type', events(['MOVED', object('a', '101')])],
    ['no object', text(200, '{"type":"ADDED","object":3}\n')],
  ])('refuses what is no change: %s', async (_, answer) => {
    const result = await scan({ respond: [answer] })
    expect(result).toMatchObject({
      rows: [],
      error:
        'k8s_fdw[decode] GET /api/v1/pods?watch=1: 200 OK, but event 1 is no change of an object. Hint: is api_url the URL of an API server, and the kind one that can be watched?',
    })
  })

  it('refuses JSON that is broken, and not cut off', async () => {
    const { body } = events(['ADDED', object('a', '101')])
    const result = await scan({ respond: [text(200, `${body}{"type":x}\n`)] })
    expect(result.error).toMatch(/^k8s_fdw\[decode\] .* but the JSON is not valid: unexpected character/)
  })

  it('refuses a list without a version', async () => {
    const result = await scan({
      quals: [],
      respond: [json(200, { kind: 'PodList', metadata: {}, items: [] })],
    })
    expect(result.error).toBe(
      "k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the list has no resourceVersion, so its changes cannot be followed. Hint: show the kind without its changes: ALTER FOREIGN TABLE … OPTIONS (SET watch 'off')",
    )
  })

  it.each(['', '0', 'abc', '-1', '1.5', ' 1', '1&watch=0'])('refuses the version %j', async (since) => {
    const result = await scan({ quals: [eq('since', since)], respond: [] })
    expect(result.error).toBe(
      `k8s_fdw[plan] the condition on column "since" has the value ${JSON.stringify(since)}, which is no version. Hint: write the resource_version of a BOOKMARK row, such as since = '123456', or no condition on since for the objects as they are`,
    )
    expect(result.urls).toEqual([])
  })

  it.each([0, -1, 31])('refuses to wait for %d seconds', async (seconds) => {
    const result = await scan({
      quals: [SINCE, waits(seconds)],
      respond: [],
    })
    expect(result.error).toBe(
      `k8s_fdw[plan] the condition on column "wait_seconds" has the value "${seconds}". Hint: it takes 1 to 30 seconds`,
    )
  })

  it('refuses several namespaces and several selectors', async () => {
    const several = await scan({ tableOptions: { ...WATCH, namespaces: 'a,b' }, respond: [] })
    expect(several.error).toBe(
      "k8s_fdw[plan] changes are read of one list, and the table or the conditions name several namespaces, each of which is a list with a version of its own. Hint: write namespace = '…', or drop the table's option namespaces to watch all, or FROM t, LATERAL (SELECT * FROM … WHERE namespace = t.namespace OFFSET 0) AS x, which reads one after the other",
    )
    const selector = { field: 'label_selector', operator: '=', useOr: true } as const
    const selected = await scan({
      quals: [
        {
          ...selector,
          value: [
            { tag: 'string', val: 'a' },
            { tag: 'string', val: 'b' },
          ],
        },
      ],
      respond: [],
    })
    expect(selected.error).toBe(
      'k8s_fdw[plan] the conditions give column "label_selector" several values, and changes are read of one list, since one version. Hint: write label_selector = \'…\', or FROM t, LATERAL (SELECT * FROM … WHERE label_selector = t.label_selector OFFSET 0) AS x, which reads one after the other',
    )
    const narrowed = await scan({
      tableOptions: { ...WATCH, namespaces: 'a,b' },
      columns: [...COLUMNS, { name: 'namespace', type: 'string' }],
      quals: [SINCE, eq('namespace', 'b')],
      respond: [events()],
    })
    expect(narrowed.rows).toEqual([['BOOKMARK', '100', null, 'b']])
  })

  it('refuses columns of other types, and virtual objects', async () => {
    const number = await scan({ columns: [{ name: 'since', type: 'i64' }], respond: [] })
    expect(number.error).toBe(
      'k8s_fdw[option] column "since" takes a condition\'s value, and is not of type text. Hint: declare it text',
    )
    const virtual = await scan({
      tableOptions: { object: 'version', watch: 'on' },
      columns: [{ name: 'major', type: 'string' }],
      quals: [],
      respond: [],
    })
    expect(virtual.error).toBe(
      "k8s_fdw[option] the table has the option watch, which object 'version' does not take. Hint: drop the option: ALTER FOREIGN TABLE … OPTIONS (DROP watch)",
    )
  })

  it('gives its rows again at a rescan, without a request', async () => {
    const result = await scan({
      passes: [Infinity, Infinity],
      respond: [events(['ADDED', object('a', '101')])],
    })
    expect(result.rows).toHaveLength(4)
    expect(result.urls).toHaveLength(1)
  })
})
