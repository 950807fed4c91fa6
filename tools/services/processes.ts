// Starts servers in the background, and remembers each by its process id, so that exactly that process is stopped. A
// process must never be looked up by its name.
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { tail } from '../step.ts'

const STOP_SECONDS = 20

/** The recorded process' id, as long as it runs. A recycled id isn't taken for ours: it works in another folder. */
const running = (pidFile: string): number | undefined => {
  try {
    const pid = readFileSync(pidFile, 'utf8')
    const works = readlinkSync(`/proc/${pid}/cwd`)
    return `${works}/`.startsWith(`${realpathSync(dirname(pidFile))}/`) ? Number(pid) : undefined
  } catch {
    return undefined
  }
}

/** Sends the signal, waits, kills as a last resort, and forgets the process. */
export const stop = async (pidFile: string, signal: NodeJS.Signals): Promise<void> => {
  const pid = running(pidFile)
  if (pid !== undefined) {
    process.kill(pid, signal)
    const deadline = Date.now() + STOP_SECONDS * 1000
    while (running(pidFile) !== undefined) {
      if (Date.now() > deadline) process.kill(pid, 'SIGKILL')
      await sleep(50)
    }
  }
  rmSync(pidFile, { force: true })
}

export interface Server {
  readonly name: string
  readonly argv: readonly string[]
  readonly env: Record<string, string>
  /** The folder of `pidFile`, or one in it. */
  readonly cwd: string
  readonly log: string
  readonly pidFile: string
}

/** Starts a server in a session of its own and waits until `ready` gives something. Throws with the log's tail. */
export const start = async <T>(
  { name, argv: [program = '', ...args], env, cwd, log, pidFile }: Server,
  seconds: number,
  ready: () => T | undefined,
): Promise<T> => {
  const output = openSync(log, 'a')
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', output, output] })
  closeSync(output)
  let failure: string | undefined
  child.once('error', (error) => {
    failure = error.message
  })
  child.once('exit', (code, signal) => {
    failure = `it ended with ${code ?? signal ?? 'an unknown status'}`
  })
  child.unref()
  writeFileSync(pidFile, String(child.pid ?? ''))
  const deadline = Date.now() + seconds * 1000
  while (Date.now() < deadline) {
    if (failure !== undefined) break
    const result = ready()
    if (result !== undefined) return result
    await sleep(50)
  }
  await stop(pidFile, 'SIGINT')
  const why = failure ?? `it was not ready after ${seconds} s`
  throw new Error(`${name} did not start: ${why}; the end of ${log}:\n${tail(log, 25)}`)
}
