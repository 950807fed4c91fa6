// `make bench BENCH=--kept`: a kept table of many pods on each host: filling it, refreshing it, and asking it.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Variant } from '../tools/paths.ts'
import { COMPONENT } from '../tools/paths.ts'
import { startCluster } from '../tools/services/cluster.ts'
import {
  clusterFolder,
  bringUpPostgres,
  preparePostgres,
  runFolder,
  takeDown,
} from '../tools/services/session.ts'
import { say, timed } from '../tools/step.ts'
import { apiOf } from '../test/e2e/support/api.ts'
import { installK8sFdw } from '../test/e2e/support/install.ts'
import { readAccess, type Access } from '../test/e2e/support/kubeconfig.ts'
import { machine, versions } from './machine.ts'
import { startRecorder, type Recorded } from './recorder.ts'
import { median, type KeptHost, type KeptResults } from './results.ts'
import { seedMany } from './servers.ts'
import { execute, rowsOf, timesOf, type Database } from './sql.ts'
import { startStandIn } from './stand-in.ts'

const HOSTS: readonly Variant[] = ['own', 'current']
const NAMESPACE = 'bench-kept'
const CHANGES = 100
const ROUNDS = 5
/** So that no request waits for another. */
const AT_ONCE = 8

interface Bench {
  readonly database: Database
  readonly url: string
  readonly token: string
  /** PEM; null without TLS. */
  readonly ca: string | null
  readonly pods: number
  /** Labels some pods anew. */
  readonly change: (database: Database) => Promise<void>
  /** Where requests are recorded. */
  readonly recordedUrl: string
  readonly take: () => readonly Recorded[]
}

const tables = ({ url, token, ca, pods }: Bench, host: Variant): string => `SET client_min_messages = error;
  CREATE SERVER bench FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${url}', api_key '${token}'
    ${host === 'own' && ca !== null ? `, certificate_authority_data '${ca}'` : ''});
  CREATE SCHEMA cluster; CREATE SCHEMA kept;
  CREATE FOREIGN TABLE cluster.pods (name text, namespace text, uid text, labels jsonb, node text OPTIONS (alias 'spec.nodeName'),
      phase text OPTIONS (alias 'status.phase'), image text OPTIONS (alias '{.spec.containers[0].image}'))
    SERVER bench OPTIONS (object 'pods', namespace '${NAMESPACE}');
  COMMENT ON SCHEMA kept IS '${pods} pods';`

const at = (database: Database, url: string): Promise<void> =>
  execute(database, `ALTER SERVER bench OPTIONS (SET api_url '${url}')`)

/** Labels the first pods of a real API server anew. */
const labeller =
  (access: Access): Bench['change'] =>
  async (database) => {
    const query = `SELECT name FROM pods ORDER BY name LIMIT ${CHANGES}`
    const names = (await rowsOf(database, 'kept', query)).trim().split('\n')
    const api = apiOf(access)
    const labels = { at: String(Date.now()) }
    const one = async (from: number): Promise<void> => {
      for (const name of names.filter((_, at) => at % AT_ONCE === from))
        await api.patch(`/api/v1/namespaces/${NAMESPACE}/pods/${name}`, { metadata: { labels } })
    }
    await Promise.all(Array.from({ length: AT_ONCE }, (_, from) => one(from)))
  }

const REFRESH = `SELECT added, changed, deleted, how FROM k8s_fdw.refresh('kept.pods')`

/** The bytes on the wire of what is done meanwhile. @throws {Error} if a refresh does not say `counts`. */
const bytesOf = async (
  bench: Bench,
  sql: string,
  counts: string,
): Promise<{ bytes: number; requests: number }> => {
  await at(bench.database, bench.recordedUrl)
  bench.take()
  const said = (await rowsOf(bench.database, 'kept', sql)).trim()
  const taken = bench.take()
  await at(bench.database, bench.url)
  if (said !== counts) throw new Error(`${sql} says ${said}, not ${counts}`)
  return { bytes: taken.reduce((sum, { bytes }) => sum + bytes, 0), requests: taken.length }
}

const refreshes = async (bench: Bench, changes: number): Promise<number> => {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    if (changes > 0) await bench.change(bench.database)
    const { ms } = await timesOf(bench.database, `${REFRESH};`)
    times.push(ms[0] ?? Number.NaN)
  }
  return median(times) ?? Number.NaN
}

