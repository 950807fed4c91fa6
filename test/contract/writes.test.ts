// What INSERT, UPDATE and DELETE send: first as dry runs, and when all rows have passed, for real.
import { expect, it } from 'vitest'
import { failure, json, list } from './responses.ts'
import { onEachEngine as onEachScan } from './run-scan.ts'
import { integer, jsonb, onEachEngine, text } from './run-write.ts'
import type { Sent, Values } from './run-write.ts'

const KEY = 'shop/web 11111111-2222-4333-8444-555555555555 1234'
const IDENTITY = { uid: '11111111-2222-4333-8444-555555555555', resourceVersion: '1234' }
const WEB = '/apis/apps/v1/namespaces/shop/deployments/web'
const QUERY = 'fieldManager=k8s_fdw&fieldValidation=Strict'
const MERGE = 'application/merge-patch+json'

const patch = (body: object, path = WEB): Sent[] =>
  [`${QUERY}&dryRun=All`, QUERY].map((query) => ({ request: `PATCH ${path}?${query}`, type: MERGE, body }))

/** A JSON patch of the object in the state that was read. */
const jsonPatch = (operations: readonly object[], path = WEB): Sent[] =>
  patch(
    [
      { op: 'test', path: '/metadata/uid', value: IDENTITY.uid },
      { op: 'test', path: '/metadata/resourceVersion', value: IDENTITY.resourceVersion },
      ...operations,
    ],
    path,
  ).map((sent) => ({ ...sent, type: 'application/json-patch+json' }))

