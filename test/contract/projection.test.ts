// How much of each object is asked for: all of it, its metadata, or only its name; and what else an API server may answer.
// What it saves is measured in bench/.
import { expect, it } from 'vitest'
import type { Request, Response } from '../support/portable-host/imports.ts'
import { json, list, pod } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { ScanSpec } from './run-scan.ts'

const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1'
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
const JSON_ONLY = 'application/json'
const PODS = { apiVersion: 'v1', kind: 'Pod' }

const acceptOf = (request: Request | undefined): string =>
  request?.headers.find(([name]) => name === 'accept')?.[1] ?? ''

const table = (
  names: readonly string[],
  columns: readonly object[] = [{ name: 'Name', type: 'string', format: 'name' }],
  metadata: object = {},
): Response =>
  json(200, {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns,
    rows: names.map((name) => ({ cells: [name, '1/1'], object: null })),
  })

const metadataList = (names: readonly string[]): Response =>
  json(200, {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    items: names.map((name) => ({ metadata: { name, namespace: 'x', labels: { app: 'web' } } })),
  })

interface Case {
  readonly name: string
  readonly columns: ScanSpec['columns']
  readonly table?: { [option: string]: string }
  readonly want: string
}

const text = (name: string): { name: string; type: 'string' } => ({ name, type: 'string' })
const CASES: readonly Case[] = [
  { name: 'nothing but a count', columns: [], want: TABLE },
  { name: 'the name', columns: [text('name')], want: TABLE },
  { name: 'apiVersion and kind', columns: [text('kind'), text('apiVersion'), text('name')], want: TABLE },
  { name: 'name and namespace', columns: [text('name'), text('namespace')], want: METADATA },
  {
    name: 'name and namespace, of one namespace',
    columns: [text('name'), text('namespace')],
    table: { ...PODS, namespace: 'x' },
    want: TABLE,
  },
  {
    name: 'name and namespace of a cluster-scoped kind',
    columns: [text('name'), text('namespace')],
    table: { apiVersion: 'v1', kind: 'Node' },
    want: TABLE,
  },
  { name: 'labels', columns: [text('name'), { name: 'labels', type: 'json' }], want: METADATA },
  { name: 'all metadata', columns: [{ name: 'metadata', type: 'json' }], want: METADATA },
  {
    name: 'a path within the metadata',
    columns: [text('owner')],
    table: { ...PODS, columns: '{"owner": "{.metadata.ownerReferences[*].name}"}' },
    want: METADATA,
  },
  { name: 'spec', columns: [text('name'), { name: 'spec', type: 'json' }], want: JSON_ONLY },
  { name: 'the whole object', columns: [{ name: 'attrs', type: 'json' }], want: JSON_ONLY },
  {
    name: 'a template',
    columns: [text('both')],
    table: { ...PODS, columns: '{"both": "{.metadata.namespace}/{.metadata.name}"}' },
    want: JSON_ONLY,
  },
]

