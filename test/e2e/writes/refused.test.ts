// Everything in a real API server that refuses a change, each with its own words in the error, and nothing is changed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../support/certificates.ts'
import { describeUnless, needsOwnServers } from '../support/left-out.ts'
import { create, patchStatus, remove } from '../support/objects.ts'
import { list, suiteApi } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { serve, type Serving } from '../support/serving.ts'
import { failure, run, session } from '../support/sql.ts'

const NAMESPACE = 'writes-refused'
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`
const ADMISSION = '/apis/admissionregistration.k8s.io/v1'
const WEBHOOKS = `${ADMISSION}/validatingwebhookconfigurations`
const RIGHTS = '/apis/rbac.authorization.k8s.io/v1'

const namesAt = async (path: string): Promise<string[]> =>
  (await list(path)).map(({ metadata }) => metadata.name).sort()

const insertMap = (name: string, data: object = {}): string =>
  `INSERT INTO refused.config_maps (name, data) VALUES ('${name}', '${JSON.stringify(data)}');`

/** Fails at last as it is to: what decides in a cluster does so a moment after it is made. Until then nothing is sent for real. */
const failureAtLast = async (sql: string, words: string): Promise<string> => {
  const tried = async (): Promise<string> => (await session(`SET k8s_fdw.dry_run = on; ${sql}`)).messages
  await expect.poll(tried, { timeout: 30_000, interval: 200 }).toContain(words)
  return await failure(sql)
}

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await createServer('refused', { writes: 'on' })
  await createServer('refused_jane', { writes: 'on', impersonate_user: 'jane' })
  await run(`
    DROP SCHEMA IF EXISTS refused CASCADE;
    CREATE SCHEMA refused;
    CREATE FOREIGN TABLE refused.config_maps (name text, labels jsonb, data jsonb, immutable boolean, attrs jsonb, object_key text)
      SERVER refused OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE refused.pods (name text, labels jsonb, spec jsonb, attrs jsonb,
      image text OPTIONS (alias 'spec.containers[0].image'), object_key text)
      SERVER refused OPTIONS (object 'pods', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE refused.services (name text, spec jsonb, address text OPTIONS (alias 'spec.clusterIP'), object_key text)
      SERVER refused OPTIONS (object 'services', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE refused.secrets (name text, type text, "stringData" jsonb, object_key text)
      SERVER refused OPTIONS (object 'secrets', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE refused.as_jane (name text, data jsonb, object_key text)
      SERVER refused_jane OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE refused.applied_as_jane (name text, data jsonb, object_key text)
      SERVER refused_jane OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key', on_insert 'apply');
    CREATE FOREIGN TABLE refused.applied (name text, labels jsonb, data jsonb, object_key text)
      SERVER refused OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key', on_insert 'apply');`)
})

afterAll(async () => {
  for (const kind of ['configmaps', 'pods', 'secrets'])
    await suiteApi().remove(`/api/v1/namespaces/${NAMESPACE}/${kind}`)
  await remove(`/api/v1/namespaces/${NAMESPACE}/services/fixed`).catch(() => undefined)
  await remove(`/api/v1/namespaces/${NAMESPACE}`).catch(() => undefined)
})

describe('a ValidatingAdmissionPolicy', () => {
  const POLICIES = `${ADMISSION}/validatingadmissionpolicies`
  const BINDINGS = `${ADMISSION}/validatingadmissionpolicybindings`

  it('shows its message at each of the verbs, and one row that it refuses stops all', async () => {
    const operations = ['CREATE', 'UPDATE', 'DELETE']
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations, resources: ['configmaps'] }
    const message = 'the shop is closed'
    await create(CONFIG_MAPS, { metadata: { name: 'open' } })
    await create(CONFIG_MAPS, { metadata: { name: 'shut' } })
    await create(POLICIES, {
      metadata: { name: 'refused' },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [rule],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } },
        },
        validations: [{ expression: `!request.name.startsWith('shut')`, message }],
      },
    })
    await create(BINDINGS, {
      metadata: { name: 'refused' },
      spec: { policyName: 'refused', validationActions: ['Deny'] },
    })
    try {
      const want = `admission does not let ConfigMap ${NAMESPACE}/shut`
      const sql = `INSERT INTO refused.config_maps (name) VALUES ('open-2'), ('shut-2');`
      expect(await failureAtLast(sql, message)).toContain(
        `k8s_fdw[write] ${want}-2 be as it would be: configmaps "shut-2" is forbidden: ValidatingAdmissionPolicy 'refused' with binding 'refused' denied request: ${message}. Hint: `,
      )
      for (const each of [
        `UPDATE refused.config_maps SET labels = '{"a": "b"}' WHERE name IN ('open', 'shut')`,
        `DELETE FROM refused.config_maps WHERE name IN ('open', 'shut')`,
      ]) {
        const said = await failure(`${each};`)
        expect(said).toContain(want)
        expect(said).toContain(message)
      }
      const objects = await list(CONFIG_MAPS)
      expect(objects.map(({ metadata: { name, labels } }) => [name, labels])).toEqual([
        ['open', undefined],
        ['shut', undefined],
      ])
    } finally {
      await remove(`${BINDINGS}/refused`)
      await remove(`${POLICIES}/refused`)
    }
    // The policy is out of force a moment after it is gone.
    await expect
      .poll(() => session(`DELETE FROM refused.config_maps;`).then(({ failed }) => failed), {
        timeout: 30_000,
      })
      .toBe(false)
  })
})

