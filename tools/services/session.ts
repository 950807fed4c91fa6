// Starts and stops, in one run folder, a cluster and a Postgres that trusts it.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pgConfigPath } from '../build/parts.ts'
import type { Variant } from '../paths.ts'
import { lend, startCluster, stopCluster, type Cluster } from './cluster.ts'
import { linkKubeconfig, TALK_PATH, unlinkKubeconfig } from './kubeconfig-link.ts'
import { runBase, serverOwner, type Owner } from './owner.ts'
import { copyPostgres, type PostgresCopy } from './postgres-copy.ts'
import { initPostgres, startPostgres, stopPostgres, type Postgres } from './postgres.ts'

export interface RunFolder {
  readonly path: string
  readonly owner: Owner
}

export const runFolder = (name: string): RunFolder => {
  process.umask(0o022)
  const owner = serverOwner()
  return { path: join(runBase(owner), name), owner }
}

export const clusterFolder = (run: RunFolder): string => join(run.path, 'cluster')
export const postgresFolder = (run: RunFolder): string => join(run.path, 'postgres')
const copyFolder = (run: RunFolder): string => join(run.path, 'installed')
const lentKubeconfig = (run: RunFolder): string => join(run.path, 'kubeconfig')

export const bringUpCluster = (
  run: RunFolder,
  tied: boolean,
  flags: readonly string[] = [],
): Promise<Cluster> => {
  mkdirSync(run.path, { recursive: true })
  return startCluster(clusterFolder(run), tied, { flags })
}

/** Copy, installation and data folder: everything but the start, which needs the cluster's CA. */
export const preparePostgres = async (run: RunFolder, variant: Variant): Promise<PostgresCopy> => {
  mkdirSync(postgresFolder(run), { recursive: true })
  await stopPostgres(postgresFolder(run))
  const copy = await copyPostgres(pgConfigPath(), variant, copyFolder(run))
  initPostgres(copy, postgresFolder(run), run.owner)
  return copy
}

/** The host trusts what its server process trusts, hence SSL_CERT_FILE; without a cluster it needs none. `more` are settings, `variables` the process'. */
export const bringUpPostgres = (
  run: RunFolder,
  copy: PostgresCopy,
  caFile: string | undefined,
  tied: boolean,
  more: Readonly<Record<string, string>> = {},
  variables: Readonly<Record<string, string>> = {},
): Promise<Postgres> => {
  const trusted = join(run.path, 'ca.crt')
  if (caFile !== undefined) copyFileSync(caFile, trusted)
  const env = caFile === undefined ? { ...variables } : { ...variables, SSL_CERT_FILE: trusted }
  return startPostgres(copy, postgresFolder(run), run.owner, env, tied, more)
}

export interface LentKubeconfig {
  /** A path that the server can read: the talk's own where that is possible. */
  readonly path: string
  /** Why it is not the talk's own. */
  readonly whyNot: string | undefined
}

export const lendKubeconfig = (run: RunFolder, kubeconfig: string, mayLink = true): LentKubeconfig => {
  const lent = lend(run.owner, kubeconfig, lentKubeconfig(run))
  const whyNot = mayLink ? linkKubeconfig(lent) : `${TALK_PATH} is left to another run`
  return { path: whyNot === undefined ? TALK_PATH : lent, whyNot }
}

/** Stops both and removes the folder. */
export const takeDown = async (run: RunFolder): Promise<void> => {
  unlinkKubeconfig(run.path)
  await stopPostgres(postgresFolder(run))
  await stopCluster(clusterFolder(run))
  rmSync(run.path, { recursive: true, force: true })
  const base = dirname(run.path)
  if (existsSync(base) && readdirSync(base).length === 0) rmdirSync(base)
}
