// Tables that show no list of objects: what is asked for them, and what of the answer becomes rows.
// What a real API server answers is test/e2e's.
import { expect, it } from 'vitest'
import type { Request, Response } from '../support/portable-host/imports.ts'
import type { ColumnSpec, QualSpec } from './memory-host.ts'
import { failure, json, text } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { RunScan, ScanResult } from './run-scan.ts'

const texts = (names: string): ColumnSpec[] => names.split(' ').map((name) => ({ name, type: 'string' }))
const is = (field: string, val: string, isParameter = false): QualSpec => ({
  field,
  operator: '=',
  isParameter,
  value: { tag: 'string', val },
})
const any = (field: string, ...values: string[]): QualSpec => ({
  field,
  operator: '=',
  useOr: true,
  value: values.map((val) => ({ tag: 'string', val })),
})
/** Each request: its method, path and body. */
const asked = ({ requests }: ScanResult): unknown[] =>
  requests.map(({ method, url, body }) => {
    const line = `${method.tag.toUpperCase()} ${new URL(url).pathname}`
    return body === '' ? line : [line, JSON.parse(body) as unknown]
  })

const VERSION = { major: '1', minor: '36', gitVersion: 'v1.36.2', platform: 'linux/amd64' }
const USER = { username: 'jane', uid: 'u-1', groups: ['a', 'b'], extra: { key: ['value'] } }

const version = (scan: RunScan, more: object = {}): Promise<ScanResult> =>
  scan({
    tableOptions: { object: 'version' },
    columns: texts('git_version major platform'),
    respond: [json(200, VERSION)],
    ...more,
  })

onEachEngine('version', (scan) => {
  it('is one row', async () => {
    const result = await version(scan)
    expect(result.error).toBe(null)
    expect(result.rows).toEqual([['v1.36.2', '1', 'linux/amd64']])
    expect(asked(result)).toEqual(['GET /version'])
  })

  it('has paths, the whole as attrs, types and rescans like any table', async () => {
    const result = await version(scan, {
      tableOptions: { object: 'version', columns: '{"v": "gitVersion", "both": "{.major}.{.minor}"}' },
      columns: [
        ...texts('v both go_version'),
        { name: 'minor', type: 'i32' },
        { name: 'attrs', type: 'json' },
      ],
      passes: [Infinity, Infinity],
    })
    const row = ['v1.36.2', '1.36', null, 36, JSON.stringify(VERSION)]
    expect(result.rows).toEqual([row, row])
    expect(result.requests.length).toBe(1)
  })

  it('names a column that does not fit', async () => {
    const result = await version(scan, { columns: [{ name: 'git_version', type: 'i32' }] })
    expect(result.error).toBe(
      `k8s_fdw[cell] version: column "git_version": "v1.36.2" is not an integer, so it does not fit type integer. Hint: declare the column text or jsonb, or give the table the option on_error 'null'`,
    )
  })

  it('names the columns that it has', async () => {
    const result = await scan({
      tableOptions: { object: 'whoami' },
      columns: texts('name'),
      respond: [],
    })
    expect(result.error).toBe(
      `k8s_fdw[option] column "name" has no path, and its name is not one that has a path by itself. Hint: those are username, uid, groups, extra; any other takes a path, such as the table option columns '{"name":"…"}'`,
    )
  })

  it.each([
    ['namespace', 'x'],
    ['namespaces', 'x,y'],
    ['label_selector', 'a=b'],
    ['field_selector', 'a=b'],
  ])('refuses the option %s', async (option, value) => {
    const result = await version(scan, { tableOptions: { object: 'version', [option]: value } })
    expect(result.error).toBe(
      `k8s_fdw[option] the table has the option ${option}, which object 'version' does not take. Hint: drop the option: ALTER FOREIGN TABLE … OPTIONS (DROP ${option})`,
    )
  })

  it('says what went wrong', async () => {
    const result = await version(scan, { respond: [text(200, '<html><title>Sign in</title></html>')] })
    expect(result.error).toContain('k8s_fdw[decode] GET /version: 200 OK, but an HTML page titled "Sign in"')
  })

  it('is traced', async () => {
    const result = await version(scan, { serverOptions: { trace: 'on' } })
    expect(result.infos).toEqual(['k8s_fdw: GET /version: 200 OK, 74 bytes, under 1 s'])
  })
})

