// What could be passed over without a word: answers of another shape, conditions that no answer can meet, names that stand twice.
// Each is an error, a warning or the right rows.
import { expect, it } from 'vitest'
import type { Response } from '../support/portable-host/imports.ts'
import type { ColumnSpec, QualSpec } from './memory-host.ts'
import { json, list, pod, query, text } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { ScanResult } from './run-scan.ts'

const texts = (names: string): ColumnSpec[] => names.split(' ').map((name) => ({ name, type: 'string' }))
const is = (field: string, val: string): QualSpec => ({ field, operator: '=', value: { tag: 'string', val } })
const SHAPE_HINT = 'Hint: is api_url the URL of an API server, and no other service in between?'

onEachEngine('an answer of another shape', (scan) => {
  const read = (
    object: string,
    columns: string,
    answer: object,
    quals: QualSpec[] = [],
  ): Promise<ScanResult> =>
    scan({
      tableOptions: { object },
      columns: [...texts(columns), { name: 'attrs', type: 'json' }],
      quals,
      respond: [json(200, answer)],
    })
  const AUTHENTICATION = '/apis/authentication.k8s.io/v1'
  const AUTHORIZATION = '/apis/authorization.k8s.io/v1'

  it.each([{}, { status: 'UP' }, { gitVersion: 1 }])('is no version: %j', async (answer) => {
    const result = await read('version', 'git_version', answer)
    expect(result).toMatchObject({ rows: [] })
    expect(result.error).toBe(`k8s_fdw[decode] GET /version: the answer has no gitVersion. ${SHAPE_HINT}`)
  })

  it.each([{}, { status: 'UP' }, { status: {} }, { status: { userInfo: [] } }])(
    'is no user: %j',
    async (answer) => {
      const result = await read('whoami', 'username', answer)
      expect(result).toMatchObject({ rows: [] })
      expect(result.error).toBe(
        `k8s_fdw[decode] POST ${AUTHENTICATION}/selfsubjectreviews: the answer has no status.userInfo. ${SHAPE_HINT}`,
      )
    },
  )

  it.each([{}, { status: 'UP' }, { status: {} }, { status: { allowed: 'true' } }])(
    'is no refusal: %j',
    async (answer) => {
      const result = await read('can_i', 'verb resource', answer, [is('verb', 'get'), is('resource', 'pods')])
      expect(result).toMatchObject({ rows: [] })
      expect(result.error).toBe(
        `k8s_fdw[decode] POST ${AUTHORIZATION}/selfsubjectaccessreviews: the answer has no status.allowed. ${SHAPE_HINT}`,
      )
    },
  )

  it.each([{}, { status: 'UP' }, { status: { nonResourceRules: [] } }])(
    'is no list of rules: %j',
    async (answer) => {
      const result = await read('can_i', 'verb resource', answer)
      expect(result.error).toBe(
        `k8s_fdw[decode] POST ${AUTHORIZATION}/selfsubjectrulesreviews: the answer has no status.resourceRules. ${SHAPE_HINT}`,
      )
    },
  )

  it('but a user without any rule has none', async () => {
    const nothing = { status: { resourceRules: null, nonResourceRules: null, incomplete: false } }
    expect(await read('can_i', 'verb resource', nothing)).toMatchObject({ error: null, rows: [] })
  })
})

