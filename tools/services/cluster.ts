// Starts, seeds and stops a private Kubernetes API server (the program of test/cluster) in a folder.
import { execFile } from 'node:child_process'
import { copyFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CLUSTER_BINARY } from '../paths.ts'
import { own, type Owner } from './owner.ts'
import { running, start, stop } from './processes.ts'
import { noteSecret } from './record.ts'

const READY_SECONDS = 120

export interface Cluster {
  readonly folder: string
  /** `https://127.0.0.1:PORT` */
  readonly server: string
  /** A kubeconfig with an admin's token. */
  readonly kubeconfig: string
  /** A kubeconfig with a token that may read little. */
  readonly readerKubeconfig: string
  readonly ca: string
}

const pidFile = (folder: string): string => join(folder, 'cluster.pid')

const describe = (folder: string): Cluster | undefined => {
  try {
    const { server } = JSON.parse(readFileSync(join(folder, 'ready.json'), 'utf8')) as { server: string }
    return {
      folder,
      server,
      kubeconfig: join(folder, 'kubeconfig'),
      readerKubeconfig: join(folder, 'reader.kubeconfig'),
      ca: join(folder, 'ca.crt'),
    }
  } catch {
    return undefined // not there yet, or still being written
  }
}

export const runningCluster = (folder: string): Cluster | undefined =>
  running(pidFile(folder)) === undefined ? undefined : describe(folder)

/** This is for the tests, which search what they made the servers say. */
const noteTokens = (kubeconfig: string): void => {
  if (!existsSync(kubeconfig)) return
  for (const [, token = ''] of readFileSync(kubeconfig, 'utf8').matchAll(/^[ -]*"?token"?: *"?([^"\s,]+)/gm))
    noteSecret(token)
}

/** A tied one ends with this process. `flags` are kube-apiserver's own, such as `--audit-log-path=…`. */
export const startCluster = async (
  folder: string,
  tied: boolean,
  flags: readonly string[] = [],
): Promise<Cluster> => {
  await stop(pidFile(folder), 'SIGTERM')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const cluster = await start(
    {
      name: 'the API server',
      argv: [
        CLUSTER_BINARY,
        'serve',
        '--dir',
        folder,
        '--port',
        '0',
        ...(tied ? ['--until-stdin-closes'] : []),
        ...flags.flatMap((flag) => ['--api-server-flag', flag]),
      ],
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/' },
      cwd: folder,
      log: join(folder, 'log'),
      pidFile: pidFile(folder),
      tiedToUs: tied,
    },
    READY_SECONDS,
    () => describe(folder),
  )
  for (const path of [cluster.kubeconfig, cluster.readerKubeconfig]) noteTokens(path)
  return cluster
}

export const stopCluster = (folder: string): Promise<void> => stop(pidFile(folder), 'SIGTERM')

/** `seed('--set', 'talk')` */
export const seed = async (kubeconfig: string, ...args: readonly string[]): Promise<void> => {
  await promisify(execFile)(CLUSTER_BINARY, ['seed', '--kubeconfig', kubeconfig, ...args])
}

/** A copy that the server's user, and nobody else, can read. */
export const lend = (owner: Owner, file: string, to: string): string => {
  rmSync(to, { force: true })
  copyFileSync(file, to)
  chmodSync(to, 0o400)
  own(owner, to)
  return to
}
