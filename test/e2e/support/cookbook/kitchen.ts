// The cookbook's own servers: a cluster to which nobody else writes, and a Postgres beside it, with pg_cron if that is
// offered.
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { askPgConfig } from '../../../../tools/build/parts.ts'
import { startCluster } from '../../../../tools/services/cluster.ts'
import { initPostgres } from '../../../../tools/services/postgres.ts'
import { psql } from '../../../support/psql.ts'
import {
  clusterFolder,
  bringUpPostgres,
  postgresFolder,
  runFolder,
  takeDown,
} from '../../../../tools/services/session.ts'
import { installK8sFdw } from '../install.ts'
import { readAccess, type Access } from '../kubeconfig.ts'
import { provided } from '../provided.ts'
import { quoted } from '../sql.ts'

export interface Kitchen {
  readonly psql: string
  readonly conninfo: string
  readonly kubeconfig: string
  readonly access: Access
  readonly close: () => Promise<void>
}

/** Rows of texts of one or more statements; NULL is an empty text. */
export const answer = async (kitchen: Kitchen, sql: string): Promise<string[][]> => {
  const args = ['-q', '-At', '-F', '\u001f', '-v', 'ON_ERROR_STOP=1']
  const result = await psql({ ...kitchen, args, sql })
  if (result.code !== 0) throw new Error(result.stderr)
  return result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\u001f'))
}

/** The one that pg_cron's own worker connects to, which has to be there at the start. */
export const DATABASE = 'postgres'

/** The suite's copy of Postgres has what the installed one has. */
const pgConfig = (): string => join(dirname(provided().psql), 'pg_config')

export const offersCron = (): boolean =>
  existsSync(join(askPgConfig(pgConfig(), '--pkglibdir'), 'pg_cron.so'))

const CRON = {
  shared_preload_libraries: 'pg_cron',
  'cron.database_name': DATABASE,
  // Otherwise it connects by TCP, and asks for a password.
  'cron.use_background_workers': 'on',
}

export const openKitchen = async (): Promise<Kitchen> => {
  const run = runFolder(`cookbook-${process.pid}`)
  try {
    mkdirSync(postgresFolder(run), { recursive: true })
    const copy = { bin: dirname(provided().psql), pgConfig: pgConfig() }
    initPostgres(copy, postgresFolder(run), run.owner)
    const cluster = await startCluster(clusterFolder(run), true)
    const postgres = await bringUpPostgres(run, copy, cluster.ca, true, offersCron() ? CRON : {})
    const target = { psql: provided().psql, conninfo: postgres.conninfo }
    await installK8sFdw(target, provided().packageUrl)
    const access = readAccess(cluster.kubeconfig)
    const options = `api_url ${quoted(access.apiServer)}, api_key ${quoted(access.token)}, session_settings 'on'`
    const made = await psql({
      ...target,
      args: ['-q', '-v', 'ON_ERROR_STOP=1'],
      sql: `SET client_min_messages = error; CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (${options});`,
    })
    if (made.code !== 0) throw new Error(made.stderr)
    return { ...target, kubeconfig: cluster.kubeconfig, access, close: () => takeDown(run) }
  } catch (error) {
    await takeDown(run)
    throw error
  }
}
