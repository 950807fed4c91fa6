// How a step is shown: its label, its time, a line now and then, and the end of its log after a failure.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOGS, ROOT } from './paths.ts'

const HEARTBEAT_SECONDS = 30
const TAIL_LINES = 40

export class StepFailed extends Error {}

export const say = (line: string): void => {
  process.stdout.write(`==> ${line}\n`)
}

/** `31 s`, or `4 min 12 s`. */
export const elapsed = (sinceEpochMillis: number): string => {
  const seconds = Math.round((Date.now() - sinceEpochMillis) / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

export const tail = (file: string, lines: number): string =>
  readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')

export const logFile = (name: string): string => {
  mkdirSync(LOGS, { recursive: true })
  return join(LOGS, `${name}.log`)
}

export interface Command {
  readonly label: string
  /** The log's name under .cache/logs, without its ending. */
  readonly log: string
  readonly argv: readonly [string, ...string[]]
  readonly cwd?: string
  readonly env?: Record<string, string>
}

/** Runs a command with its output in its log; gives its exit code, 127 when it can't be started. */
export const runLogged = async ({ label, log, argv, cwd = ROOT, env = {} }: Command): Promise<number> => {
  const file = logFile(log)
  const output = openSync(file, 'w')
  const begun = Date.now()
  const [program, ...args] = argv
  const heartbeat = setInterval(() => {
    process.stdout.write(`    ${label}, ${elapsed(begun)}: ${tail(file, 1).slice(0, 100)}\n`)
  }, HEARTBEAT_SECONDS * 1000)
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', output, output],
  })
  const code = await once(child, 'exit').then(
    ([status]: (number | null)[]) => status ?? 1,
    () => 127,
  )
  clearInterval(heartbeat)
  closeSync(output)
  return code
}

/** Runs a command as a step. Throws StepFailed, after the log's tail was shown. */
export const step = async (command: Command): Promise<void> => {
  const begun = Date.now()
  say(`${command.label} …`)
  const code = await runLogged(command)
  if (code !== 0) {
    const file = logFile(command.log)
    say(`${command.label} … failed after ${elapsed(begun)} (exit ${code}); the end of ${file}:`)
    process.stdout.write(`${tail(file, TAIL_LINES)}\n`)
    throw new StepFailed(command.label)
  }
  say(`${command.label} … ${elapsed(begun)}`)
}

/** The same for what happens in this process. */
export const timed = async <T>(label: string, work: () => Promise<T> | T): Promise<T> => {
  const begun = Date.now()
  const result = await work()
  say(`${label} … ${elapsed(begun)}`)
  return result
}
