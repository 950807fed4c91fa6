// INSERT into a table of manifests: what is applied, in which requests, and what is refused before one is sent for real.
import { expect, it } from 'vitest'
import { failure, json } from './responses.ts'
import { onEachEngine as onEachScan } from './run-scan.ts'
import { jsonb, onEachEngine, text } from './run-write.ts'
import type { Row, Sent, WriteSpec } from './run-write.ts'

const QUERY = 'fieldManager=k8s_fdw&fieldValidation=Strict'
const APPLY = 'application/apply-patch+yaml'
const manifest = (value: unknown): Row => ({ insert: { manifest: jsonb(value) } })

const TABLE = { object: 'manifests', rowid_column: 'manifest' }

const configMap = (name: string, namespace: string | null = 'shop'): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(namespace === null ? {} : { namespace }) },
  data: { k: 'v' },
})
const widget = (name: string): object => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name, namespace: 'shop' },
  spec: { size: 1 },
})
const WIDGETS = json(200, {
  kind: 'APIResourceList',
  resources: [{ name: 'widgets', kind: 'Widget', namespaced: true, verbs: ['patch'] }],
})
const NO_GROUPS = json(200, { kind: 'APIGroupList', groups: [] })

const spec = (rows: Row[], more: Partial<WriteSpec> = {}): WriteSpec => ({
  ...more,
  rows,
  tableOptions: { ...TABLE, ...more.tableOptions },
  withoutOptions: ['apiVersion', 'kind'],
})

const requests = (sent: readonly Sent[]): string[] => sent.map(({ request }) => request)

