// IMPORT FOREIGN SCHEMA: which statements come for what the cluster serves, and what is said where it serves something else.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Request, Response } from '../support/portable-host/imports.ts'
import { ENGINES, engineNames } from './engines.ts'
import { MemoryHost } from './memory-host.ts'
import { failure, json, text } from './responses.ts'
import { API_URL, errorText, TOKEN } from './run-scan.ts'

interface ServedKind {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly cluster?: boolean
  readonly verbs?: readonly string[]
}

interface Spec {
  readonly remote?: string
  readonly list?: 'all' | 'limit-to' | 'except'
  readonly tables?: readonly string[]
  readonly options?: { readonly [name: string]: string }
  readonly settings?: { readonly [name: string]: string }
  readonly kinds?: readonly ServedKind[]
  /** Group versions whose server does not answer. */
  readonly stale?: readonly string[]
  /** Bodies, or answers, below /openapi/v3/. */
  readonly documents?: { readonly [path: string]: object | Response }
}

interface Result {
  readonly statements: string[]
  readonly error: string | null
  readonly warnings: string[]
  readonly notices: string[]
  readonly urls: string[]
}

const recorded = (name: string): object =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'openapi', name), 'utf8')) as object

const DOCUMENTS = {
  'apis/policy/v1': recorded('policy_v1.json'),
  'apis/stable.example.com/v1': recorded('stable.example.com_v1.json'),
}

