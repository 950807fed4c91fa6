// Conditions of WHERE and what is asked of the API server for them: a golden request for each rule.
// Whether the rows stay the same is shown on the real one, in test/e2e.
import { expect, it } from 'vitest'
import type { Cell, Response } from '../support/portable-host/imports.ts'
import type { TypeOid } from '../../src/host.ts'
import type { QualSpec } from './memory-host.ts'
import { failure, list, pod, text } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { ScanSpec } from './run-scan.ts'

const string = (val: string): Cell => ({ tag: 'string', val })
const jsonb = (value: unknown): Cell => ({ tag: 'json', val: JSON.stringify(value) })
const is = (field: string, value: Cell | string): QualSpec => ({
  field,
  operator: '=',
  value: typeof value === 'string' ? string(value) : value,
})
const not = (field: string, value: string): QualSpec => ({ field, operator: '<>', value: string(value) })
const any = (field: string, values: readonly string[]): QualSpec => ({
  field,
  operator: '=',
  useOr: true,
  value: values.map(string),
})
const none = (field: string, values: readonly string[]): QualSpec => ({
  field,
  operator: '<>',
  value: values.map(string),
})
const contains = (field: string, value: unknown, operator = '@>'): QualSpec => ({
  field,
  operator,
  value: jsonb(value),
})
const nullTest = (field: string, operator: string): QualSpec => ({ field, operator, value: string('null') })
const parameter = (field: string, value: Cell): QualSpec => ({
  field,
  operator: '=',
  value,
  isParameter: true,
})
/** What each generation of the host sends for a parameter that is NULL or not evaluated yet. */
const UNKNOWN: readonly Cell[] = [string('null'), { tag: 'i64', val: 0n }]

// Every column needs whole objects, so that the requests are of one form.
const COLUMNS: readonly (readonly [name: string, type: TypeOid, path?: string])[] = [
  ['name', 'string'],
  ['namespace', 'string'],
  ['labels', 'json'],
  ['metadata', 'json'],
  ['spec', 'json'],
  ['attrs', 'json'],
  ['app', 'string', 'metadata.labels.app'],
  ['part_of', 'string', "{.metadata.labels['app.kubernetes.io/part-of']}"],
  ['revision', 'i32', 'metadata.labels.revision'],
  ['node', 'string', 'spec.nodeName'],
  ['phase', 'string', '{.status.phase}'],
  ['host_network', 'bool', 'spec.hostNetwork'],
  ['replicas', 'i32', 'status.replicas'],
  ['replicas_text', 'string', 'status.replicas'],
  ['restarts', 'i32', 'status.containerStatuses[0].restartCount'],
  ['source', 'string', 'source.component'],
  ['type', 'string'],
  ['succeeded', 'i64', 'status.succeeded'],
  ['first', 'string', '{.spec.containers[0].name}'],
  ['color', 'string', 'spec.color'],
  ['label_selector', 'string'],
  ['field_selector', 'string'],
]

const tableOf = (kind: { [option: string]: string }): { [option: string]: string } => ({
  ...kind,
  columns: JSON.stringify(
    Object.fromEntries(COLUMNS.flatMap(([name, , path]) => (path === undefined ? [] : [[name, path]]))),
  ),
})
const missing = (name: string): Response =>
  failure(404, 'NotFound', `pods "${name}" not found`, { details: { name, kind: 'pods' } })