onEachEngine('UPDATE', (write) => {
  const update = (set: Values, tableOptions: { [name: string]: string } = {}) => ({
    tableOptions,
    rows: [{ update: KEY, set }],
  })
  const columns = JSON.stringify({
    replicas: 'spec.replicas',
    image: 'spec.template.spec.containers[0].image',
    cpu: 'spec.template.spec.containers[0].resources.limits.cpu',
    size: 'spec.size',
    restarted: "{.spec.template.metadata.annotations['kubectl\\.kubernetes\\.io/restartedAt']}",
    ready: '{.status.conditions[?(@.type=="Ready")].status}',
    all: '{.spec.template.spec.containers[*].image}',
    when: 'spec.when',
    renewed: 'spec.renewTime',
  })

  it('sends a merge patch in the state that was read, and sends it for real when the statement ends', async () => {
    const { error, sent } = await write(update({ replicas: integer(3) }, { columns }))
    expect(error).toBeNull()
    expect(sent).toEqual(patch({ metadata: IDENTITY, spec: { replicas: 3 } }))
  })

  it('removes what is NULL', async () => {
    const { sent } = await write(update({ replicas: null, labels: null }, { columns }))
    expect(sent).toEqual(patch({ metadata: { ...IDENTITY, labels: null }, spec: { replicas: null } }))
  })

  it('sends nothing where SET has only what an object keeps', async () => {
    const set = {
      name: text('web'),
      namespace: text('shop'),
      uid: text(IDENTITY.uid),
      kind: text('Deployment'),
    }
    expect((await write(update(set))).sent).toEqual([])
  })

  it('replaces a map as a whole, by two requests', async () => {
    const { sent } = await write(
      update({ labels: jsonb({ app: 'web', tier: null }), replicas: null }, { columns }),
    )
    expect(sent).toEqual(
      jsonPatch([
        { op: 'add', path: '/metadata/labels', value: { app: 'web' } },
        { op: 'add', path: '/spec/replicas', value: null },
        { op: 'remove', path: '/spec/replicas' },
      ]),
    )
  })

  it('empties a map', async () => {
    const { sent } = await write(update({ annotations: jsonb({}) }))
    expect(sent).toEqual(jsonPatch([{ op: 'add', path: '/metadata/annotations', value: {} }]))
  })

  it('writes quantities, times and large integers as Kubernetes does', async () => {
    const { sent } = await write(
      update(
        {
          cpu: { tag: 'numeric', val: 0.25 },
          size: { tag: 'i64', val: 9007199254740993n },
          when: { tag: 'timestamptz', val: 1_764_385_445_000_000n },
          renewed: { tag: 'timestamptz', val: 1_764_385_445_000_000n },
        },
        {
          columns: JSON.stringify({
            cpu: 'spec.cpu',
            size: 'spec.size',
            when: 'spec.when',
            renewed: 'spec.renewTime',
          }),
        },
      ),
    )
    expect(sent[0]?.body).toEqual({
      metadata: IDENTITY,
      // JSON.parse in this test loses the last digit; the next line reads the text.
      spec: {
        cpu: '250m',
        size: 9007199254740992,
        when: '2025-11-29T03:04:05Z',
        renewTime: '2025-11-29T03:04:05.000000Z',
      },
    })
  })

  it('sends a JSON patch where a path has an index', async () => {
    const { error, sent } = await write(
      update({ image: text('web:2'), restarted: text('now'), cpu: null }, { columns }),
    )
    expect(error).toBeNull()
    const containers = '/spec/template/spec/containers/0'
    expect(sent.map(({ request }) => request)).toEqual(patch({}).map(({ request }) => request))
    expect(sent[1]).toMatchObject({
      type: 'application/json-patch+json',
      body: [
        { op: 'test', path: '/metadata/uid', value: IDENTITY.uid },
        { op: 'test', path: '/metadata/resourceVersion', value: '1234' },
        { op: 'add', path: `${containers}/image`, value: 'web:2' },
        {
          op: 'add',
          path: '/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt',
          value: 'now',
        },
        { op: 'add', path: `${containers}/resources/limits/cpu`, value: null },
        { op: 'remove', path: `${containers}/resources/limits/cpu` },
      ],
    })
  })

  it('reads the object where a JSON patch does not fit it, and makes what is missing on the way', async () => {
    const object = {
      metadata: { name: 'web', ...IDENTITY },
      spec: { template: { metadata: {}, spec: { containers: [{ name: 'a', image: 'web:1' }] } } },
    }
    let patches = 0
    const { error, sent } = await write({
      ...update({ image: text('web:2'), restarted: text('now'), cpu: null }, { columns }),
      respond: ({ request }) => {
        if (request.startsWith('GET')) return json(200, object)
        if (patches++ > 0) return json(200, object)
        return failure(422, 'Invalid', 'the server rejected our request due to an error in our request')
      },
    })
    expect(error).toBeNull()
    expect(sent.map(({ request }) => request.split('?')[0])).toEqual(
      ['PATCH', 'GET', 'PATCH', 'PATCH'].map((m) => `${m} ${WEB}`),
    )
    expect(sent[3]?.body).toEqual([
      { op: 'test', path: '/metadata/uid', value: IDENTITY.uid },
      { op: 'test', path: '/metadata/resourceVersion', value: '1234' },
      { op: 'add', path: '/spec/template/spec/containers/0/image', value: 'web:2' },
      {
        op: 'add',
        path: '/spec/template/metadata/annotations',
        value: { 'kubectl.kubernetes.io/restartedAt': 'now' },
      },
    ])
  })

  it('writes a subresource alone', async () => {
    const scale = await write(update({ replicas: integer(2) }, { columns, subresource: 'scale' }))
    expect(scale.sent).toEqual(patch({ metadata: IDENTITY, spec: { replicas: 2 } }, `${WEB}/scale`))
    const status = await write(update({ status: jsonb({ phase: 'x' }) }, { subresource: 'status' }))
    const operation = { op: 'add', path: '/status', value: { phase: 'x' } }
    expect(status.sent).toEqual(jsonPatch([operation], `${WEB}/status`))
  })

  it.each<[set: Values, want: string]>([
    [
      { ready: text('x') },
      'column "ready" cannot be written: its path {.status.conditions[?(@.type=="Ready")].status} does not lead to one place',
    ],
    [
      { all: text('x') },
      'column "all" cannot be written: its path {.spec.template.spec.containers[*].image} does not lead to one place',
    ],
    [{ attrs: jsonb({}) }, 'column "attrs" cannot be written: it is the whole object'],
    [{ metadata: jsonb({}) }, 'column "metadata" cannot be written: it has fields of the API server'],
    [
      { status: jsonb({}) },
      'column "status" cannot be written: status is what the cluster says of the object',
    ],
    [
      { generation: integer(1) },
      'column "generation" cannot be written: the API server sets metadata.generation',
    ],
    [{ name: text('other') }, 'column "name" cannot be written: an object keeps its metadata.name'],
    [{ object_key: text('x') }, 'column "object_key" cannot be written: it says which object a row is'],
    [
      { label_selector: text('x') },
      'column "label_selector" cannot be written: it shows no field of the object',
    ],
    [
      { spec: jsonb({}), replicas: integer(1) },
      'column "replicas" cannot be written: column "spec" writes spec too',
    ],
    [
      { replicas: { tag: 'f32', val: 1 } },
      'column "replicas" cannot be written: its type real says no more than a part of what the object has',
    ],
    [
      { cpu: { tag: 'numeric', val: 0.1234567890123456 } },
      'column "cpu" cannot be written: its number has more digits than the host hands over',
    ],
    [{ size: { tag: 'f64', val: NaN } }, 'column "size" cannot be written: JSON has no such number'],
    [
      { when: { tag: 'timestamptz', val: 999_999_999_999_999_999n } },
      'column "when" cannot be written: its time is outside of the years that Kubernetes has',
    ],
    [
      { labels: { tag: 'json', val: '{"a":1,"a":2}' } },
      'column "labels" cannot be written: its JSON is a key that stands there twice',
    ],
  ])('refuses %o by name, before anything is sent', async (set, want) => {
    const { error, sent } = await write(update(set, { columns }))
    expect(error).toContain(`k8s_fdw[write] ${want}. Hint: `)
    expect(sent).toEqual([])
  })

  it.each<[set: Values, subresource: string, want: string]>([
    [
      { replicas: integer(1) },
      'status',
      "the table has the option subresource 'status', and spec.replicas is no part of that",
    ],
    [
      { labels: jsonb({}) },
      'scale',
      "the table has the option subresource 'scale', through which spec.replicas alone is written",
    ],
  ])('refuses %o through %s', async (set, subresource, want) => {
    const { error } = await write(update(set, { columns, subresource }))
    expect(error).toContain(want)
  })

  it('refuses a row that does not say which object it is', async () => {
    const { error, sent } = await write({ rows: [{ update: 'web  ', set: { labels: null } }] })
    expect(error).toContain(
      'k8s_fdw[write] the row does not say which object it is: its object_key has no uid or no version. Hint: ',
    )
    expect(sent).toEqual([])
  })
})