// The API server has to reach the test's own server.
describeUnless(needsOwnServers, 'a webhook', () => {
  const authority = createAuthority('webhooks')
  let webhook: Serving
  let answer: object = {}

  const webhookAt = (url: string, caBundle: string, name: string): object => ({
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        clientConfig: { url, caBundle: Buffer.from(caBundle).toString('base64') },
        rules: [
          {
            apiGroups: [''],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['configmaps'],
          },
        ],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 2,
      },
    ],
  })

  beforeAll(async () => {
    webhook = await serve(
      (incoming, outgoing) => {
        let body = ''
        incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
        incoming.on('end', () => {
          const { uid } = (JSON.parse(body) as { request: { uid: string } }).request
          const response = { uid, ...answer }
          outgoing.writeHead(200, { 'content-type': 'application/json' })
          outgoing.end(
            JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }),
          )
        })
      },
      authority.issue(['127.0.0.1']),
    )
  })
  afterAll(() => webhook.close())

  it('that says no', async () => {
    answer = { allowed: false, status: { code: 403, message: 'ask the butcher first' } }
    await create(WEBHOOKS, webhookAt(webhook.url, authority.cert, 'butcher'))
    try {
      expect(await failureAtLast(insertMap('beef'), 'butcher')).toContain(
        `k8s_fdw[write] admission does not let ConfigMap ${NAMESPACE}/beef be as it would be: admission webhook "butcher.example.com" denied the request: ask the butcher first. Hint: `,
      )
      expect(await namesAt(CONFIG_MAPS)).toEqual([])
      // With a code that looks like another failure.
      answer = { allowed: false, status: { code: 409, message: 'somebody else cooks' } }
      expect(await failure(insertMap('beef'))).toContain(
        `admission does not let ConfigMap ${NAMESPACE}/beef be as it would be: admission webhook "butcher.example.com" denied the request: somebody else cooks`,
      )
      answer = { allowed: true, warnings: ['it is past its date', 'it smells'] }
      const warned = await session(insertMap('beef'))
      expect(warned.failed).toBe(false)
      expect(warned.messages.split('\n').filter((line) => line.startsWith('WARNING'))).toEqual([
        expect.stringContaining('it is past its date'),
        expect.stringContaining('it smells'),
      ])
      expect(await namesAt(CONFIG_MAPS)).toEqual(['beef'])
    } finally {
      await remove(`${WEBHOOKS}/butcher`)
    }
  })

  it('that cannot be reached', async () => {
    await create(WEBHOOKS, webhookAt('https://127.0.0.1:1/', authority.cert, 'nobody'))
    try {
      const said = await failureAtLast(insertMap('fish'), 'nobody')
      expect(said).toContain('failed calling webhook "nobody.example.com"')
      expect(said).toContain('connection refused')
      expect(await namesAt(CONFIG_MAPS)).not.toContain('fish')
    } finally {
      await remove(`${WEBHOOKS}/nobody`)
    }
    await expect
      .poll(() => session(`DELETE FROM refused.config_maps;`).then(({ failed }) => failed), {
        timeout: 30_000,
      })
      .toBe(false)
  })
})