const noGet = failure(
  403,
  'Forbidden',
  'pods "a" is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "x"',
)
const PODS = { apiVersion: 'v1', kind: 'Pod' }
const IN_X = { ...PODS, namespace: 'x' }
const ALL = '/api/v1/pods?limit=1000'
const within = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods?limit=1000`
const labels = (selector: string): string => `${ALL}&labelSelector=${encodeURIComponent(selector)}`
const fields = (selector: string, list = ALL): string =>
  `${list}&fieldSelector=${encodeURIComponent(selector)}`

interface Case {
  readonly name: string
  readonly table?: { [option: string]: string }
  readonly quals: readonly QualSpec[]
  readonly want: readonly string[]
}

const CASES: readonly Case[] = [
  { name: 'no condition', quals: [], want: [ALL] },
  { name: 'a namespace', quals: [is('namespace', 'x')], want: [within('x')] },
  { name: 'namespaces', quals: [any('namespace', ['x', 'y', 'x'])], want: [within('x'), within('y')] },
  { name: 'no namespace', quals: [any('namespace', [])], want: [] },
  {
    name: 'two namespaces at once',
    quals: [is('namespace', 'x'), is('namespace', 'y')],
    want: [],
  },
  { name: "another namespace than the table's", table: IN_X, quals: [is('namespace', 'y')], want: [] },
  {
    name: "some of the table's namespaces",
    table: { ...PODS, namespaces: 'x, y,z' },
    quals: [any('namespace', ['z', 'y', 'w'])],
    want: [within('y'), within('z')],
  },
  {
    name: "the table's namespaces",
    table: { ...PODS, namespaces: 'x,y' },
    quals: [],
    want: [within('x'), within('y')],
  },
  { name: 'a namespace that can be none', quals: [is('namespace', '../x')], want: [ALL] },
  { name: 'any namespace but one', quals: [not('namespace', 'x')], want: [ALL] },
  {
    name: 'more namespaces than requests are worth',
    quals: [
      any(
        'namespace',
        Array.from({ length: 101 }, (_, i) => `n${i}`),
      ),
    ],
    want: [ALL],
  },
  {
    name: 'parameters that are not known',
    quals: UNKNOWN.flatMap((value) =>
      ['namespace', 'name', 'app', 'node'].map((field) => parameter(field, value)),
    ),
    want: [ALL],
  },
  {
    name: 'parameters that are known',
    quals: [parameter('namespace', string('x')), parameter('app', string('web'))],
    want: [`${within('x')}&labelSelector=app%3Dweb`],
  },
  {
    name: 'a parameter that contains',
    quals: [{ ...contains('labels', { app: 'web' }), isParameter: true }],
    want: [labels('app=web')],
  },
  {
    // Zero and false are also what a subquery's value is before it is known.
    name: 'numbers and booleans of parameters',
    quals: [parameter('host_network', { tag: 'bool', val: false })],
    want: [ALL],
  },
  {
    name: 'a name in a namespace',
    quals: [is('namespace', 'x'), is('name', 'a')],
    want: ['/api/v1/namespaces/x/pods/a'],
  },
  {
    name: 'names in a namespace',
    table: IN_X,
    quals: [any('name', ['a', 'b'])],
    want: ['/api/v1/namespaces/x/pods/a', '/api/v1/namespaces/x/pods/b'],
  },
  {
    name: 'more names than requests are worth',
    table: IN_X,
    quals: [
      any(
        'name',
        Array.from({ length: 11 }, (_, i) => `a${i}`),
      ),
    ],
    want: [within('x')],
  },
  { name: 'a name anywhere', quals: [is('name', 'a')], want: [fields('metadata.name=a')] },
  { name: 'names anywhere', quals: [any('name', ['a', 'b'])], want: [ALL] },
  {
    name: 'a name of a cluster-scoped kind',
    table: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' },
    quals: [is('name', 'system:node')],
    want: ['/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode'],
  },
  { name: 'a name that can be none', table: IN_X, quals: [is('name', '..')], want: [within('x')] },
  { name: 'an empty name', table: IN_X, quals: [is('name', '')], want: [within('x')] },
  { name: 'two names at once', quals: [is('name', 'a'), is('name', 'b')], want: [] },
  { name: 'any name but one', quals: [not('name', 'a')], want: [fields('metadata.name!=a')] },
  {
    name: 'a name where the table has a selector',
    table: { ...IN_X, label_selector: 'app=web' },
    quals: [is('name', 'a')],
    want: [`${within('x')}&labelSelector=app%3Dweb&fieldSelector=metadata.name%3Da`],
  },
  { name: 'a field', quals: [is('node', 'n1')], want: [fields('spec.nodeName=n1')] },
  { name: 'any field but one', quals: [not('phase', 'Running')], want: [fields('status.phase!=Running')] },
  {
    name: 'none of several values of a field',
    quals: [none('phase', ['Running', 'Pending'])],
    want: [fields('status.phase!=Running,status.phase!=Pending')],
  },
  { name: 'one of several values of a field', quals: [any('phase', ['Running', 'Pending'])], want: [ALL] },
  { name: 'a list of one value', quals: [any('phase', ['Running'])], want: [fields('status.phase=Running')] },
  { name: 'an empty field', quals: [is('node', '')], want: [ALL] },
  {
    name: 'a field with characters of a selector',
    quals: [is('node', 'a,b=c\\d')],
    want: [fields('spec.nodeName=a\\,b\\=c\\\\d')],
  },
  {
    name: 'a boolean',
    quals: [is('host_network', { tag: 'bool', val: true })],
    want: [fields('spec.hostNetwork=true')],
  },
  {
    name: 'an integer',
    table: { apiVersion: 'v1', kind: 'ReplicationController' },
    quals: [is('replicas', { tag: 'i32', val: 3 })],
    want: ['/api/v1/replicationcontrollers?limit=1000&fieldSelector=status.replicas%3D3'],
  },
  {
    name: 'an integer as text',
    table: { apiVersion: 'v1', kind: 'ReplicationController' },
    quals: [is('replicas_text', '3')],
    want: ['/api/v1/replicationcontrollers?limit=1000&fieldSelector=status.replicas%3D3'],
  },
  {
    name: 'an integer that may have lost digits',
    table: { apiVersion: 'batch/v1', kind: 'Job' },
    quals: [is('succeeded', { tag: 'i64', val: 9007199254740993n })],
    want: ['/apis/batch/v1/jobs?limit=1000'],
  },
  {
    name: 'a field with another name as selector',
    table: { apiVersion: 'batch/v1', kind: 'Job' },
    quals: [is('succeeded', { tag: 'i64', val: 1n })],
    want: ['/apis/batch/v1/jobs?limit=1000&fieldSelector=status.successful%3D1'],
  },
  {
    name: 'fields of events',
    table: { apiVersion: 'v1', kind: 'Event' },
    quals: [is('source', 'kubelet'), is('type', 'Warning')],
    want: ['/api/v1/events?limit=1000&fieldSelector=source%3Dkubelet%2Ctype%3DWarning'],
  },
  { name: 'a field of another kind', quals: [is('replicas', { tag: 'i32', val: 3 })], want: [ALL] },
  {
    name: 'a field that nothing selects by',
    quals: [is('restarts', { tag: 'i32', val: 3 }), is('first', 'web')],
    want: [ALL],
  },
  { name: 'less and more', quals: [{ field: 'node', operator: '<', value: string('n') }], want: [ALL] },
  {
    name: 'equal to all of several',
    quals: [{ field: 'node', operator: '=', value: [string('n')] }],
    want: [ALL],
  },
  {
    name: 'not equal to any of several',
    quals: [{ field: 'node', operator: '<>', useOr: true, value: [string('n')] }],
    want: [ALL],
  },
  { name: 'a label', quals: [is('app', 'web')], want: [labels('app=web')] },
  { name: 'any label but one', quals: [not('app', 'web')], want: [labels('app!=web')] },
  { name: 'one of several labels', quals: [any('app', ['web', 'db'])], want: [labels('app in (web,db)')] },
  {
    name: 'none of several labels',
    quals: [none('app', ['web', 'db'])],
    want: [labels('app notin (web,db)')],
  },
  { name: 'a label that is there', quals: [nullTest('app', 'is not')], want: [labels('app')] },
  { name: 'a label that is missing', quals: [nullTest('app', 'is')], want: [labels('!app')] },
  {
    name: 'a label with a dotted key',
    quals: [is('part_of', 'shop')],
    want: [labels('app.kubernetes.io/part-of=shop')],
  },
  { name: 'a label whose value can be none', quals: [is('app', 'two words')], want: [ALL] },
  { name: 'an empty label', quals: [is('app', '')], want: [ALL] },
  {
    // The label 03 is the integer 3 as well.
    name: 'a label as an integer',
    quals: [is('revision', { tag: 'i32', val: 3 }), nullTest('revision', 'is')],
    want: [ALL],
  },
  {
    name: 'labels that are contained',
    quals: [contains('labels', { app: 'web', tier: 'x' })],
    want: [labels('app=web,tier=x')],
  },
  {
    name: 'labels that are equal',
    quals: [contains('labels', { app: 'web' }, '=')],
    want: [labels('app=web')],
  },
  { name: 'labels that contain', quals: [contains('labels', { app: 'web' }, '<@')], want: [ALL] },
  { name: 'no labels', quals: [contains('labels', {})], want: [ALL] },
  { name: 'labels that no object has', quals: [contains('labels', { app: 3, 'a b': 'c' })], want: [ALL] },
  {
    name: 'a label of a map',
    quals: [{ field: 'labels', operator: '?', value: string('app') }],
    want: [labels('app')],
  },
  {
    name: 'labels of which the host has no cell',
    quals: [{ field: 'labels', operator: '?|', value: 'panic' }],
    want: [ALL],
  },
  {
    name: 'metadata that is contained',
    quals: [contains('metadata', { namespace: 'x', name: 'a', labels: { app: 'web' } })],
    want: ['/api/v1/namespaces/x/pods/a'],
  },
  {
    name: 'a spec that is contained',
    quals: [contains('spec', { nodeName: 'n1', hostNetwork: true, containers: [{}] })],
    want: [fields('spec.nodeName=n1,spec.hostNetwork=true')],
  },
  {
    name: 'an object that is contained',
    quals: [contains('attrs', { metadata: { labels: { app: 'web' } }, status: { phase: 'Failed' } })],
    want: [`${labels('app=web')}&fieldSelector=status.phase%3DFailed`],
  },
  {
    name: 'conditions and the options of the table',
    table: { ...PODS, label_selector: 'tier=x', field_selector: 'status.phase=Running' },
    quals: [is('app', 'web'), is('node', 'n1')],
    want: [
      `${labels('tier=x,app=web')}&fieldSelector=${encodeURIComponent('status.phase=Running,spec.nodeName=n1')}`,
    ],
  },
  {
    name: 'the virtual columns',
    quals: [is('label_selector', 'app in (a,b)'), is('field_selector', 'status.phase!=Running')],
    want: [`${labels('app in (a,b)')}&fieldSelector=status.phase%21%3DRunning`],
  },
  { name: 'a column that is not read', quals: [is('stranger', 'x')], want: [ALL] },
]

const spec = (test: Pick<Case, 'table' | 'quals'>): Omit<ScanSpec, 'respond'> => ({
  tableOptions: tableOf(test.table ?? PODS),
  columns: COLUMNS.map(([name, type]) => ({ name, type })),
  quals: test.quals,
})

const decoded = (urls: readonly string[]): string[] => urls.map(decodeURIComponent)

onEachEngine('pushdown', (scan) => {
  it.each(CASES)('$name', async (test) => {
    const result = await scan({
      ...spec(test),
      respond: ({ url }) =>
        /\/(pods|clusterroles)\/[^/?]+$/.test(url)
          ? missing(decodeURIComponent(url.replace(/.*\//, '')))
          : list([]),
    })
    expect(result).toMatchObject({ rows: [], error: null, warnings: [] })
    expect(decoded(result.urls)).toEqual(decoded(test.want))
  })

  it('is off after SET k8s_fdw.pushdown = off', async () => {
    const result = await scan({
      ...spec({ quals: [is('namespace', 'x'), is('app', 'web')] }),
      serverOptions: { session_settings: 'on' },
      settings: { 'k8s_fdw.pushdown': 'off' },
      respond: [list([pod('a')])],
    })
    expect(result.urls).toEqual([ALL])
  })

  it('shows in a virtual column what it is compared with, or what the table says', async () => {
    const columns = [
      { name: 'label_selector', type: 'string' },
      { name: 'field_selector', type: 'string' },
    ] as const
    const tableOptions = { ...PODS, label_selector: 'tier=x' }
    const respond = [list([pod('a')])]
    const result = await scan({ columns, tableOptions, quals: [is('field_selector', 'a=b')], respond })
    expect(result.rows).toEqual([['tier=x', 'a=b']])
    expect((await scan({ columns, tableOptions, respond })).rows).toEqual([['tier=x', null]])
  })

  it('gives the object of a GET, with the apiVersion and kind that it says', async () => {
    const result = await scan({
      tableOptions: IN_X,
      columns: [
        { name: 'name', type: 'string' },
        { name: 'namespace', type: 'string' },
        { name: 'kind', type: 'string' },
        { name: 'spec', type: 'json' },
      ],
      quals: [is('name', 'a')],
      respond: [
        text(
          200,
          '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","namespace":"x"},"spec":{"n":1.0}}',
        ),
      ],
      passes: [Infinity, Infinity],
    })
    const row = ['a', 'x', 'Pod', '{"n":1.0}']
    expect(result).toMatchObject({ rows: [row, row], error: null, urls: ['/api/v1/namespaces/x/pods/a'] })
  })

  it('lists where an object may not be got', async () => {
    const result = await scan({
      ...spec({ table: IN_X, quals: [is('name', 'a')] }),
      respond: ({ url }) => (url.endsWith('/pods/a') ? noGet : list([pod('a', 'x')])),
    })
    expect(result.rows.length).toBe(1)
    expect(decoded(result.urls)).toEqual([
      '/api/v1/namespaces/x/pods/a',
      '/api/v1/namespaces/x/pods?limit=1000&fieldSelector=metadata.name=a',
    ])
  })

  it('lists each of several objects that may not be got, and gives it once', async () => {
    const result = await scan({
      tableOptions: IN_X,
      columns: [{ name: 'name', type: 'string' }],
      quals: [any('name', ['a', 'b'])],
      respond: (request) => {
        if (!request.url.includes('?')) return noGet
        const selected = /metadata\.name%3D([a-z])/.exec(request.url)?.[1]
        return list(selected === undefined ? [pod('a', 'x'), pod('b', 'x')] : [pod(selected, 'x')])
      },
    })
    expect(result).toMatchObject({ rows: [['a'], ['b']], error: null })
  })

  it('keeps the virtual columns after SET k8s_fdw.pushdown = off: their rows depend on them', async () => {
    const result = await scan({
      tableOptions: PODS,
      columns: [{ name: 'label_selector', type: 'string' }],
      quals: [is('label_selector', 'app=web')],
      serverOptions: { session_settings: 'on' },
      settings: { 'k8s_fdw.pushdown': 'off' },
      respond: [list([pod('a')])],
    })
    expect(result.rows).toEqual([['app=web']])
    expect(result.urls[0]).toContain('labelSelector=app%3Dweb')
  })

  it('says so where the kind of an object is not served', async () => {
    const result = await scan({
      ...spec({ table: IN_X, quals: [is('name', 'a')] }),
      respond: [failure(404, 'NotFound', 'the server could not find the requested resource')],
    })
    expect(result.error).toContain('404 Not Found: the server could not find the requested resource')
  })

  it('goes on without a field that the API server does not select by', async () => {
    const result = await scan({
      ...spec({ quals: [is('color', 'red')], table: { ...PODS, label_selector: 'a=b' } }),
      tableOptions: { ...tableOf({ apiVersion: 'example.com/v1', kind: 'Gadget' }), label_selector: 'a=b' },
      respond: ({ url }) => {
        if (url.endsWith('/apis/example.com/v1')) return gadgets()
        return url.includes('fieldSelector')
          ? failure(400, 'BadRequest', 'field label not supported: spec.color')
          : list([pod('g')])
      },
    })
    expect(result).toMatchObject({ error: null, warnings: [] })
    expect(decoded(result.urls).slice(1)).toEqual([
      '/apis/example.com/v1/gadgets?limit=1000&labelSelector=a=b&fieldSelector=spec.color=red',
      '/apis/example.com/v1/gadgets?limit=1000&labelSelector=a=b',
    ])
  })

  it("does not go on without the table's own", async () => {
    const result = await scan({
      tableOptions: { ...PODS, field_selector: 'spec.color=red' },
      respond: [failure(400, 'BadRequest', 'field label not supported: spec.color')],
    })
    expect(result.error).toContain('400 Bad Request')
    expect(result.urls.length).toBe(1)
  })
})

function gadgets(): ReturnType<typeof text> {
  const resource = {
    name: 'gadgets',
    singularName: 'gadget',
    namespaced: true,
    kind: 'Gadget',
    verbs: ['list'],
  }
  return text(
    200,
    JSON.stringify({ kind: 'APIResourceList', groupVersion: 'example.com/v1', resources: [resource] }),
  )
}
