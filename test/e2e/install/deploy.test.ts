// deploy/ against the real API server: it accepts every manifest, the rights are those that the files claim, and they
// suffice. This cluster has no kubelet to run pods, and no controller that fills in a token's Secret.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import getPort from 'get-port'
import { inRoot } from '../../../tools/paths.ts'
import { kubectl, kubectlBegun } from '../support/kubectl.ts'
import { provided } from '../support/provided.ts'
import { wrong } from '../support/proxy-paths.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run } from '../support/sql.ts'
import { describeUnless, needsOwnServers } from '../support/left-out.ts'

const ACCOUNT = 'system:serviceaccount:k8s-fdw:k8s-fdw'
const SET = inRoot('deploy')
const file = (name: string): string => inRoot('deploy', name)
const { apiServer } = provided()

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

interface Right {
  readonly verb: string
  readonly group: string
  readonly resource: string
}

const review = ({ verb, group, resource: path }: Right): object => {
  const [resource = '', subresource = ''] = path.split('/')
  const groups = ['system:serviceaccounts', 'system:serviceaccounts:k8s-fdw', 'system:authenticated']
  const resourceAttributes = { verb, group, resource, subresource, namespace: 'kube-system' }
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user: ACCOUNT, groups, resourceAttributes },
  }
}

/** The API server's own verdicts on the service account. */
const verdicts = (rights: readonly Right[]): boolean[] => {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: rights.map(review) })
  const printed = kubectl(['create', '-f', '-', '-o', 'jsonpath={.status.allowed}{"\\n"}'], undefined, list)
  const lines = printed.trim().split('\n')
  expect(lines).toHaveLength(rights.length)
  return lines.map((line) => line === 'true')
}

const may = (verb: string, group: string, resource: string): boolean =>
  verdicts([{ verb, group, resource }])[0] === true

const claimed = (): Right[] => {
  const { rules } = JSON.parse(kubectl(['get', 'clusterrole', 'k8s-fdw-read', '-o', 'json'])) as {
    rules: Rule[]
  }
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource }))),
    ),
  )
}

interface Containers {
  readonly containers: readonly {
    readonly name: string
    readonly command?: readonly string[]
    readonly volumeMounts: readonly { readonly name: string }[]
    readonly securityContext?: object
  }[]
}

/** What of the Deployment is in the cluster. */
const template = (): { readonly spec: Containers } =>
  JSON.parse(
    kubectl(['get', 'deployment', 'k8s-fdw', '-n', 'k8s-fdw', '-o', 'jsonpath={.spec.template}']),
  ) as { spec: Containers }

/** The containers that the service account's token is put into, in a pod of that template as the API server takes it. */
const tokenHolders = (): string[] => {
  const pod = { apiVersion: 'v1', kind: 'Pod', ...template(), metadata: { name: 'p', namespace: 'k8s-fdw' } }
  const made = JSON.parse(
    kubectl(['create', '--dry-run=server', '-f', '-', '-o', 'json'], undefined, JSON.stringify(pod)),
  ) as { spec: Containers }
  return made.spec.containers
    .filter(({ volumeMounts }) =>
      volumeMounts.some(({ name }) => name === 'service-account' || name.startsWith('kube-api-access')),
    )
    .map(({ name }) => name)
}

const expectLeastRights = (): void => {
  for (const { securityContext } of template().spec.containers) {
    expect(securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    })
  }
}

const podsOf = (server: string): string => `CREATE FOREIGN TABLE deploy_pods (name text, namespace text)
  SERVER ${server} OPTIONS (apiVersion 'v1', kind 'Pod');`

const clean = (): void => {
  kubectl(['delete', '--ignore-not-found', '--wait=false', '-f', file('read-all.yaml')])
  kubectl(['delete', '--ignore-not-found', '--wait=false', '-f', file('token.yaml')])
  kubectl(['delete', '--ignore-not-found', '--wait=false', '-k', SET])
}