describe('what a namespace allows', () => {
  const QUOTAS = `/api/v1/namespaces/${NAMESPACE}/resourcequotas`
  const LIMITS = `/api/v1/namespaces/${NAMESPACE}/limitranges`

  it('is counted by a ResourceQuota: each row alone may be within it, and all of them not', async () => {
    const hard = { 'count/configmaps': '2' }
    await create(QUOTAS, { metadata: { name: 'few' }, spec: { hard } })
    // No controller counts here.
    await patchStatus(`${QUOTAS}/few`, { hard, used: { 'count/configmaps': '0' } })
    try {
      const three = `INSERT INTO refused.config_maps (name) VALUES ('one'), ('two'), ('three');`
      let said = ''
      await expect
        .poll(
          async () => {
            await session('DELETE FROM refused.config_maps;')
            await patchStatus(`${QUOTAS}/few`, { hard, used: { 'count/configmaps': '0' } })
            return (said = (await session(three)).messages)
          },
          { timeout: 30_000 },
        )
        .toContain('quota')
      expect(said).toContain(
        `k8s_fdw[write] 2 of 3 changes are made (ConfigMap ${NAMESPACE}/one, ConfigMap ${NAMESPACE}/two), and no more will be: a quota does not allow ConfigMap ${NAMESPACE}/three: configmaps "three" is forbidden: exceeded quota: few, requested: count/configmaps=1, used: count/configmaps=2, limited: count/configmaps=2. Hint: kubectl describe resourcequota -n ${NAMESPACE} says`,
      )
      expect(await namesAt(CONFIG_MAPS)).toEqual(['one', 'two'])
      expect(await failure(`INSERT INTO refused.config_maps (name) VALUES ('three'), ('four');`)).toContain(
        `k8s_fdw[write] a quota does not allow ConfigMap ${NAMESPACE}/three: `,
      )
      expect(await namesAt(CONFIG_MAPS)).toEqual(['one', 'two'])
    } finally {
      await remove(`${QUOTAS}/few`)
      await run('DELETE FROM refused.config_maps;')
    }
  })

  it('is limited by a LimitRange', async () => {
    await create(LIMITS, {
      metadata: { name: 'small' },
      spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] },
    })
    const resources = { limits: { cpu: '2' }, requests: { cpu: '2' } }
    const spec = { containers: [{ name: 'c', image: 'i', resources }] }
    try {
      const sql = `INSERT INTO refused.pods (name, spec) VALUES ('big', '${JSON.stringify(spec)}');`
      expect(await failureAtLast(sql, 'maximum cpu')).toContain(
        `k8s_fdw[write] admission does not let Pod ${NAMESPACE}/big be as it would be: pods "big" is forbidden: maximum cpu usage per Container is 1, but limit is 2. Hint: `,
      )
      expect(await namesAt(PODS)).toEqual([])
    } finally {
      await remove(`${LIMITS}/small`)
    }
  })

  it('is guarded by Pod Security, which also warns', async () => {
    const label = (mode: string, level: string | null): Promise<void> =>
      suiteApi().patch(`/api/v1/namespaces/${NAMESPACE}`, {
        metadata: { labels: { [`pod-security.kubernetes.io/${mode}`]: level } },
      })
    const spec = { containers: [{ name: 'c', image: 'i', securityContext: { privileged: true } }] }
    const sql = `INSERT INTO refused.pods (name, spec) VALUES ('mighty', '${JSON.stringify(spec)}');`
    await label('enforce', 'baseline')
    try {
      const said = await failureAtLast(sql, 'PodSecurity')
      expect(said).toContain(
        `k8s_fdw[write] admission does not let Pod ${NAMESPACE}/mighty be as it would be: pods "mighty" is forbidden: violates PodSecurity "baseline:latest": privileged`,
      )
      expect(await namesAt(PODS)).toEqual([])
    } finally {
      await label('enforce', null)
    }
    await label('warn', 'baseline')
    try {
      let answer = { messages: '', failed: false }
      await expect
        .poll(
          async () => {
            await session(`DELETE FROM refused.pods;`)
            answer = await session(sql)
            return answer.messages
          },
          { timeout: 30_000 },
        )
        .toContain('would violate PodSecurity "baseline:latest": privileged')
      expect(answer.failed).toBe(false)
      expect(answer.messages.match(/^WARNING/gm)).toHaveLength(1)
    } finally {
      await label('warn', null)
      await run('DELETE FROM refused.pods;')
    }
  })

  it('is warned about where a field is deprecated', async () => {
    const spec = {
      containers: [{ name: 'c', image: 'i' }],
      nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
    }
    const { messages, failed } = await session(
      `INSERT INTO refused.pods (name, spec) VALUES ('old', '${JSON.stringify(spec)}'); DELETE FROM refused.pods WHERE name = 'old';`,
    )
    expect(failed).toBe(false)
    expect(messages).toMatch(
      /^WARNING: .*POST .*\/pods: spec\.nodeSelector\[beta\.kubernetes\.io\/os\]: deprecated since v1\.14; use "kubernetes\.io\/os" instead\n(DETAIL.*\n)?$/,
    )
  })
})