onEachEngine('can_i and URLs', (scan) => {
  const COLUMNS = texts('verb resource api_group subresource name namespace non_resource_url')
  const canI = (...quals: QualSpec[]): Promise<ScanResult> =>
    scan({
      tableOptions: { object: 'can_i' },
      columns: COLUMNS,
      quals,
      respond: [
        json(201, {
          status: {
            allowed: true,
            resourceRules: [],
            nonResourceRules: [
              { verbs: ['get'], nonResourceURLs: ['/api/*', '/healthz', '/version/'] },
              { verbs: ['post'], nonResourceURLs: ['*'] },
            ],
          },
        }),
      ],
    })
  const shown = ({ rows, error }: ScanResult): unknown[] => {
    expect(error).toBe(null)
    return rows.map((row) => [row[0], row[6]])
  }

  it('show the URL that a condition names where a rule is for all that begin so', async () => {
    expect(shown(await canI(is('non_resource_url', '/api/v1')))).toEqual([
      ['get', '/api/v1'],
      ['get', '/healthz'],
      ['get', '/version/'],
      ['post', '/api/v1'],
    ])
    // A path is no prefix of itself without its slash.
    expect(shown(await canI(is('non_resource_url', '/api'))).slice(0, 1)).toEqual([['get', '/healthz']])
    expect((await canI()).rows.map((row) => row[6])).toEqual(['/api/*', '/healthz', '/version/', '*'])
  })

  it.each(['resource', 'api_group', 'subresource', 'name', 'namespace'])(
    'refuse a condition on %s beside, which no answer could meet',
    async (column) => {
      const result = await canI(is('verb', 'get'), is('non_resource_url', '/healthz'), is(column, 'x'))
      expect(result).toMatchObject({ rows: [], urls: [] })
      expect(result.error).toBe(
        `k8s_fdw[plan] non_resource_url and ${column} have a condition each, and a URL that is no resource has no ${column}. ` +
          `Hint: leave one of them out`,
      )
    },
  )
})

onEachEngine('a list', (scan) => {
  it.each([
    [
      'a token that is no text',
      { continue: 7 },
      'k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the continue token of the list is of type number, not string.',
    ],
    [
      'objects that remain',
      { remainingItemCount: 3 },
      'k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the list leaves 3 objects out and does not say how to go on.',
    ],
  ])('that is to go on with %s is refused', async (_, metadata, problem) => {
    const result = await scan({ respond: [list([pod('a')], metadata)] })
    expect(result.error).toBe(
      `${problem} Hint: the API server or a proxy before it answers wrongly: report it there`,
    )
    expect(result.rows).toEqual([])
  })

  it.each([{ continue: null }, { continue: '' }, { remainingItemCount: 0 }, { remainingItemCount: null }])(
    'ends with %j',
    async (metadata) => {
      const result = await scan({ respond: [list([pod('a')], metadata)] })
      expect(result).toMatchObject({ error: null, rows: [['a']] })
    },
  )

  it.each([
    ['List', 'v1', 'x.y/v1', 'Widget'],
    ['WidgetList', 'x.y/v1', 'x.y/v1', 'Widget'],
    ['Widgets', 'x.y/v1', 'x.y/v1', 'Widget'],
  ])('of kind %s leaves its objects their kind', async (kind, listed, apiVersion, item) => {
    const resource = { name: 'widgets', kind: 'Widget', namespaced: true, verbs: ['get', 'list'] }
    const result = await scan({
      tableOptions: { apiVersion: 'x.y/v1', kind: 'Widget' },
      columns: texts('api_version kind spec'),
      respond: ({ url }): Response =>
        url.endsWith('/apis/x.y/v1')
          ? json(200, { kind: 'APIResourceList', groupVersion: 'x.y/v1', resources: [resource] })
          : list([{ metadata: { name: 'a' }, spec: 's' }], {}, kind, listed),
    })
    expect(result).toMatchObject({ error: null, rows: [[apiVersion, item, 's']] })
  })

  it('prints every warning of an answer, however its headers are put together', async () => {
    const result = await scan({
      respond: [
        json(200, { kind: 'PodList', items: [] }, [
          ['warning', '299 - "one"'],
          ['date', 'x'],
          ['warning', '299 - "two, \\"2\\"",299 - "three" "Sat, 28 Nov 2026 00:00:00 GMT"'],
          ['warning', 'nothing of the kind'],
          ['warning', '299 - "four"'],
        ]),
      ],
    })
    expect(result.warnings).toEqual(
      ['one', 'two, "2"', 'three', 'four'].map((words) => `k8s_fdw: GET /api/v1/pods: ${words}`),
    )
  })
})

