// The servers of a run and what is in them: the objects, and for each component a server with its tables.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { CLUSTER_BINARY } from '../tools/paths.ts'
import { seed, startCluster } from '../tools/services/cluster.ts'
import { installExtension } from '../tools/services/postgres-copy.ts'
import { clusterFolder, bringUpPostgres, preparePostgres, type RunFolder } from '../tools/services/session.ts'
import { step, timed } from '../tools/step.ts'
import { readAccess, type Access } from '../test/e2e/support/kubeconfig.ts'
import type { ComponentContender } from './contenders.ts'
import { execute, type Database } from './sql.ts'
import { CHANGED_SET, LARGE_SET, SMALL_SET } from './workloads.ts'

export interface Servers {
  readonly database: Database
  readonly kubeconfig: string
  readonly access: Access
}

/** This runs as a step, so that its progress is shown. */
export const seedMany = (
  kubeconfig: string,
  set: { readonly namespace: string; readonly count: number },
): Promise<void> => {
  const objects = ['--set', 'many', '--count', String(set.count), '--namespace', set.namespace]
  return step({
    label: `creating ${set.count} pods`,
    log: `bench-${set.namespace}`,
    argv: [CLUSTER_BINARY, 'seed', '--kubeconfig', kubeconfig, ...objects],
  })
}

export const startServers = async (run: RunFolder, large: boolean): Promise<Servers> => {
  const [cluster, copy] = await Promise.all([
    timed('starting the API server', () => startCluster(clusterFolder(run), true)),
    timed('preparing a private copy of Postgres', async () => {
      const prepared = await preparePostgres(run, 'current')
      installExtension(prepared.pgConfig, 'own')
      return prepared
    }),
  ])
  const postgres = await timed('starting Postgres', () => bringUpPostgres(run, copy, cluster.ca, true))
  await seed(cluster.kubeconfig, '--set', 'talk')
  await seedMany(cluster.kubeconfig, SMALL_SET)
  await seedMany(cluster.kubeconfig, CHANGED_SET)
  if (large) await seedMany(cluster.kubeconfig, LARGE_SET)
  const database = { psql: join(postgres.bin, 'psql'), conninfo: postgres.conninfo }
  await execute(
    database,
    `CREATE EXTENSION wrappers;
    CREATE FOREIGN DATA WRAPPER wrappers HANDLER wasm_fdw_handler VALIDATOR wasm_fdw_validator;
    CREATE FUNCTION own_handler() RETURNS fdw_handler LANGUAGE c AS '$libdir/k8s_fdw', 'k8s_fdw_handler';
    CREATE FOREIGN DATA WRAPPER own HANDLER own_handler;`,
  )
  return { database, kubeconfig: cluster.kubeconfig, access: readAccess(cluster.kubeconfig) }
}

interface Table {
  readonly name: string
  readonly object: string
  readonly namespace: string | undefined
  readonly columns: string
  /** The paths of the columns whose names are not enough. */
  readonly paths: Readonly<Record<string, string>>
  /** How many of its rows a statement may change. */
  readonly writes?: number
}

const IMAGE = '{.spec.containers[0].image}'

const named = (name: string, object: string): Table => ({
  name,
  object,
  namespace: 'kube-system',
  columns: 'name text, namespace text, labels jsonb',
  paths: {},
})

const pods = (name: string, namespace: string | undefined): Table => ({
  name,
  object: 'pods',
  namespace,
  columns: 'name text, namespace text, uid uuid, image text, labels jsonb, attrs jsonb',
  paths: { image: IMAGE },
})

const TABLES: readonly Table[] = [
  {
    name: 'pods',
    object: 'pods',
    namespace: 'kube-system',
    columns: 'name text, namespace text, container text, labels jsonb',
    paths: { container: IMAGE },
  },
  named('deployments', 'deployments.apps'),
  named('replica_sets', 'replicasets.apps'),
  pods(`pods_${SMALL_SET.count}`, SMALL_SET.namespace),
  pods(`pods_${LARGE_SET.count}`, LARGE_SET.namespace),
  pods('all_pods', undefined),
  {
    name: 'changed_pods',
    object: 'pods',
    namespace: CHANGED_SET.namespace,
    columns: 'name text, labels jsonb, object_key text',
    paths: {},
    writes: CHANGED_SET.count,
  },
]

const tableSql = (schema: string, table: Table): string => {
  const namespace = table.namespace === undefined ? '' : `, namespace '${table.namespace}'`
  const writes =
    table.writes === undefined ? '' : `, writes 'on', max_writes '${table.writes}', rowid_column 'object_key'`
  return `CREATE FOREIGN TABLE ${schema}.${table.name} (${table.columns}) SERVER ${schema}
    OPTIONS (object '${table.object}', columns '${JSON.stringify(table.paths)}'${namespace}${writes});`
}

/** As many partitions of a table, each on a server of its own. */
const FLEET = 4

const fleetSql = (schema: string, servers: readonly string[]): string => {
  const partition = (server: string, at: number): string =>
    `CREATE FOREIGN TABLE ${schema}.fleet_${at} PARTITION OF ${schema}.fleet FOR VALUES IN ('${at}') SERVER ${server}
      OPTIONS (object 'pods', namespace 'kube-system', columns '${JSON.stringify({ cluster: `{"${at}"}` })}');`
  return `CREATE TABLE ${schema}.fleet (cluster text, name text, labels jsonb) PARTITION BY LIST (cluster);
    ${servers.map(partition).join('\n')}`
}

/** The schema of a component's tables; the recorded ones go through the recorder. */
export const schemaOf = (contender: ComponentContender, recorded: boolean): string =>
  recorded ? `${contender.id}_recorded` : contender.id

/** What stands before the API server: where requests are recorded, and where each takes as long as to a far cluster. */
export interface Fronts {
  readonly recorder: string
  readonly far: string
}

export const createTables = async (
  servers: Servers,
  run: RunFolder,
  contender: ComponentContender,
  fronts: Fronts,
): Promise<void> => {
  const file = join(run.path, `${contender.id}.wasm`)
  copyFileSync(contender.wasm, file)
  const { apiServer, ca, token } = servers.access
  const component = `fdw_package_url 'file://${file}', fdw_package_name 'bench:${contender.id}', fdw_package_version '0.1.0'`
  const trust = contender.host === 'own' ? `, certificate_authority_data '${ca}'` : ''
  const createServer = (name: string, url: string): string =>
    `CREATE SERVER ${name} FOREIGN DATA WRAPPER ${contender.host}
      OPTIONS (${component}, api_url '${url}', api_key '${token}'${trust});`
  for (const recorded of [false, true]) {
    const schema = schemaOf(contender, recorded)
    const far = Array.from({ length: FLEET }, (_, at) => `${schema}_far_${at}`)
    await execute(
      servers.database,
      `CREATE SCHEMA ${schema};
      ${createServer(schema, recorded ? fronts.recorder : apiServer)}
      ${TABLES.map((table) => tableSql(schema, table)).join('\n')}
      ${far.map((name) => createServer(name, recorded ? fronts.recorder : fronts.far)).join('\n')}
      ${fleetSql(schema, far)}`,
    )
  }
}