onEachEngine('whoami', (scan) => {
  const PATH = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  const whoami = (respond: Response): Promise<ScanResult> =>
    scan({
      tableOptions: { object: 'whoami' },
      columns: [...texts('username uid'), { name: 'groups', type: 'json' }, { name: 'extra', type: 'json' }],
      respond: [respond],
    })

  it('is one row, asked for with a POST', async () => {
    const result = await whoami(json(201, { kind: 'SelfSubjectReview', status: { userInfo: USER } }))
    expect(result.error).toBe(null)
    expect(result.rows).toEqual([['jane', 'u-1', '["a","b"]', '{"key":["value"]}']])
    expect(asked(result)).toEqual([
      [`POST ${PATH}`, { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }],
    ])
    expect(new Map(result.requests[0]?.headers).get('content-type')).toBe('application/json')
  })

  it('says that a server is too old', async () => {
    const { error } = await whoami(
      failure(404, 'NotFound', 'the server could not find the requested resource'),
    )
    expect(error).toBe(
      `k8s_fdw[status] POST ${PATH}: 404 Not Found: the server could not find the requested resource. Hint: the API server must be of Kubernetes 1.28 or newer to say who a user is`,
    )
  })

  it('says which right is missing', async () => {
    const no =
      'selfsubjectreviews.authentication.k8s.io is forbidden: User "jane" cannot create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope'
    const { error } = await whoami(
      failure(403, 'Forbidden', no, {
        details: { group: 'authentication.k8s.io', kind: 'selfsubjectreviews' },
      }),
    )
    expect(error).toBe(
      `k8s_fdw[status] POST ${PATH}: 403 Forbidden: ${no}. Hint: grant the user a ClusterRole with the verb create on selfsubjectreviews.authentication.k8s.io`,
    )
  })
})