onEachEngine('INSERT', (write) => {
  const CONFIG_MAPS = { apiVersion: 'v1', kind: 'ConfigMap' }
  const post = (object: object, path: string): Sent[] =>
    [`${QUERY}&dryRun=All`, QUERY].map((query) => ({
      request: `POST ${path}?${query}`,
      type: 'application/json',
      body: object,
    }))

  it('makes an object of the columns that are not NULL', async () => {
    const { error, sent } = await write({
      tableOptions: {
        columns:
          '{"image": "spec.template.spec.containers[0].image", "cname": "spec.template.spec.containers[0].name"}',
      },
      rows: [
        {
          insert: {
            name: text('web'),
            namespace: text('shop'),
            labels: jsonb({ app: 'web' }),
            status: null,
            image: text('web:1'),
            cname: text('app'),
            object_key: null,
          },
        },
      ],
    })
    expect(error).toBeNull()
    expect(sent).toEqual(
      post(
        {
          metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
          spec: { template: { spec: { containers: [{ image: 'web:1', name: 'app' }] } } },
          apiVersion: 'apps/v1',
          kind: 'Deployment',
        },
        '/apis/apps/v1/namespaces/shop/deployments',
      ),
    )
  })

  it('takes attrs as a manifest, without what the API server had set, and columns above it', async () => {
    const manifest = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'a',
        namespace: 'x',
        uid: 'u',
        resourceVersion: '1',
        creationTimestamp: 't',
        managedFields: [],
        labels: { l: '1' },
      },
      data: { k: 'v' },
    }
    const { error, sent } = await write({
      tableOptions: CONFIG_MAPS,
      rows: [{ insert: { attrs: jsonb(manifest), namespace: text('y') } }],
    })
    expect(error).toBeNull()
    expect(sent).toEqual(
      post(
        { ...manifest, metadata: { name: 'a', namespace: 'y', labels: { l: '1' } } },
        '/api/v1/namespaces/y/configmaps',
      ),
    )
  })

  it("takes the table's namespace, and none for a cluster-scoped kind", async () => {
    const inTable = await write({
      tableOptions: { ...CONFIG_MAPS, namespace: 'z' },
      rows: [{ insert: { name: text('a') } }],
    })
    expect(inTable.sent[0]?.request).toBe(`POST /api/v1/namespaces/z/configmaps?${QUERY}&dryRun=All`)
    const ofCluster = await write({
      tableOptions: { apiVersion: 'v1', kind: 'Namespace' },
      rows: [{ insert: { name: text('a') } }],
    })
    expect(ofCluster.sent[1]?.request).toBe(`POST /api/v1/namespaces?${QUERY}`)
  })

  it("leaves out the name of a partition's cluster", async () => {
    const { error, sent } = await write({
      tableOptions: { ...CONFIG_MAPS, namespace: 'z', columns: `{"cluster": "{'east'}"}` },
      rows: [{ insert: { cluster: text('east'), name: text('a') } }],
    })
    expect(error).toBeNull()
    expect(sent[1]?.body).toMatchObject({ metadata: { name: 'a', namespace: 'z' } })
  })

  it('has the API server make up a name once', async () => {
    const { sent } = await write({
      tableOptions: { ...CONFIG_MAPS, namespace: 'z' },
      rows: [{ insert: { attrs: jsonb({ metadata: { generateName: 'a-' } }) } }],
      respond: ({ body }) => json(201, { ...(body as object), metadata: { name: 'a-x7' } }),
    })
    expect(sent[1]?.body).toMatchObject({ metadata: { generateName: 'a-', name: 'a-x7', namespace: 'z' } })
  })

  it('applies', async () => {
    const { sent } = await write({
      tableOptions: { ...CONFIG_MAPS, on_insert: 'apply' },
      rows: [{ insert: { name: text('a'), namespace: text('x'), data: jsonb({ k: 'v' }) } }],
    })
    expect(sent[1]).toMatchObject({
      request: `PATCH /api/v1/namespaces/x/configmaps/a?${QUERY}`,
      type: 'application/apply-patch+yaml',
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a', namespace: 'x' },
        data: { k: 'v' },
      },
    })
  })

  it.each<[values: Values, options: { [name: string]: string }, want: string]>([
    [{ name: text('a') }, {}, 'the row has no namespace, and objects of kind ConfigMap are in one'],
    [{ namespace: text('x') }, {}, 'the row has no name, and an object of kind ConfigMap needs one'],
    [
      { name: text('a'), namespace: text('x') },
      { namespace: 'y' },
      `the row's namespace is "x", and the table's "y"`,
    ],
    [
      { name: text('a'), namespace: text('x') },
      { kind: 'Node' },
      'the row has the namespace "x", but objects of kind Node are in no namespace',
    ],
    [
      { attrs: jsonb({ kind: 'Secret' }), name: text('a'), namespace: text('x') },
      {},
      `the row's kind is "Secret", and the table's "ConfigMap"`,
    ],
    [
      { attrs: jsonb('x') },
      {},
      'column "attrs" cannot be written: it is the whole object, and its value is none',
    ],
    [{ uid: text('u') }, {}, 'column "uid" cannot be written: the API server sets metadata.uid'],
    [
      { name: text('a'), namespace: text('x'), second: text('b') },
      { columns: '{"second": "spec.list[1]"}' },
      'column "second" cannot be written: the object has no list for spec.list[1] to be the next element of',
    ],
    [
      { name: text('a'), namespace: text('x') },
      { subresource: 'status' },
      "the table has the option subresource 'status', and INSERT is for whole objects",
    ],
    [
      { namespace: text('x'), attrs: jsonb({ metadata: { generateName: 'a' } }) },
      { on_insert: 'apply' },
      'the row has no name, and an object of kind',
    ],
  ])('refuses %o with %o', async (insert, options, want) => {
    const { error, sent } = await write({ tableOptions: { ...CONFIG_MAPS, ...options }, rows: [{ insert }] })
    expect(error).toContain(`k8s_fdw[write] ${want}`)
    expect(sent).toEqual([])
  })
})