const KINDS: readonly ServedKind[] = [
  { apiVersion: 'v1', kind: 'Pod', plural: 'pods' },
  { apiVersion: 'v1', kind: 'Binding', plural: 'bindings', verbs: ['create'] },
  { apiVersion: 'v1', kind: 'Event', plural: 'events' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets' },
  { apiVersion: 'stable.example.com/v1', kind: 'Widget', plural: 'widgets' },
  { apiVersion: 'stable.example.com/v1beta1', kind: 'Widget', plural: 'widgets' },
  { apiVersion: 'stable.example.com/v1beta1', kind: 'Gadget', plural: 'gadgets', cluster: true },
  { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events' },
]

const groupOf = (apiVersion: string): string => apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')))
const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf('/') + 1)
const distinct = (all: readonly string[]): string[] => [...new Set(all)]

const aggregated = (kinds: readonly ServedKind[], stale: readonly string[]): Response =>
  json(200, {
    kind: 'APIGroupDiscoveryList',
    items: distinct(kinds.map(({ apiVersion }) => groupOf(apiVersion)).concat(stale.map(groupOf))).map(
      (group) => ({
        metadata: { name: group === '' ? undefined : group },
        versions: distinct(kinds.map(({ apiVersion }) => apiVersion).concat(stale))
          .filter((apiVersion) => groupOf(apiVersion) === group)
          .map((apiVersion) => ({
            version: versionOf(apiVersion),
            freshness: stale.includes(apiVersion) ? 'Stale' : 'Current',
            resources: kinds
              .filter((kind) => kind.apiVersion === apiVersion)
              .map(({ kind, plural, cluster, verbs }) => ({
                resource: plural,
                responseKind: { group, version: versionOf(apiVersion), kind },
                scope: cluster === true ? 'Cluster' : 'Namespaced',
                verbs: verbs ?? ['get', 'list'],
                subresources: [{ subresource: 'status', responseKind: { kind }, verbs: ['get'] }],
              })),
          })),
      }),
    ),
  })

const resourceList = (kinds: readonly ServedKind[]): Response =>
  kinds.length === 0
    ? text(404, '404 page not found\n')
    : json(200, {
        kind: 'APIResourceList',
        resources: kinds.flatMap(({ kind, plural, cluster, verbs }) => [
          { name: plural, kind, namespaced: cluster !== true, verbs: verbs ?? ['get', 'list'] },
          { name: `${plural}/status`, kind, namespaced: cluster !== true, verbs: ['get', 'list'] },
        ]),
      })

const respond = (spec: Spec, request: Request): Response => {
  const path = request.url.slice(API_URL.length)
  const kinds = spec.kinds ?? KINDS
  if (path === '/api')
    return aggregated(
      kinds.filter(({ apiVersion }) => !apiVersion.includes('/')),
      [],
    )
  if (path === '/apis') {
    return aggregated(
      kinds.filter(({ apiVersion }) => apiVersion.includes('/')),
      spec.stale ?? [],
    )
  }
  const document = /^\/openapi\/v3\/(.*)$/.exec(path)?.[1]
  if (document !== undefined) {
    const documents: { readonly [path: string]: object | Response } = spec.documents ?? DOCUMENTS
    const found = documents[document]
    if (found === undefined) return text(404, '404 page not found\n')
    return 'statusCode' in found ? found : json(200, found)
  }
  const apiVersion = path.replace(/^\/apis?\//, '')
  return resourceList(kinds.filter((kind) => kind.apiVersion === apiVersion))
}

describe.each(engineNames())('IMPORT FOREIGN SCHEMA (%s)', (engine) => {
  const run = async (spec: Spec): Promise<Result> => {
    const host = new MemoryHost({
      serverOptions: { api_url: API_URL, api_key: TOKEN },
      tableOptions: {},
      importOptions: spec.options ?? {},
      columns: [],
      quals: [],
      limit: null,
      vault: {},
      settings: spec.settings ?? {},
      clock: [],
      respond: (request) => respond(spec, request),
    })
    const guest = await ENGINES[engine](host)
    guest.init(host.context)
    let statements: string[] = []
    let error: string | null = null
    try {
      statements = guest.importForeignSchema(host.context, {
        serverName: 'kind',
        remoteSchema: spec.remote ?? '*',
        localSchema: 'public',
        listType: { tag: spec.list ?? 'all' },
        tableList: [...(spec.tables ?? [])],
      })
    } catch (thrown) {
      error = errorText(thrown)
    }
    const { warnings, notices } = host
    return {
      statements,
      error,
      warnings,
      notices,
      urls: host.requests.map(({ url }) => url.slice(API_URL.length)),
    }
  }

  const names = (statements: readonly string[]): string[] =>
    statements.map((statement) => /^CREATE FOREIGN TABLE "([^"]+)"/.exec(statement)?.[1] ?? statement)

  it('gives a table for each kind of a group version', async () => {
    const { statements, error, warnings, urls } = await run({ remote: 'policy/v1' })
    expect({ error, warnings }).toEqual({ error: null, warnings: [] })
    expect(urls).toEqual(['/apis/policy/v1', '/openapi/v3/apis/policy/v1'])
    expect(statements.join(';\n')).toMatchInlineSnapshot(`
      "CREATE FOREIGN TABLE "poddisruptionbudgets" (
        "name" text,
        "namespace" text,
        "uid" text,
        "resource_version" text,
        "generation" bigint,
        "creation_timestamp" timestamptz,
        "deletion_timestamp" timestamptz,
        "labels" jsonb,
        "annotations" jsonb,
        "owner_references" jsonb,
        "finalizers" jsonb,
        "max_unavailable" jsonb,
        "min_available" jsonb,
        "selector" jsonb,
        "unhealthy_pod_eviction_policy" text,
        "conditions" jsonb,
        "current_healthy" integer,
        "desired_healthy" integer,
        "disrupted_pods" jsonb,
        "disruptions_allowed" integer,
        "expected_pods" integer,
        "observed_generation" bigint,
        "attrs" jsonb
      )
      SERVER "kind"
      OPTIONS (
        apiVersion 'policy/v1',
        kind 'PodDisruptionBudget',
        columns '{"max_unavailable": "spec.maxUnavailable", "min_available": "spec.minAvailable", "selector": "spec.selector", "unhealthy_pod_eviction_policy": "spec.unhealthyPodEvictionPolicy", "conditions": "status.conditions", "current_healthy": "status.currentHealthy", "desired_healthy": "status.desiredHealthy", "disrupted_pods": "status.disruptedPods", "disruptions_allowed": "status.disruptionsAllowed", "expected_pods": "status.expectedPods", "observed_generation": "status.observedGeneration"}',
        on_error 'null'
      )"
    `)
  })

  it('gives a custom resource its columns', async () => {
    const { statements } = await run({
      remote: 'stable.example.com/v1',
      options: { namespace: 'web', prefix: 'k_', depth: '0', on_error: 'error' },
    })
    expect(statements.join(';\n')).toMatchInlineSnapshot(`
      "CREATE FOREIGN TABLE "k_widgets" (
        "name" text,
        "namespace" text,
        "uid" text,
        "resource_version" text,
        "generation" bigint,
        "creation_timestamp" timestamptz,
        "deletion_timestamp" timestamptz,
        "labels" jsonb,
        "annotations" jsonb,
        "owner_references" jsonb,
        "finalizers" jsonb,
        "spec" jsonb,
        "status" jsonb,
        "attrs" jsonb
      )
      SERVER "kind"
      OPTIONS (
        apiVersion 'stable.example.com/v1',
        kind 'Widget',
        namespace 'web'
      )"
    `)
  })

  it('sends descriptions along where they are made comments of', async () => {
    const spec: Spec = { remote: 'stable.example.com/v1' }
    const withSetting = await run({ ...spec, settings: { 'k8s_fdw.comments': 'on' } })
    expect(withSetting.statements[0]).toContain(
      `  comments '{"": "A Widget is a thing that is made in a color and a size.", "name": "Name of the object, unique within its namespace."`,
    )
    expect(withSetting.statements[0]).toContain(`"color": "The color''s name."`)
    expect((await run({ ...spec, options: { comments: 'on' } })).statements).toEqual(withSetting.statements)
    const without = await run({
      ...spec,
      options: { comments: 'off' },
      settings: { 'k8s_fdw.comments': 'on' },
    })
    expect(without.statements).toEqual((await run(spec)).statements)
    expect(without.statements[0]).not.toContain('comments')
  })

  it('gives everything for "*": each kind once, in its preferred version', async () => {
    const { statements, urls, warnings } = await run({})
    expect(names(statements)).toEqual([
      'events',
      'pods',
      'events_k8s_io_events',
      'poddisruptionbudgets',
      'gadgets',
      'widgets',
    ])
    expect(statements.map((statement) => /apiVersion '(.*)'/.exec(statement)?.[1])).toEqual([
      'v1',
      'v1',
      'events.k8s.io/v1',
      'policy/v1',
      'stable.example.com/v1beta1',
      'stable.example.com/v1',
    ])
    expect(urls).toEqual([
      '/api',
      '/apis',
      '/openapi/v3/api/v1',
      '/openapi/v3/apis/events.k8s.io/v1',
      '/openapi/v3/apis/policy/v1',
      '/openapi/v3/apis/stable.example.com/v1beta1',
      '/openapi/v3/apis/stable.example.com/v1',
    ])
    expect(warnings).toEqual([
      'k8s_fdw: the cluster does not say which fields these have, so spec and status are one column each: v1 (404 Not Found), events.k8s.io/v1 (404 Not Found), stable.example.com/v1beta1 (404 Not Found)',
    ])
  })

  it('asks for the documents of wanted tables alone', async () => {
    const limited = await run({ list: 'limit-to', tables: ['widgets', 'poddisruptionbudgets'] })
    expect(names(limited.statements)).toEqual(['poddisruptionbudgets', 'widgets'])
    expect(limited.urls.slice(2)).toEqual([
      '/openapi/v3/apis/policy/v1',
      '/openapi/v3/apis/stable.example.com/v1',
    ])
    const most = await run({
      list: 'except',
      tables: ['pods', 'events', 'gadgets', 'events_k8s_io_events', 'nothing'],
    })
    expect(names(most.statements)).toEqual(names(limited.statements))
  })

  it('takes any version that a DNS label can be', async () => {
    for (const version of ['alpha', 'v1-beta', 'stable', 'a']) {
      const apiVersion = `lab.example.com/${version}`
      const { statements, error, urls } = await run({
        remote: apiVersion,
        kinds: [{ apiVersion, kind: 'Box', plural: 'boxes' }],
      })
      expect({ error, names: names(statements) }).toEqual({ error: null, names: ['boxes'] })
      expect(urls[0]).toBe(`/apis/${apiVersion}`)
    }
  })

  const TWINS: readonly ServedKind[] = ['helm.example.com/v1', 'apps.example.com/v1'].map((apiVersion) => ({
    apiVersion,
    kind: 'Release',
    plural: 'releases',
  }))

  it('remarks on a name in EXCEPT that no table has', async () => {
    const spec: Spec = { list: 'except', documents: {} }
    const shared = await run({ ...spec, kinds: TWINS, tables: ['releases'] })
    expect(shared.warnings[0]).toBe(
      'k8s_fdw: there is no table "releases" for EXCEPT: 2 groups have a kind of that name: their tables go by their group too: "apps_example_com_releases" or "helm_example_com_releases"',
    )
    expect(shared.statements.length).toBe(2)
    const mistyped = await run({ ...spec, tables: ['evnts', 'pods', 'bindings'] })
    expect(mistyped.warnings.length).toBe(2)
    expect(mistyped.warnings[0]).toBe(
      'k8s_fdw: there is no kind for the table "evnts" of EXCEPT: did you mean "events"?',
    )
  })

  const errors: [name: string, spec: Spec, want: string][] = [
    [
      'a table that goes by its group',
      { list: 'limit-to', tables: ['k_releases'], options: { prefix: 'k_' }, kinds: TWINS },
      'option] there is no table "k_releases" for LIMIT TO: 2 groups have a kind of that name. Hint: their tables go by their group too: "k_apps_example_com_releases" or "k_helm_example_com_releases"',
    ],
    [
      'a version that is not served, and looks like none',
      {
        remote: 'lab.example.com/alpha',
        kinds: [{ apiVersion: 'lab.example.com/beta', kind: 'X', plural: 'xs' }],
      },
      'option] the cluster serves no "lab.example.com/alpha". Hint: did you mean "lab.example.com/beta"?',
    ],
    [
      'a group without a version',
      { remote: 'stable.example.com' },
      'option] the cluster serves no "stable.example.com". Hint: did you mean "stable.example.com/v1" or "stable.example.com/v1beta1"?',
    ],
    [
      'another version',
      { remote: 'policy/v1beta1' },
      'option] the cluster serves no "policy/v1beta1". Hint: did you mean "policy/v1"?',
    ],
    [
      'a mistyped group',
      { remote: 'polcy/v1' },
      'option] the cluster serves no "polcy/v1". Hint: did you mean "policy/v1"?',
    ],
    [
      'something else',
      { remote: '../../secret?x' },
      'option] the cluster serves no "../../secret?x". Hint: it takes a group and version, such as "apps/v1", "v1" for the core group, or "*" for all; kubectl api-versions lists them',
    ],
    [
      'a mistyped table',
      { remote: 'v1', list: 'limit-to', tables: ['pod', 'evnts'] },
      'option] there is no kind for the table "pod" of LIMIT TO. Hint: did you mean "pods"?',
    ],
    [
      'a table of another remote schema',
      { remote: 'policy/v1', list: 'limit-to', tables: ['pods'] },
      'option] there is no kind for the table "pods" of LIMIT TO. Hint: tables go by the plural of their kind; kubectl api-resources lists them',
    ],
    [
      'a table of a kind without lists',
      { remote: 'v1', list: 'limit-to', tables: ['k_bindings'], options: { prefix: 'k_' } },
      'option] there can be no table "k_bindings": objects of its kind cannot be listed. Hint: leave it out of LIMIT TO',
    ],
    [
      'a depth that is none',
      { options: { depth: 'all' } },
      'option] option depth is "all". Hint: it takes 0 to 9: how many levels of spec and status become columns',
    ],
    [
      'a prefix that needs quotes',
      { options: { prefix: 'K-' } },
      'option] option prefix is "K-". Hint: it takes what the names of the tables are to begin with: up to 31 lower-case letters, digits and _',
    ],
    [
      'a namespace that is none',
      { options: { namespace: 'a,b' } },
      'option] option namespace is "a,b". Hint: it takes the name of one namespace, which all tables will show; without the option they show all',
    ],
    [
      'an on_error that is neither',
      { options: { on_error: 'skip' } },
      "option] option on_error is \"skip\". Hint: it takes 'error' or 'null'",
    ],
    [
      'comments that are neither',
      { options: { comments: 'yes' } },
      "option] option comments is \"yes\". Hint: it takes 'on' or 'off'",
    ],
    ...([
        ['dept', 'depth'], ['deepth', 'depth'], ['detph', 'depth'], ['Depth', 'depth'], ['max_depth', 'depth'],
        ['prefx', 'prefix'], ['PREFIX', 'prefix'], ['table_prefix', 'prefix'], ['namspace', 'namespace'], ['namespaces', 'namespace'],
        ['comment', 'comments'], ['onerror', 'on_error'], ['on-error', 'on_error'], ['on_eror', 'on_error'], ['onError', 'on_error'],
      ] as const) // prettier-ignore
      .map(([given, meant]): (typeof errors)[number] => [
        `the option ${given}`,
        { options: { [given]: '1' } },
        `option] IMPORT FOREIGN SCHEMA takes no option ${given}. Hint: did you mean ${meant}?`,
      ]),
    [
      'an option of tables',
      { options: { label_selector: 'a=b' } },
      'option] IMPORT FOREIGN SCHEMA takes no option label_selector. Hint: it takes depth, prefix, namespace, writes, comments, on_error; for others ALTER FOREIGN TABLE after it',
    ],
    [
      'metrics, where nothing serves them',
      { remote: 'metrics.k8s.io/v1beta1' },
      'option] the cluster serves no "metrics.k8s.io/v1beta1". Hint: metrics-server serves it, and is not installed in this cluster: https://github.com/kubernetes-sigs/metrics-server says how',
    ],
  ]
  it.each(errors)('refuses %s', async (_, spec, want) => {
    const { error, statements } = await run(spec)
    expect(error).toBe(`k8s_fdw[${want}`)
    expect(statements).toEqual([])
  })

  it('gives the bytes of CSI capacities, which are int64, a type that holds them all', async () => {
    const quantity = { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' }
    const apiVersion = 'storage.k8s.io/v1'
    const schema = (kind: string): object => ({
      properties: { capacity: quantity, maximumVolumeSize: quantity, storageClassName: { type: 'string' } },
      'x-kubernetes-group-version-kind': [{ group: 'storage.k8s.io', version: 'v1', kind }],
    })
    const { statements } = await run({
      remote: apiVersion,
      kinds: ['CSIStorageCapacity', 'Other'].map((kind) => ({
        apiVersion,
        kind,
        plural: kind.toLowerCase(),
      })),
      documents: {
        'apis/storage.k8s.io/v1': {
          components: {
            schemas: { 'a.CSIStorageCapacity': schema('CSIStorageCapacity'), 'a.Other': schema('Other') },
          },
        },
      },
    })
    const types = (sql: string | undefined): string[] =>
      sql?.match(/"(capacity|maximum_volume_size)" \w+/g) ?? []
    expect(types(statements[0])).toEqual(['"capacity" bigint', '"maximum_volume_size" bigint'])
    expect(types(statements[1])).toEqual(['"capacity" numeric', '"maximum_volume_size" numeric'])
  })

  it('makes a table where the document says nothing, and a warning that names it', async () => {
    const cases: [answer: object | Response, reason: string][] = [
      [failure(403, 'Forbidden', 'no'), 'stable.example.com/v1 (403 Forbidden)'],
      [{ components: { schemas: {} } }, 'stable.example.com/v1 Widget (not in its OpenAPI document)'],
      [{ swagger: '2.0' }, 'stable.example.com/v1 Widget (not in its OpenAPI document)'],
      [
        text(200, '{"components": {"schemas": '),
        'stable.example.com/v1 (GET /openapi/v3/apis/stable.example.com/v1: 200 OK, but the JSON is cut off: unexpected end of text at byte 27 of 27)',
      ],
    ]
    for (const [answer, reason] of cases) {
      const { statements, warnings } = await run({
        remote: 'stable.example.com/v1',
        documents: { 'apis/stable.example.com/v1': answer },
      })
      expect(warnings).toEqual([
        `k8s_fdw: the cluster does not say which fields these have, so spec and status are one column each: ${reason}`,
      ])
      expect(statements[0]).toContain(
        '  "finalizers" jsonb,\n  "spec" jsonb,\n  "status" jsonb,\n  "attrs" jsonb\n',
      )
    }
  })

  it('names the group versions whose server does not answer', async () => {
    const { warnings } = await run({ kinds: [], stale: ['metrics.k8s.io/v1beta1'] })
    expect(warnings).toEqual([
      'k8s_fdw: kinds are missing or out of date: /apis/metrics.k8s.io/v1beta1 does not answer',
    ])
  })

  const crds = (count: number): { kinds: ServedKind[]; documents: { [path: string]: object } } => {
    const kinds = Array.from({ length: count }, (_, i) => ({
      apiVersion: `g${Math.floor(i / 10)}.example.com/v1`,
      kind: `Kind${i}`,
      plural: `kind${i}s`,
    }))
    const documents = distinct(kinds.map(({ apiVersion }) => apiVersion)).map((apiVersion) => {
      const schemas = kinds
        .filter((kind) => kind.apiVersion === apiVersion)
        .map(({ kind }) => [
          `com.example.${kind}`,
          {
            properties: { spec: { type: 'object', properties: { [`of${kind}`]: { type: 'boolean' } } } },
            'x-kubernetes-group-version-kind': [{ group: groupOf(apiVersion), version: 'v1', kind }],
          },
        ])
      return [`apis/${apiVersion}`, { components: { schemas: Object.fromEntries(schemas) as object } }]
    })
    return { kinds, documents: Object.fromEntries(documents) as { [path: string]: object } }
  }

  it('says how far it is', async () => {
    const { statements, notices, warnings, urls } = await run(crds(250))
    expect(statements.length).toBe(250)
    expect(statements.every((statement) => /"of_kind[0-9]+" boolean/.test(statement))).toBe(true)
    expect(notices).toEqual(['k8s_fdw: 100 of 250 tables', 'k8s_fdw: 200 of 250 tables'])
    expect(warnings).toEqual([])
    expect(urls.length).toBe(27)
  })

  it('reads the last kind as the first, whatever the collector of the engine did between them', async () => {
    const { kinds } = crds(200)
    const fields = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [
        `field${i}`,
        { type: 'integer', format: 'int32', description: `${i} ${'word '.repeat(700)}` },
      ]),
    )
    const documents = distinct(kinds.map(({ apiVersion }) => apiVersion)).map((apiVersion) => {
      const schemas = kinds
        .filter((kind) => kind.apiVersion === apiVersion)
        .map(({ kind }) => [
          kind,
          {
            properties: { spec: { type: 'object', properties: fields } },
            'x-kubernetes-group-version-kind': [{ group: groupOf(apiVersion), version: 'v1', kind }],
          },
        ])
      return [`apis/${apiVersion}`, { components: { schemas: Object.fromEntries(schemas) as object } }]
    })
    const { statements } = await run({
      kinds,
      documents: Object.fromEntries(documents) as { [path: string]: object },
      options: { comments: 'on' },
    })
    const body = (statement: string | undefined): string =>
      (statement ?? '').replaceAll(/[Kk]ind[0-9]+|"g[0-9]+|g[0-9]+\.example/g, '…')
    expect(statements.length).toBe(200)
    expect(new Set(statements.map(body)).size).toBe(1)
    expect(statements[0]).toContain('  "field59" integer,\n')
  })

  it('goes less deep where a table would have too many columns', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 1700 }, (_, i) => [`field${i}`, { type: 'string' }]),
    )
    const wide = (fields: object): object => ({
      components: {
        schemas: {
          Widget: {
            properties: { spec: { type: 'object', properties: fields }, status: { type: 'object' } },
            'x-kubernetes-group-version-kind': [
              { group: 'stable.example.com', version: 'v1', kind: 'Widget' },
            ],
          },
        },
      },
    })
    const importing = (fields: object): Promise<Result> =>
      run({ remote: 'stable.example.com/v1', documents: { 'apis/stable.example.com/v1': wide(fields) } })
    const tooWide = await importing(properties)
    expect(tooWide.warnings).toEqual([
      'k8s_fdw: a table has at most 1600 columns, so these have a smaller depth: "widgets" (0)',
    ])
    expect(tooWide.statements[0]).toContain('  "spec" jsonb,\n  "status" jsonb,\n')
    const wideEnough = await importing(Object.fromEntries(Object.entries(properties).slice(0, 1000)))
    expect(wideEnough.warnings).toEqual([])
    expect(wideEnough.statements[0]).toContain('  "field999" text,\n')
  })

  it('names each resource by itself where two have one kind', async () => {
    const kinds = ['ones', 'twos'].map((plural) => ({
      apiVersion: 'odd.example.com/v1',
      kind: 'Odd',
      plural,
    }))
    const { statements } = await run({ kinds, remote: 'odd.example.com/v1' })
    expect(statements.map((statement) => /object '(.*)'/.exec(statement)?.[1])).toEqual([
      'ones.v1.odd.example.com',
      'twos.v1.odd.example.com',
    ])
  })
})
