// Runs kubectl as the oracle: the one that is built with the API server, in the same version.
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { KUBECTL } from '../../../tools/paths.ts'
import { provided } from './provided.ts'

/** For what runs it by itself. */
export const kubectlProgram = KUBECTL

/** A kubeconfig of the suite's cluster, as JSON. */
export const kubeconfigOf = (token: string): string => {
  const { apiServer, ca } = provided()
  const data = Buffer.from(ca).toString('base64')
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: apiServer, 'certificate-authority-data': data } }],
    users: [{ name: 'u', user: { token } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  })
}

const withConfig = <T>(token: string, use: (options: readonly string[]) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-kubectl-'))
  try {
    const config = join(folder, 'config')
    writeFileSync(config, kubeconfigOf(token), { mode: 0o600 })
    return use(['--kubeconfig', config, '--cache-dir', join(folder, 'cache')])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What kubectl prints, as the user of a token; its error is thrown. */
export const kubectl = (args: readonly string[], token = provided().token, input = ''): string =>
  withConfig(token, (options) =>
    execFileSync(kubectlProgram, [...options, ...args], {
      encoding: 'utf8',
      input,
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  )

/** A kubeconfig's text as kubectl understands it, in JSON. */
export const kubeconfigAsRead = (yaml: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-kubeconfig-'))
  try {
    const file = join(folder, 'config')
    writeFileSync(file, yaml)
    return kubectl(['--kubeconfig', file, 'config', 'view', '--raw', '-o', 'json'])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** As `kubectl`, with a kubeconfig of another cluster. */
export const kubectlAt = (config: string, args: readonly string[]): string => {
  const cache = mkdtempSync(join(tmpdir(), 'k8s_fdw-kubectl-'))
  try {
    return execFileSync(kubectlProgram, ['--kubeconfig', config, '--cache-dir', cache, ...args], {
      encoding: 'utf8',
    })
  } finally {
    rmSync(cache, { recursive: true })
  }
}

/** As `kubectl`, while this process goes on: for a test whose own server the API server asks. */
export const kubectlMeanwhile = async (args: readonly string[]): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-kubectl-'))
  try {
    const config = join(folder, 'config')
    writeFileSync(config, kubeconfigOf(provided().token), { mode: 0o600 })
    const options = ['--kubeconfig', config, '--cache-dir', join(folder, 'cache'), ...args]
    return (await promisify(execFile)(kubectlProgram, options, { maxBuffer: 100_000_000 })).stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** One that goes on until it is stopped. */
export const kubectlBegun = (args: readonly string[]): { readonly stop: () => Promise<void> } => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-kubectl-'))
  const config = join(folder, 'config')
  writeFileSync(config, kubeconfigOf(provided().token), { mode: 0o600 })
  const child = spawn(kubectlProgram, ['--kubeconfig', config, ...args], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
  })
  return {
    stop: async () => {
      child.kill()
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

/** What kubectl logs, with -v. */
export const kubectlLog = (args: readonly string[]): string =>
  withConfig(
    provided().token,
    (options) =>
      spawnSync(kubectlProgram, [...options, ...args], { encoding: 'utf8', maxBuffer: 100_000_000 }).stderr,
  )

/** The lines of a table that kubectl prints, cut where its header's words begin. */
export const tableOf = (printed: string): Record<string, string>[] => {
  const [header = '', ...lines] = printed.trimEnd().split('\n')
  const starts = [...header.matchAll(/\S+( \S+)*/g)].map((match) => ({ name: match[0], at: match.index }))
  return lines.map((line) =>
    Object.fromEntries(
      starts.map(({ name, at }, i) => [name, line.slice(at, starts[i + 1]?.at).trim()] as const),
    ),
  )
}
