// `object 'can_show'`, which k8s_fdw.check() asks: a table that can show nothing hides no other, and none is said to work that cannot.
// Whether the words are those of a query is compared with queries.
import { expect, it } from 'vitest'
import type { Request, Response } from '../support/portable-host/imports.ts'
import type { ColumnSpec } from './memory-host.ts'
import { failure, json } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { ScanResult } from './run-scan.ts'

const COLUMNS: ColumnSpec[] = [
  ...['question', 'namespace', 'reason', 'problem', 'hint'].map((name): ColumnSpec => ({
    name,
    type: 'string',
  })),
  { name: 'allowed', type: 'bool' },
  { name: 'table_options', type: 'string' },
]
const PODS = { name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['list'] }
const NODES = { name: 'nodes', singularName: 'node', namespaced: false, kind: 'Node', verbs: ['list'] }
const WIDGETS = { name: 'widgets', singularName: 'widget', namespaced: true, kind: 'Widget', verbs: ['list'] }
const BINDINGS = {
  name: 'bindings',
  singularName: 'binding',
  namespaced: true,
  kind: 'Binding',
  verbs: ['create'],
}
const list = (groupVersion: string, ...resources: object[]): Response =>
  json(200, { kind: 'APIResourceList', groupVersion, resources })
const group = (name: string, ...versions: string[]): object => ({
  name,
  versions: versions.map((version) => ({ groupVersion: `${name}/${version}`, version })),
  preferredVersion: { groupVersion: `${name}/${versions[0] ?? ''}`, version: versions[0] },
})

/** Serves pods, nodes and bindings, widgets in two groups, and knows of a group that is down. All may be done but what is of nodes. */
const cluster = ({ url, body }: Request): Response => {
  const path = new URL(url).pathname
  if (path.endsWith('/selfsubjectaccessreviews')) {
    const { spec } = JSON.parse(body) as { spec: { resourceAttributes: { resource: string } } }
    return json(201, { status: { allowed: spec.resourceAttributes.resource !== 'nodes', reason: 'a rule' } })
  }
  const answers: { readonly [path: string]: Response } = {
    '/api': json(200, { kind: 'APIVersions', versions: ['v1'] }),
    '/apis': json(200, {
      kind: 'APIGroupList',
      groups: [
        group('a.example.com', 'v1'),
        group('b.example.com', 'v1'),
        group('down.example.com', 'v1'),
        group('policy', 'v1beta1'),
      ],
    }),
    '/api/v1': list('v1', PODS, NODES, BINDINGS),
    '/apis/a.example.com/v1': list('a.example.com/v1', WIDGETS),
    '/apis/b.example.com/v1': list('b.example.com/v1', WIDGETS),
    '/apis/policy/v1beta1': list('policy/v1beta1'),
    '/apis/down.example.com/v1': failure(
      503,
      'ServiceUnavailable',
      'the server is currently unable to handle the request',
    ),
  }
  return answers[path] ?? failure(404, 'NotFound', 'the server could not find the requested resource')
}

const yes = (question: string, namespace: string | null = null): unknown[] => [
  question,
  namespace,
  'a rule',
  null,
  null,
  true,
]

