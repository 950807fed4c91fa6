// Runs a shell command with kubectl in it, and returns its rows, or its times and memory.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KUBECTL } from '../tools/paths.ts'
import type { Sample } from './sql.ts'

const MEMORY_POLL_MS = 50

export interface Target {
  readonly kubeconfig: string
  /** Another address of the API server than the kubeconfig's. */
  readonly server: string | undefined
}

interface Run {
  readonly output: string
  readonly ms: number
  readonly peakBytes: number
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // the process has ended
  }
}

const family = (pid: number): number[] => {
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(family)]
}

/** The sum of the peaks of a shell's programs, each of which is seen until its end but for the last poll's time. */
const watchMemory = (pid: number): (() => number) => {
  const peaks = new Map<number, number>()
  const poll = setInterval(() => {
    for (const member of family(pid)) {
      const peak = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${member}/status`))?.[1]
      if (peak !== undefined) peaks.set(member, Number(peak) * 1024)
    }
  }, MEMORY_POLL_MS)
  return () => {
    clearInterval(poll)
    return [...peaks.values()].reduce((sum, peak) => sum + peak, 0)
  }
}

const shell = (target: Target, cache: string, command: string, keep: boolean): Promise<Run> =>
  new Promise((resolve, reject) => {
    const server = target.server === undefined ? '' : `--server '${target.server}'`
    const k = `k() { exec '${KUBECTL}' --kubeconfig '${target.kubeconfig}' --cache-dir '${cache}' ${server} "$@"; }`
    const begun = performance.now()
    const child = spawn('bash', ['-c', `set -o pipefail; ${k}\n${command}`], {
      stdio: ['ignore', keep ? 'pipe' : 'ignore', 'pipe'],
    })
    const peak = watchMemory(child.pid ?? 0)
    let output = ''
    let errors = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
    child.once('error', reject)
    child.once('close', (code) => {
      const run = { output, ms: performance.now() - begun, peakBytes: peak() }
      if (code === 0) resolve(run)
      else reject(new Error(errors.trim()))
    })
  })

const withCache = async <T>(work: (cache: string) => Promise<T>): Promise<T> => {
  const cache = mkdtempSync(join(tmpdir(), 'k8s_fdw-kubectl-'))
  try {
    return await work(cache)
  } finally {
    rmSync(cache, { recursive: true })
  }
}

/** One line a row, tabs between the fields. */
export const rowsFrom = (target: Target, command: string): Promise<string> =>
  withCache(async (cache) => (await shell(target, cache, command, true)).output)

/** Cold: kubectl's cache of what the API server serves is empty; warm: the first run has filled it. */
export const measureCommand = (target: Target, command: string): Promise<Sample> =>
  withCache(async (cache) => {
    const cold = await shell(target, cache, command, false)
    const warm = await shell(target, cache, command, false)
    return { coldMs: cold.ms, warmMs: warm.ms, peakBytes: Math.max(cold.peakBytes, warm.peakBytes) }
  })
