// `make bench BENCH=--fleet`: the same query over many clusters that are far away, in each of the ways by which they
// can be asked, on each host. The clusters are servers at one front of an API server, which delays each request.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Variant } from '../tools/paths.ts'
import { COMPONENT } from '../tools/paths.ts'
import { startCluster } from '../tools/services/cluster.ts'
import {
  bringUpPostgres,
  clusterFolder,
  preparePostgres,
  runFolder,
  takeDown,
} from '../tools/services/session.ts'
import { say, timed } from '../tools/step.ts'
import { installK8sFdw } from '../test/e2e/support/install.ts'
import { readAccess } from '../test/e2e/support/kubeconfig.ts'
import { machine, versions } from './machine.ts'
import { startRecorder } from './recorder.ts'
import { median, type FleetHost, type FleetResults, type FleetWay } from './results.ts'
import { seedMany } from './servers.ts'
import { execute, rowsOf, timesOf, type Database } from './sql.ts'

const HOSTS: readonly Variant[] = ['own', 'current']
const NAMESPACE = 'bench-fleet'
const PODS = 100
const DELAY_MS = 1000
const ROUNDS = 3
/** Of the servers' own settings: a connection for each cluster, and more. */
const SPARE = 20

interface Place {
  readonly database: Database
  /** How postgres_fdw reaches it. */
  readonly socket: string
}

const named = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, nth) => `c${from + nth}`)
const array = (names: readonly string[]): string => `ARRAY['${names.join("', '")}']`
const connection = (name: string, { socket }: Place): string => `CREATE SERVER ${name}
    FOREIGN DATA WRAPPER postgres_fdw OPTIONS (${socket}, async_capable 'true');
  CREATE USER MAPPING FOR CURRENT_USER SERVER ${name} OPTIONS (user 'postgres');`

