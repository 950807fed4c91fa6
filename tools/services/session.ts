// Starts and stops, in one run folder, a cluster and a Postgres that trusts it.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pgConfigPath } from '../build/parts.ts'
import type { Variant } from '../paths.ts'
import { stopCluster } from './cluster.ts'
import { linkKubeconfig, TALK_PATH, unlinkKubeconfig } from './kubeconfig-link.ts'
import { own, runBase, serverOwner, type Owner } from './owner.ts'
import { copyPostgres, type PostgresCopy } from './postgres-copy.ts'
import { initPostgres, startPostgres, stopPostgres, type Postgres } from './postgres.ts'

export interface RunFolder {
  readonly path: string
  readonly owner: Owner
}

export const runFolder = (name: string): RunFolder => ({ path: join(runBase(), name), owner: serverOwner() })

export const clusterFolder = (run: RunFolder): string => join(run.path, 'cluster')
export const postgresFolder = (run: RunFolder): string => join(run.path, 'postgres')

/** Copy, installation and data folder: everything but the start, which needs the cluster's CA. */
export const preparePostgres = async (run: RunFolder, variant: Variant): Promise<PostgresCopy> => {
  mkdirSync(postgresFolder(run), { recursive: true })
  await stopPostgres(postgresFolder(run))
  const copy = copyPostgres(pgConfigPath(), variant, join(run.path, 'installed'))
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

/** A copy that the server's user, and nobody else, can read. */
export const lendKubeconfig = (run: RunFolder, kubeconfig: string, mayLink = true): LentKubeconfig => {
  const lent = join(run.path, 'kubeconfig')
  rmSync(lent, { force: true })
  writeFileSync(lent, readFileSync(kubeconfig), { mode: 0o400 })
  own(run.owner, lent)
  const whyNot = mayLink ? linkKubeconfig(lent) : `${TALK_PATH} is left to another run`
  return { path: whyNot === undefined ? TALK_PATH : lent, whyNot }
}

/** Stops both and removes the folder. */
export const takeDown = async (run: RunFolder): Promise<void> => {
  unlinkKubeconfig(run.path)
  await stopPostgres(postgresFolder(run))
  await stopCluster(clusterFolder(run))
  rmSync(run.path, { recursive: true, force: true })
}