describeUnless(needsOwnServers, 'deploy/', () => {
  let token = ''

  beforeAll(() => {
    kubectl(['apply', '-f', file('namespace.yaml')])
  })

  afterAll(async () => {
    await run('DROP SERVER IF EXISTS deployed CASCADE')
    clean()
  })

  it('is valid to the API server, which knows every field, before anything is written', () => {
    const printed = kubectl(['apply', '--dry-run=server', '--validate=strict', '-k', SET])
    expect(printed.split('\n').filter((line) => line.endsWith('(server dry run)'))).toHaveLength(8)
    for (const name of ['read-all.yaml', 'token.yaml']) {
      expect(kubectl(['apply', '--dry-run=server', '--validate=strict', '-f', file(name)])).toContain(
        'dry run',
      )
    }
    expect(kubectl(['get', 'deployments', '-n', 'k8s-fdw', '-o', 'name'])).toBe('')
  })

  it('is applied', () => {
    kubectl(['apply', '--validate=strict', '-k', SET])
    expect(kubectl(['get', 'deployment', 'k8s-fdw', '-n', 'k8s-fdw', '-o', 'name'])).toBe(
      'deployment.apps/k8s-fdw\n',
    )
    token = kubectl(['create', 'token', 'k8s-fdw', '-n', 'k8s-fdw']).trim()
    expect(kubectl(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'], token)).toBe(ACCOUNT)
  })

  it("makes a pod of the Deployment's template that the API server takes, of Postgres alone, with the token", () => {
    expect(template().spec.containers.map(({ name }) => name)).toEqual(['postgres'])
    expect(tokenHolders()).toEqual(['postgres'])
    expectLeastRights()
  })

  it("opens Postgres' port to the namespace, and to namespaces with the label, alone", () => {
    const { spec } = JSON.parse(
      kubectl(['get', 'networkpolicy', 'k8s-fdw', '-n', 'k8s-fdw', '-o', 'json']),
    ) as { spec: object }
    expect(spec).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'k8s-fdw' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ podSelector: {} }, { namespaceSelector: { matchLabels: { 'k8s-fdw.clients': 'true' } } }],
          ports: [{ port: 'postgres', protocol: 'TCP' }],
        },
      ],
    })
    const labels = ['-o', 'jsonpath={.spec.template.metadata.labels}']
    expect(kubectl(['get', 'deployment', 'k8s-fdw', '-n', 'k8s-fdw', ...labels])).toBe(
      '{"app.kubernetes.io/name":"k8s-fdw"}',
    )
  })

  it('grants every right that read.yaml claims', () => {
    const rights = claimed()
    expect(rights.length).toBeGreaterThan(20)
    const granted = verdicts(rights)
    expect(rights.filter((_, i) => granted[i] !== true)).toEqual([])
  })

  it('grants no more', () => {
    const others = [
      ['list', '', 'secrets'],
      ['get', '', 'configmaps'],
      ['list', 'rbac.authorization.k8s.io', 'clusterroles'],
      ['watch', '', 'pods'],
      ['create', '', 'pods'],
      ['delete', '', 'pods'],
      ['create', '', 'pods/exec'],
      ['get', '', 'pods/proxy'],
      ['get', '', 'nodes/proxy'],
      ['create', '', 'serviceaccounts/token'],
      ['impersonate', '', 'users'],
      ['patch', 'apps', 'deployments'],
    ].map(([verb = '', group = '', resource = '']) => ({ verb, group, resource }))
    const granted = verdicts(others)
    expect(others.filter((_, i) => granted[i] !== false)).toEqual([])
  })

  it('suffices for a query with a token of the account', async () => {
    await createServer('deployed', { api_url: apiServer, api_key: token })
    await run(podsOf('deployed'))
    const wanted = kubectl(['get', 'pods', '-A', '-o', 'name']).trim().split('\n').length
    expect(await rows('SELECT count(*) FROM deploy_pods')).toEqual([[String(wanted)]])
    const refused = await rows(
      `SELECT "check" FROM k8s_fdw.check('deployed') WHERE ok IS NOT TRUE AND "check" LIKE 'may list %'`,
    )
    expect(refused).toEqual([])
  })

  it('keeps Secrets from it until read-all.yaml is applied, and custom resources', async () => {
    await run(`CREATE FOREIGN TABLE deploy_secrets (name text) SERVER deployed OPTIONS (object 'secrets');
      CREATE FOREIGN TABLE deploy_widgets (name text) SERVER deployed OPTIONS (object 'widgets.stable.example.com');`)
    expect(await failure('SELECT * FROM deploy_secrets')).toContain('403 Forbidden')
    kubectl(['apply', '-f', file('read-all.yaml')])
    expect(may('list', '', 'secrets')).toBe(true)
    expect(may('get', 'stable.example.com', 'widgets')).toBe(true)
    expect(may('create', '', 'pods')).toBe(false)
    await rows('SELECT count(*) FROM deploy_secrets')
    expect(await rows('SELECT count(*) FROM deploy_widgets')).toEqual([['3']])
  })

  it('takes the Secret for a token', () => {
    kubectl(['apply', '-f', file('token.yaml')])
    const type = kubectl(['get', 'secret', 'k8s-fdw-token', '-n', 'k8s-fdw', '-o', 'jsonpath={.type}'])
    expect(type).toBe('kubernetes.io/service-account-token')
  })

  describe('with the component keep', () => {
    const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-deploy-'))
    afterAll(() => {
      kubectl(['delete', '--ignore-not-found', '--wait=false', '-f', file('keep/rights.yaml')])
      rmSync(folder, { recursive: true })
    })

    it('is applied once its lines are uncommented, and has a container beside Postgres that has no token', () => {
      cpSync(SET, folder, { recursive: true })
      const kustomization = readFileSync(file('kustomization.yaml'), 'utf8')
      const lines = kustomization.replace(/^# (components:)\n# ( {2}- keep)$/m, '$1\n$2')
      expect(lines).not.toBe(kustomization)
      writeFileSync(join(folder, 'kustomization.yaml'), lines)
      kubectl(['apply', '--validate=strict', '-k', folder])
      expect(template().spec.containers.map(({ name }) => name)).toEqual(['postgres', 'keep'])
      expect(tokenHolders()).toEqual(['postgres'])
      expectLeastRights()
    })

    it('lets the account follow what keep.sql keeps, and nothing else', () => {
      const kept = [
        ...readFileSync(file('keep/keep.sql'), 'utf8').matchAll(/OPTIONS \(object '(\w+)'\)/g),
      ].map(([, name = '']) => name)
      expect(kept.length).toBeGreaterThan(2)
      const group = (resource: string): string => (resource === 'deployments' ? 'apps' : '')
      for (const verb of ['list', 'watch'])
        expect(kept.filter((resource) => !may(verb, group(resource), resource))).toEqual([])
      expect(['secrets', 'configmaps', 'nodes', 'services'].filter((name) => may('watch', '', name))).toEqual(
        [],
      )
    })
  })

  describe('with the component wrappers', () => {
    const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-deploy-'))
    afterAll(() => {
      rmSync(folder, { recursive: true })
    })

    it('is applied once its lines are uncommented, and has the token in the proxy alone', () => {
      cpSync(SET, folder, { recursive: true })
      const kustomization = readFileSync(file('kustomization.yaml'), 'utf8')
      const lines = kustomization.replace(/^# (components:)\n# ( {2}- wrappers)$/m, '$1\n$2')
      expect(lines).not.toBe(kustomization)
      writeFileSync(join(folder, 'kustomization.yaml'), lines)
      kubectl(['apply', '--validate=strict', '-k', folder])
      expect(template().spec.containers.map(({ name }) => name)).toEqual(['postgres', 'kubectl-proxy'])
      expect(tokenHolders()).toEqual(['kubectl-proxy'])
      expectLeastRights()
    })

    it('has a proxy that takes its arguments, and lets questions through, but no command, tunnel, token or change', async () => {
      const command = template().spec.containers.find(({ name }) => name === 'kubectl-proxy')?.command ?? []
      expect(command.slice(0, 4)).toEqual(['kubectl', 'proxy', '--address=127.0.0.1', '--port=8001'])
      const port = await getPort({ host: '127.0.0.1' })
      const proxy = kubectlBegun(['proxy', '--address=127.0.0.1', `--port=${port}`, ...command.slice(4)])
      try {
        await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/version`), { timeout: 60_000, interval: 200 })
        expect(await wrong(`http://127.0.0.1:${port}`)).toEqual([])
      } finally {
        await proxy.stop()
      }
    })
  })
})
