// Kinds beyond the built-in table, and kinds that the cluster does not serve.
import { expect, it } from 'vitest'
import type { Request, Response } from '../support/portable-host/imports.ts'
import { failure, json, list, pod, text } from './responses.ts'
import { API_URL, onEachEngine } from './run-scan.ts'

interface ServedKind {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly cluster?: boolean
  readonly verbs?: readonly string[]
  readonly shortNames?: readonly string[]
}

const KINDS: readonly ServedKind[] = [
  { apiVersion: 'v1', kind: 'Pod', plural: 'pods', shortNames: ['po'] },
  { apiVersion: 'v1', kind: 'Thing', plural: 'things', cluster: true, shortNames: ['th'] },
  { apiVersion: 'v1', kind: 'Binding', plural: 'bindings', verbs: ['create'] },
  { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' },
  { apiVersion: 'example.com/v1', kind: 'Widget', plural: 'widgets', shortNames: ['wg'] },
  { apiVersion: 'example.com/v1alpha1', kind: 'Widget', plural: 'widgets', shortNames: ['wg'] },
  { apiVersion: 'example.com/v1alpha1', kind: 'Gadget', plural: 'gadgets', cluster: true },
  { apiVersion: 'v1.more.example.com/v2', kind: 'Sprocket', plural: 'sprockets' },
  { apiVersion: 'example.org/stable', kind: 'Tool', plural: 'tools' },
  { apiVersion: 'example.org/stable', kind: 'Wid', plural: 'wid' },
  { apiVersion: 'example.org/a-b', kind: 'Power-Tool', plural: 'power-tools' },
  { apiVersion: 'example.net/v1', kind: 'Hammer', plural: 'hammers', shortNames: ['tool', 'wid'] },
  { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', plural: 'certificates' },
  { apiVersion: 'networking.internal.knative.dev/v1alpha1', kind: 'Certificate', plural: 'certificates' },
]

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
const versionOf = (apiVersion: string): string => apiVersion.split('/').at(-1) ?? ''
const distinct = (values: readonly string[]): string[] => [...new Set(values)]
const verbsOf = (kind: ServedKind): readonly string[] => kind.verbs ?? ['get', 'list']

function aggregated(kinds: readonly ServedKind[]): Response {
  const items = distinct(kinds.map((kind) => groupOf(kind.apiVersion))).map((group) => ({
    metadata: { name: group === '' ? undefined : group },
    versions: distinct(kinds.map((kind) => kind.apiVersion).filter((name) => groupOf(name) === group)).map(
      (apiVersion) => ({
        version: versionOf(apiVersion),
        resources: kinds
          .filter((kind) => kind.apiVersion === apiVersion)
          .map((kind) => ({
            resource: kind.plural,
            responseKind: { group, version: versionOf(apiVersion), kind: kind.kind },
            scope: kind.cluster === true ? 'Cluster' : 'Namespaced',
            singularResource: kind.kind.toLowerCase(),
            verbs: verbsOf(kind),
            shortNames: kind.shortNames,
          })),
      }),
    ),
  }))
  return json(200, {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items,
  })
}

function resourceList(apiVersion: string): Response {
  const kinds = KINDS.filter((kind) => kind.apiVersion === apiVersion)
  if (kinds.length === 0) return text(404, '404 page not found\n')
  const resources = kinds.flatMap((kind) => [
    {
      name: kind.plural,
      singularName: kind.kind.toLowerCase(),
      namespaced: kind.cluster !== true,
      kind: kind.kind,
      verbs: verbsOf(kind),
      shortNames: kind.shortNames,
    },
    { name: `${kind.plural}/status`, singularName: '', namespaced: true, kind: kind.kind, verbs: ['get'] },
  ])
  return json(200, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersion, resources })
}

function groups(): Response {
  const named = KINDS.filter((kind) => kind.apiVersion.includes('/')).map((kind) => kind.apiVersion)
  return json(200, {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: distinct(named.map(groupOf)).map((group) => {
      const versions = distinct(named.filter((name) => groupOf(name) === group)).map((groupVersion) => ({
        groupVersion,
      }))
      return { name: group, versions, preferredVersion: versions[0] }
    }),
  })
}

/** An API server with the kinds above; `old` ones have no aggregated discovery. */
function server(old: boolean): (request: Request) => Response {
  return (request) => {
    const path = request.url.replace(API_URL, '').replace(/\?.*/, '')
    const accept = request.headers.find(([name]) => name === 'accept')?.[1] ?? ''
    const aggregates = !old && accept.includes('as=APIGroupDiscoveryList')
    if (path === '/api') {
      return aggregates
        ? aggregated(KINDS.filter((kind) => kind.apiVersion === 'v1'))
        : json(200, { kind: 'APIVersions', versions: ['v1'] })
    }
    if (path === '/apis')
      return aggregates ? aggregated(KINDS.filter((kind) => kind.apiVersion !== 'v1')) : groups()
    const version = /^\/(?:api|apis)\/([^/]+(?:\/[^/]+)?)$/.exec(path)?.[1]
    if (version !== undefined && !/^v1\/./.test(version)) return resourceList(version)
    const kind = KINDS.find((served) => {
      const root = served.apiVersion === 'v1' ? '/api/v1' : `/apis/${served.apiVersion}`
      return path === `${root}/${served.plural}`
    })
    if (kind === undefined) return text(404, '404 page not found\n')
    return list([pod('found')], {}, `${kind.kind}List`, kind.apiVersion)
  }
}

const paths = (urls: readonly string[]): string[] => urls.map((url) => url.replace(/\?.*/, ''))

interface Case {
  readonly name: string
  readonly input: { readonly [option: string]: string }
  readonly want: readonly string[]
}

const FOUND: readonly Case[] = [
  {
    name: 'apiVersion and kind',
    input: { apiVersion: 'example.com/v1', kind: 'Widget' },
    want: ['/apis/example.com/v1', '/apis/example.com/v1/widgets'],
  },
  {
    name: 'an old version',
    input: { apiVersion: 'example.com/v1alpha1', kind: 'Widget' },
    want: ['/apis/example.com/v1alpha1', '/apis/example.com/v1alpha1/widgets'],
  },
  {
    name: 'a kind of the core group',
    input: { apiVersion: 'v1', kind: 'Thing' },
    want: ['/api/v1', '/api/v1/things'],
  },
  {
    name: 'object with version and group',
    input: { object: 'widgets.v1alpha1.example.com' },
    want: ['/apis/example.com/v1alpha1', '/apis/example.com/v1alpha1/widgets'],
  },
  {
    name: 'object with group',
    input: { object: 'widgets.example.com' },
    want: ['/apis', '/apis/example.com/v1/widgets'],
  },
  {
    name: 'object alone',
    input: { object: 'widgets' },
    want: ['/apis', '/apis/example.com/v1/widgets'],
  },
  {
    name: 'a singular',
    input: { object: 'widget' },
    want: ['/apis', '/apis/example.com/v1/widgets'],
  },
  {
    name: 'a group that is cut short',
    input: { object: 'widgets.example' },
    want: ['/apis', '/apis/example.com/v1/widgets'],
  },
  {
    name: 'a group whose first part is like a version',
    input: { object: 'sprockets.v1.more.example.com' },
    want: ['/apis/more.example.com/v1', '/apis', '/apis/v1.more.example.com/v2/sprockets'],
  },
  {
    name: 'such a group that is cut short',
    input: { object: 'sprockets.v1.more' },
    want: ['/apis/more/v1', '/apis', '/apis/v1.more.example.com/v2/sprockets'],
  },
  {
    name: 'a version that is not like one',
    input: { object: 'tools.stable.example.org' },
    want: ['/apis', '/apis/example.org/stable/tools'],
  },
  {
    name: 'a version and kind with hyphens',
    input: { apiVersion: 'example.org/a-b', kind: 'Power-Tool' },
    want: ['/apis/example.org/a-b', '/apis/example.org/a-b/power-tools'],
  },
  {
    name: "a plural that is another's short name",
    input: { object: 'wid' },
    want: ['/apis', '/apis/example.org/stable/wid'],
  },
  {
    name: "a short name that is another's singular",
    input: { object: 'tool' },
    want: ['/apis', '/apis/example.net/v1/hammers'],
  },
  {
    name: 'a kind with its group, in any case',
    input: { object: 'GADGET.example.com' },
    want: ['/apis', '/apis/example.com/v1alpha1/gadgets'],
  },
  { name: 'a short name', input: { object: 'wg' }, want: ['/apis', '/apis/example.com/v1/widgets'] },
  { name: 'kind alone', input: { kind: 'Widget' }, want: ['/apis', '/apis/example.com/v1/widgets'] },
  {
    name: 'a kind of a version that is not preferred',
    input: { kind: 'Gadget' },
    want: ['/apis', '/apis/example.com/v1alpha1/gadgets'],
  },
  {
    name: 'a short name of the core group',
    input: { object: 'th' },
    want: ['/apis', '/api', '/api/v1/things'],
  },
]

const UNKNOWN: readonly (Omit<Case, 'want'> & { readonly want: string })[] = [
  {
    name: 'a kind of a version that is gone',
    input: { apiVersion: 'extensions/v1beta1', kind: 'Deployment' },
    want: "the cluster serves no extensions/v1beta1 Deployment. Hint: did you mean apiVersion 'apps/v1', kind 'Deployment'?",
  },
  {
    name: 'a mistyped kind',
    input: { apiVersion: 'v1', kind: 'Pood' },
    want: "the cluster serves no v1 Pood. Hint: did you mean apiVersion 'v1', kind 'Pod'?",
  },
  {
    name: "kubectl's short name for a kind",
    input: { apiVersion: 'apps/v1', kind: 'deploy' },
    want: "the cluster serves no apps/v1 deploy. Hint: did you mean apiVersion 'apps/v1', kind 'Deployment'?",
  },
  {
    name: 'a mistyped object',
    input: { object: 'wigdets' },
    want: "the cluster serves no wigdets. Hint: did you mean object 'widgets.example.com'?",
  },
  {
    name: 'metrics, where nothing serves them',
    input: { object: 'pods.metrics.k8s.io' },
    want: 'the cluster serves no pods.metrics.k8s.io. Hint: metrics-server serves it, and is not installed in this cluster: https://github.com/kubernetes-sigs/metrics-server says how',
  },
  {
    name: 'metrics of a version',
    input: { object: 'nodes.v1beta1.metrics.k8s.io' },
    want: 'the cluster serves no nodes.v1beta1.metrics.k8s.io. Hint: metrics-server serves it, and is not installed in this cluster: https://github.com/kubernetes-sigs/metrics-server says how',
  },
  {
    name: 'a kind of metrics',
    input: { kind: 'PodMetrics' },
    want: 'the cluster serves no PodMetrics. Hint: metrics-server serves it, and is not installed in this cluster: https://github.com/kubernetes-sigs/metrics-server says how',
  },
  {
    name: 'custom metrics',
    input: { object: 'pods.custom.metrics.k8s.io' },
    want: 'the cluster serves no pods.custom.metrics.k8s.io. Hint: an adapter serves it, such as prometheus-adapter, and none is installed in this cluster',
  },
  {
    name: 'logs',
    input: { object: 'podlogs' },
    want: "the cluster serves no podlogs. Hint: did you mean object 'pods/log'?",
  },
  {
    name: 'a name with a hyphen for an underscore',
    input: { object: 'api-resources' },
    want: "the cluster serves no api-resources. Hint: did you mean object 'api_resources'?",
  },
  {
    name: 'something else',
    input: { object: 'xylophones' },
    want: 'the cluster serves no xylophones. Hint: kubectl api-resources lists the kinds that it serves',
  },
  {
    name: 'a name of two groups',
    input: { object: 'certificates' },
    want:
      "the cluster serves certificates in 2 groups. Hint: write object 'certificates.cert-manager.io', " +
      "or object 'certificates.networking.internal.knative.dev'",
  },
  {
    name: 'a kind of two groups',
    input: { kind: 'Certificate' },
    want:
      "the cluster serves Certificate in 2 groups. Hint: write apiVersion 'cert-manager.io/v1', kind 'Certificate', " +
      "or apiVersion 'networking.internal.knative.dev/v1alpha1', kind 'Certificate'",
  },
  {
    name: 'a kind without lists',
    input: { apiVersion: 'v1', kind: 'Binding' },
    want: 'objects of kind Binding cannot be listed. Hint: show another kind',
  },
]

/** The API server above, with a group of another server that does not answer. */
function halfDeaf(old: boolean): (request: Request) => Response {
  const whole = server(old)
  return (request) => {
    const path = request.url.replace(API_URL, '').replace(/\?.*/, '')
    if (path === '/apis/deaf.example.com/v1') return text(503, 'service unavailable\n')
    const response = whole(request)
    if (path !== '/apis') return response
    const body = JSON.parse(response.body) as { items?: object[]; groups?: object[] }
    body.items?.push({
      metadata: { name: 'deaf.example.com' },
      versions: [{ version: 'v1', freshness: 'Stale' }],
    })
    body.groups?.push({
      name: 'deaf.example.com',
      versions: [{ groupVersion: 'deaf.example.com/v1' }],
      preferredVersion: { groupVersion: 'deaf.example.com/v1' },
    })
    return json(200, body)
  }
}

const DEAF =
  'as far as it tells: /apis/deaf.example.com/v1 does not answer. ' +
  'Hint: kubectl get apiservices shows which server behind the API server is missing, and why'

/** The resources of a cloud's provider: a thousand kinds, each with a status. */
const MANY: readonly ServedKind[] = Array.from({ length: 1200 }, (_, i) => ({
  apiVersion: `service${i % 150}.aws.upbound.example/v1beta${(i % 2) + 1}`,
  kind: `SomeRatherLongKindOfResource${i}`,
  plural: `someratherlongkindofresource${i}s`,
  cluster: true,
  verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
}))

onEachEngine('discovery', (scan) => {
  it.each(FOUND)('finds $name', async ({ input, want }) => {
    const result = await scan({ tableOptions: input, respond: server(false) })
    expect(result).toMatchObject({ rows: [['found']], error: null })
    expect(paths(result.urls)).toEqual(want)
  })

  it.each(FOUND)('finds $name without aggregated discovery', async ({ input, want }) => {
    const result = await scan({ tableOptions: input, respond: server(true) })
    expect(result).toMatchObject({ rows: [['found']], error: null })
    expect(paths(result.urls).at(-1)).toBe(want.at(-1))
  })

  it.each(UNKNOWN)('says what $name could be', async ({ input, want }) => {
    const result = await scan({ tableOptions: input, respond: server(false) })
    expect(result.error).toBe(`k8s_fdw[option] ${want}`)
  })

  it.each([false, true])('does without a server that does not answer (old: %s)', async (old) => {
    const found = await scan({ tableOptions: { object: 'widgets' }, respond: halfDeaf(old) })
    expect(found).toMatchObject({ rows: [['found']], error: null })
    const absent = await scan({ tableOptions: { object: 'ears' }, respond: halfDeaf(old) })
    expect(absent.error).toBe(`k8s_fdw[status] the cluster serves no ears, ${DEAF}`)
    const there = await scan({ tableOptions: { object: 'ears.deaf.example.com' }, respond: halfDeaf(old) })
    expect(there.error).toBe(`k8s_fdw[status] the cluster serves no ears.deaf.example.com, ${DEAF}`)
    const elsewhere = await scan({ tableOptions: { object: 'wigdets.example.com' }, respond: halfDeaf(old) })
    expect(elsewhere.error).toContain("did you mean object 'widgets.example.com'?")
  })

  it('says that the server of a group does not answer', async () => {
    const result = await scan({
      tableOptions: { apiVersion: 'deaf.example.com/v1', kind: 'Ear' },
      respond: halfDeaf(false),
    })
    expect(result.error).toBe(
      'k8s_fdw[status] GET /apis/deaf.example.com/v1: 503 Service Unavailable: the body is not JSON: service unavailable. ' +
        'Hint: a server behind the API server serves this, and does not answer: kubectl get apiservices shows which, and why',
    )
  })

  it('finds one kind among more than a thousand', async () => {
    const result = await scan({
      tableOptions: { object: 'someratherlongkindofresource1199s' },
      respond: (request) =>
        request.url.endsWith('/apis')
          ? aggregated(MANY)
          : list([pod('found')], {}, 'SomeList', 'service149.aws.upbound.example/v1beta2'),
    })
    expect(result).toMatchObject({ rows: [['found']], error: null })
    expect(paths(result.urls)).toEqual([
      '/apis',
      '/apis/service149.aws.upbound.example/v1beta2/someratherlongkindofresource1199s',
    ])
  })

  it('names what is served in place of a common kind that is not', async () => {
    const result = await scan({ tableOptions: { object: 'ingresses' }, respond: server(false) })
    expect(result.error).toBe(
      'k8s_fdw[status] GET /apis/networking.k8s.io/v1/ingresses: 404 Not Found: the body is not JSON: 404 page not found. ' +
        'Hint: check the kind and its version, and that api_url is the URL of an API server',
    )
    const near = await scan({
      tableOptions: { object: 'daemonsets' },
      respond: (request) =>
        request.url.includes('/apis/apps/v1/daemonsets')
          ? text(404, 'no')
          : aggregated([{ apiVersion: 'extensions/v1beta1', kind: 'DaemonSet', plural: 'daemonsets' }]),
    })
    expect(near.error).toBe(
      'k8s_fdw[status] GET /apis/apps/v1/daemonsets: 404 Not Found: the body is not JSON: no. ' +
        "Hint: the cluster does not serve daemonsets; it serves object 'daemonsets.extensions'",
    )
  })

  it('refuses a namespace for a cluster-wide kind that it discovered', async () => {
    const result = await scan({
      tableOptions: { apiVersion: 'example.com/v1alpha1', kind: 'Gadget', namespace: 'x' },
      respond: server(false),
    })
    expect(result.error).toContain('objects of kind Gadget are in no namespace')
  })

  it('reads x.a.b as version a of group b before group a.b, as kubectl does', async () => {
    const result = await scan({
      tableOptions: { object: 'tools.stable.example.org' },
      respond: (request) =>
        request.url.endsWith('/apis')
          ? aggregated([
              { apiVersion: 'stable.example.org/v1', kind: 'Tool', plural: 'tools' },
              { apiVersion: 'example.org/stable', kind: 'Tool', plural: 'tools' },
            ])
          : list([pod('found')], {}, 'ToolList', 'example.org/stable'),
    })
    expect(paths(result.urls)).toEqual(['/apis', '/apis/example.org/stable/tools'])
  })

  it.each(['cronjobs.batch', 'cj', 'cronjob'])(
    'names the version that is served in place of a common one: %s',
    async (object) => {
      const old = { apiVersion: 'batch/v1beta1', kind: 'CronJob', plural: 'cronjobs', shortNames: ['cj'] }
      const job = { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs' }
      const { error } = await scan({
        tableOptions: { object },
        respond: (request) =>
          request.url.includes('/batch/v1/cronjobs') ? text(404, 'no') : aggregated([job, old]),
      })
      expect(error).toContain(
        `Hint: the cluster does not serve ${object}; it serves object 'cronjobs.v1beta1.batch'`,
      )
    },
  )

  it('names no common kind that the cluster has shown not to have', async () => {
    const { error } = await scan({
      tableOptions: { object: 'cronjbs.batch' },
      respond: () =>
        aggregated([
          { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs' },
          { apiVersion: 'batch/v1beta1', kind: 'CronJob', plural: 'cronjobs' },
        ]),
    })
    expect(error).toBe(
      "k8s_fdw[option] the cluster serves no cronjbs.batch. Hint: did you mean object 'cronjobs.v1beta1.batch'?",
    )
  })

  const REFUSALS: [name: string, answer: Response, says: string][] = [
    ['refused', failure(403, 'Forbidden', 'no'), 'says 403 Forbidden'],
    ['not found', text(404, 'no'), 'says 404 Not Found'],
    ['a page', text(200, '<html></html>'), 'gives no list of what it serves'],
    ['another JSON', json(200, { kind: 'Status' }), 'gives no list of what it serves'],
    ['an answer cut short', text(200, '{"kind":'), 'gives no list of what it serves'],
  ]
  it.each(REFUSALS)('does without a group whose list is %s', async (_, answer, says) => {
    const half = halfDeaf(true)
    const respond = (request: Request): Response =>
      request.url.endsWith('/apis/deaf.example.com/v1') ? answer : half(request)
    const found = await scan({ tableOptions: { object: 'widgets' }, respond })
    expect(found).toMatchObject({ rows: [['found']], error: null })
    const { error } = await scan({ tableOptions: { object: 'ears' }, respond })
    expect(error).toContain(
      `k8s_fdw[status] the cluster serves no ears, as far as it tells: /apis/deaf.example.com/v1 ${says}. Hint: `,
    )
    const guessed = await scan({
      tableOptions: { object: 'sprockets.v1.more.example.com' },
      respond: (request) =>
        request.url.endsWith('/apis/more.example.com/v1') ? answer : server(false)(request),
    })
    expect(guessed).toMatchObject({ rows: [['found']], error: null })
  })

  it('wants a list of groups where groups are listed', async () => {
    const { error } = await scan({
      tableOptions: { object: 'widgets' },
      respond: () => json(200, { kind: 'Status', status: 'Success' }),
    })
    expect(error).toBe(
      'k8s_fdw[decode] GET /apis: 200 OK, but the JSON is no APIGroupDiscoveryList or APIGroupList or APIVersions. ' +
        'Hint: is api_url the URL of an API server, and no other service in between?',
    )
    const { error: small } = await scan({
      tableOptions: { apiVersion: 'example.com/v1', kind: 'Widget' },
      respond: () => json(200, { kind: 'Status', status: 'Success' }),
    })
    expect(small).toContain(
      'k8s_fdw[decode] GET /apis/example.com/v1: 200 OK, but the JSON is no APIResourceList.',
    )
  })

  it('says that there is no API where neither root is found', async () => {
    const { error } = await scan({
      tableOptions: { object: 'widgets' },
      respond: [text(404, 'nothing here')],
    })
    expect(error).toContain('k8s_fdw[status] GET /apis: 404 Not Found: ')
  })

  it('says that discovery is forbidden', async () => {
    const result = await scan({
      tableOptions: { object: 'widgets' },
      respond: [failure(403, 'Forbidden', 'forbidden: User "jane" cannot get path "/apis"')],
    })
    expect(result.error).toContain('k8s_fdw[status] GET /apis: 403 Forbidden: forbidden: User "jane"')
  })
})
