// Who answered, and what follows: a kubectl proxy that refuses, a webhook that is gone, an API server behind the API
// server, one that accepts plain JSON only, and addresses in other spellings.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHealthy, failsAndGoesOn, podsAt } from '../support/fails.ts'
import { startFaults, type Fault, type FaultServer } from '../support/faults.ts'
import { kubeconfigOf, kubectl, kubectlProgram } from '../support/kubectl.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run, session } from '../support/sql.ts'

const resource = (name: string, kind: string): object => ({
  name,
  singularName: '',
  namespaced: true,
  kind,
  verbs: ['get', 'list'],
})
const status = (code: number, message: string, details: object = {}): [number, object] => [
  code,
  {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'NotFound',
    details,
    code,
  },
]

/** Answers by path, query and Accept header, below the fault's own name. */
const api =
  (answer: (path: string, query: URLSearchParams, accept: string) => [number, object]): Fault =>
  (request, response) => {
    const url = new URL((request.url ?? '').replace(/^\/\w+/, ''), 'http://localhost')
    const [code, body] = answer(url.pathname, url.searchParams, request.headers.accept ?? '')
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

const PACKAGES = '/apis/packages.operators.coreos.com/v1'
const packages = ['community', 'own'].map((catalog) => ({
  metadata: { name: 'etcd', namespace: 'olm', labels: { catalog } },
  status: { catalog },
}))
const METRICS = '/apis/metrics.k8s.io/v1beta1'
const measured = { metadata: { name: 'old', namespace: 'x' }, containers: [{ usage: { cpu: '12345678n' } }] }
const OLD = '/apis/old.example.com/v1'
const widgets = ['alpha', 'beta'].map((name, i) => ({
  metadata: { name, namespace: 'x', labels: { name } },
  spec: { size: i + 1 },
}))

const FAULTS: Readonly<Record<string, Fault>> = {
  olm: api((path, query) => {
    if (path === PACKAGES)
      return [200, { kind: 'APIResourceList', resources: [resource('packagemanifests', 'PackageManifest')] }]
    if (path.endsWith('/packagemanifests')) return [200, { kind: 'PackageManifestList', items: packages }]
    return path.endsWith('/etcd') && query.size === 0 ? [200, packages[1] ?? {}] : status(404, 'not found')
  }),
  metrics: api((path) => {
    if (path === METRICS)
      return [200, { kind: 'APIResourceList', resources: [resource('pods', 'PodMetrics')] }]
    if (path.endsWith('/pods')) return [200, { kind: 'PodMetricsList', items: [measured] }]
    return path.endsWith('/old')
      ? [200, measured]
      : status(404, 'podmetrics.metrics.k8s.io "x/new" not found', { name: 'x/new', kind: 'podmetrics' })
  }),
  plain: api((path, _, accept) => {
    if (accept.includes('as='))
      return status(406, 'only the following media types are accepted: application/json')
    if (path === '/apis') {
      const version = { groupVersion: 'old.example.com/v1', version: 'v1' }
      const groups = [{ name: 'old.example.com', versions: [version], preferredVersion: version }]
      return [200, { kind: 'APIGroupList', groups }]
    }
    if (path === '/api') return [200, { kind: 'APIVersions', versions: [] }]
    if (path === OLD) return [200, { kind: 'APIResourceList', resources: [resource('widgets', 'Widget')] }]
    return path.endsWith('/widgets')
      ? [200, { kind: 'WidgetList', items: widgets }]
      : status(404, 'not found')
  }),
  pods: api(() => [
    200,
    { kind: 'PodList', items: [{ metadata: { name: 'one', namespace: 'x' }, spec: {} }] },
  ]),
}

const proxies: ChildProcess[] = []
let folder = ''
let faults: FaultServer

/** A kubectl proxy of the suite's cluster; its address. */
const startProxy = async (...options: readonly string[]): Promise<string> => {
  const proxy = spawn(kubectlProgram, [
    '--kubeconfig',
    join(folder, 'config'),
    'proxy',
    '--port=0',
    ...options,
  ])
  proxies.push(proxy)
  for await (const line of createInterface({ input: proxy.stdout })) {
    const address = /Starting to serve on (\S+)/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error('kubectl proxy did not start')
}

const tableAt = async (name: string, columns: string, table: string): Promise<void> => {
  await createServer(name, { api_url: `${faults.url}/${name}`, session_settings: 'on' })
  await run(
    `CREATE FOREIGN TABLE errors.${name} (name text, namespace text, ${columns}) SERVER ${name} OPTIONS (${table});`,
  )
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-proxy-'))
  writeFileSync(join(folder, 'config'), kubeconfigOf(provided().token), { mode: 0o600 })
  faults = await startFaults(FAULTS)
  await createHealthy()
})

afterAll(async () => {
  for (const proxy of proxies) proxy.kill()
  await faults.close()
  rmSync(folder, { recursive: true })
})

describe('a kubectl proxy', () => {
  const ACCEPT =
    "a kubectl proxy says so to a host that it does not know: start it with --address and with --accept-hosts='^127\\.0\\.0\\.2$'; its --accept-paths, --reject-paths and --reject-methods refuse in the same words"

  it('that refuses the host says so in every query, and forbids nothing', async () => {
    // The HTTP client sends 127.2 as the address that it is.
    const url = `http://${(await startProxy('--address=127.0.0.2')).replace('127.0.0.2', '127.2')}`
    const sql = await podsAt('proxy_host', { api_url: url })
    expect(await failsAndGoesOn(sql)).toBe(
      `ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 403 Forbidden: the body is not JSON: Forbidden. Hint: ${ACCEPT}`,
    )
    await createServer('proxy_skip', { api_url: url, forbidden: 'skip' })
    await run(`CREATE FOREIGN TABLE errors.proxy_skip (name text) SERVER proxy_skip
      OPTIONS (object 'pods', namespaces 'default,kube-system');`)
    const skipped = await session('SELECT name FROM errors.proxy_skip;')
    expect(skipped.failed).toBe(true)
    expect(skipped.messages).toContain('--accept-hosts')
    const checked = await rows(`SELECT * FROM k8s_fdw.check('proxy_host')`)
    expect(checked.find(([name]) => name === 'API version')).toEqual([
      'API version',
      'f',
      'GET /version: 403 Forbidden: the body is not JSON: Forbidden',
      ACCEPT,
    ])
    expect(JSON.stringify(checked)).not.toContain('kubectl create')
  })

  it('that refuses reviews is no lack of rights', async () => {
    const url = `http://${await startProxy('--reject-methods=^POST$')}`
    await createServer('proxy_methods', { api_url: url })
    const checked = await rows(`SELECT * FROM k8s_fdw.check('proxy_methods')`)
    expect(checked.filter(([, ok]) => ok === 'f').map(([, , detail]) => detail?.replace(/:.*/, ''))).toEqual([
      'POST /apis/authentication.k8s.io/v1/selfsubjectreviews',
      'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    ])
    expect(JSON.stringify(checked)).toContain('--reject-methods')
    expect(JSON.stringify(checked)).not.toContain('kubectl create')
  })

  it('has all below its prefix alone', async () => {
    const address = await startProxy('--api-prefix=/k8s/')
    expect(
      await rows(await podsAt('proxy_prefix', { api_url: `http://${address}/k8s` }, 'kube-system')),
    ).toHaveLength(7)
    expect(await failsAndGoesOn(await podsAt('proxy_without', { api_url: `http://${address}` }))).toContain(
      '404 Not Found: the body is not JSON: 404 page not found. Hint: check the kind and its version, and that api_url is the URL of an API server',
    )
  })

  it('is reached by other spellings of its address', async () => {
    const address = await startProxy()
    const port = address.replace(/.*:/, '')
    for (const [i, host] of ['127.1', '0x7f.1', '2130706433', 'LOCALHOST'].entries()) {
      const sql = await podsAt(`spelt_${i}`, { api_url: `http://${host}:${port}` }, 'kube-system')
      expect([host, (await rows(sql)).length]).toEqual([host, 7])
    }
    const zeros = await podsAt('spelt_port', { api_url: `http://127.0.0.1:0${port}` }, 'kube-system')
    expect((await rows(zeros)).length).toBe(7)
  })
})

describe('a definition whose conversion webhook is gone', () => {
  const GROUP = 'gone.example.com'
  const version = (name: string, storage: boolean): object => ({
    name,
    served: true,
    storage,
    schema: {
      openAPIV3Schema: {
        type: 'object',
        properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
      },
    },
  })
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `parts.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Cluster',
      names: { plural: 'parts', singular: 'part', kind: 'Part', listKind: 'PartList' },
      conversion: { strategy: 'None' },
      versions: [version('v2', false), version('v1', true)],
    },
  }

  beforeAll(async () => {
    kubectl(['apply', '-f', '-'], provided().token, JSON.stringify(definition))
    kubectl(['wait', '--for=condition=Established', `crd/parts.${GROUP}`, '--timeout=60s'])
    const part = { apiVersion: `${GROUP}/v1`, kind: 'Part', metadata: { name: 'bolt' }, spec: { size: 8 } }
    for (let tries = 0; ; tries++) {
      try {
        kubectl(['apply', '-f', '-'], provided().token, JSON.stringify(part))
        break
      } catch (error) {
        if (tries === 20) throw error
      }
    }
    const webhook = { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://127.0.0.1:9/convert' } }
    const patch = { spec: { conversion: { strategy: 'Webhook', webhook } } }
    kubectl(['patch', `crd/parts.${GROUP}`, '--type=merge', '-p', JSON.stringify(patch)])
    await run(`CREATE FOREIGN TABLE errors.preferred (name text, size integer OPTIONS (alias 'spec.size')) SERVER healthy OPTIONS (object 'parts.${GROUP}');
      CREATE FOREIGN TABLE errors.stored (name text, size integer OPTIONS (alias 'spec.size')) SERVER healthy OPTIONS (object 'parts.v1.${GROUP}');`)
  })
  afterAll(() => {
    kubectl(['delete', `crd/parts.${GROUP}`, '--wait=false'])
  })

  it('is read in the version that is stored, which the error of the other one names', async () => {
    const asked = async (): Promise<string> =>
      (await session('SELECT name, size FROM errors.preferred;')).messages
    // The API server takes a moment to see the new conversion.
    let messages = await asked()
    for (let tries = 0; tries < 10 && messages === ''; tries++) messages = await asked()
    expect(messages).toContain(`kubectl get crd parts.${GROUP} -o jsonpath='{.spec.conversion}'`)
    expect(messages).toContain(`object 'parts.v1.${GROUP}'`)
    expect(await rows('SELECT name, size FROM errors.stored')).toEqual([['bolt', '8']])
  })
})

describe('a server behind the API server', () => {
  const BY_NAME = `SELECT catalog FROM errors.olm WHERE namespace = 'olm' AND name = 'etcd'`

  it('gives every object of a name, with pushdown and without', async () => {
    await tableAt(
      'olm',
      `catalog text OPTIONS (alias 'status.catalog'), label text OPTIONS (alias 'metadata.labels.catalog')`,
      `apiVersion 'packages.operators.coreos.com/v1', kind 'PackageManifest'`,
    )
    const both = [['community'], ['own']]
    expect(await rows(`${BY_NAME} ORDER BY 1`)).toEqual(both)
    expect(await rows(`${BY_NAME} AND catalog = 'community'`)).toEqual([['community']])
    expect(await rows(`${BY_NAME} AND label = 'community'`)).toEqual([['community']])
    expect(
      await rows(
        `SELECT catalog FROM errors.olm WHERE namespace = 'olm' AND name IN ('etcd', 'none') ORDER BY 1`,
      ),
    ).toEqual(both)
    expect((await session(`SET k8s_fdw.pushdown = off; ${BY_NAME} ORDER BY 1;`)).rows).toEqual(both)
    // A rescan for each outer row.
    expect(
      await rows(
        `SELECT n, count(*) FROM generate_series(1, 2) AS n, LATERAL (${BY_NAME} OFFSET 0) AS x GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      ['1', '2'],
      ['2', '2'],
    ])
  })

  it('has no row for what it does not name', async () => {
    await tableAt(
      'metrics',
      `cpu numeric OPTIONS (alias 'containers[0].usage.cpu')`,
      `apiVersion 'metrics.k8s.io/v1beta1', kind 'PodMetrics'`,
    )
    const of = (condition: string): Promise<string[][]> =>
      rows(`SELECT name, cpu FROM errors.metrics WHERE namespace = 'x' AND name ${condition}`)
    const old = [['old', '0.012345678']]
    expect(await of(`= 'old'`)).toEqual(old)
    expect(await of(`= 'new'`)).toEqual([])
    expect(await of(`IN ('old', 'new')`)).toEqual(old)
  })
})

it('a server that takes plain JSON alone is asked once more', async () => {
  await tableAt('plain', `labels jsonb, size integer OPTIONS (alias 'spec.size')`, `object 'widgets'`)
  expect(await rows('SELECT count(*) FROM errors.plain')).toEqual([['2']])
  expect(await rows('SELECT name, labels FROM errors.plain ORDER BY 1')).toEqual([
    ['alpha', '{"name": "alpha"}'],
    ['beta', '{"name": "beta"}'],
  ])
  expect(await rows('SELECT name, size FROM errors.plain ORDER BY 1')).toEqual([
    ['alpha', '1'],
    ['beta', '2'],
  ])
  const imported = await session(`CREATE SCHEMA plain_imported;
    IMPORT FOREIGN SCHEMA "old.example.com/v1" FROM SERVER plain INTO plain_imported;
    SELECT count(*) FROM plain_imported.widgets;`)
  expect(imported.rows.at(-1)).toEqual(['2'])
})
