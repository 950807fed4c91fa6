// What was really requested, and a list whose snapshot is gone in the middle. This file has an API server of its own,
// which logs each request and forgets old states at once: the suite's own must not lose its lists.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seed, startCluster } from '../../../tools/services/cluster.ts'
import { runFolder, takeDown } from '../../../tools/services/session.ts'
import { apiOf } from '../support/api.ts'
import { startFaults, type FaultServer } from '../support/faults.ts'
import { readAccess, type Access } from '../support/kubeconfig.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { run, session } from '../support/sql.ts'

const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
}

const own = runFolder(`e2e-audit-${process.pid}`)
const auditLog = join(own.path, 'audit.log')
let access: Access
let proxy: FaultServer

/** The suite's Postgres trusts the suite's CA alone, so this API server is asked as through `kubectl proxy`. */
const forward: RequestListener = (incoming, outgoing) => {
  const path = (incoming.url ?? '').replace(/^\/proxy/, '')
  const { authorization, accept, 'user-agent': agent } = incoming.headers
  const headers = { authorization, accept, 'user-agent': agent }
  const sent = request(new URL(path, access.apiServer), { ca: access.ca, headers }, (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.headers)
    response.pipe(outgoing)
  })
  sent.once('error', () => outgoing.destroy())
  sent.end()
}

beforeAll(async () => {
  mkdirSync(own.path, { recursive: true })
  const policy = join(own.path, 'policy.json')
  writeFileSync(policy, JSON.stringify(POLICY))
  const cluster = await startCluster(join(own.path, 'cluster'), true, {
    flags: [
      `--audit-policy-file=${policy}`,
      `--audit-log-path=${auditLog}`,
      '--etcd-compaction-interval=1s',
      // Otherwise a page may come from the API server's memory, which forgets later than etcd.
      '--feature-gates=ListFromCacheSnapshot=false',
    ],
  })
  await seed(cluster.kubeconfig, '--set', 'talk')
  await seed(cluster.kubeconfig, '--set', 'widgets')
  access = readAccess(cluster.kubeconfig)
  proxy = await startFaults({ proxy: forward })
  await createServer('audited', { api_url: `${proxy.url}/proxy`, api_key: access.token })
  await createServer('audited_pages', {
    api_url: `${proxy.url}/proxy`,
    api_key: access.token,
    page_size: '3',
  })
  await run(`CREATE SCHEMA audited;
    CREATE FOREIGN TABLE audited.pods (name text, namespace text, labels jsonb, spec jsonb, node text OPTIONS (alias 'spec.nodeName'))
      SERVER audited OPTIONS (apiVersion 'v1', kind 'Pod');
    CREATE FOREIGN TABLE audited.widgets (name text, color text OPTIONS (alias 'spec.color'))
      SERVER audited OPTIONS (apiVersion 'stable.example.com/v1', kind 'Widget');
    CREATE FOREIGN TABLE audited.few (name text, spec jsonb)
      SERVER audited_pages OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');`)
}, 120_000)

afterAll(async () => {
  await proxy.close()
  await takeDown(own)
})

interface AuditEvent {
  readonly verb: string
  readonly requestURI: string
  readonly userAgent: string
}

/** Verbs, paths and queries that a statement made the API server log. */
const requestsOf = async (sql: string): Promise<string[]> => {
  const before = readFileSync(auditLog, 'utf8').length
  const answer = await session(`${sql};`)
  if (answer.failed) throw new Error(answer.messages)
  return readFileSync(auditLog, 'utf8')
    .slice(before)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ userAgent }) => userAgent.startsWith('k8s_fdw/'))
    .map(({ verb, requestURI }) => `${verb} ${decodeURIComponent(requestURI)}`)
}

