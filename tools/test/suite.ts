// Runs a suite as a command and judges it: its counts, its exit code, and what to show of a failure.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LOGS } from '../paths.ts'
import { elapsed, logFile, runLogged, say, tail, type Command } from '../step.ts'
import { NONE, render, vitestCounts, vitestFailures, type Counts } from './counts.ts'

const TAIL_LINES = 60
const PASSED: Counts = { ...NONE, passed: 1 }
const FAILED: Counts = { ...NONE, failed: 1 }

/** A runner that failed without naming a test, and one that ran none and gave no reason, count as one failure. */
const judge = (counts: Counts, code: number): Counts => {
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1 }
  return counts.passed + counts.failed + counts.reasons.length === 0 ? { ...counts, failed: 1 } : counts
}

const tell = (label: string, counts: Counts, begun: number): Counts => {
  say(`${label} … ${render(counts)} (${elapsed(begun)})`)
  return counts
}

export const commandSuite = async (command: Command, count: (output: string) => Counts): Promise<Counts> => {
  const begun = Date.now()
  const code = await runLogged(command)
  const file = logFile(command.log)
  const counts = judge(count(readFileSync(file, 'utf8')), code)
  if (counts.failed > 0) process.stdout.write(`${tail(file, TAIL_LINES)}\n`)
  return tell(command.label, counts, begun)
}

/** A suite that only passes or fails, as one test. */
export const checkSuite = async (label: string, argv: Command['argv']): Promise<Counts> => {
  const begun = Date.now()
  const code = await runLogged({ label, log: label, argv })
  if (code !== 0) process.stdout.write(`${tail(logFile(label), TAIL_LINES)}\n`)
  return tell(label, code === 0 ? PASSED : FAILED, begun)
}

export interface VitestSuite {
  readonly label: string
  readonly log: string
  readonly args: readonly string[]
  readonly env?: Record<string, string>
}

export const vitestSuite = async (suite: VitestSuite): Promise<Counts> => {
  const begun = Date.now()
  const report = join(LOGS, `${suite.log}.json`)
  rmSync(report, { force: true })
  const code = await runLogged({
    label: suite.label,
    log: suite.log,
    argv: [
      process.execPath,
      'node_modules/vitest/vitest.mjs',
      'run',
      ...suite.args,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    ...(suite.env === undefined ? {} : { env: suite.env }),
  })
  const json = existsSync(report) ? readFileSync(report, 'utf8') : undefined
  const counts = judge(json === undefined ? NONE : vitestCounts(json), code)
  if (counts.failed > 0) {
    const failures = json === undefined ? [] : vitestFailures(json)
    const shown = failures.length > 0 ? failures.join('\n\n') : tail(logFile(suite.log), TAIL_LINES)
    process.stdout.write(`${shown}\n`)
  }
  return tell(suite.label, counts, begun)
}
