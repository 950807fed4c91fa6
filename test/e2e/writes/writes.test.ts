// INSERT, UPDATE and DELETE against the API server. What kubectl makes of a twin of the object by a change of the same
// meaning is what SQL has to make of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kubectl } from '../support/kubectl.ts'
import { create, remove } from '../support/objects.ts'
import { suiteApi } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'writes'

interface KubernetesObject {
  [field: string]: unknown
  metadata: { [field: string]: unknown; labels?: { [key: string]: string } }
}

const get = (kind: string, name: string): KubernetesObject =>
  JSON.parse(
    kubectl(['get', kind, name, '-n', NAMESPACE, '-o', 'json', '--show-managed-fields']),
  ) as KubernetesObject

const OF_ONE_OBJECT = ['name', 'uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'generation']

/** What two objects have in common that were changed alike. */
const withoutIdentity = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: Object.fromEntries(
    Object.entries(object.metadata).filter(([field]) => !OF_ONE_OBJECT.includes(field)),
  ),
})

const deployment = (name: string): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: NAMESPACE, labels: { app: 'twin', tier: 'front' } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'twin' } },
    template: {
      metadata: { labels: { app: 'twin' } },
      spec: {
        containers: [
          { name: 'app', image: 'web:1', resources: { requests: { cpu: '100m' } } },
          { name: 'side', image: 'side:1' },
        ],
      },
    },
  },
})

