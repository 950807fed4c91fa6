// Runs the program psql.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { record } from '../../tools/services/record.ts'

export interface PsqlRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface PsqlInput {
  readonly psql: string
  readonly conninfo: string
  readonly args: readonly string[]
  readonly sql: string
}

/** Feeds the SQL through standard input, without anybody's psqlrc. */
export const psql = async ({ psql: program, conninfo, args, sql }: PsqlInput): Promise<PsqlRun> => {
  const child = spawn(program, ['-X', '-d', conninfo, ...args], {
    env: { ...process.env, PGCLIENTENCODING: 'UTF8', PAGER: '' },
  })
  child.stdin.on('error', () => undefined) // psql has stopped reading: its exit code tells
  child.stdin.end(sql)
  const [[code], stdout, stderr] = (await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ])) as [(number | null)[], string, string]
  record(`${stdout}${stderr}`)
  return { code: code ?? 1, stdout, stderr }
}