onEachEngine('can_i', (scan) => {
  const COLUMNS = [
    ...texts('verb resource api_group subresource name namespace non_resource_url reason'),
    { name: 'allowed', type: 'bool' },
    { name: 'denied', type: 'bool' },
  ] as const
  const ACCESS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  const RULES = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'
  const STATUS = {
    resourceRules: [
      { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] },
      { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: ['one'] },
    ],
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }],
    incomplete: false,
  }
  /** Allows pods. */
  const authorize = ({ url, body }: Request): Response => {
    if (url.endsWith(RULES)) return json(201, { status: STATUS })
    const { spec } = JSON.parse(body) as { spec: { resourceAttributes?: { resource: string } } }
    const allowed = spec.resourceAttributes?.resource === 'pods'
    return json(201, { status: allowed ? { allowed, reason: 'RBAC: allowed' } : { allowed } })
  }
  const canI = (quals: readonly QualSpec[], table: object = {}): Promise<ScanResult> =>
    scan({ tableOptions: { object: 'can_i', ...table }, columns: COLUMNS, quals, respond: authorize })
  const question = (attributes: object): unknown => [
    `POST ${ACCESS}`,
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          namespace: null,
          verb: 'list',
          group: '',
          resource: 'pods',
          subresource: null,
          name: null,
          ...attributes,
        },
      },
    },
  ]

  it('is one question for a verb and a resource', async () => {
    const result = await canI([is('verb', 'list'), is('resource', 'pods'), is('namespace', 'x')])
    expect(result.error).toBe(null)
    expect(asked(result)).toEqual([question({ namespace: 'x' })])
    expect(result.rows).toEqual([['list', 'pods', '', null, null, 'x', null, 'RBAC: allowed', true, false]])
  })

  it('asks every combination, each when its row is wanted', async () => {
    const quals = [any('verb', 'get', 'list'), any('resource', 'pods', 'nodes')]
    const result = await canI(quals)
    expect(result.rows.map((row) => [row[0], row[1], row[8]])).toEqual([
      ['get', 'pods', true],
      ['get', 'nodes', false],
      ['list', 'pods', true],
      ['list', 'nodes', false],
    ])
    const limited = await scan({
      tableOptions: { object: 'can_i' },
      columns: COLUMNS,
      quals,
      respond: authorize,
      passes: [1],
    })
    expect(limited.requests.length).toBe(1)
  })

  it("takes the table's namespace, a subresource and a name", async () => {
    const quals = [is('verb', 'get'), is('resource', 'pods'), is('subresource', 'log'), is('name', 'web')]
    const result = await canI(quals, { namespace: 'y' })
    expect(asked(result)).toEqual([
      question({ verb: 'get', namespace: 'y', subresource: 'log', name: 'web' }),
    ])
    expect(result.rows[0]?.slice(0, 6)).toEqual(['get', 'pods', '', 'log', 'web', 'y'])
  })

  it("finds a resource's group, by any of its names", async () => {
    const result = await canI([is('verb', 'list'), is('resource', 'deploy')])
    expect(asked(result)).toEqual([question({ group: 'apps', resource: 'deployments' })])
    expect(result.rows[0]?.slice(0, 3)).toEqual(['list', 'deploy', 'apps'])
  })

  it('takes a group as it is', async () => {
    const result = await canI([is('verb', 'list'), is('resource', 'deploy'), is('api_group', 'x.y')])
    expect(asked(result)).toEqual([question({ group: 'x.y', resource: 'deploy' })])
  })

  it('asks of the core group, with a warning, where no resource has the name', async () => {
    const result = await scan({
      tableOptions: { object: 'can_i' },
      columns: COLUMNS,
      quals: [is('verb', 'list'), is('resource', 'nothings')],
      respond: (request) =>
        request.method.tag === 'get' ? json(200, { versions: ['v1'], groups: [] }) : authorize(request),
    })
    expect(result.warnings).toEqual([
      'k8s_fdw: can_i: the cluster serves no nothings; the question is asked of the core group',
    ])
    expect(result.rows[0]?.slice(0, 3)).toEqual(['list', 'nothings', ''])
  })

  it('asks of a URL that is no resource', async () => {
    const result = await canI([is('verb', 'get'), is('non_resource_url', '/metrics')])
    expect(asked(result)).toEqual([
      [
        `POST ${ACCESS}`,
        {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { nonResourceAttributes: { path: '/metrics', verb: 'get' } },
        },
      ],
    ])
    expect(result.rows[0]).toEqual(['get', null, null, null, null, null, '/metrics', null, false, false])
  })

  const rule = (verb: string, resource: string | null, more: object = {}): unknown[] => {
    const row = { api_group: '', subresource: null, name: null, namespace: 'default', url: null, ...more }
    return [
      verb,
      resource,
      row.api_group,
      row.subresource,
      row.name,
      row.namespace,
      row.url,
      null,
      true,
      false,
    ]
  }

  it('is all rules without a verb and a resource, each once', async () => {
    const result = await canI([])
    expect(asked(result)).toEqual([
      [
        `POST ${RULES}`,
        {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectRulesReview',
          spec: { namespace: 'default' },
        },
      ],
    ])
    expect(result.rows).toEqual([
      rule('get', 'pods'),
      rule('get', 'pods', { subresource: 'log' }),
      rule('list', 'pods'),
      rule('list', 'pods', { subresource: 'log' }),
      rule('*', '*', { api_group: '*', name: 'one' }),
      rule('get', null, { api_group: null, url: '/healthz' }),
    ])
  })

  it('shows what a condition names where a rule is for all', async () => {
    const result = await canI([is('resource', 'widgets'), any('namespace', 'x', 'y')])
    const wanted = result.rows.filter((row) => row[1] === 'widgets')
    expect(wanted).toEqual(
      ['x', 'y'].map((namespace) => rule('*', 'widgets', { api_group: '*', name: 'one', namespace })),
    )
    expect(result.requests.length).toBe(2)
  })

  it('warns where the rules are not all', async () => {
    const result = await scan({
      tableOptions: { object: 'can_i' },
      columns: COLUMNS,
      respond: [json(201, { status: { ...STATUS, incomplete: true, evaluationError: 'a webhook' } })],
    })
    expect(result.warnings).toEqual(['k8s_fdw: can_i: the authorizer does not list all rules: a webhook'])
  })

  it('refuses too many questions', async () => {
    const many = Array.from({ length: 11 }, (_, i) => `v${i}`)
    const result = await canI([any('verb', ...many), any('resource', ...many)])
    expect(result.error).toBe(
      'k8s_fdw[plan] the conditions have more than 100 combinations of values, and each of them is a request. Hint: give fewer values, or leave out the condition on verb: then all rules of the user come with one answer',
    )
    expect(result.requests).toEqual([])
  })

  it('wants a subresource in a column of its own', async () => {
    const { error } = await canI([is('verb', 'get'), is('resource', 'pods/log')])
    expect(error).toBe(
      `k8s_fdw[plan] resource is "pods/log", with a subresource in it. Hint: write resource = 'pods' AND subresource = 'log'`,
    )
  })

  it('refuses a value that is not known', async () => {
    for (const value of [{ tag: 'string', val: 'null' } as const, { tag: 'i64', val: 0n } as const]) {
      const { error } = await canI([{ field: 'verb', operator: '=', isParameter: true, value }])
      expect(error).toBe(
        'k8s_fdw[plan] the condition on column "verb" has a value that is NULL, or not known when the question is asked. Hint: write the value itself, or take it from another table: FROM t, LATERAL (SELECT * FROM … WHERE verb = t.verb OFFSET 0) AS x',
      )
    }
    expect((await canI([is('verb', 'list', true), is('resource', 'pods', true)])).rows.length).toBe(1)
  })

  it('asks for the value that it has in the end', async () => {
    const result = await scan({
      tableOptions: { object: 'can_i' },
      columns: COLUMNS,
      quals: [{ field: 'verb', operator: '=', isParameter: true, value: { tag: 'string', val: 'null' } }],
      respond: authorize,
      passes: [0],
    })
    expect(result.error).toBe(null)
  })

  it('asks nothing where two conditions contradict each other', async () => {
    const result = await canI([is('verb', 'list'), is('verb', 'get'), is('resource', 'pods')])
    expect(result.error).toBe(null)
    expect(result.requests).toEqual([])
  })

  it('wants text for what conditions give', async () => {
    const { error } = await scan({
      tableOptions: { object: 'can_i' },
      columns: [{ name: 'verb', type: 'json' }],
      respond: [],
    })
    expect(error).toBe(
      'k8s_fdw[option] column "verb" shows verb, which conditions are to give, and is not of type text. Hint: declare it text',
    )
  })
})