onEachEngine('projection', (scan) => {
  it.each(CASES)('$name', async ({ columns, table: tableOptions, want }) => {
    const result = await scan({
      columns: columns ?? [],
      tableOptions: tableOptions ?? PODS,
      respond: [list([])],
    })
    expect(result.error).toBe(null)
    const [request] = result.requests
    expect(acceptOf(request).split(',')[0]).toBe(want)
    expect(acceptOf(request).split(',').at(-1)).toBe(JSON_ONLY)
    expect(request?.url.includes('includeObject=None')).toBe(want === TABLE)
  })

  it('counts the rows of a Table', async () => {
    const result = await scan({ columns: [], respond: [table(['a', 'b', 'c'], [])] })
    expect(result).toMatchObject({ rows: [[], [], []], error: null })
  })

  it('takes name, namespace, apiVersion and kind of a Table', async () => {
    const columns = [text('name'), text('namespace'), text('kind'), text('apiVersion')]
    const result = await scan({
      columns,
      tableOptions: { ...PODS, namespace: 'x' },
      respond: [table(['a', 'b'])],
      passes: [Infinity, Infinity],
    })
    const rows = [
      ['a', 'x', 'Pod', 'v1'],
      ['b', 'x', 'Pod', 'v1'],
    ]
    expect(result).toMatchObject({ rows: [...rows, ...rows], error: null })
    expect(result.requests.length).toBe(1)
  })

  it('follows the continue tokens of a Table, in large pages', async () => {
    const result = await scan({
      respond: [table(['a'], undefined, { continue: 'c' }), table(['b'])],
    })
    expect(result.rows).toEqual([['a'], ['b']])
    expect(result.urls[0]).toBe('/api/v1/pods?limit=100000&includeObject=None')
    expect(result.urls[1]).toContain('continue=c&includeObject=None')
  })

  it('asks for the metadata where the first column of a Table is not the name', async () => {
    const result = await scan({
      tableOptions: { apiVersion: 'v1', kind: 'Event' },
      respond: [table(['3m'], [{ name: 'Last Seen', format: '' }]), metadataList(['e1'])],
    })
    expect(result).toMatchObject({ rows: [['e1']], error: null })
    expect(result.requests.map(acceptOf).map((accept) => accept.split(',')[0])).toEqual([TABLE, METADATA])
    expect(result.urls[1]).toBe('/api/v1/events?limit=1000')
  })

  it.each([
    { name: 'metadata instead of a Table', answer: metadataList(['a']) },
    { name: 'objects instead of a Table', answer: list([pod('a', 'x')]) },
  ])('takes $name', async ({ answer }) => {
    const columns = [text('name'), text('kind'), text('apiVersion')]
    const result = await scan({ columns, respond: [answer] })
    expect(result).toMatchObject({ rows: [['a', 'Pod', 'v1']], error: null })
    expect(result.requests.length).toBe(1)
  })

  it('takes objects of the kind Table for what they are', async () => {
    const item = { apiVersion: 'example.com/v1', kind: 'Table', metadata: { name: 'dining', namespace: 'x' } }
    const resources = [
      { name: 'tables', singularName: 'table', namespaced: true, kind: 'Table', verbs: ['list'] },
    ]
    const result = await scan({
      tableOptions: { object: 'tables.v1.example.com' },
      respond: [
        json(200, { kind: 'APIResourceList', groupVersion: 'example.com/v1', resources }),
        list([item], {}, 'TableList', 'example.com/v1'),
      ],
    })
    expect(result).toMatchObject({ rows: [['dining']], error: null })
  })

  it('reads the metadata of one object, and says its own kind', async () => {
    const columns = [
      { name: 'labels', type: 'json' },
      text('kind'),
      text('apiVersion'),
      text('namespace'),
    ] as const
    const result = await scan({
      columns: [...columns, text('name')],
      tableOptions: { ...PODS, namespace: 'x' },
      quals: [{ field: 'name', operator: '=', value: { tag: 'string', val: 'a' } }],
      respond: [
        json(200, {
          kind: 'PartialObjectMetadata',
          apiVersion: 'meta.k8s.io/v1',
          metadata: { name: 'a', namespace: 'x', labels: { app: 'web' } },
        }),
      ],
    })
    expect(result).toMatchObject({ rows: [['{"app":"web"}', 'Pod', 'v1', 'x', 'a']], error: null })
    expect(acceptOf(result.requests[0])).toBe(
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
    )
  })

  it('masks what the metadata of a Secret keep of its values', async () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': 'hunter2', other: 'o' }
    const respond = [
      json(200, {
        kind: 'PartialObjectMetadataList',
        apiVersion: 'meta.k8s.io/v1',
        metadata: {},
        items: [{ metadata: { name: 's', annotations } }],
      }),
    ]
    const columns = [{ name: 'annotations', type: 'json' }, text('kind')] as const
    const result = await scan({ columns, tableOptions: { object: 'secrets' }, respond })
    expect(result.rows[0]?.[0]).not.toContain('hunter2')
    expect(result.rows[0]?.[1]).toBe('Secret')
  })
})