const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`

/** Two objects that differ in nothing but their names: one for SQL, and one for kubectl. */
const twins = async (): Promise<void> => {
  for (const name of ['by-sql', 'by-kubectl']) {
    await remove(`${DEPLOYMENTS}/${name}`).catch(() => undefined)
    await create(DEPLOYMENTS, deployment(name))
  }
}

const expectTwins = (): void => {
  expect(withoutIdentity(get('deployment', 'by-sql'))).toEqual(
    withoutIdentity(get('deployment', 'by-kubectl')),
  )
}

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await createServer('writes', { writes: 'on' })
  await createServer('reads')
  await run(`
    CREATE SCHEMA writes;
    CREATE FOREIGN TABLE writes.deployments (
      name text, namespace text, labels jsonb, annotations jsonb, spec jsonb, status jsonb, attrs jsonb,
      resource_version text,
      replicas integer OPTIONS (alias 'spec.replicas'),
      app text OPTIONS (alias 'metadata.labels.app'),
      restarted_at text OPTIONS (alias '{.spec.template.metadata.annotations[''kubectl\\.kubernetes\\.io/restartedAt'']}'),
      image text OPTIONS (alias 'spec.template.spec.containers[0].image'),
      cpu numeric OPTIONS (alias 'spec.template.spec.containers[0].resources.requests.cpu'),
      memory numeric OPTIONS (alias 'spec.template.spec.containers[0].resources.limits.memory'),
      images jsonb OPTIONS (alias '{.spec.template.spec.containers[*].image}'),
      selector jsonb OPTIONS (alias 'spec.selector'),
      object_key text
    ) SERVER writes OPTIONS (object 'deployments.apps', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE writes.scales (name text, replicas integer OPTIONS (alias 'spec.replicas'), object_key text)
      SERVER writes OPTIONS (object 'deployments.apps', namespace '${NAMESPACE}', rowid_column 'object_key', subresource 'scale');
    CREATE FOREIGN TABLE writes.statuses (name text, status jsonb, object_key text)
      SERVER writes OPTIONS (object 'deployments.apps', namespace '${NAMESPACE}', rowid_column 'object_key', subresource 'status');
    CREATE FOREIGN TABLE writes.config_maps (name text, namespace text, labels jsonb, data jsonb, attrs jsonb, uid text, object_key text)
      SERVER writes OPTIONS (object 'configmaps', rowid_column 'object_key');
    CREATE FOREIGN TABLE writes.applied (name text, namespace text, labels jsonb, data jsonb, object_key text)
      SERVER writes OPTIONS (object 'configmaps', rowid_column 'object_key', on_insert 'apply');
    CREATE FOREIGN TABLE writes.secrets (name text, namespace text, data jsonb, "stringData" jsonb,
      password text OPTIONS (alias 'data.password'), object_key text)
      SERVER writes OPTIONS (object 'secrets', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE writes.read_only (name text, data jsonb, object_key text)
      SERVER reads OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE writes.nodes (name text, unschedulable boolean OPTIONS (alias 'spec.unschedulable'), object_key text)
      SERVER writes OPTIONS (object 'nodes', rowid_column 'object_key');
  `)
})

afterAll(async () => {
  for (const kind of ['deployments', 'configmaps', 'secrets'])
    kubectl(['delete', kind, '--all', '-n', NAMESPACE, '--wait=false'])
  await remove(`/api/v1/namespaces/${NAMESPACE}`).catch(() => undefined)
})

describe('UPDATE does what kubectl does', () => {
  it.each<[what: string, sql: string, kubectlArgs: string[]]>([
    [
      'scale',
      `UPDATE writes.deployments SET replicas = 3 WHERE name = 'by-sql'`,
      ['scale', 'deployment/by-kubectl', '--replicas=3'],
    ],
    [
      'scale, through the subresource',
      `UPDATE writes.scales SET replicas = replicas + 4 WHERE name = 'by-sql'`,
      ['scale', 'deployment/by-kubectl', '--replicas=5'],
    ],
    [
      'label',
      `UPDATE writes.deployments SET labels = labels || '{"team": "a"}' WHERE name = 'by-sql'`,
      ['label', 'deployment/by-kubectl', 'team=a'],
    ],
    [
      'remove a label',
      `UPDATE writes.deployments SET labels = labels - 'tier' WHERE name = 'by-sql'`,
      ['label', 'deployment/by-kubectl', 'tier-'],
    ],
    [
      'change one label',
      `UPDATE writes.deployments SET app = 'other' WHERE name = 'by-sql'`,
      ['label', '--overwrite', 'deployment/by-kubectl', 'app=other'],
    ],
    [
      'annotate, where there are no annotations',
      `UPDATE writes.deployments SET annotations = '{"a/b": "1"}' WHERE name = 'by-sql'`,
      ['annotate', 'deployment/by-kubectl', 'a/b=1'],
    ],
    [
      'restart',
      `UPDATE writes.deployments SET restarted_at = 'now' WHERE name = 'by-sql'`,
      [
        'patch',
        'deployment/by-kubectl',
        '-p',
        '{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"now"}}}}}',
      ],
    ],
    [
      'set image',
      `UPDATE writes.deployments SET image = 'web:2' WHERE name = 'by-sql'`,
      ['set', 'image', 'deployment/by-kubectl', 'app=web:2'],
    ],
    [
      'set resources',
      `UPDATE writes.deployments SET cpu = 0.25, memory = 64 * 1024 * 1024 WHERE name = 'by-sql'`,
      [
        'set',
        'resources',
        'deployment/by-kubectl',
        '-c',
        'app',
        '--requests=cpu=250m',
        '--limits=memory=67108864',
      ],
    ],
    [
      'remove resources',
      `UPDATE writes.deployments SET cpu = NULL WHERE name = 'by-sql'`,
      [
        'patch',
        'deployment/by-kubectl',
        '-p',
        '{"spec":{"template":{"spec":{"containers":[{"name":"app","resources":{"requests":{"cpu":null}}}]}}}}',
      ],
    ],
    [
      'replace the spec',
      `UPDATE writes.deployments SET spec = jsonb_set(spec, '{paused}', 'true') WHERE name = 'by-sql'`,
      ['rollout', 'pause', 'deployment/by-kubectl'],
    ],
    [
      'a status',
      `UPDATE writes.statuses SET status = '{"replicas": 2}' WHERE name = 'by-sql'`,
      [
        'patch',
        'deployment/by-kubectl',
        '--subresource=status',
        '--type=merge',
        '-p',
        '{"status":{"replicas":2}}',
      ],
    ],
  ])('%s', async (_, sql, kubectlArgs) => {
    await twins()
    await run(`${sql};`)
    kubectl([...kubectlArgs, '-n', NAMESPACE])
    expectTwins()
  })

  it('leaves the object as it is where nothing changes', async () => {
    await twins()
    const before = get('deployment', 'by-sql')
    await run(`UPDATE writes.deployments SET name = name, replicas = replicas WHERE name = 'by-sql';`)
    expect(get('deployment', 'by-sql').metadata['resourceVersion']).toBe(before.metadata['resourceVersion'])
  })

  it('is done under a name of its own', async () => {
    await twins()
    await run(`UPDATE writes.deployments SET replicas = 2 WHERE name = 'by-sql';`)
    expect(JSON.stringify(get('deployment', 'by-sql').metadata['managedFields'])).toContain(
      '"manager":"k8s_fdw"',
    )
  })
})

const configMap = (name: string, data: object = { k: 'v' }): Promise<void> =>
  create(`/api/v1/namespaces/${NAMESPACE}/configmaps`, { metadata: { name }, data })

const namesOf = (kind: string): string[] =>
  kubectl(['get', kind, '-n', NAMESPACE, '-o', 'name']).trim().split('\n').sort()

describe('INSERT and DELETE', () => {
  it('makes what kubectl makes', async () => {
    await run(`INSERT INTO writes.config_maps (name, namespace, labels, data)
      VALUES ('made-by-sql', '${NAMESPACE}', '{"app": "x"}', '{"a": "1", "b": "two\\nlines"}');`)
    kubectl([
      'create',
      'configmap',
      'made-by-kubectl',
      '-n',
      NAMESPACE,
      '--from-literal=a=1',
      '--from-literal=b=two\nlines',
    ])
    kubectl(['label', 'configmap', 'made-by-kubectl', '-n', NAMESPACE, 'app=x'])
    expect(withoutIdentity(get('configmap', 'made-by-sql'))).toEqual(
      withoutIdentity(get('configmap', 'made-by-kubectl')),
    )
  })

  it('copies objects, by columns and as manifests', async () => {
    await configMap('original', { x: '1' })
    await run(`
      INSERT INTO writes.config_maps (name, namespace, data)
        SELECT name || '-copy', namespace, data FROM writes.config_maps WHERE name = 'original' AND namespace = '${NAMESPACE}';
      INSERT INTO writes.config_maps (name, attrs)
        SELECT name || '-again', attrs FROM writes.config_maps WHERE name = 'original' AND namespace = '${NAMESPACE}';`)
    for (const name of ['original-copy', 'original-again'])
      expect(withoutIdentity(get('configmap', name))).toEqual(withoutIdentity(get('configmap', 'original')))
  })

  it('makes and deletes many in one statement', async () => {
    await run(`INSERT INTO writes.config_maps (name, namespace, data)
      SELECT 'many-' || i, '${NAMESPACE}', jsonb_build_object('i', i::text) FROM generate_series(1, 20) AS i;`)
    expect(namesOf('configmaps').filter((name) => name.includes('many-'))).toHaveLength(20)
    await run(
      `DELETE FROM writes.config_maps WHERE namespace = '${NAMESPACE}' AND name LIKE 'many-%' AND data->>'i' <> '7';`,
    )
    expect(namesOf('configmaps').filter((name) => name.includes('many-'))).toEqual(['configmap/many-7'])
  })

  it('has the API server make up names', async () => {
    await run(`INSERT INTO writes.config_maps (namespace, attrs)
      VALUES ('${NAMESPACE}', '{"metadata": {"generateName": "made-up-"}}'), ('${NAMESPACE}', '{"metadata": {"generateName": "made-up-"}}');`)
    expect(namesOf('configmaps').filter((name) => /made-up-\w+/.test(name))).toHaveLength(2)
  })

  it('applies as kubectl apply --server-side does', async () => {
    const apply = (data: object): Promise<string> =>
      run(
        `INSERT INTO writes.applied (name, namespace, data) VALUES ('applied', '${NAMESPACE}', '${JSON.stringify(data)}');`,
      )
    await apply({ a: '1', b: '1' })
    await apply({ a: '2' })
    expect(get('configmap', 'applied')).toMatchObject({ data: { a: '2' } })
    const manifest = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'applied', namespace: NAMESPACE },
      data: { a: '3' },
    }
    const other = (): string =>
      kubectl(
        ['apply', '--server-side', '--field-manager=other', '--force-conflicts', '-f', '-'],
        undefined,
        JSON.stringify(manifest),
      )
    other()
    expect(
      await failure(
        `INSERT INTO writes.applied (name, namespace, data) VALUES ('applied', '${NAMESPACE}', '{"a": "4"}');`,
      ),
    ).toContain(
      `ConfigMap ${NAMESPACE}/applied has fields that others manage: column "data" (.data.a): conflict with "other"`,
    )
  })

  it('writes what a Secret holds, and does not write its mask', async () => {
    await run(`INSERT INTO writes.secrets (name, "stringData") VALUES ('s', '{"password": "one", "user": "u"}');
      UPDATE writes.secrets SET password = 'dHdv' WHERE name = 's';`)
    expect(get('secret', 's')['data']).toEqual({ password: 'dHdv', user: 'dQ==' })
    expect(
      await failure(`UPDATE writes.secrets SET data = data || '{"x": "eA=="}' WHERE name = 's';`),
    ).toContain(`column "data" cannot be written: its value is masked (***)`)
  })
})

describe('nothing is sent unless all is valid', () => {
  const count = (): number => namesOf('configmaps').length

  it('for INSERT', async () => {
    const before = count()
    expect(
      await failure(
        `INSERT INTO writes.config_maps (name, namespace) VALUES ('fine', '${NAMESPACE}'), ('Not fine', '${NAMESPACE}');`,
      ),
    ).toContain(
      `ConfigMap ${NAMESPACE}/Not fine would not be valid: column "name" (metadata.name): Invalid value: "Not fine"`,
    )
    expect(count()).toBe(before)
  })

  it('for DELETE of more than max_writes', async () => {
    await run(`INSERT INTO writes.config_maps (name, namespace) SELECT 'most-' || i, '${NAMESPACE}' FROM generate_series(1, 4) AS i;
      ALTER FOREIGN TABLE writes.config_maps OPTIONS (ADD max_writes '3');`)
    const before = count()
    const statement = `DELETE FROM writes.config_maps WHERE namespace = '${NAMESPACE}' AND name LIKE 'most-%';`
    expect(await failure(statement)).toContain('the statement changes more than 3 objects')
    expect(count()).toBe(before)
    await run(`ALTER FOREIGN TABLE writes.config_maps OPTIONS (SET max_writes '4'); ${statement}
      ALTER FOREIGN TABLE writes.config_maps OPTIONS (DROP max_writes);`)
    expect(count()).toBe(before - 4)
  })

  it('with k8s_fdw.dry_run', async () => {
    const before = count()
    const { messages, failed } = await session(`SET k8s_fdw.dry_run = on;
      INSERT INTO writes.config_maps (name, namespace) VALUES ('tried', '${NAMESPACE}');`)
    expect(failed).toBe(false)
    expect(messages).toContain('k8s_fdw.dry_run is on: 1 changes would be made, and none was')
    expect(count()).toBe(before)
  })

  it('where the statement fails for another reason', async () => {
    const before = count()
    expect(
      await failure(`WITH made AS (INSERT INTO writes.config_maps (name, namespace)
        SELECT 'late-' || i, '${NAMESPACE}' FROM generate_series(0, 3) AS i WHERE 1 / (3 - i) > -1) SELECT 1;`),
    ).toContain('division by zero')
    expect(count()).toBe(before)
  })
})

describe('an object that has changed since it was read', () => {
  /** SET waits until the row is read, and somebody else has changed the object. */
  const meanwhile = async (sql: string, change: () => unknown): Promise<string> => {
    const failed = failure(sql)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    change()
    return await failed
  }
  const WAITING = '(SELECT 7 FROM pg_sleep(6))'

  it('is not changed, and the error says by whom', async () => {
    await twins()
    const message = await meanwhile(
      `UPDATE writes.deployments SET replicas = ${WAITING} WHERE name = 'by-sql';`,
      () => kubectl(['label', 'deployment/by-sql', '-n', NAMESPACE, 'team=b', '--field-manager=somebody']),
    )
    expect(message).toMatch(
      /k8s_fdw\[write\] Deployment writes\/by-sql has changed since it was read, by somebody at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\. Hint: run the statement again/,
    )
    expect(get('deployment', 'by-sql')).toMatchObject({
      spec: { replicas: 1 },
      metadata: { labels: { team: 'b' } },
    })
  })

  it('is not changed by a JSON patch either', async () => {
    await twins()
    const message = await meanwhile(
      `UPDATE writes.deployments SET image = (SELECT 'web:9' FROM pg_sleep(6)) WHERE name = 'by-sql';`,
      () => kubectl(['label', 'deployment/by-sql', '-n', NAMESPACE, 'team=b', '--field-manager=somebody']),
    )
    expect(message).toContain('has changed since it was read, by somebody at')
  })

  it('is not deleted', async () => {
    await twins()
    const message = await meanwhile(
      `DELETE FROM writes.deployments WHERE name = 'by-sql' AND pg_sleep(6) IS NOT NULL;`,
      () => kubectl(['label', 'deployment/by-sql', '-n', NAMESPACE, 'team=b', '--field-manager=somebody']),
    )
    expect(message).toContain('has changed since it was read, by somebody at')
    expect(namesOf('deployments')).toContain('deployment.apps/by-sql')
  })

  it('is not the one that has its name now', async () => {
    await twins()
    const message = await meanwhile(
      `UPDATE writes.deployments SET replicas = ${WAITING} WHERE name = 'by-sql';`,
      () => {
        kubectl(['delete', 'deployment/by-sql', '-n', NAMESPACE])
        kubectl(['create', '-f', '-'], undefined, JSON.stringify(deployment('by-sql')))
      },
    )
    expect(message).toContain(': it was deleted, and another of its name was made')
    expect(get('deployment', 'by-sql')).toMatchObject({ spec: { replicas: 1 } })
  })

  it('may be gone', async () => {
    await twins()
    const message = await meanwhile(
      `UPDATE writes.deployments SET replicas = ${WAITING} WHERE name = 'by-sql';`,
      () => kubectl(['delete', 'deployment/by-sql', '-n', NAMESPACE]),
    )
    expect(message).toContain('k8s_fdw[write] Deployment writes/by-sql is gone since it was read')
  })
})

describe('what is refused', () => {
  it.each([
    [`UPDATE writes.read_only SET data = '{}'`, 'the table is for reading: its option writes is off'],
    [
      `UPDATE writes.deployments SET images = '[]'`,
      'column "images" cannot be written: its path {.spec.template.spec.containers[*].image} does not lead to one place',
    ],
    [
      `UPDATE writes.deployments SET status = '{}'`,
      'column "status" cannot be written: status is what the cluster says of the object',
    ],
    [
      `UPDATE writes.deployments SET attrs = '{}'`,
      'column "attrs" cannot be written: it is the whole object',
    ],
    [
      `UPDATE writes.deployments SET name = 'other'`,
      'column "name" cannot be written: an object keeps its metadata.name',
    ],
    [
      `UPDATE writes.deployments SET resource_version = '1'`,
      'column "resource_version" cannot be written: an object keeps its metadata.resourceVersion',
    ],
    [
      `UPDATE writes.deployments SET replicas = -1`,
      `would not be valid: column "replicas" (spec.replicas): Invalid value: -1`,
    ],
    [
      `UPDATE writes.deployments SET selector = '{"matchLabels": {"app": "x"}}'`,
      'column "selector" (spec.selector',
    ],
    [`UPDATE writes.deployments SET spec = '{"nonsense": 1}'`, 'unknown field "spec.nonsense"'],
    [
      `INSERT INTO writes.config_maps (name, namespace) VALUES ('x', 'no-such-namespace')`,
      'there is no namespace no-such-namespace for ConfigMap no-such-namespace/x to be in',
    ],
    [
      `INSERT INTO writes.config_maps (name, namespace, uid) VALUES ('x', '${NAMESPACE}', 'u')`,
      'column "uid" cannot be written: the API server sets metadata.uid',
    ],
    [
      `INSERT INTO writes.config_maps (name, namespace) VALUES ('kube-root', '${NAMESPACE}'), ('kube-root', '${NAMESPACE}')`,
      'two rows of the statement are for ConfigMap writes/kube-root',
    ],
    [
      `UPDATE writes.deployments AS d SET replicas = i FROM generate_series(1, 2) AS i`,
      'two rows of the statement are for Deployment writes/by-sql',
    ],
  ])('%s', async (sql, want) => {
    await twins()
    await run(`DELETE FROM writes.deployments WHERE name = 'by-kubectl';`)
    expect(await failure(`${sql};`)).toContain(want)
  })

  it('what is there already', async () => {
    await configMap('there')
    expect(
      await failure(`INSERT INTO writes.config_maps (name, namespace) VALUES ('there', '${NAMESPACE}');`),
    ).toContain(`k8s_fdw[write] ConfigMap ${NAMESPACE}/there is there already`)
  })

  it('what a policy of the cluster denies', async () => {
    const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
    const BINDINGS = `${POLICIES}bindings`.replace('policiesbindings', 'policybindings')
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }
    await create(POLICIES, {
      metadata: { name: 'no-fridays' },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: `object.metadata.name != 'friday'`, message: 'not on a Friday' }],
      },
    })
    await create(BINDINGS, {
      metadata: { name: 'no-fridays' },
      spec: { policyName: 'no-fridays', validationActions: ['Deny'] },
    })
    try {
      const insert = `SET k8s_fdw.dry_run = on; INSERT INTO writes.config_maps (name, namespace) VALUES ('friday', '${NAMESPACE}');`
      let message = ''
      // A policy counts a moment after it is made.
      for (let tries = 50; tries > 0 && !message.includes('Friday'); tries--) {
        message = (await session(insert)).messages
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
      expect(message).toContain(`admission does not let ConfigMap ${NAMESPACE}/friday be as it would be`)
      expect(message).toContain('not on a Friday')
    } finally {
      await remove(`${BINDINGS}/no-fridays`)
      await remove(`${POLICIES}/no-fridays`)
    }
  })
})

describe('a kind in no namespace', () => {
  it('is written too', async () => {
    await run(`UPDATE writes.nodes SET unschedulable = true WHERE name = 'zoo-node';`)
    expect(await rows(`SELECT unschedulable FROM writes.nodes WHERE name = 'zoo-node'`)).toEqual([['t']])
    const node = await suiteApi().get<{ spec: { unschedulable?: boolean } }>('/api/v1/nodes/zoo-node')
    expect(node.spec.unschedulable).toBe(true)
    await run(`UPDATE writes.nodes SET unschedulable = NULL WHERE name = 'zoo-node';`)
    const after = await suiteApi().get<{ spec: { unschedulable?: boolean } }>('/api/v1/nodes/zoo-node')
    expect(after.spec.unschedulable).toBeUndefined()
  })
})