describe('an impersonated user without the right', () => {
  beforeAll(async () => {
    await create(CONFIG_MAPS, { metadata: { name: 'hers' } })
    await create(`${RIGHTS}/namespaces/${NAMESPACE}/roles`, {
      metadata: { name: 'reads' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'get'] }],
    })
    await create(`${RIGHTS}/namespaces/${NAMESPACE}/rolebindings`, {
      metadata: { name: 'jane-reads' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reads' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }],
    })
  })
  afterAll(() => run('DELETE FROM refused.config_maps;'))

  it.each([
    [`INSERT INTO refused.as_jane (name) VALUES ('new')`, 'create', 'configmaps', 'new'],
    [
      `INSERT INTO refused.applied_as_jane (name, data) VALUES ('hers', '{"a": "1"}')`,
      'patch',
      'configmaps "hers"',
      'hers',
    ],
    [
      `UPDATE refused.as_jane SET data = '{"a": "1"}' WHERE name = 'hers'`,
      'patch',
      'configmaps "hers"',
      'hers',
    ],
    [`DELETE FROM refused.as_jane`, 'delete', 'configmaps "hers"', 'hers'],
  ])('%s', async (sql, verb, what, name) => {
    const said = await failureAtLast(`${sql};`, `cannot ${verb}`)
    expect(said).toContain(
      `k8s_fdw[write] the user may not ${verb} ConfigMap ${NAMESPACE}/${name}: ${what} is forbidden: User "jane" cannot ${verb} resource "configmaps" in API group "" in the namespace "${NAMESPACE}"`,
    )
    expect(said).toContain('Hint: grant')
    expect((await list(CONFIG_MAPS)).map(({ metadata, data }) => [metadata.name, data])).toEqual([
      ['hers', undefined],
    ])
  })
})