onEachEngine('can_show', (scan) => {
  const show = (respond: (request: Request) => Response, ...tables: object[]): Promise<ScanResult> => {
    const value = tables.map((table) => ({ tag: 'string' as const, val: JSON.stringify(table) }))
    return scan({
      tableOptions: { object: 'can_show' },
      columns: COLUMNS,
      quals: [{ field: 'table_options', operator: '=', useOr: true, value }],
      respond,
    })
  }
  const rowsOf = async (...tables: object[]): Promise<unknown[][]> => {
    const result = await show(cluster, ...tables)
    expect(result.error).toBe(null)
    return result.rows.map((row) => row.slice(0, 6))
  }

  it('is a row for each table, which repeats what was asked', async () => {
    const tables = [{ object: 'po' }, { apiVersion: 'v1', kind: 'Pod', namespace: 'x' }, { object: 'nodes' }]
    const result = await show(cluster, ...tables)
    expect(result.rows.map((row) => row.slice(0, 6))).toEqual([
      yes('list pods'),
      yes('list pods', 'x'),
      ['list nodes', null, 'a rule', null, null, false],
    ])
    expect(result.rows.map((row) => row[6])).toEqual(tables.map((table) => JSON.stringify(table)))
    expect(result.requests.filter(({ url }) => url.endsWith('/api/v1')).length).toBe(1)
  })

  it('asks in each namespace, of up to a hundred', async () => {
    expect(await rowsOf({ object: 'pods', namespaces: 'x, y' })).toEqual([
      yes('list pods', 'x'),
      yes('list pods', 'y'),
    ])
    const names = Array.from({ length: 103 }, (_, i) => `n${i}`).join(',')
    const many = await rowsOf({ object: 'pods', namespaces: names })
    expect(many.length).toBe(101)
    expect(many[100]).toEqual(['list pods', null, null, null, null, null])
  })

  it('takes logs for the right to read them, and what everybody may see for nothing', async () => {
    expect(
      await rowsOf({ object: 'pods/log', namespace: 'x' }, { object: 'version' }, { object: 'whoami' }),
    ).toEqual([yes('get pods/log', 'x')])
    expect(await rowsOf({ object: 'can_i', namespace: 'x' }, { object: 'api_resources' })).toEqual([])
    const [logs] = (await show(cluster, { object: 'pods/log' })).requests
    expect(JSON.parse(logs?.body ?? '')).toMatchObject({
      spec: { resourceAttributes: { verb: 'get', resource: 'pods', subresource: 'log', group: '' } },
    })
  })

  const UNUSABLE: { readonly [what: string]: { readonly [option: string]: string } } = {
    'a kind that is not served': { object: 'podz' },
    'a kind of no group': { apiVersion: 'gone.example.com/v1', kind: 'Gone' },
    'a version that is gone': { apiVersion: 'apps/v1beta1', kind: 'Deployment' },
    'a built-in kind that this cluster has not': { object: 'pdb' },
    'a built-in kind in a version that it has not': { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
    'a name of two groups': { object: 'widgets' },
    'a group that is down': { object: 'things.down.example.com' },
    'what cannot be listed': { object: 'bindings' },
    'a subresource': { object: 'pods/exec' },
    'a namespace on what is in none': { object: 'nodes', namespace: 'x' },
    'namespaces on what is in none': { object: 'nodes', namespaces: 'x,y' },
    'no name of a namespace': { object: 'pods', namespace: 'X_' },
    'two ways to say where': { object: 'pods', namespace: 'x', namespaces: 'x,y' },
    'two ways to say what': { object: 'pods', kind: 'Pod' },
    'an empty name': { object: ' ' },
    'nothing at all': {},
    'a kind that is none': { kind: 'no kind' },
    'an option of lists on what is none': { object: 'version', namespace: 'x' },
    'a selector on what is no list': { object: 'pods/log', label_selector: 'x' },
    'a word that is none of the option': { object: 'pods', on_error: 'maybe' },
  }

  it.each(Object.entries(UNUSABLE))(
    'says of %s what a query says, and hides no other table',
    async (_, table) => {
      const result = await show(cluster, { object: 'pods' }, table, { object: 'nodes' })
      expect(result.error).toBe(null)
      expect(result.warnings).toEqual([])
      expect(result.rows.length).toBe(3)
      const [, problem] = result.rows
      const queried = await scan({
        tableOptions: table,
        columns: [{ name: 'attrs', type: 'json' }],
        respond: cluster,
      })
      const hint = problem?.[4] === null ? '' : `. Hint: ${String(problem?.[4])}`
      expect(queried.error?.replace(/^k8s_fdw\[\w+\] /, '')).toBe(`${String(problem?.[3])}${hint}`)
      expect(problem?.[5]).toBe(null)
    },
  )

  it('does without discovery where the user is kept from it', async () => {
    const result = await show(
      (request) => (request.method.tag === 'get' ? failure(403, 'Forbidden', 'no') : cluster(request)),
      { object: 'pods' },
      { object: 'widgets' },
    )
    expect(result.rows.map((row) => [row[0], row[5]])).toEqual([
      ['list pods', true],
      ['list widgets', null],
    ])
  })

  it('fails where no review is answered', async () => {
    const result = await show(() => failure(404, 'NotFound', 'no'), { object: 'pods' })
    expect(result.error).toContain(
      'k8s_fdw[status] POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews: 404',
    )
  })
})