onEachEngine('INSERT of manifests', (write) => {
  it('applies each, first as a dry run', async () => {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } }
    const { error, sent } = await write(spec([manifest(configMap('a')), manifest(node)]))
    expect(error).toBeNull()
    const paths = ['/api/v1/namespaces/shop/configmaps/a', '/api/v1/nodes/n']
    expect(requests(sent)).toEqual(
      ['&dryRun=All', ''].flatMap((dry) => paths.map((path) => `PATCH ${path}?${QUERY}${dry}`)),
    )
    expect(sent[2]).toMatchObject({ type: APPLY, body: configMap('a') })
  })

  it('asks once for a kind that is not common', async () => {
    const { error, sent } = await write(
      spec([manifest(widget('a')), manifest(widget('b'))], {
        respond: ({ request, body }) => (request.startsWith('GET') ? WIDGETS : json(200, body)),
      }),
    )
    expect(error).toBeNull()
    expect(requests(sent).filter((one) => one.startsWith('GET'))).toEqual(['GET /apis/example.com/v1'])
    expect(requests(sent)[3]).toBe(`PATCH /apis/example.com/v1/namespaces/shop/widgets/a?${QUERY}`)
  })

  it('leaves out what the API server has set, and puts columns above', async () => {
    const read = {
      ...configMap('a', null),
      metadata: { name: 'a', namespace: 'shop', uid: 'u', resourceVersion: '1', managedFields: [{}] },
    }
    const row = { insert: { manifest: jsonb(read), name: text('b'), labels: jsonb({ l: '1' }) } }
    const { sent } = await write(spec([row]))
    expect(sent[0]?.body).toMatchObject({ metadata: { name: 'b', namespace: 'shop', labels: { l: '1' } } })
    expect(JSON.stringify(sent[0]?.body)).not.toMatch(/uid|resourceVersion|managedFields/)
  })

  it("takes the table's namespace where the manifest has none", async () => {
    const { sent } = await write(
      spec([manifest(configMap('a', null))], { tableOptions: { namespace: 'shop' } }),
    )
    expect(sent[0]?.body).toEqual(configMap('a'))
  })

  it('takes any column for the whole object', async () => {
    const row = { insert: { attrs: jsonb(configMap('a')) } }
    expect((await write(spec([row]))).sent[0]?.body).toEqual(configMap('a'))
  })

  it('takes over the fields of others with force', async () => {
    const { sent } = await write(spec([manifest(configMap('a'))], { tableOptions: { force: 'on' } }))
    expect(requests(sent)).toEqual(
      [`&dryRun=All`, ''].map(
        (dry) => `PATCH /api/v1/namespaces/shop/configmaps/a?${QUERY}&force=true${dry}`,
      ),
    )
  })

  it('names the fields of others, and who they are', async () => {
    const { error } = await write(
      spec(
        [{ insert: { manifest: jsonb({ ...configMap('a'), data: undefined }), data: jsonb({ k: '1' }) } }],
        {
          respond: () =>
            failure(409, 'Conflict', 'Apply failed with 1 conflict: conflict with "helm" using v1: .data.k', {
              details: {
                causes: [
                  {
                    reason: 'FieldManagerConflict',
                    message: 'conflict with "helm" using v1',
                    field: '.data.k',
                  },
                ],
              },
            }),
        },
      ),
    )
    expect(error).toBe(
      `k8s_fdw[write] ConfigMap shop/a has fields that others manage: column "data" (.data.k): conflict with "helm" using v1. Hint: leave them out, so that they stay as they are; or give the table the option force 'on', with which they are taken over, as with kubectl apply --force-conflicts`,
    )
  })

  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'shop' },
    data: { p: '***' },
  }
  it.each<[name: string, rows: Row[], want: string]>([
    [
      'no kind',
      [manifest({ apiVersion: 'v1' })],
      'write] the manifest has the apiVersion "v1" and the kind ""',
    ],
    ['NULL', [{ insert: { manifest: null } }], 'write] the manifest has the apiVersion "" and the kind ""'],
    [
      'an array',
      [manifest([])],
      'write] column "manifest" cannot be written: it is a list of objects, and a row is one',
    ],
    [
      'a List',
      [manifest({ apiVersion: 'v1', kind: 'List', items: [] })],
      "Hint: write each as a row: INSERT … SELECT item FROM …, jsonb_array_elements(manifest->'items') AS item",
    ],
    ['a text', [{ insert: { manifest: text('{}') } }], 'to a column of type jsonb'],
    [
      'no name',
      [manifest({ apiVersion: 'v1', kind: 'Node' })],
      'write] the row has no name, and an object of kind Node needs one',
    ],
    [
      'a name that is to be made up',
      [manifest({ apiVersion: 'v1', kind: 'Node', metadata: { generateName: 'n-' } })],
      'a name that the API server makes up (generateName) cannot be applied',
    ],
    [
      'no namespace',
      [manifest(configMap('a', null))],
      'write] the row has no namespace, and objects of kind ConfigMap are in one',
    ],
    [
      'a namespace for a kind that is in none',
      [manifest({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', namespace: 'shop' } })],
      'write] the row has the namespace "shop", but objects of kind Node are in no namespace',
    ],
    [
      'a masked Secret',
      [manifest(secret)],
      'write] column "manifest" cannot be written: its value is masked (***)',
    ],
    [
      'the same object twice',
      [manifest(configMap('a')), manifest(configMap('a'))],
      'write] two rows of the statement are for ConfigMap shop/a',
    ],
    [
      'status in a column of its own',
      [{ insert: { manifest: jsonb(configMap('a')), status: jsonb({}) } }],
      'write] column "status" cannot be written',
    ],
    [
      'UPDATE',
      [{ update: 'a u 1', set: { manifest: jsonb({}) } }],
      "write] the table shows object 'manifests'",
    ],
    ['DELETE', [{ delete: 'a u 1' }], "write] the table shows object 'manifests'"],
  ])('refuses %s', async (_, rows, want) => {
    const { error, sent } = await write(spec(rows))
    expect(error).toContain(want)
    expect(requests(sent).filter((one) => !one.includes('dryRun'))).toEqual([])
  })

  it('suggests kinds that the cluster serves', async () => {
    const { error } = await write(
      spec([manifest({ ...configMap('a'), apiVersion: 'apps/v1', kind: 'Deploymnt' })], {
        respond: ({ request }) => {
          if (request === 'GET /apis') return NO_GROUPS
          return failure(404, 'NotFound', 'the server could not find the requested resource')
        },
      }),
    )
    expect(error).toBe(
      "k8s_fdw[option] the cluster serves no apps/v1 Deploymnt. Hint: did you mean apiVersion 'apps/v1', kind 'Deployment'?",
    )
  })

  it('says that a definition must be there before its objects', async () => {
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      spec: { group: 'example.com', names: { kind: 'Widget', plural: 'widgets' } },
    }
    const { error } = await write(
      spec([manifest(definition), manifest(widget('a'))], {
        respond: ({ request, body }) => {
          if (request === 'GET /apis') return NO_GROUPS
          return request.startsWith('GET') ? failure(404, 'NotFound', 'no') : json(200, body)
        },
      }),
    )
    expect(error).toBe(
      'k8s_fdw[write] the cluster serves no example.com/v1 Widget yet: a row of the same statement makes its definition. Hint: INSERT the CustomResourceDefinition in a statement of its own first',
    )
  })

  it('says that a namespace must be there before its objects', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }
    const { error } = await write(
      spec([manifest(namespace), manifest(configMap('a'))], {
        respond: ({ request, body }) =>
          request.includes('configmaps')
            ? failure(404, 'NotFound', 'namespaces "shop" not found', {
                details: { name: 'shop', kind: 'namespaces' },
              })
            : json(200, body),
      }),
    )
    expect(error).toContain(
      'k8s_fdw[write] there is no namespace shop for ConfigMap shop/a to be in. Hint: a row of the same statement makes it, and it is not there before the statement ends: INSERT the namespace in a statement of its own first',
    )
  })
})

