// A whole IMPORT FOREIGN SCHEMA over a small cluster; test/contract/import.test.ts has it at large.
import { expect, it } from 'vitest'
import type { ImportStatement } from '../../../src/host.ts'
import { importForeignSchema } from '../../../src/schema/import.ts'
import { errorOf, hostOf, status } from '../support/fakes.ts'
import type { Answers } from '../support/fakes.ts'

const WIDGETS: Answers = {
  'GET /apis/example.com/v1': {
    body: {
      kind: 'APIResourceList',
      resources: [{ name: 'widgets', kind: 'Widget', namespaced: true, verbs: ['list'] }],
    },
  },
  'GET /openapi/v3/apis/example.com/v1': {
    body: {
      components: {
        schemas: {
          Widget: {
            description: 'A widget.',
            properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
            'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Widget' }],
          },
        },
      },
    },
  },
}

function run(
  answers: Answers,
  options: { readonly [name: string]: string } = {},
  statement: Partial<ImportStatement> = {},
) {
  const { host, requests, warnings, statements } = hostOf({ answers, columns: {}, table: {} })
  importForeignSchema({
    ...host,
    option: (type, name) => (type === 'import-schema' ? (options[name] ?? null) : host.option(type, name)),
    importStatement: () => ({
      serverName: 'kind',
      remoteSchema: 'example.com/v1',
      listType: 'all',
      tables: [],
      ...statement,
    }),
  })
  return { requests, warnings, statements: statements.map((sql) => sql.replace(/\s+/g, ' ')) }
}

it('asks what a group version serves and which fields it has', () => {
  const { requests, statements, warnings } = run(WIDGETS, { namespace: 'shop' })
  expect(requests).toEqual(['GET /apis/example.com/v1', 'GET /openapi/v3/apis/example.com/v1'])
  expect(warnings).toEqual([])
  expect(statements).toHaveLength(1)
  expect(statements[0]).toMatch(/^CREATE FOREIGN TABLE "widgets" \( "name" text, "namespace" text, /)
  expect(statements[0]).toContain('"size" bigint, "attrs" jsonb ) SERVER "kind" OPTIONS (')
  expect(statements[0]).toContain(`columns '{"size": "spec.size"}', on_error 'null' )`)
  expect(statements[0]).toContain("apiVersion 'example.com/v1', kind 'Widget', namespace 'shop'")
})

it('gives the comments that are asked for', () => {
  expect(run(WIDGETS, { comments: 'on' }).statements[0]).toContain(`comments '{"": "A widget.", `)
})

it.each([
  { name: 'no document', answer: status(404, 'not found'), why: 'example.com/v1 (404 Not Found)' },
  {
    name: 'a document without the kind',
    answer: { body: { components: { schemas: {} } } },
    why: 'example.com/v1 Widget (not in its OpenAPI document)',
  },
])('with $name spec and status are one column each, with a warning', ({ answer, why }) => {
  const { statements, warnings } = run({ ...WIDGETS, 'GET /openapi/v3/apis/example.com/v1': answer })
  expect(statements[0]).toContain('"spec" jsonb, "status" jsonb, "attrs" jsonb')
  expect(warnings).toEqual([
    `k8s_fdw: the cluster does not say which fields these have, so spec and status are one column each: ${why}`,
  ])
})

it('makes a table with fewer columns of a kind that has too many', () => {
  const many = Object.fromEntries(Array.from({ length: 1600 }, (_, i) => [`f${i}`, { type: 'string' }]))
  const wide = {
    body: {
      components: {
        schemas: {
          Widget: {
            properties: { spec: { type: 'object', properties: many } },
            'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Widget' }],
          },
        },
      },
    },
  }
  const { statements, warnings } = run({ ...WIDGETS, 'GET /openapi/v3/apis/example.com/v1': wide })
  expect(statements[0]).toContain('"finalizers" jsonb, "spec" jsonb, "attrs" jsonb')
  expect(warnings).toEqual([
    'k8s_fdw: a table has at most 1600 columns, so these have a smaller depth: "widgets" (0)',
  ])
})

it('says which schemas there are in place of one that is not served', () => {
  const answers: Answers = {
    'GET /apis/example.com/v2': status(404, 'not found'),
    'GET /api': { body: { kind: 'APIVersions', versions: [] } },
    'GET /apis': {
      body: {
        kind: 'APIGroupList',
        groups: [
          {
            name: 'example.com',
            versions: [{ groupVersion: 'example.com/v1' }],
            preferredVersion: { groupVersion: 'example.com/v1' },
          },
        ],
      },
    },
    ...WIDGETS,
  }
  expect(errorOf(() => run(answers, {}, { remoteSchema: 'example.com/v2' }))).toMatchObject({
    code: 'option',
    message: 'the cluster serves no "example.com/v2"',
    hint: 'did you mean "example.com/v1"?',
  })
})

const EVERYTHING: Answers = {
  ...WIDGETS,
  'GET /api': { body: { kind: 'APIVersions', versions: [] } },
  'GET /apis': {
    body: {
      kind: 'APIGroupList',
      groups: [
        {
          name: 'example.com',
          versions: [{ groupVersion: 'example.com/v1' }],
          preferredVersion: { groupVersion: 'example.com/v1' },
        },
      ],
    },
  },
}
const MANIFESTS = `CREATE FOREIGN TABLE "t_manifests" ( "manifest" jsonb ) SERVER "kind" OPTIONS ( object 'manifests', namespace 'shop', writes 'on', rowid_column 'manifest' )`

it.each<[statement: Partial<ImportStatement>, tables: string[]]>([
  [{}, ['t_manifests', 't_widgets']],
  [{ listType: 'limit-to', tables: ['t_widgets'] }, ['t_widgets']],
  [{ listType: 'limit-to', tables: ['t_manifests'] }, ['t_manifests']],
  [{ listType: 'except', tables: ['t_manifests'] }, ['t_widgets']],
  [{ remoteSchema: 'example.com/v1' }, ['t_widgets']],
])('with writes everything has a table for manifests: %j', (statement, tables) => {
  const options = { writes: 'on', prefix: 't_', namespace: 'shop' }
  const { statements, warnings } = run(EVERYTHING, options, { remoteSchema: '*', ...statement })
  expect(statements.map((sql) => /"(\w+)"/.exec(sql)?.[1])).toEqual(tables)
  expect(statements.filter((sql) => sql.includes('manifests'))).toEqual(
    tables.includes('t_manifests') ? [MANIFESTS] : [],
  )
  expect(warnings).toEqual([])
})

it('without writes there is none', () => {
  expect(run(EVERYTHING, {}, { remoteSchema: '*' }).statements).toHaveLength(1)
})

it('gives way to a kind of that name, and has comments', () => {
  const named = { name: 'manifests', kind: 'Manifest', namespaced: true, verbs: ['list'] }
  const kind = {
    ...EVERYTHING,
    'GET /apis/example.com/v1': { body: { kind: 'APIResourceList', resources: [named] } },
  }
  const options = { writes: 'on', comments: 'on' }
  expect(run(kind, options, { remoteSchema: '*' }).statements).toHaveLength(1)
  expect(run(EVERYTHING, options, { remoteSchema: '*' }).statements[0]).toContain(
    `comments '{"": "For INSERT: what kubectl apply --server-side does with each manifest.", "manifest": "A whole object, of any kind."}'`,
  )
})