describe("the API server's own log", () => {
  it.each([
    { sql: 'EXPLAIN SELECT * FROM audited.pods', want: [] },
    { sql: 'SELECT * FROM audited.pods', want: ['list /api/v1/pods?limit=1000'] },
    {
      sql: 'SELECT count(*) FROM audited.pods',
      want: ['list /api/v1/pods?limit=100000&includeObject=None'],
    },
    { sql: 'SELECT name, labels FROM audited.pods', want: ['list /api/v1/pods?limit=1000'] },
    { sql: 'SELECT * FROM audited.pods LIMIT 2', want: ['list /api/v1/pods?limit=2'] },
    {
      sql: `SELECT * FROM audited.pods WHERE namespace = 'kube-system' AND name = 'etcd-master'`,
      want: ['get /api/v1/namespaces/kube-system/pods/etcd-master'],
    },
    {
      sql: `SELECT * FROM audited.pods WHERE namespace IN ('kube-system', 'default') AND labels @> '{"k8s-app": "kube-dns"}'`,
      want: [
        'list /api/v1/namespaces/kube-system/pods?limit=1000&labelSelector=k8s-app=kube-dns',
        'list /api/v1/namespaces/default/pods?limit=1000&labelSelector=k8s-app=kube-dns',
      ],
    },
    {
      sql: `SELECT * FROM audited.pods WHERE node = 'no-such-node'`,
      want: ['list /api/v1/pods?limit=1000&fieldSelector=spec.nodeName=no-such-node'],
    },
    {
      sql: `SELECT * FROM audited.pods WHERE namespace = 'a' AND namespace LIKE 'b' AND name = ANY ('{}')`,
      want: [],
    },
    {
      sql: `SELECT * FROM audited.widgets WHERE color = 'red'`,
      want: [
        'get /apis/stable.example.com/v1',
        'list /apis/stable.example.com/v1/widgets?limit=1000&fieldSelector=spec.color=red',
      ],
    },
    {
      // The inner table is read once, whatever the number of outer rows.
      sql: `SET enable_hashjoin = off; SET enable_mergejoin = off;
        SELECT a.name FROM audited.pods AS a JOIN audited.few AS b ON a.name < b.name`,
      want: [
        'list /api/v1/pods?limit=100000&includeObject=None',
        'list /api/v1/namespaces/kube-system/pods?limit=3&includeObject=None',
        'list /api/v1/namespaces/kube-system/pods?limit=3&continue=…&includeObject=None',
        'list /api/v1/namespaces/kube-system/pods?limit=3&continue=…&includeObject=None',
      ],
    },
  ])('has for $sql just what it needs', async ({ sql, want }) => {
    const asked = await requestsOf(sql)
    expect(asked.map((line) => line.replace(/continue=[^&]+/, 'continue=…')).sort()).toEqual([...want].sort())
  })
})

describe('a list whose snapshot is gone', () => {
  it('goes on at the newest state, and says so', async () => {
    // Twice the interval, and a write in each: the compactor forgets what it saw a turn ago.
    const touch = `SELECT pg_sleep(1.5);`
    const stirring = setInterval(() => void stir(), 200)
    const answer = await session(`BEGIN;
      DECLARE c CURSOR FOR SELECT name, spec FROM audited.few;
      FETCH 2 FROM c;
      ${touch} ${touch} ${touch}
      FETCH ALL FROM c;
      COMMIT;
      SELECT 'the session goes on';`)
    clearInterval(stirring)
    expect(answer.messages).toContain(
      'WARNING:  k8s_fdw: GET /api/v1/namespaces/kube-system/pods: 410 Gone: the list changed while it was read and goes on at its newest state; its rows are not one snapshot',
    )
    const names = answer.rows.map(([name]) => name).filter((name) => name !== '')
    expect(new Set(names).size).toBe(8)
    expect(answer.rows.at(-1)).toEqual(['the session goes on'])
  })
})

/** Writes something, so that etcd has a new revision to compact to. */
const stir = (): Promise<void> =>
  apiOf(access).patch('/api/v1/namespaces/default', {
    metadata: { annotations: { stirred: String(Math.random()) } },
  })