onEachEngine('api_resources', (scan) => {
  const COLUMNS: ColumnSpec[] = [
    ...texts('name singular api_version api_group version kind'),
    { name: 'namespaced', type: 'bool' },
    ...(['short_names', 'verbs', 'categories', 'subresources'] as const).map((name): ColumnSpec => ({
      name,
      type: 'json',
    })),
  ]
  const read = (respond: (request: Request) => Response): Promise<ScanResult> =>
    scan({ tableOptions: { object: 'api_resources' }, columns: COLUMNS, respond })
  const PODS = [
    'pods',
    'pod',
    'v1',
    '',
    'v1',
    'Pod',
    true,
    '["po"]',
    '["get","list"]',
    '["all"]',
    '["log","status"]',
  ]
  const WIDGETS = ['widgets', 'widget', 'x.y/v2', 'x.y', 'v2', 'Widget', false, '[]', '["list"]', '[]', '[]']

  it('is one row for each resource, of the version that its group prefers', async () => {
    const widgets = {
      resource: 'widgets',
      responseKind: { kind: 'Widget' },
      scope: 'Cluster',
      singularResource: 'widget',
      verbs: ['list'],
    }
    const pods = {
      resource: 'pods',
      responseKind: { kind: 'Pod' },
      scope: 'Namespaced',
      singularResource: 'pod',
      shortNames: ['po'],
      verbs: ['get', 'list'],
      categories: ['all'],
      subresources: [{ subresource: 'log' }, { subresource: 'status' }],
    }
    const groups = (items: object[]): Response => json(200, { kind: 'APIGroupDiscoveryList', items })
    const result = await read(({ url }) =>
      url.endsWith('/api')
        ? groups([{ metadata: {}, versions: [{ version: 'v1', resources: [pods] }] }])
        : groups([
            {
              metadata: { name: 'x.y' },
              versions: [
                { version: 'v2', resources: [widgets] },
                { version: 'v1', resources: [widgets] },
              ],
            },
          ]),
    )
    expect(result.error).toBe(null)
    expect(result.rows).toEqual([PODS, WIDGETS])
    expect(asked(result)).toEqual(['GET /api', 'GET /apis'])
  })

  it('is the same of a server that knows the older lists alone', async () => {
    const answers: { [path: string]: object } = {
      '/api': { kind: 'APIVersions', versions: ['v1'] },
      '/apis': {
        kind: 'APIGroupList',
        groups: [
          {
            name: 'x.y',
            versions: [{ groupVersion: 'x.y/v2' }, { groupVersion: 'x.y/v1' }],
            preferredVersion: { groupVersion: 'x.y/v2' },
          },
        ],
      },
      '/api/v1': {
        resources: [
          {
            name: 'pods',
            singularName: 'pod',
            namespaced: true,
            kind: 'Pod',
            verbs: ['get', 'list'],
            shortNames: ['po'],
            categories: ['all'],
          },
          { name: 'pods/log', kind: 'Pod' },
          { name: 'pods/status', kind: 'Pod' },
        ],
      },
      '/apis/x.y/v2': {
        resources: [
          { name: 'widgets', singularName: 'widget', namespaced: false, kind: 'Widget', verbs: ['list'] },
        ],
      },
    }
    const result = await read(({ url }) => json(200, answers[new URL(url).pathname] ?? {}))
    expect(result.error).toBe(null)
    expect(result.rows).toEqual([PODS, WIDGETS])
  })

  const names = async (respond: (request: Request) => Response): Promise<unknown[]> => {
    const { rows, error, warnings } = await scan({
      tableOptions: { object: 'api_resources' },
      columns: texts('api_version name'),
      respond,
    })
    return [rows.map((row) => row.join(' ')), error, warnings]
  }
  const entry = (resource: string, kind: string, more: object = {}): object => ({
    resource,
    responseKind: { kind },
    scope: 'Namespaced',
    verbs: ['list'],
    ...more,
  })
  const groups = (items: object[]): Response => json(200, { kind: 'APIGroupDiscoveryList', items })

  it('names the versions whose server does not answer, and shows nothing that it once had', async () => {
    const found = await names(({ url }) =>
      url.endsWith('/api')
        ? groups([{ metadata: {}, versions: [{ version: 'v1', resources: [entry('pods', 'Pod')] }] }])
        : groups([
            {
              metadata: { name: 'dead.io' },
              versions: [
                { version: 'v2', freshness: 'Stale', resources: [entry('ghosts', 'Ghost')] },
                { version: 'v1', freshness: 'Current', resources: [entry('bones', 'Bone')] },
              ],
            },
            { metadata: { name: 'gone.io' }, versions: [{ version: 'v1', freshness: 'Stale' }] },
          ]),
    )
    expect(found).toEqual([
      ['v1 pods', 'dead.io/v1 bones'],
      null,
      [
        'k8s_fdw: kinds are missing or out of date: /apis/dead.io/v2 does not answer, /apis/gone.io/v1 does not answer',
      ],
    ])
  })

  it('leaves out what has no verb, or is only there for its subresources', async () => {
    const found = await names(({ url }) =>
      url.endsWith('/api')
        ? groups([
            {
              metadata: {},
              versions: [
                {
                  version: 'v1',
                  resources: [
                    entry('pods', 'Pod'),
                    entry('mutes', 'Mute', { verbs: [] }),
                    { resource: 'parents', subresources: [{ subresource: 'child' }], verbs: ['get'] },
                  ],
                },
              ],
            },
          ])
        : groups([]),
    )
    expect(found).toEqual([['v1 pods'], null, []])
  })

  const listOf = (...kinds: string[]): object => ({
    kind: 'APIResourceList',
    resources: kinds.map((kind) => ({
      name: `${kind.toLowerCase()}s`,
      kind,
      namespaced: true,
      verbs: ['list'],
    })),
  })
  const OLD: { [path: string]: object } = {
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/apis': {
      kind: 'APIGroupList',
      groups: ['batch', 'x.y', 'metrics.k8s.io'].map((name) => ({
        name,
        versions: [{ groupVersion: `${name}/v1` }, { groupVersion: `${name}/v1beta1` }],
        preferredVersion: { groupVersion: `${name}/v1` },
      })),
    },
    '/api/v1': listOf('Pod'),
    '/apis/batch/v1': listOf('Job'),
    '/apis/batch/v1beta1': listOf('Job', 'CronJob'),
    '/apis/x.y/v1': listOf('Widget'),
    '/apis/x.y/v1beta1': listOf('Gadget'),
    '/apis/metrics.k8s.io/v1beta1': listOf('PodMetric'),
  }
  const NO_LIST =
    'k8s_fdw: kinds are missing or out of date: /apis/metrics.k8s.io/v1 gives no list of what it serves'
  const OLD_ROWS = [
    'v1 pods',
    'batch/v1 jobs',
    'x.y/v1 widgets',
    'batch/v1beta1 cronjobs',
    'x.y/v1beta1 gadgets',
    'metrics.k8s.io/v1beta1 podmetrics',
  ]

  it.each([
    ['does not answer', text(503, 'service unavailable\n'), 'does not answer'],
    ['is refused', failure(403, 'Forbidden', 'no'), 'says 403 Forbidden'],
    ['is not found', text(404, 'no'), 'says 404 Not Found'],
    ['is a page', text(200, '<html></html>'), NO_LIST],
    ['is another JSON', json(200, { kind: 'Status' }), NO_LIST],
  ])('has what only another version has, and one version that %s ends nothing', async (_, answer, says) => {
    const found = await names(({ url }) => {
      const path = new URL(url).pathname
      return path === '/apis/metrics.k8s.io/v1' ? answer : json(200, OLD[path] ?? {})
    })
    expect(found).toEqual([
      OLD_ROWS,
      null,
      [
        says === NO_LIST
          ? says
          : `k8s_fdw: kinds are missing or out of date: /apis/metrics.k8s.io/v1 ${says}`,
      ],
    ])
  })

  it('says which of its two roots is kept from the user, and fails where both are', async () => {
    const refused = failure(403, 'Forbidden', 'no')
    const pods = groups([{ metadata: {}, versions: [{ version: 'v1', resources: [entry('pods', 'Pod')] }] }])
    const warning = (root: string): string =>
      `k8s_fdw: kinds are missing or out of date: ${root} says 403 Forbidden`
    expect(await names(({ url }) => (url.endsWith('/apis') ? refused : pods))).toEqual([
      ['v1 pods'],
      null,
      [warning('/apis')],
    ])
    const missing = await names(({ url }) => (url.endsWith('/api') ? text(404, 'no') : pods))
    expect(missing).toEqual([['v1 pods'], null, []])
    const [, error] = await names(() => refused)
    expect(error).toContain('k8s_fdw[status] GET /api: 403 Forbidden: no. Hint: ')
    const [, nothing] = await names(() => text(404, 'nothing here'))
    expect(nothing).toContain('k8s_fdw[status] GET /api: 404 Not Found: ')
  })
})
