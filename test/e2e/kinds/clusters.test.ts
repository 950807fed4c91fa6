// Two real API servers as one table, partitioned by cluster: what is shown, which one is asked, and what happens if one
// is away.
import { request } from 'node:https'
import type { RequestListener } from 'node:http'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seed, startCluster } from '../../../tools/services/cluster.ts'
import { runFolder, takeDown } from '../../../tools/services/session.ts'
import { startFaults, type FaultServer } from '../support/faults.ts'
import { readAccess, type Access } from '../support/kubeconfig.ts'
import { fillIn, readPage, sqlBlocks } from '../../support/markdown.ts'
import { runIn } from '../support/docs.ts'
import { list } from '../support/oracle.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const own = runFolder(`e2e-clusters-${process.pid}`)
let west: Access
let proxy: FaultServer
let askedOfWest: string[] = []

/** The suite's Postgres trusts the suite's CA alone, so the second API server is asked as through `kubectl proxy`. */
const forward: RequestListener = (incoming, outgoing) => {
  const path = (incoming.url ?? '').replace(/^\/west/, '')
  askedOfWest.push(path)
  const { authorization, accept } = incoming.headers
  const options = { ca: west.ca, headers: { authorization, accept } }
  const sent = request(new URL(path, west.apiServer), options, (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.headers)
    response.pipe(outgoing)
  })
  sent.once('error', () => outgoing.destroy())
  sent.end()
}

const asked = async (sql: string): Promise<string[][]> => {
  askedOfWest = []
  return rows(sql)
}

const traced = async (sql: string): Promise<string[]> => {
  const { messages } = await session(`SET k8s_fdw.trace = on; ${sql};`)
  expect(messages).not.toContain('ERROR')
  return [...messages.matchAll(/^INFO: {2}k8s_fdw: cluster "(\w+)": GET ([^?:]+)/gm)].map(
    ([, cluster = '', path = '']) => `${cluster} ${path}`,
  )
}

beforeAll(async () => {
  mkdirSync(own.path, { recursive: true })
  const cluster = await startCluster(join(own.path, 'cluster'), true)
  await seed(cluster.kubeconfig, '--set', 'talk')
  west = readAccess(cluster.kubeconfig)
  proxy = await startFaults({ west: forward })
  await createServer('east', { session_settings: 'on' })
  await createServer('west', { api_url: `${proxy.url}/west`, api_key: west.token, session_settings: 'on' })
  await createServer('away', { api_url: 'http://127.0.0.1:9', session_settings: 'on' })
  await run(`CREATE SCHEMA clusters;
    CREATE FOREIGN TABLE clusters.pod (
        name text, namespace text, image text OPTIONS (alias 'spec.containers[0].image'), labels jsonb)
      SERVER east OPTIONS (object 'pods', namespace 'kube-system');
    SELECT k8s_fdw.partition_by_cluster('clusters.pod', servers => ARRAY['east', 'west'], name => 'pods');`)
})

afterAll(async () => {
  await proxy.close()
  await takeDown(own)
})

describe('a table of two clusters', () => {
  it('has the rows of both, each with its cluster', async () => {
    const pods = await list('/api/v1/namespaces/kube-system/pods')
    const names = pods.map(({ metadata }) => metadata.name).sort()
    expect(
      await rows('SELECT cluster, name, image IS NOT NULL FROM clusters.pods ORDER BY cluster, name'),
    ).toEqual(['east', 'west'].flatMap((cluster) => names.map((name) => [cluster, name, 't'])))
    expect(
      await rows('SELECT cluster, count(*) FROM clusters.pods GROUP BY cluster ORDER BY cluster'),
    ).toEqual([
      ['east', String(names.length)],
      ['west', String(names.length)],
    ])
  })

  it('asks only the cluster of the condition', async () => {
    expect(await asked(`SELECT DISTINCT cluster FROM clusters.pods WHERE cluster = 'east'`)).toEqual([
      ['east'],
    ])
    expect(askedOfWest).toEqual([])
    expect(
      await asked(`SELECT DISTINCT cluster FROM clusters.pods WHERE cluster IN ('west', 'north')`),
    ).toEqual([['west']])
    expect(askedOfWest.length).toBe(1)
    expect(await traced(`SELECT name FROM clusters.pods WHERE cluster = 'west'`)).toEqual([
      'west /api/v1/namespaces/kube-system/pods',
    ])
  })

  it('asks only the cluster of a parameter, also where its value comes with the execution', async () => {
    const plan = `SET plan_cache_mode = force_generic_plan;
      PREPARE p (text) AS SELECT DISTINCT cluster FROM clusters.pods WHERE cluster = $1;`
    askedOfWest = []
    expect(await rows(`${plan} EXECUTE p ('east')`)).toEqual([['east']])
    expect(askedOfWest).toEqual([])
    const sub = `SELECT DISTINCT cluster FROM clusters.pods WHERE cluster = (SELECT 'east' FROM pg_sleep(0))`
    expect(await asked(sub)).toEqual([['east']])
    expect(askedOfWest).toEqual([])
  })

  it('sends the other conditions, and asks for no more than is read', async () => {
    await asked(
      `SELECT name FROM clusters.pods WHERE name = 'etcd-master' AND labels @> '{"component": "etcd"}'`,
    )
    expect(askedOfWest).toEqual(['/api/v1/namespaces/kube-system/pods/etcd-master'])
    await asked(`SELECT cluster, count(*) FROM clusters.pods GROUP BY cluster`)
    expect(askedOfWest.join()).toContain('includeObject=None')
  })

  it('joins the clusters with one another', async () => {
    expect(
      await rows(`SELECT count(*) FROM clusters.pods AS e JOIN clusters.pods AS w USING (name)
        WHERE e.cluster = 'east' AND w.cluster = 'west'`),
    ).toEqual([['7']])
  })
})

