// Runs a suite as a command and judges it: its counts, its exit code, and what to show of a failure.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LOGS } from '../paths.ts'
import { elapsed, logFile, runLogged, say, tail, type Command } from '../step.ts'
import { NONE, render, vitestCounts, vitestFailures, type Counts } from './counts.ts'

const TAIL_LINES = 60
const PASSED: Counts = { ...NONE, passed: 1 }
const FAILED: Counts = { ...NONE, failed: 1 }

interface Reader {
  readonly count: (code: number) => Counts
  /** What is shown of a suite that failed; by itself the end of its log. */
  readonly failures?: () => readonly string[]
}

/** A runner that failed without naming a test, and one that ran none and gave no reason, count as one failure. */
const judge = (counts: Counts, code: number): Counts => {
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1 }
  return counts.passed + counts.failed + counts.reasons.length === 0 ? { ...counts, failed: 1 } : counts
}

/** The report is printed whole when the suite has ended, because other suites run at the same time. */
const runSuite = async (command: Command, { count, failures = () => [] }: Reader): Promise<Counts> => {
  const begun = Date.now()
  const code = await runLogged(command)
  const counts = judge(count(code), code)
  if (counts.failed > 0) {
    const shown = failures()
    process.stdout.write(
      `${shown.length > 0 ? shown.join('\n\n') : tail(logFile(command.log), TAIL_LINES)}\n`,
    )
  }
  say(`${command.label} … ${render(counts)} (${elapsed(begun)})`)
  return counts
}

export const commandSuite = (command: Command, count: (output: string) => Counts): Promise<Counts> =>
  runSuite(command, { count: () => count(readFileSync(logFile(command.log), 'utf8')) })

/** A suite that only passes or fails, as one test. */
export const checkSuite = (command: Command): Promise<Counts> =>
  runSuite(command, { count: (code) => (code === 0 ? PASSED : FAILED) })

export interface VitestSuite extends Omit<Command, 'argv'> {
  readonly args: readonly string[]
}

export const vitestSuite = ({ args, ...suite }: VitestSuite): Promise<Counts> => {
  const report = join(LOGS, `${suite.log}.json`)
  rmSync(report, { force: true })
  const vitest = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run', ...args] as const
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const json = (): string | undefined => (existsSync(report) ? readFileSync(report, 'utf8') : undefined)
  return runSuite(
    { ...suite, argv: [...vitest, ...reporters] },
    {
      count: () => vitestCounts(json()),
      failures: () => vitestFailures(json()),
    },
  )
}