onEachEngine('objects in several lists', (scan) => {
  const columns: ColumnSpec[] = [
    { name: 'name', type: 'string', number: 1 },
    { name: 'spec', type: 'string', number: 2 },
    { name: 'label_selector', type: 'string', number: 4 },
  ]
  const quals: QualSpec[] = [
    {
      field: 'label_selector',
      operator: '=',
      useOr: true,
      value: ['a', 'b'].map((val) => ({ tag: 'string', val })),
    },
  ]

  it('are all rows where nothing tells them apart', async () => {
    const result = await scan({
      tableOptions: { object: 'pods' },
      columns,
      quals,
      respond: (request) => list([{ spec: `of ${query(request).get('labelSelector') ?? ''}` }]),
    })
    expect(result).toMatchObject({
      error: null,
      rows: [
        [null, 'of a', 'a'],
        [null, 'of b', 'b'],
      ],
    })
  })

  it('may have changed lists when a rescan asks again', async () => {
    let asked = 0
    const filler = 'x'.repeat(26_000_000)
    const respond = (request: Parameters<typeof query>[0]): Response => {
      asked++
      const moved = { metadata: { name: 'moved', namespace: 'x', uid: 'u' }, spec: '' }
      const large = { metadata: { name: `large-${asked}`, namespace: 'x', uid: `l-${asked}` }, spec: filler }
      const isIn = (query(request).get('labelSelector') === 'a') === asked <= 2
      return list(isIn ? [moved, large] : [large])
    }
    const result = await scan({
      tableOptions: { object: 'pods' },
      columns: columns
        .filter(({ name }) => name !== 'spec')
        .concat({ name: 'status', type: 'string', number: 5 }),
      quals,
      respond,
      passes: [Infinity, Infinity],
    })
    expect(result.error).toBe(null)
    expect(asked).toBe(4)
    expect(result.rows.filter(([name]) => name === 'moved').map((row) => row[1])).toEqual(['a', 'b'])
  })
})

onEachEngine('a name that stands twice', (scan) => {
  it('in the option columns is refused', async () => {
    const result = await scan({
      tableOptions: { object: 'pods', columns: '{"v": "spec.nodeName", "w": "status", "v": "status.phase"}' },
      columns: texts('v'),
      respond: [list([])],
    })
    expect(result.error).toContain(
      'k8s_fdw[option] option columns is not JSON: a key that stands there twice at position 39',
    )
  })

  it("in a setting's JSON is nobody to act as", async () => {
    const result = await scan({
      serverOptions: { impersonate_user_setting: 'request.jwt.claims', impersonate_user_path: 'sub' },
      settings: { 'request.jwt.claims': '{"sub": "jane", "sub": "admin"}' },
      respond: [list([])],
    })
    expect(result).toMatchObject({ urls: [] })
    expect(result.error).toContain(
      'the setting request.jwt.claims is not JSON: a key that stands there twice',
    )
  })
})

onEachEngine('a line of a log without a time stamp', (scan) => {
  it.each([
    ['2026-11-24 late', null, '2026-11-24 late'],
    ['2026-11-24', null, '2026-11-24'],
    ['failed to watch the log', null, 'failed to watch the log'],
    ['2026-11-24T10:00:00Z 2026-11-24 late', 1795514400000000n, '2026-11-24 late'],
  ])('%s is whole', async (body, timestamp, line) => {
    const result = await scan({
      tableOptions: { object: 'pods/log' },
      columns: [
        { name: 'timestamp', type: 'timestamptz' },
        ...texts('line'),
        ...texts('namespace name container since_time'),
      ],
      quals: [is('namespace', 'x'), is('name', 'web'), is('container', 'c'), is('since_time', 't')],
      respond: [text(200, body, [['content-type', 'text/plain']])],
    })
    expect(result.error).toBe(null)
    expect(result.rows.map((row) => row.slice(0, 2))).toEqual([[timestamp, line]])
  })
})