describe('a cluster that is away', () => {
  it('is named in the error, and the others can be asked without it', async () => {
    await run(`SELECT k8s_fdw.add_cluster('clusters.pods', 'away')`)
    expect(await failure('SELECT count(*) FROM clusters.pods')).toContain(
      'k8s_fdw[connect] cluster "away": GET /api/v1/namespaces/kube-system/pods: no answer from http://127.0.0.1:9: ',
    )
    expect(await rows(`SELECT count(*) FROM clusters.pods WHERE cluster <> 'away'`)).toEqual([['14']])
  })

  it('is a row of clusters(), beside the others', async () => {
    const found =
      await rows(`SELECT cluster, relation, reachable, version LIKE 'v1.%', rows, seconds < 60, error
      FROM k8s_fdw.clusters('clusters.pods')`)
    expect(found).toEqual([
      [
        'away',
        'clusters.pods_away',
        'f',
        '∅',
        '∅',
        't',
        expect.stringContaining('no answer from http://127.0.0.1:9'),
      ],
      ['east', 'clusters.pods_east', 't', 't', '7', 't', '∅'],
      ['west', 'clusters.pods_west', 't', 't', '7', 't', '∅'],
    ])
    expect(await failure(`SELECT k8s_fdw.clusters('pg_class')`)).toContain(
      'pg_class has no partition that shows a cluster',
    )
  })

  it("is left out with unreachable 'skip', with one warning that names it", async () => {
    await run(`ALTER SERVER away OPTIONS (ADD unreachable 'skip')`)
    const { rows: counted, messages } = await session(
      'SELECT cluster, count(*) FROM clusters.pods GROUP BY cluster ORDER BY cluster;',
    )
    expect(counted).toEqual([
      ['east', '7'],
      ['west', '7'],
    ])
    expect(messages.match(/WARNING: .*/g)).toEqual([
      expect.stringContaining(
        'k8s_fdw: cluster "away": pods are left out, for the API server cannot be reached: ',
      ),
    ])
    const found = await rows(`SELECT cluster, reachable FROM k8s_fdw.clusters('clusters.pods')`)
    expect(found[0]).toEqual(['away', 'f'])
  })

  it('is named where it refuses the token', async () => {
    await run(`ALTER SERVER away OPTIONS (SET api_url '${proxy.url}/west', SET api_key 'wrong')`)
    expect(await failure(`SELECT count(*) FROM clusters.pods WHERE cluster = 'away'`)).toContain(
      'k8s_fdw[status] cluster "away": GET /api/v1/namespaces/kube-system/pods: 401 Unauthorized: ',
    )
  })

  it('goes with its server', async () => {
    await run('SET client_min_messages = error; DROP SERVER away CASCADE;')
    expect(
      await rows('SELECT cluster, count(*) FROM clusters.pods GROUP BY cluster ORDER BY cluster'),
    ).toEqual([
      ['east', '7'],
      ['west', '7'],
    ])
  })
})

describe('docs/clusters.md', () => {
  /** How the suite's own database is reached, where nobody asks for a password. */
  let here = ''
  const values = (): ReadonlyMap<string, string> =>
    new Map([
      [`host 'localhost', dbname 'postgres'`, here],
      [`host '<other Postgres>', dbname 'postgres'`, here],
      ['<password>', 'none'],
      ['https://<east>:6443', provided().apiServer],
      ['https://<west>:6443', `${proxy.url}/west`],
      ['<token of east>', provided().token],
      ['<token of west>', west.token],
    ])
  const tidy = (text: string): string => text.replaceAll(/ +$/gm, '').trim()

  beforeAll(async () => {
    await run('SET client_min_messages = error; DROP SERVER IF EXISTS east, west CASCADE;')
    const [[folder = '', port = '', name = ''] = []] = await rows(
      `SELECT current_setting('unix_socket_directories'), current_setting('port'), current_database()`,
    )
    here = `host '${folder}', port '${port}', dbname '${name}'`
  })

  afterAll(async () => {
    await run('SET client_min_messages = error; DROP EXTENSION postgres_fdw CASCADE;')
  })

  for (const block of sqlBlocks(readPage('docs/clusters.md'))) {
    it(block.title, async () => {
      const sql = `SET client_min_messages = warning; ${fillIn(block.sql, values())}`
      const { statements, messages } = await runIn('k8s_fdw_e2e', sql)
      // Said of every token that stands in the options.
      expect(messages.replaceAll(/^(WARNING: {2}the bearer token|HINT: {2}With Vault).*\n?/gm, '')).toBe('')
      const printed = block.printed ?? ''
      if (printed !== '' && !printed.startsWith('NOTICE'))
        expect(tidy(statements.at(-1)?.output ?? '')).toBe(tidy(printed))
      if (block.mayFindNothing) expect(statements.at(-1)?.rowCount).toBe(0)
    })
  }

  it('shows nodes too, in plain SQL', async () => {
    expect(
      await asked(`SELECT cluster, count(name) FROM fleet.nodes WHERE cluster = 'west' GROUP BY cluster`),
    ).toEqual([])
    expect(askedOfWest).toEqual(['/api/v1/nodes?limit=100000&includeObject=None'])
  })
})