onEachEngine('INSERT', (write) => {
  it('is refused in a namespace that the table does not show', async () => {
    const { error, sent } = await write({
      tableOptions: { namespaces: 'a, b' },
      rows: [{ insert: { name: text('w'), namespace: text('c') } }],
    })
    expect(error).toContain(
      `k8s_fdw[write] the row's namespace is "c", which is none of the table's: a, b. Hint: `,
    )
    expect(sent).toEqual([])
  })

  it('finds the texts of stringData again as data', async () => {
    const { error, sent } = await write({
      tableOptions: { apiVersion: 'v1', kind: 'Secret' },
      rows: [
        {
          insert: {
            name: text('s'),
            namespace: text('shop'),
            data: jsonb({ a: 'MQ==' }),
            stringData: jsonb({ b: 'ü' }),
          },
        },
      ],
      respond: ({ request, body }) => {
        if (request.startsWith('GET'))
          return json(200, {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 's', namespace: 'shop' },
            data: { a: 'MQ==', b: 'w7w=' },
          })
        return request.includes('dryRun') ? json(200, body) : 'connection closed before message completed'
      },
    })
    expect(error).toBeNull()
    expect(sent).toHaveLength(3)
  })
})

onEachEngine('a kind without a status of its own', (write) => {
  const rows: Row[] = [{ update: 'shop/w 11111111-2222-4333-8444-555555555555 1', set: { phase: text('x') } }]
  const tableOptions = { apiVersion: 'example.com/v1', kind: 'Widget', columns: '{"phase": "status.phase"}' }
  const served = (...names: string[]): ReturnType<typeof json> =>
    json(200, {
      kind: 'APIResourceList',
      resources: names.map((name) => ({ name, kind: 'Widget', namespaced: true, verbs: ['list', 'patch'] })),
    })

  it.each([
    [['widgets'], null],
    [['widgets', 'widgets/status'], 'status.phase is what the cluster says of the object'],
  ])('has it written with the rest: %j', async (names, want) => {
    const { error, sent } = await write({
      tableOptions,
      rows,
      respond: ({ request, body }) => (request.startsWith('GET') ? served(...names) : json(200, body)),
    })
    if (want === null) expect(error).toBeNull()
    else expect(error).toContain(want)
    expect(sent.filter(({ request }) => request.startsWith('PATCH'))).toHaveLength(want === null ? 2 : 0)
  })

  it('has no subresource of that name', async () => {
    const { error } = await write({
      tableOptions: { ...tableOptions, subresource: 'status' },
      rows,
      respond: ({ request }) => {
        if (request.startsWith('GET')) return request.endsWith('/w') ? json(200, {}) : served('widgets')
        return failure(404, 'NotFound', 'widgets.example.com "w" not found', {
          details: { name: 'w', group: 'example.com', kind: 'widgets' },
        })
      },
    })
    expect(error).toContain('k8s_fdw[write] objects of kind Widget have no subresource status. Hint: ')
  })
})

onEachScan('a table of manifests', (scan) => {
  it('shows no rows', async () => {
    const { error } = await scan({
      tableOptions: TABLE,
      respond: [],
      columns: [{ name: 'manifest', type: 'json' }],
    })
    expect(error).toBe(
      "k8s_fdw[write] the table shows object 'manifests', into which manifests are inserted, and which has no rows. Hint: INSERT into it; SELECT, UPDATE and DELETE take the table of a kind",
    )
  })
})
