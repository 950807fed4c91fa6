// INSERT into a table of manifests against the API server. What kubectl apply --server-side makes of a twin of the manifest
// is what SQL has to make of it, down to the fields that the applier manages.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kubectl } from '../support/kubectl.ts'
import { create, remove } from '../support/objects.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run } from '../support/sql.ts'

const NAMESPACE = 'manifests'
const GROUP = 'manifests.example.com'

interface Manifest {
  readonly [field: string]: unknown
  readonly kind: string
  readonly metadata: object
}

const definition = (plural: string, kind: string, subresources: object): Manifest => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural, kind, singular: kind.toLowerCase() },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: { size: { type: 'integer' }, list: { type: 'array', items: { type: 'string' } } },
              },
              status: { type: 'object', properties: { phase: { type: 'string' } } },
            },
          },
        },
      },
    ],
  },
})

const inNamespace = (apiVersion: string, kind: string, rest: object, metadata: object = {}): Manifest => ({
  apiVersion,
  kind,
  metadata: { namespace: NAMESPACE, labels: { app: 'x' }, ...metadata },
  ...rest,
})

const POD = {
  containers: [
    {
      name: 'app',
      image: 'web:1',
      ports: [{ containerPort: 80 }],
      resources: { requests: { cpu: '0.5', memory: '1024Ki' } },
    },
  ],
}
const template = { metadata: { labels: { app: 'x' } }, spec: POD }
const selector = { matchLabels: { app: 'x' } }

const CONFIG_MAP = inNamespace('v1', 'ConfigMap', {
  data: { a: 'two\nlines', b: "it's" },
  binaryData: { c: 'AAE=' },
})
const DEPLOYMENT = inNamespace('apps/v1', 'Deployment', { spec: { replicas: 2, selector, template } })

/** Manifests as people write them; the name is left to the test. */
const KINDS: readonly Manifest[] = [
  CONFIG_MAP,
  inNamespace('v1', 'Secret', {
    type: 'Opaque',
    stringData: { user: 'größe' },
    data: { pass: 'YXBwbGllZC1hcy1hLW1hbmlmZXN0' },
  }),
  inNamespace('v1', 'ServiceAccount', {}),
  inNamespace('v1', 'Service', { spec: { type: 'ExternalName', externalName: 'example.com' } }),
  inNamespace('v1', 'PersistentVolumeClaim', {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }),
  inNamespace('v1', 'LimitRange', { spec: { limits: [{ type: 'Container', default: { cpu: '0.25' } }] } }),
  DEPLOYMENT,
  inNamespace('apps/v1', 'StatefulSet', { spec: { serviceName: 'x', selector, template } }),
  inNamespace('apps/v1', 'DaemonSet', { spec: { selector, template } }),
  inNamespace('batch/v1', 'CronJob', {
    spec: {
      schedule: '0 * * * *',
      jobTemplate: { spec: { template: { spec: { ...POD, restartPolicy: 'Never' } } } },
    },
  }),
  inNamespace('networking.k8s.io/v1', 'NetworkPolicy', {
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  }),
  inNamespace('networking.k8s.io/v1', 'Ingress', {
    spec: { defaultBackend: { service: { name: 'x', port: { number: 80 } } } },
  }),
  inNamespace('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: '50%', selector } }),
  inNamespace('autoscaling/v2', 'HorizontalPodAutoscaler', {
    spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } },
  }),
  inNamespace('rbac.authorization.k8s.io/v1', 'Role', {
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  }),
  inNamespace('coordination.k8s.io/v1', 'Lease', {
    spec: { holderIdentity: 'me', renewTime: '2026-01-01T00:00:00.000000Z' },
  }),
  inNamespace(`${GROUP}/v1`, 'Gizmo', { spec: { size: 1, list: ['a'] }, status: { phase: 'ignored' } }),
  inNamespace(`${GROUP}/v1`, 'Plain', { spec: { size: 1 }, status: { phase: 'kept' } }),
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: {}, value: 7 },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: {},
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  },
]

