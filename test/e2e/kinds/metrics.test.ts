// Metrics of pods and nodes, compared with kubectl top. They come from a stand-in for metrics-server behind the real
// API server, because the real one needs kubelets.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kubectlMeanwhile, tableOf } from '../support/kubectl.ts'
import { startMetricsServer, type MetricsServer } from '../support/metrics-server.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run } from '../support/sql.ts'
import { describeUnless, needsOwnServers } from '../support/left-out.ts'

const AT = { timestamp: '2026-11-24T10:00:00Z', window: '15.123s' }
const pod = (
  namespace: string,
  name: string,
  ...usages: readonly [name: string, cpu: string, memory: string][]
) => ({
  metadata: { name, namespace, creationTimestamp: '2026-11-24T10:00:01Z', labels: { app: name } },
  ...AT,
  containers: usages.map(([container, cpu, memory]) => ({ name: container, usage: { cpu, memory } })),
})
const METRICS = {
  pods: [
    pod('metrics', 'web', ['app', '12345678n', '262144Ki'], ['proxy', '2m', '10Mi']),
    pod('metrics', 'db', ['db', '1', '1Gi']),
    pod('other', 'idle', ['app', '0', '512Ki']),
  ],
  nodes: [
    {
      metadata: { name: 'measured', creationTimestamp: '2026-11-24T10:00:01Z', labels: {} },
      ...AT,
      usage: { cpu: '1357924680n', memory: '2097152Ki' },
    },
  ],
}

let server: MetricsServer | undefined

/** Another cluster than the suite's own cannot reach a stand-in of the suite. */
const ownCluster = provided().readerToken !== undefined

beforeAll(async () => {
  if (!ownCluster) return
  server = await startMetricsServer(METRICS)
  await createServer('metrics')
  await run(`CREATE SCHEMA metrics;
    CREATE FOREIGN TABLE metrics.pods (name text, namespace text, labels jsonb, timestamp timestamptz, "window" text, containers jsonb,
        cpu numeric OPTIONS (alias 'containers[0].usage.cpu'), memory numeric OPTIONS (alias 'containers[0].usage.memory'),
        app text OPTIONS (alias 'metadata.labels.app'))
      SERVER metrics OPTIONS (apiVersion 'metrics.k8s.io/v1beta1', kind 'PodMetrics');
    CREATE FOREIGN TABLE metrics.nodes (name text, timestamp timestamptz, usage jsonb,
        cpu numeric OPTIONS (alias 'usage.cpu'), memory bigint OPTIONS (alias 'usage.memory'), bytes numeric OPTIONS (alias 'usage.memory'))
      SERVER metrics OPTIONS (object 'nodes.metrics.k8s.io');`)
})

afterAll(() => server?.close())

describeUnless(needsOwnServers, 'metrics.k8s.io', () => {
  it('has usage as numbers', async () => {
    expect(
      await rows(
        `SELECT namespace, name, cpu, memory, timestamp AT TIME ZONE 'UTC', "window" FROM metrics.pods ORDER BY 1, 2`,
      ),
    ).toEqual([
      ['metrics', 'db', '1', '1073741824', '2026-11-24 10:00:00', '15.123s'],
      ['metrics', 'web', '0.012345678', '268435456', '2026-11-24 10:00:00', '15.123s'],
      ['other', 'idle', '0', '524288', '2026-11-24 10:00:00', '15.123s'],
    ])
    expect(await rows('SELECT name, cpu, bytes FROM metrics.nodes')).toEqual([
      ['measured', '1.35792468', '2147483648'],
    ])
  })

  it('is asked for one namespace, one pod, and a count', async () => {
    expect(await rows(`SELECT name FROM metrics.pods WHERE namespace = 'other'`)).toEqual([['idle']])
    expect(await rows(`SELECT cpu FROM metrics.pods WHERE namespace = 'metrics' AND name = 'db'`)).toEqual([
      ['1'],
    ])
    expect(server?.requests.at(-1)).toBe(
      '/apis/metrics.k8s.io/v1beta1/namespaces/metrics/pods?fieldSelector=metadata.name%3Ddb&limit=1000',
    )
    expect(await rows(`SELECT cpu FROM metrics.pods WHERE namespace = 'metrics' AND name = 'none'`)).toEqual(
      [],
    )
    expect(await rows('SELECT count(*) FROM metrics.pods')).toEqual([['3']])
    expect(await rows(`SELECT name, namespace, labels FROM metrics.pods WHERE app = 'web'`)).toEqual([
      ['web', 'metrics', '{"app": "web"}'],
    ])
  })

  it('is read with LIMIT by a server that knows no pages', async () => {
    expect((await rows('SELECT containers FROM metrics.pods LIMIT 2')).length).toBe(2)
  })

  it('sums up to what kubectl top says', async () => {
    const said = tableOf(await kubectlMeanwhile(['top', 'pod', '-A'])).map((line) => [
      line['NAMESPACE'],
      line['NAME'],
      line['CPU(cores)'],
      line['MEMORY(bytes)'],
    ])
    expect(
      await rows(`SELECT namespace, name, ceil(1000 * cpu)::text || 'm', floor(memory / 1048576)::text || 'Mi'
        FROM (SELECT namespace, name, sum(CASE
            WHEN u->>'cpu' LIKE '%n' THEN rtrim(u->>'cpu', 'n')::numeric / 1000000000
            WHEN u->>'cpu' LIKE '%m' THEN rtrim(u->>'cpu', 'm')::numeric / 1000
            ELSE (u->>'cpu')::numeric END) AS cpu,
          sum(pg_size_bytes(replace(replace(replace(u->>'memory', 'Ki', 'kB'), 'Mi', 'MB'), 'Gi', 'GB'))) AS memory
          FROM metrics.pods, jsonb_array_elements(containers) AS c, LATERAL (SELECT c->'usage' AS u) AS x
          GROUP BY 1, 2) AS sums
        ORDER BY 1, 2`),
    ).toEqual(said)
  })
})
