// Runs a statement in a Postgres session of its own, and returns its rows, or its times and memory.
import { psql } from '../test/support/psql.ts'

export interface Database {
  readonly psql: string
  readonly conninfo: string
}

/** One fresh session: its first run of a statement, and its second. */
export interface Sample {
  readonly coldMs: number
  readonly warmMs: number
  /** The most memory that the process ever held; of all processes together. */
  readonly peakBytes: number
}

const ask = async (database: Database, sql: string): Promise<string> => {
  const args = ['-q', '-At', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-v', 'SHOW_CONTEXT=never']
  const result = await psql({ ...database, args, sql })
  if (result.code !== 0) throw new Error(result.stderr.trim())
  return result.stdout
}

export const execute = async (database: Database, sql: string): Promise<void> => {
  await ask(database, sql)
}

/** One line a row, tabs between the fields. */
export const rowsOf = (database: Database, schema: string, sql: string): Promise<string> =>
  ask(database, `SET search_path = ${schema};\n${terminated(sql)}`)

/** psql's own clock: from sending the statement until the last row has come. */
export const measureSql = async (database: Database, schema: string, sql: string): Promise<Sample> => {
  const script = [
    `SET search_path = ${schema}; SET max_parallel_workers_per_gather = 4;`,
    '\\o /dev/null',
    '\\timing on',
    terminated(sql),
    terminated(sql),
    '\\timing off',
    '\\o',
    // Within a backend, self is the backend.
    "SELECT 'Peak: ' || substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\\s+(\\d+) kB');",
  ]
  const output = await ask(database, script.join('\n'))
  const times = [...output.matchAll(/^Time: ([0-9.]+) ms/gm)].map((match) => Number(match[1]))
  const peak = /^Peak: (\d+)$/m.exec(output)?.[1]
  const [coldMs, warmMs] = times
  if (coldMs === undefined || warmMs === undefined || peak === undefined) {
    throw new Error(`psql printed no times or no memory: ${output.slice(0, 500)}`)
  }
  return { coldMs, warmMs, peakBytes: Number(peak) * 1024 }
}

/**
 * The times of the statements of a session, one each, and the most memory that its process ever held, without what it
 * shares with others.
 */
export const timesOf = async (
  database: Database,
  script: string,
): Promise<{ readonly ms: readonly number[]; readonly peakBytes: number }> => {
  const status = (field: string): string => `substring(s FROM '${field}:\\s+(\\d+) kB')::int`
  const peak = `\\timing off\nSELECT 'Peak: ' || (${status('VmHWM')} - ${status('RssShmem')}) FROM pg_read_file('/proc/self/status') AS s;`
  const output = await ask(database, `SET client_min_messages = warning;\n\\timing on\n${script}\n${peak}`)
  const ms = [...output.matchAll(/^Time: ([0-9.]+) ms/gm)].map((match) => Number(match[1]))
  const kilobytes = /^Peak: (\d+)$/m.exec(output)?.[1]
  if (ms.length === 0 || kilobytes === undefined)
    throw new Error(`psql printed no times: ${output.slice(0, 500)}`)
  return { ms, peakBytes: Number(kilobytes) * 1024 }
}

const terminated = (sql: string): string => (sql.endsWith(';') ? sql : `${sql};`)
