// An API server of a test's own, with its etcd, that the test ends, starts again, backs up and restores.
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { etcdFolder, startCluster, stopCluster } from '../../../tools/services/cluster.ts'
import { clusterFolder, runFolder, takeDown } from '../../../tools/services/session.ts'
import { apiOf, type Api } from './api.ts'
import { readAccess, type Access } from './kubeconfig.ts'
import { kubectlAt } from './kubectl.ts'

export interface OwnCluster {
  readonly access: Access
  readonly api: Api
  readonly kubectl: (args: readonly string[]) => string
  readonly stop: () => Promise<void>
  /** At the same address, with the same authority, tokens and objects. */
  readonly start: (...flags: string[]) => Promise<void>
  /** What is stored while it does not run. */
  readonly backUp: () => void
  /** Puts back what was stored then. */
  readonly restore: () => void
  readonly end: () => Promise<void>
}

export const startOwnCluster = async (name: string, ...flags: string[]): Promise<OwnCluster> => {
  const run = runFolder(`e2e-${name}-${process.pid}`)
  const folder = clusterFolder(run)
  const backup = join(run.path, 'backup')
  mkdirSync(run.path, { recursive: true })
  const { kubeconfig, server } = await startCluster(folder, true, { flags })
  const access = readAccess(kubeconfig)
  const port = Number(new URL(server).port)
  return {
    access,
    api: apiOf(access),
    kubectl: (args) => kubectlAt(kubeconfig, args),
    stop: () => stopCluster(folder),
    start: async (...more) => {
      await startCluster(folder, true, { flags: more, port, keeps: true })
    },
    backUp: () => {
      rmSync(backup, { recursive: true, force: true })
      cpSync(etcdFolder(folder), backup, { recursive: true })
    },
    restore: () => {
      rmSync(etcdFolder(folder), { recursive: true, force: true })
      cpSync(backup, etcdFolder(folder), { recursive: true })
    },
    end: () => takeDown(run),
  }
}
