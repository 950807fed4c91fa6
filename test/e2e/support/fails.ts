// A statement's error as psql prints it, with the proof that the same session goes on after it.
import { expect } from 'vitest'
import { createServer, type ServerOptions } from './servers-in-sql.ts'
import { run, session } from './sql.ts'

/** Schema `errors`, and in it a table that works: kube-system's seven pods. */
export const createHealthy = async (): Promise<void> => {
  await createServer('healthy')
  await run(`CREATE SCHEMA IF NOT EXISTS errors;
    CREATE FOREIGN TABLE errors.healthy (name text)
      SERVER healthy OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');`)
}

/** Without what differs from run to run, and from one system to the next. */
const steady = (messages: string): string =>
  messages
    .trimEnd()
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/localhost:\d+/g, 'localhost:PORT')
    .replaceAll(/error:[0-9A-F]{8}:SSL routines:\w+:/g, 'OPENSSL:')
    .replaceAll(/[./\w]+\.c:\d+:?/g, 'FILE:LINE:')
    .replace(
      /Name or service not known|Temporary failure in name resolution|No address associated with hostname/,
      'NO SUCH HOST',
    )

export const failsAndGoesOn = async (sql: string): Promise<string> => {
  const answer = await session(`${sql};\nSELECT count(*) FROM errors.healthy;`)
  expect(answer.failed).toBe(true)
  expect(answer.rows.at(-1)).toEqual(['7'])
  return steady(answer.messages)
}

/** A server and a table of pods; the query that reads it. */
export const podsAt = async (name: string, server: ServerOptions, namespace?: string): Promise<string> => {
  await createServer(name, server)
  const options = namespace === undefined ? '' : `, namespace '${namespace}'`
  await run(`CREATE FOREIGN TABLE errors.${name} (name text, spec jsonb)
    SERVER ${name} OPTIONS (apiVersion 'v1', kind 'Pod'${options});`)
  return `SELECT * FROM errors.${name}`
}

/** A process that Postgres starts anew after any other has crashed. */
export const serverLife = async (): Promise<string> => {
  const { rows } = await session(
    `SELECT pg_postmaster_start_time(), (SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer');`,
  )
  return rows.join('\n')
}