const measure = async (bench: Bench, host: Variant): Promise<KeptHost> => {
  const { database, pods } = bench
  await execute(database, tables(bench, host))
  const scan = await timesOf(database, '\\o /dev/null\nSELECT * FROM cluster.pods;\n\\o')
  say(`plain scan: ${scan.ms[0] ?? 0} ms`)
  const fill = await timesOf(database, `SELECT k8s_fdw.keep('cluster.pods', 'kept.pods');`)
  say(`fill: ${fill.ms[0] ?? 0} ms`)
  const count = (await rowsOf(database, 'kept', 'SELECT count(*) FROM pods')).trim()
  if (count !== String(pods)) throw new Error(`the kept table has ${count} rows, not ${pods}`)
  const [name = ''] = (
    await rowsOf(database, 'kept', `SELECT name FROM pods ORDER BY name OFFSET ${pods / 2} LIMIT 1`)
  )
    .trim()
    .split('\n')
  const byName = `SELECT * FROM kept.pods WHERE name = '${name}';`
  // The second of each: the first reads the catalog.
  const queries = await timesOf(
    database,
    `${byName}\n${byName}\nSELECT count(*) FROM kept.pods;\nSELECT count(*) FROM kept.pods;`,
  )
  const idleMs = await refreshes(bench, 0)
  const idle = await bytesOf(bench, REFRESH, '0\t0\t0\twatch')
  const changedMs = await refreshes(bench, CHANGES)
  await bench.change(database)
  const changed = await bytesOf(bench, REFRESH, `0\t${CHANGES}\t0\twatch`)
  await bench.change(database)
  const last = await timesOf(database, `${REFRESH};`)
  const whole = await timesOf(
    database,
    `SELECT added, changed, deleted, how FROM k8s_fdw.refresh('kept.pods', whole => true);`,
  )
  const [size = ''] = (await rowsOf(database, 'kept', `SELECT pg_total_relation_size('pods')`))
    .trim()
    .split('\n')
  return {
    host,
    scanMs: scan.ms[0] ?? Number.NaN,
    scanPeakBytes: scan.peakBytes,
    fillMs: fill.ms[0] ?? Number.NaN,
    fillPeakBytes: fill.peakBytes,
    tableBytes: Number(size),
    byNameMs: queries.ms[1] ?? Number.NaN,
    countMs: queries.ms[3] ?? Number.NaN,
    idleMs,
    idleBytes: idle.bytes,
    idleRequests: idle.requests,
    changedMs,
    changedBytes: changed.bytes,
    changedRequests: changed.requests,
    refreshPeakBytes: last.peakBytes,
    wholeMs: whole.ms[0] ?? Number.NaN,
  }
}

type Cluster = Omit<Bench, 'database'> & { readonly close: () => void }

const ofReal = async (access: Access, pods: number): Promise<Cluster> => {
  const recorder = await startRecorder(access)
  const { take, close } = recorder
  const { apiServer: url, token, ca } = access
  return { url, token, ca, pods, change: labeller(access), recordedUrl: recorder.url, take, close }
}

const ofStandIn = async (access: Access, pods: number): Promise<Cluster> => {
  const path = `/api/v1/namespaces/${NAMESPACE}/pods?limit=1`
  const { items } = await apiOf(access).get<{ items: Parameters<typeof startStandIn>[0][] }>(path)
  const [pod] = items
  if (pod === undefined) throw new Error('the API server has no pod to copy')
  const { url, take, change, close } = await startStandIn(pod, pods)
  const changed = (): Promise<void> => {
    change(CHANGES)
    return Promise.resolve()
  }
  return { url, token: 'none', ca: null, pods, change: changed, recordedUrl: url, take, close }
}

export const benchKept = async (pods: number, hasStandIn: boolean): Promise<KeptResults> => {
  const run = runFolder(`bench-kept-${process.pid}`)
  const postgresRuns = HOSTS.map((host) => ({
    host,
    folder: runFolder(`bench-kept-${host}-${process.pid}`),
  }))
  let cluster: Cluster | undefined
  try {
    const real = await timed('starting the API server', () => startCluster(clusterFolder(run), true))
    await seedMany(real.kubeconfig, { namespace: NAMESPACE, count: hasStandIn ? 1 : pods })
    const access = readAccess(real.kubeconfig)
    const made = await (hasStandIn ? ofStandIn : ofReal)(access, pods)
    cluster = made
    const hosts: KeptHost[] = []
    let program = ''
    for (const { host, folder } of postgresRuns) {
      const copy = await preparePostgres(folder, host)
      const postgres = await bringUpPostgres(folder, copy, real.ca, true)
      const database = { psql: join(postgres.bin, 'psql'), conninfo: postgres.conninfo }
      const component = join(folder.path, 'k8s_fdw.wasm')
      copyFileSync(COMPONENT, component)
      await installK8sFdw(database, `file://${component}`)
      program = database.psql
      hosts.push(await timed(`measuring ${host}`, () => measure({ ...made, database }, host)))
    }
    return {
      date: new Date().toISOString().slice(0, 10),
      machine: machine(),
      versions: versions(program),
      pods,
      hasStandIn,
      changes: CHANGES,
      hosts,
    }
  } finally {
    cluster?.close()
    for (const { folder } of postgresRuns) await takeDown(folder)
    await takeDown(run)
  }
}