onEachEngine('DELETE', (write) => {
  const options = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    preconditions: IDENTITY,
    propagationPolicy: 'Background',
  }

  it('deletes the object that was read, as it was read', async () => {
    const { error, sent } = await write({ rows: [{ delete: KEY }] })
    expect(error).toBeNull()
    const request = `DELETE ${WEB}`
    const type = 'application/json'
    expect(sent).toEqual([
      { request, type, body: { ...options, dryRun: ['All'] } },
      { request, type, body: options },
    ])
  })

  it('says what becomes of dependents, and how long it may take', async () => {
    const { sent } = await write({
      tableOptions: { propagation_policy: 'Orphan', grace_period_seconds: '0' },
      rows: [{ delete: KEY }],
    })
    expect(sent[1]?.body).toEqual({ ...options, propagationPolicy: 'Orphan', gracePeriodSeconds: 0 })
  })

  it('is for whole objects', async () => {
    const { error } = await write({ tableOptions: { subresource: 'scale' }, rows: [{ delete: KEY }] })
    expect(error).toContain("the table has the option subresource 'scale', and DELETE is for whole objects")
  })
})

onEachScan('object_key', (scan) => {
  it('says which object a row is, and needs no more than its metadata', async () => {
    const { rows, requests } = await scan({
      columns: [{ name: 'object_key', type: 'string' }],
      respond: [
        list([
          { metadata: { name: 'web', namespace: 'shop', ...IDENTITY } },
          { metadata: { name: 'node-1', ...IDENTITY } },
          { metadata: { name: 'made-up', namespace: 'shop' } },
        ]),
      ],
    })
    expect(rows).toEqual([[KEY], [KEY.replace('shop/web', 'node-1')], ['shop/made-up  ']])
    expect(requests[0]?.headers).toContainEqual([
      'accept',
      expect.stringContaining('as=PartialObjectMetadataList'),
    ])
  })
})
