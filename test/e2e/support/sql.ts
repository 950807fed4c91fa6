// Asks through psql: gives rows as texts, or the error. Each psql is a session of its own.
import { psql } from '../../support/psql.ts'
import { asWrappersSays } from './own-form.ts'
import { provided } from './provided.ts'

const FIELD = '\u001f'
const RECORD = '\u001e'
const UNALIGNED = ['-q', '-v', 'SHOW_CONTEXT=never', '-At', '-F', FIELD, '-R', RECORD, '-P', 'null=∅']

export interface Answer {
  readonly rows: string[][]
  /** Notices, warnings and errors, as psql prints them. */
  readonly messages: string
  readonly failed: boolean
}

const ask = async (sql: string, args: readonly string[]) => {
  const { host, psql: program, conninfo } = provided()
  const result = await psql({ psql: program, conninfo, args, sql })
  return { ...result, stderr: asWrappersSays(host, result.stderr) }
}

const split = (output: string): string[][] => {
  if (output === '') return []
  return output
    .replace(/\n$/, '')
    .split(RECORD)
    .map((record) => record.split(FIELD))
}

/** One session; goes on after an error, as a person at psql does. Rows of all statements one after the other. */
export const session = async (sql: string): Promise<Answer> => {
  const result = await ask(sql, UNALIGNED)
  return {
    // Each statement's output ends with a line feed of its own.
    rows: split(result.stdout.replaceAll(/\n(?=[^\n])/g, RECORD)),
    messages: result.stderr,
    failed: /^(ERROR|FATAL|PANIC):/m.test(result.stderr),
  }
}

/** The rows of one statement, SQL's NULL as ∅. Throws psql's own text. */
export const rows = async (sql: string): Promise<string[][]> => {
  const result = await ask(sql, [...UNALIGNED, '-v', 'ON_ERROR_STOP=1'])
  if (result.code !== 0) throw new Error(result.stderr)
  return split(result.stdout)
}

/** For DDL. */
export const run = async (sql: string): Promise<string> => {
  const result = await ask(sql, [...UNALIGNED, '-v', 'ON_ERROR_STOP=1'])
  if (result.code !== 0) throw new Error(result.stderr)
  return result.stderr
}

/** The text of a failure, without psql's place in the script. */
export const failure = async (sql: string): Promise<string> => {
  const result = await ask(sql, [...UNALIGNED, '-v', 'ON_ERROR_STOP=1'])
  if (result.code === 0) throw new Error(`no error, but ${result.stdout}`)
  return result.stderr.trimEnd()
}

/** As psql shows it by default. */
export const screen = async (sql: string): Promise<string> => (await ask(sql, ['-q'])).stdout

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
