// Starts, seeds and stops a private Kubernetes API server (the program of test/cluster) in a folder.
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CLUSTER_BINARY } from '../paths.ts'
import { tie } from './owner.ts'
import { start, stop } from './processes.ts'
import { noteSecret } from './record.ts'

const READY_SECONDS = 120
const TOKENS = /^[ -]*"?token"?: *"?([^"\s,]+)/gm

export interface Cluster {
  /** `https://127.0.0.1:PORT` */
  readonly server: string
  /** A kubeconfig with an admin's token. */
  readonly kubeconfig: string
  /** A kubeconfig with a token that may read little. */
  readonly readerKubeconfig: string
  readonly ca: string
}

const pidFile = (folder: string): string => join(folder, 'cluster.pid')
const readyFile = (folder: string): string => join(folder, 'ready.json')

const describe = (folder: string): Cluster | undefined => {
  try {
    const ready = JSON.parse(readFileSync(readyFile(folder), 'utf8')) as Omit<Cluster, 'readerKubeconfig'>
    return { ...ready, readerKubeconfig: join(folder, 'reader.kubeconfig') }
  } catch {
    return undefined // not there yet, or still being written
  }
}

export interface Start {
  /** kube-apiserver's own, such as `--audit-log-path=…`. */
  readonly flags?: readonly string[]
  /** Of the loopback; a free one if none is given. */
  readonly port?: number
  /** What is in the folder stays: the authority, the tokens, and the objects if etcd's data are there. */
  readonly keeps?: boolean
}

/** A tied one ends with this process. */
export const startCluster = async (
  folder: string,
  tied: boolean,
  { flags = [], port = 0, keeps = false }: Start = {},
): Promise<Cluster> => {
  await stopCluster(folder)
  // Until the file is there again, nobody takes the cluster for one that is ready.
  rmSync(keeps ? readyFile(folder) : folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const options = ['--dir', folder, '--port', String(port)]
  const ofServer = flags.flatMap((flag) => ['--api-server-flag', flag])
  const cluster = await start(
    {
      name: 'the API server',
      argv: [...(tied ? tie('TERM') : []), CLUSTER_BINARY, 'serve', ...options, ...ofServer],
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/' },
      cwd: folder,
      log: join(folder, 'log'),
      pidFile: pidFile(folder),
    },
    READY_SECONDS,
    () => describe(folder),
  )
  // This is for the tests, which search what they made the servers say.
  for (const path of [cluster.kubeconfig, cluster.readerKubeconfig])
    for (const [, token = ''] of readFileSync(path, 'utf8').matchAll(TOKENS)) noteSecret(token)
  return cluster
}

/** What etcd stores. The cluster must not run while it is copied. */
export const etcdFolder = (folder: string): string => join(folder, 'etcd')

export const stopCluster = (folder: string): Promise<void> => stop(pidFile(folder), 'SIGTERM')

/** `seed('--set', 'talk')` */
export const seed = async (kubeconfig: string, ...args: readonly string[]): Promise<void> => {
  await promisify(execFile)(CLUSTER_BINARY, ['seed', '--kubeconfig', kubeconfig, ...args])
}