const named = (manifest: Manifest, name: string): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, name },
})

const literal = (manifest: unknown): string => `'${JSON.stringify(manifest).replaceAll("'", "''")}'`

const insert = (...manifests: unknown[]): string =>
  `INSERT INTO manifests.manifests (manifest) VALUES ${manifests.map((one) => `(${literal(one)})`).join(', ')};`

const apply = (manifest: unknown, ...more: string[]): string =>
  kubectl(['apply', '--server-side', '-f', '-', ...more], undefined, JSON.stringify(manifest))

const OF_ONE_OBJECT = ['name', 'uid', 'resourceVersion', 'creationTimestamp']

/** The object without what tells it from its twin; of its managers what each manages, and not who they are. */
const read = (kind: string, name: string): unknown => {
  const text = kubectl(['get', kind, name, '-n', NAMESPACE, '-o', 'json', '--show-managed-fields'])
  const object = JSON.parse(text) as { metadata: { managedFields?: { [field: string]: unknown }[] } }
  const { managedFields = [], ...metadata } = object.metadata
  return {
    ...object,
    metadata: {
      ...Object.fromEntries(Object.entries(metadata).filter(([field]) => !OF_ONE_OBJECT.includes(field))),
      // The API server has them in the order of their times, of which two may be of one second.
      managedFields: managedFields
        .map(({ operation, fieldsV1, apiVersion }) => ({ operation, fieldsV1, apiVersion }))
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    },
  }
}

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await createServer('manifests', { writes: 'on' })
  await run(`
    CREATE SCHEMA manifests;
    CREATE FOREIGN TABLE manifests.manifests (manifest jsonb)
      SERVER manifests OPTIONS (object 'manifests', rowid_column 'manifest');
    CREATE FOREIGN TABLE manifests.forced (manifest jsonb)
      SERVER manifests OPTIONS (object 'manifests', rowid_column 'manifest', namespace '${NAMESPACE}', force 'on');
    CREATE FOREIGN TABLE manifests.config_maps (name text, namespace text, data jsonb, attrs jsonb, object_key text)
      SERVER manifests OPTIONS (object 'configmaps', namespaces '${NAMESPACE},default', rowid_column 'object_key');
    CREATE FOREIGN TABLE manifests.plains (name text, phase text OPTIONS (alias 'status.phase'), object_key text)
      SERVER manifests OPTIONS (object 'plains.${GROUP}', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE manifests.gizmos (name text, phase text OPTIONS (alias 'status.phase'), object_key text)
      SERVER manifests OPTIONS (object 'gizmos.${GROUP}', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE manifests.plain_statuses (name text, phase text OPTIONS (alias 'status.phase'), object_key text)
      SERVER manifests OPTIONS (object 'plains.${GROUP}', namespace '${NAMESPACE}', rowid_column 'object_key', subresource 'status');`)
  // One statement for the definitions, and later ones for their objects, as the errors say.
  await run(insert(definition('gizmos', 'Gizmo', { status: {} }), definition('plains', 'Plain', {})))
  kubectl(['wait', '--for=condition=Established', 'crd', `gizmos.${GROUP}`, `plains.${GROUP}`])
})

afterAll(async () => {
  kubectl(['delete', 'crd', `gizmos.${GROUP}`, `plains.${GROUP}`, '--wait=false'])
  for (const kind of ['priorityclass', 'clusterrole'])
    kubectl(['delete', kind, 'by-sql', 'by-kubectl', '--wait=false'])
  await remove(`/api/v1/namespaces/${NAMESPACE}`).catch(() => undefined)
})

