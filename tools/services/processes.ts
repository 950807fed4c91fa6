// Starts servers in the background, and remembers each by process id and start time, so that exactly that process is
// stopped. A process must never be looked up by its name.
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { tail } from '../step.ts'

const STOP_SECONDS = 20

interface Recorded {
  readonly pid: number
  /** Field 22 of /proc/PID/stat: with it, a recycled process id isn't taken for ours. */
  readonly startTicks: string
}

const startTicks = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

export const record = (pidFile: string, pid: number): void => {
  writeFileSync(pidFile, JSON.stringify({ pid, startTicks: startTicks(pid) ?? '' } satisfies Recorded))
}

/** The recorded process' id, as long as that very process runs. */
export const running = (pidFile: string): number | undefined => {
  try {
    const recorded = JSON.parse(readFileSync(pidFile, 'utf8')) as Recorded
    return startTicks(recorded.pid) === recorded.startTicks ? recorded.pid : undefined
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
  readonly cwd: string
  readonly log: string
  readonly pidFile: string
  /** The server's standard input: the far end of this process' pipe closes when this process dies. */
  readonly tiedToUs: boolean
}

/** Starts a server in a session of its own and waits until `ready` gives something. Throws with the log's tail. */
export const start = async <T>(
  server: Server,
  seconds: number,
  ready: () => T | undefined | Promise<T | undefined>,
): Promise<T> => {
  const output = openSync(server.log, 'a')
  const [program = '', ...args] = server.argv
  const child = spawn(program, args, {
    cwd: server.cwd,
    env: server.env,
    detached: true,
    stdio: [server.tiedToUs ? 'pipe' : 'ignore', output, output],
  })
  closeSync(output)
  let failure: string | undefined
  child.once('error', (error) => {
    failure = error.message
  })
  child.once('exit', (code, signal) => {
    failure = `it ended with ${code ?? signal ?? 'an unknown status'}`
  })
  child.unref()
  if (child.pid !== undefined) record(server.pidFile, child.pid)
  const deadline = Date.now() + seconds * 1000
  while (Date.now() < deadline) {
    if (failure !== undefined) break
    const result = await ready()
    if (result !== undefined) return result
    await sleep(50)
  }
  await stop(server.pidFile, 'SIGINT')
  const why = failure ?? `it was not ready after ${seconds} s`
  throw new Error(`${server.name} did not start: ${why}; the end of ${server.log}:\n${tail(server.log, 25)}`)
}
