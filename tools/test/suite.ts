// Runs a suite as a command and judges it: its counts, its exit code, and what to show of a failure.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LOGS } from '../paths.ts'
import { elapsed, logFile, runLogged, say, tail, type Command } from '../step.ts'
import { NO_REASON, NONE, render, type Count, type Counts } from './counts.ts'

const TAIL_LINES = 60

export interface Suite extends Pick<Command, 'argv' | 'cwd' | 'env'> {
  readonly name: string
  /** What is shown beside the name. */
  readonly about?: string
  /** Without it the suite is one test, which passes if the command does. */
  readonly count?: Count
  /** What only one suite at a time may use: the talk's /kubeconfig, or what a host's end-to-end tests print. */
  readonly shares?: readonly ('kubeconfig' | 'own')[]
}

/** Where a suite that vitest runs has its report. */
export const reportFile = (name: string): string => join(LOGS, `suite-${name}.json`)

/** A runner that failed without naming a test, and one that ran none and gave no reason, count as one failure. */
const judge = (counts: Counts, code: number): Counts => {
  const nothing =
    counts.passed + counts.failed === 0 && counts.skipped.every((reason) => reason === NO_REASON)
  return nothing || (code !== 0 && counts.failed === 0) ? { ...counts, failed: 1 } : counts
}

/** The failures as vitest sums them up at the end, and otherwise the end of the log. */
const failures = (log: string, output: string): string => {
  const begin = output.search(/^⎯+ Failed (?:Suites|Tests) /m)
  return begin < 0 ? tail(log, TAIL_LINES) : output.slice(begin).trimEnd()
}

/** The report is printed whole when the suite has ended, because other suites run at the same time. */
export const runSuite = async ({ name, about, count, ...command }: Suite): Promise<Counts> => {
  const begun = Date.now()
  const label = about === undefined ? name : `${name} (${about})`
  const [log, report] = [`suite-${name}`, reportFile(name)]
  rmSync(report, { force: true })
  const code = await runLogged({ ...command, label, log })
  const output = readFileSync(logFile(log), 'utf8')
  const counted = count?.(output, existsSync(report) ? readFileSync(report, 'utf8') : undefined)
  const counts = judge(counted ?? { ...NONE, passed: code === 0 ? 1 : 0 }, code)
  if (counts.failed > 0) process.stdout.write(`${failures(logFile(log), output)}\n`)
  say(`${label} … ${render(counts)} (${elapsed(begun)})`)
  return counts
}