describe('INSERT does what kubectl apply --server-side does', () => {
  it.each(KINDS)('with a $kind', async (manifest) => {
    await run(insert(named(manifest, 'by-sql')))
    apply(named(manifest, 'by-kubectl'))
    expect(read(manifest.kind, 'by-sql')).toEqual(read(manifest.kind, 'by-kubectl'))
  })

  it('when a field is left out, a list changes, and nothing changes', async () => {
    const changed = {
      ...DEPLOYMENT,
      metadata: { namespace: NAMESPACE, annotations: { a: '1' } },
      spec: {
        selector,
        template: { ...template, spec: { containers: [...POD.containers, { name: 'side', image: 's:1' }] } },
      },
    }
    for (let i = 0; i < 2; i++) {
      await run(insert(named(changed, 'by-sql')))
      apply(named(changed, 'by-kubectl'))
      expect(read('Deployment', 'by-sql')).toEqual(read('Deployment', 'by-kubectl'))
    }
  })

  it('beside another who manages a part', async () => {
    for (const name of ['shared-by-sql', 'shared-by-kubectl']) {
      apply(
        { ...named(CONFIG_MAP, name), data: { other: '1' }, binaryData: undefined },
        '--field-manager=other',
      )
    }
    await run(insert(named(CONFIG_MAP, 'shared-by-sql')))
    apply(named(CONFIG_MAP, 'shared-by-kubectl'))
    expect(read('ConfigMap', 'shared-by-sql')).toEqual(read('ConfigMap', 'shared-by-kubectl'))
  })

  it('in one statement of many kinds', async () => {
    await run(insert(...KINDS.map((manifest) => named(manifest, 'together'))))
    for (const { kind } of KINDS)
      expect(kubectl(['get', kind, 'together', '-n', NAMESPACE, '-o', 'name'])).toContain('together')
    for (const kind of ['priorityclass', 'clusterrole']) kubectl(['delete', kind, 'together', '--wait=false'])
  })
})

const configMap = (name: string, data: object): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: NAMESPACE },
  data,
})

describe('what others manage', () => {
  it('is named with who it is, and taken over by force', async () => {
    apply(configMap('owned', { k: '1', l: '1' }), '--field-manager=other')
    expect(await failure(insert(configMap('owned', { k: '2', l: '2' })))).toContain(
      `k8s_fdw[write] ConfigMap ${NAMESPACE}/owned has fields that others manage: .data.k: conflict with "other"; .data.l: conflict with "other". Hint: leave them out, so that they stay as they are; or give the table the option force 'on'`,
    )
    const taken = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'owned' },
      data: { k: '2' },
    })
    await run(`INSERT INTO manifests.forced (manifest) VALUES ('${taken}');`)
    expect(kubectl(['get', 'cm', 'owned', '-n', NAMESPACE, '-o', 'jsonpath={.data}'])).toBe(
      '{"k":"2","l":"1"}',
    )
  })
})

describe('rows that are read', () => {
  it('are applied as manifests: a copy under another name', async () => {
    apply(configMap('source', { k: 'v' }))
    await run(`INSERT INTO manifests.manifests (manifest)
      SELECT jsonb_set(attrs, '{metadata,name}', '"copy"') FROM manifests.config_maps
      WHERE namespace = '${NAMESPACE}' AND name = 'source';`)
    expect(kubectl(['get', 'cm', 'copy', '-n', NAMESPACE, '-o', 'jsonpath={.data}'])).toBe('{"k":"v"}')
  })

  it('are items of a list', async () => {
    const list = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [configMap('item-1', {}), configMap('item-2', {})],
    })
    const error = await failure(insert(JSON.parse(list)))
    expect(error).toContain("jsonb_array_elements(manifest->'items') AS item")
    await run(`INSERT INTO manifests.manifests (manifest)
      SELECT item FROM (VALUES ('${list}'::jsonb)) AS list (manifest), jsonb_array_elements(manifest->'items') AS item;`)
    expect(
      kubectl(['get', 'cm', 'item-1', 'item-2', '-n', NAMESPACE, '-o', 'name']).split('\n'),
    ).toHaveLength(3)
  })
})

