// Owns: running the psql program and nothing else of Postgres.
// Never: interprets what it prints.
import { spawn } from 'node:child_process'
import { record } from './record.ts'

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
  /** Where both outputs also go while it runs. */
  readonly tee?: NodeJS.WritableStream
}

/** Feeds the SQL through standard input, without anybody's psqlrc. */
export const psql = (input: PsqlInput): Promise<PsqlRun> =>
  new Promise((resolve, reject) => {
    const child = spawn(input.psql, ['-X', '-d', input.conninfo, ...input.args], {
      env: { ...process.env, PGCLIENTENCODING: 'UTF8', PAGER: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      input.tee?.write(text)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      input.tee?.write(text)
    })
    child.once('error', reject)
    child.once('close', (code) => {
      record(`${stdout}${stderr}`)
      resolve({ code: code ?? 1, stdout, stderr })
    })
    child.stdin.on('error', () => undefined) // psql has stopped reading: its exit code tells
    child.stdin.end(input.sql)
  })