describe('an object that is not as it may be', () => {
  const service = { clusterIP: '10.96.77.7', ports: [{ port: 80 }] }

  beforeAll(async () => {
    await create(CONFIG_MAPS, { metadata: { name: 'fixed' }, data: { k: 'v' }, immutable: true })
    await create(PODS, { metadata: { name: 'fixed' }, spec: { containers: [{ name: 'c', image: 'i' }] } })
    await create(`/api/v1/namespaces/${NAMESPACE}/services`, { metadata: { name: 'fixed' }, spec: service })
    await create(`/api/v1/namespaces/${NAMESPACE}/secrets`, {
      metadata: { name: 'fixed' },
      type: 'example.com/a',
    })
  })
  afterAll(() => run('DELETE FROM refused.pods; DELETE FROM refused.config_maps;'))

  it.each<[what: string, sql: string, want: string]>([
    [
      'a ConfigMap that is immutable',
      `UPDATE refused.config_maps SET data = '{"k": "w"}' WHERE name = 'fixed'`,
      `column "data" (data) of ConfigMap ${NAMESPACE}/fixed cannot be changed once it is there: Forbidden: field is immutable when \`immutable\` is set`,
    ],
    [
      'a pod',
      `UPDATE refused.pods SET spec = jsonb_set(spec, '{restartPolicy}', '"Never"') WHERE name = 'fixed'`,
      `column "spec" (spec) of Pod ${NAMESPACE}/fixed cannot be changed once it is there: Forbidden: pod updates may not change fields other than`,
    ],
    [
      'the address of a Service',
      `UPDATE refused.services SET address = '10.96.77.8' WHERE name = 'fixed'`,
      `Service ${NAMESPACE}/fixed would not be valid: spec.clusterIPs[0]: Invalid value: ["10.96.77.8"]: may not change once set`,
    ],
    [
      'the type of a Secret',
      `UPDATE refused.secrets SET type = 'example.com/b' WHERE name = 'fixed'`,
      `Secret ${NAMESPACE}/fixed would not be valid: column "type" (type): FieldValueInvalid`,
    ],
    [
      'NULL where a value has to be',
      `UPDATE refused.pods SET image = NULL WHERE name = 'fixed'`,
      `column "image" (spec.containers[0].image) of Pod ${NAMESPACE}/fixed is NULL, and the object needs a value there: Required value`,
    ],
    [
      'a field that there is not',
      `INSERT INTO refused.config_maps (name, attrs) VALUES ('odd', '{"dta": {"k": "v"}}')`,
      'unknown field "dta"',
    ],
    [
      'a field that there is not, deep in an object',
      `INSERT INTO refused.pods (name, spec) VALUES ('odd', '{"containers": [{"name": "c", "image": "i", "imagePullPolice": "Never"}]}')`,
      'unknown field "spec.containers[0].imagePullPolice"',
    ],
    [
      'a field that there is not, by UPDATE',
      `UPDATE refused.pods SET spec = jsonb_set(spec, '{nodeNam}', '"n"') WHERE name = 'fixed'`,
      'unknown field "spec.nodeNam"',
    ],
    [
      'a value of another type',
      `INSERT INTO refused.config_maps (name, data) VALUES ('odd', '{"k": 1}')`,
      `ConfigMap ${NAMESPACE}/odd would not be valid`,
    ],
    [
      'two rows for one object',
      `UPDATE refused.config_maps SET labels = more FROM (VALUES ('{"a": "1"}'::jsonb), ('{"b": "2"}')) AS m (more) WHERE name = 'fixed'`,
      `two rows of the statement are for ConfigMap ${NAMESPACE}/fixed`,
    ],
    [
      'more rows than max_writes',
      `INSERT INTO refused.config_maps (name) SELECT 'many-' || i FROM generate_series(1, 101) AS i`,
      'the statement changes more than 100 objects',
    ],
  ])('%s', async (_, sql, want) => {
    expect(await failure(`${sql};`)).toContain(want)
    expect(await namesAt(CONFIG_MAPS)).toEqual(['fixed'])
    expect(await namesAt(PODS)).toEqual(['fixed'])
  })
})

describe('fields that others have applied', () => {
  it('are named, with who has them', async () => {
    const apply = async (manager: string, data: object): Promise<void> => {
      await create(CONFIG_MAPS, { metadata: { name: 'shared' } })
      const path = `${CONFIG_MAPS}/shared?fieldManager=${manager}&force=true`
      await suiteApi().apply(path, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'shared' },
        data,
      })
    }
    await apply('baker', { bread: '1' })
    await apply('brewer', { beer: '1' })
    const said = await failure(
      `INSERT INTO refused.applied (name, data) VALUES ('shared', '{"bread": "2", "beer": "2", "tea": "2"}');`,
    )
    expect(said).toContain(`k8s_fdw[write] ConfigMap ${NAMESPACE}/shared has fields that others manage: `)
    // In any order.
    expect(said).toContain('column "data" (.data.beer): conflict with "brewer"')
    expect(said).toContain('column "data" (.data.bread): conflict with "baker"')
    const [shared] = (await list(CONFIG_MAPS)).filter(({ metadata }) => metadata.name === 'shared')
    expect(shared?.data).toEqual({ bread: '1', beer: '1' })
  })
})