describe('what cannot be applied', () => {
  const gadget = definition('gadgets', 'Gadget', {})
  it.each<[name: string, manifests: unknown[], want: string]>([
    [
      'a kind that is not served',
      [{ apiVersion: 'apps/v1beta1', kind: 'Deployment', metadata: { name: 'x' } }],
      "did you mean apiVersion 'apps/v1', kind 'Deployment'",
    ],
    [
      'an object of a definition in the same statement',
      [gadget, { apiVersion: `${GROUP}/v1`, kind: 'Gadget', metadata: { name: 'x', namespace: NAMESPACE } }],
      `the cluster serves no ${GROUP}/v1 Gadget yet: a row of the same statement makes its definition`,
    ],
    [
      'an object of a namespace in the same statement',
      [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'manifests-new' } },
        { ...configMap('x', {}), metadata: { name: 'x', namespace: 'manifests-new' } },
      ],
      'a row of the same statement makes it, and it is not there before the statement ends',
    ],
    [
      'a review',
      [{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: { name: 'x' } }],
      'selfsubjectaccessreviews/x: 404 Not Found',
    ],
    [
      'a namespace for a kind that is in none',
      [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'x', namespace: NAMESPACE } }],
      'objects of kind Node are in no namespace',
    ],
    [
      'no namespace',
      [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }],
      'objects of kind ConfigMap are in one',
    ],
    ['an unknown field', [{ ...configMap('x', {}), dota: {} }], '.dota: field not declared in schema'],
    [
      'a name that is to be made up',
      [{ ...configMap('x', {}), metadata: { generateName: 'x-', namespace: NAMESPACE } }],
      'the row has no name',
    ],
  ])('%s', async (_, manifests, want) => {
    const error = await failure(insert(...manifests))
    expect(error).toContain(want)
    expect(kubectl(['get', 'crd,ns', '-o', 'name'])).not.toMatch(/gadgets|manifests-new/)
  })

  it('a masked Secret', async () => {
    await run(`CREATE FOREIGN TABLE manifests.secrets (name text, attrs jsonb)
      SERVER manifests OPTIONS (object 'secrets', namespace '${NAMESPACE}');`)
    expect(
      await failure(
        `INSERT INTO manifests.manifests (manifest) SELECT attrs FROM manifests.secrets WHERE name = 'by-sql';`,
      ),
    ).toContain('column "manifest" cannot be written: its value is masked (***)')
  })

  it.each([
    'SELECT * FROM manifests.manifests',
    `UPDATE manifests.manifests SET manifest = '{}'`,
    'DELETE FROM manifests.manifests',
  ])('%s', async (sql) => {
    expect(await failure(`${sql};`)).toMatch(/into which manifests are inserted|has no column object_key/)
  })
})

describe('INSERT and UPDATE of a kind', () => {
  it('is refused in a namespace that the table does not show', async () => {
    const sql = `INSERT INTO manifests.config_maps (name, namespace) VALUES ('x', 'kube-system');`
    expect(await failure(sql)).toContain(
      `the row's namespace is "kube-system", which is none of the table's: ${NAMESPACE}, default`,
    )
  })

  it('writes what is below status where that is no subresource', async () => {
    await run(`UPDATE manifests.plains SET phase = 'written' WHERE name = 'by-sql';`)
    expect(await rows(`SELECT phase FROM manifests.plains WHERE name = 'by-sql'`)).toEqual([['written']])
    expect(await failure(`UPDATE manifests.gizmos SET phase = 'x' WHERE name = 'by-sql';`)).toContain(
      'column "phase" cannot be written: status.phase is what the cluster says of the object',
    )
    expect(await failure(`UPDATE manifests.plain_statuses SET phase = 'x' WHERE name = 'by-sql';`)).toContain(
      'objects of kind Plain have no subresource status',
    )
  })
})