/** The tables fleet.pods, and fleet.pods_at_once over it. */
const tables = (place: Place, url: string, clusters: readonly string[]): string =>
  `SET client_min_messages = error; CREATE SCHEMA fleet; CREATE EXTENSION postgres_fdw;
  ${clusters.map((one) => `CREATE SERVER ${one} FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${url}', api_key 'none');`).join('\n')}
  CREATE FOREIGN TABLE fleet.pod (name text, namespace text, phase text OPTIONS (alias 'status.phase'))
    SERVER ${clusters[0] ?? ''} OPTIONS (object 'pods', namespace '${NAMESPACE}');
  SELECT k8s_fdw.partition_by_cluster('fleet.pod', ${array(clusters)}, 'pods');
  ${connection('here', place)}
  SELECT k8s_fdw.at_once('fleet.pods', 'here');`

const QUERY = (table: string): string => `SELECT cluster, name, phase FROM ${table};`

/** The medians of the second and later runs in a session: the first plans without knowing how long a request takes. */
const timeOf = async ({ database }: Place, table: string, settings: string): Promise<number> => {
  const script = `${settings}\\o /dev/null\n${QUERY(table)
    .concat('\n')
    .repeat(ROUNDS + 1)}\\o`
  const { ms } = await timesOf(database, script)
  return median(ms.slice(-ROUNDS)) ?? Number.NaN
}

/** The memory of the sessions of postgres_fdw after a query, each page counted once; bytes. */
const memoryOf = async ({ database }: Place, table: string): Promise<number> => {
  const sum = `SELECT sum(substring(pg_read_file('/proc/' || pid || '/smaps_rollup') FROM 'Pss:\\s+(\\d+) kB')::bigint)
    FROM pg_stat_activity WHERE application_name = 'postgres_fdw'`
  const said = await rowsOf(database, 'fleet', `\\o /dev/null\n${QUERY(table)}\n\\o\n${sum}`)
  return Number(said.trim()) * 1024
}

const checked = async ({ database }: Place, table: string, clusters: number): Promise<void> => {
  const query = `SELECT count(*), count(DISTINCT cluster) FROM ${table}`
  const said = (await rowsOf(database, 'fleet', query)).trim()
  const right = `${clusters * PODS}\t${clusters}`
  if (said !== right) throw new Error(`${table} has ${said} rows and clusters, not ${right}`)
}

const measure = async (
  host: Variant,
  near: Place,
  far: Place,
  url: string,
  count: number,
): Promise<FleetHost> => {
  const half = Math.ceil(count / 2)
  const all = named(1, count)
  await execute(near.database, tables(near, url, all))
  await execute(far.database, tables(far, url, all.slice(half)))
  await execute(
    near.database,
    `SELECT k8s_fdw.partition_by_cluster('fleet.pod', ${array(all.slice(0, half))}, 'near');
     SELECT k8s_fdw.at_once('fleet.near', 'here', 'both'); ${connection('second', far)}
     SELECT k8s_fdw.add_postgres('fleet.both', 'second', ${array(all.slice(half))}, 'fleet.pods_at_once');`,
  )
  const ways: FleetWay[] = []
  const add = async (way: string, table: string, clusters: number, settings = ''): Promise<void> => {
    await checked(near, table, clusters)
    const ms = await timeOf(near, table, settings)
    say(`${way}: ${Math.round(ms)} ms`)
    ways.push({ way, ms })
  }
  await add('one cluster', 'fleet.pods_c1', 1)
  await add('one after the other', 'fleet.pods', count, 'SET max_parallel_workers_per_gather = 0;\n')
  if (host === 'own')
    await add('Parallel Append', 'fleet.pods', count, `SET max_parallel_workers_per_gather = ${count};\n`)
  await add('postgres_fdw', 'fleet.pods_at_once', count)
  await add('postgres_fdw, two Postgres', 'fleet.both', count)
  return { host, ways, sessionBytes: (await memoryOf(near, 'fleet.pods_at_once')) / count }
}

export const benchFleet = async (clusters: number): Promise<FleetResults> => {
  const run = runFolder(`bench-fleet-${process.pid}`)
  const folders = HOSTS.flatMap((host) =>
    ['near', 'far'].map((place) => ({
      host,
      folder: runFolder(`bench-fleet-${host}-${place}-${process.pid}`),
    })),
  )
  const real = await timed('starting the API server', () => startCluster(clusterFolder(run), true))
  const front = await startRecorder(readAccess(real.kubeconfig), DELAY_MS)
  try {
    await seedMany(real.kubeconfig, { namespace: NAMESPACE, count: PODS })
    const placeOf = async ({ host, folder }: (typeof folders)[number]): Promise<Place> => {
      const connections = String(2 * clusters + SPARE)
      const copy = await preparePostgres(folder, host)
      const postgres = await bringUpPostgres(folder, copy, real.ca, true, {
        max_connections: connections,
        max_worker_processes: connections,
        max_parallel_workers: connections,
      })
      const database = { psql: join(postgres.bin, 'psql'), conninfo: postgres.conninfo }
      const component = join(folder.path, 'k8s_fdw.wasm')
      copyFileSync(COMPONENT, component)
      await installK8sFdw(database, `file://${component}`)
      const [, socket = '', port = ''] = /host=(\S+) port=(\d+)/.exec(postgres.conninfo) ?? []
      return { database, socket: `host '${socket}', port '${port}', dbname 'postgres'` }
    }
    const hosts: FleetHost[] = []
    let program = ''
    for (const host of HOSTS) {
      const [near, far] = await Promise.all(folders.filter((one) => one.host === host).map(placeOf))
      if (near === undefined || far === undefined)
        throw new Error('there are two Postgres servers for each host')
      program = near.database.psql
      hosts.push(await timed(`measuring ${host}`, () => measure(host, near, far, front.url, clusters)))
    }
    return {
      date: new Date().toISOString().slice(0, 10),
      machine: machine(),
      versions: versions(program),
      clusters,
      pods: PODS,
      delayMs: DELAY_MS,
      hosts,
    }
  } finally {
    front.close()
    for (const { folder } of folders) await takeDown(folder)
    await takeDown(run)
  }
}
