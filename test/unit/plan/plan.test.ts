// What a scan asks for: which lists and objects, with which selectors, in which form.
import { describe, expect, it } from 'vitest'
import type { Resource } from '../../../src/cluster/resource.ts'
import { compileColumns } from '../../../src/plan/columns.ts'
import { planScan, refuseNamespace } from '../../../src/plan/plan.ts'
import type { Target } from '../../../src/plan/plan.ts'
import type { Pushdown } from '../../../src/plan/pushdown.ts'
import type { ServerOptions, TableOptions } from '../../../src/session/options.ts'
import { listQuery } from '../cluster/list-query.ts'
import { errorOf, serverOptions, tableOptions, targetsOf } from '../support/fakes.ts'

const POD = listQuery().resource
const NODE: Resource = { ...POD, kind: 'Node', plural: 'nodes', namespaced: false }
const SECRET: Resource = { ...POD, kind: 'Secret', plural: 'secrets' }

const plan = (
  table: Partial<TableOptions> = {},
  pushdown: Partial<Pushdown> = {},
  resource = POD,
  server: Partial<ServerOptions> = {},
) =>
  planScan(
    serverOptions(server),
    tableOptions(table),
    resource,
    compileColumns(targetsOf({ name: 'string' }), new Map()),
    {
      namespaces: null,
      names: null,
      labels: [],
      fields: [],
      labelSelector: null,
      fieldSelector: null,
      ...pushdown,
    },
    5,
  )
const written = (targets: readonly Target[]): string[] =>
  targets.map(({ namespace, name }) => `${namespace ?? '*'}/${name ?? '*'}`)
const many = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i}`)

describe('targets', () => {
  it.each<{ table?: Partial<TableOptions>; pushdown?: Partial<Pushdown>; want: string[] }>([
    { want: ['*/*'] },
    { table: { namespace: 'a' }, want: ['a/*'] },
    { table: { namespaces: ['a', 'b'] }, want: ['a/*', 'b/*'] },
    { pushdown: { namespaces: ['a'] }, want: ['a/*'] },
    { table: { namespaces: ['a', 'b'] }, pushdown: { namespaces: ['b', 'c'] }, want: ['b/*'] },
    { table: { namespace: 'a' }, pushdown: { namespaces: ['b'] }, want: [] },
    { pushdown: { namespaces: ['a'], names: ['x', 'y'] }, want: ['a/x', 'a/y'] },
    { pushdown: { names: [] }, want: [] },
    // Without a namespace there is no path of the object.
    { pushdown: { names: ['x'] }, want: ['*/*'] },
    // The GET of an object takes no selector.
    { table: { namespace: 'a', labelSelector: 'x=y' }, pushdown: { names: ['x'] }, want: ['a/*'] },
    // One list is quicker than many requests.
    { pushdown: { namespaces: ['a'], names: many(10) }, want: many(10).map((name) => `a/${name}`) },
    { pushdown: { namespaces: ['a'], names: many(11) }, want: ['a/*'] },
    { pushdown: { namespaces: many(101) }, want: ['*/*'] },
    { table: { namespaces: many(101) }, want: many(101).map((namespace) => `${namespace}/*`) },
  ])('of $table and $pushdown', ({ table, pushdown, want }) => {
    expect(written(plan(table, pushdown).targets)).toEqual(want)
  })

  it('of a kind without namespaces are one list, or objects', () => {
    expect(written(plan({}, { namespaces: ['a'] }, NODE).targets)).toEqual(['*/*'])
    expect(written(plan({}, { names: ['x'] }, NODE).targets)).toEqual(['*/x'])
  })
})

describe('selectors', () => {
  it("are the table's and those of the conditions", () => {
    expect(
      plan(
        { labelSelector: 'a=b', fieldSelector: 'c=d' },
        { labels: ['e=f'], fields: ['g=h'], names: ['x'] },
      ),
    ).toMatchObject({
      labelSelector: 'a=b,e=f',
      fieldSelector: 'c=d,metadata.name=x,g=h',
      // For a server that does not know one of the others.
      ownFieldSelector: 'c=d',
      shown: [{ label: 'a=b', field: 'c=d' }],
    })
  })

  it('of a virtual column come beside those of the table, and are what is shown', () => {
    expect(plan({ labelSelector: 'a=b' }, { labelSelector: 'c=d' })).toMatchObject({
      labelSelector: 'a=b,c=d',
      shown: [{ label: 'c=d', field: null }],
    })
  })
})

it.each([
  { resource: POD, revealSecrets: false, masked: false, secret: false },
  { resource: SECRET, revealSecrets: false, masked: true, secret: true },
  // Errors quote no Secret even where its table shows it.
  { resource: SECRET, revealSecrets: true, masked: false, secret: true },
])('$resource.kind, revealed: $revealSecrets', ({ resource, revealSecrets, masked, secret }) => {
  expect(plan({ revealSecrets }, {}, resource)).toMatchObject({ masked, secret })
})

describe('namespaces that may not be listed', () => {
  const server = { forbidden: 'skip' } as const
  it.each([
    { table: {}, resource: POD, want: true },
    { table: { namespaces: ['a', 'b'] }, resource: POD, want: true },
    { table: { namespace: 'a' }, resource: POD, want: false },
    { table: {}, resource: NODE, want: false },
  ])('are left out of $resource.plural with $table: $want', ({ table, resource, want }) => {
    expect(plan(table, {}, resource, server).skipForbidden).toBe(want)
    expect(plan(table, {}, resource).skipForbidden).toBe(false)
  })
})

describe('a namespace of a kind that has none', () => {
  it.each([
    { table: { namespace: 'a' }, option: 'namespace' },
    { table: { namespaces: ['a'] }, option: 'namespaces' },
  ])('$option', ({ table, option }) => {
    expect(errorOf(() => refuseNamespace(tableOptions(table), NODE))).toMatchObject({
      code: 'option',
      message: `the table has the option ${option}, but objects of kind Node are in no namespace`,
    })
    expect(errorOf(() => refuseNamespace(tableOptions(table), POD))).toEqual({})
  })
})
