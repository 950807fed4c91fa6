// A database with Vault and servers whose tokens are renewed, and what its Postgres says meanwhile.
import { execFileSync } from 'node:child_process'
import { noteSecret } from '../../../tools/services/record.ts'
import { psql } from '../../support/psql.ts'
import { kubectl } from './kubectl.ts'
import { provided } from './provided.ts'
import { CREATE_WRAPPERS } from './servers-in-sql.ts'
import { quoted, run } from './sql.ts'
import { makeVault } from './vault.ts'

const FIELD = '\u001f'

/** All that Postgres can say: every message, each plan of each nested statement with its values. */
export const LOUD = `LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on;
  SET auto_explain.log_verbose = on; SET auto_explain.log_analyze = on; SET auto_explain.log_level = notice;
  SET debug_print_plan = on; SET k8s_fdw.trace = on; SET client_min_messages = debug5;`

export interface Heard {
  readonly rows: string[][]
  readonly messages: string
}

export interface Renewals {
  /** Goes on after an error. */
  readonly say: (sql: string) => Promise<Heard>
  /** The rows; an error is thrown. */
  readonly ask: (sql: string) => Promise<string[][]>
  /** One secret, which the run's record must not have. */
  readonly secret: (sql: string) => string
  /** The error, with its hint. */
  readonly fails: (sql: string) => Promise<string>
  readonly end: () => Promise<void>
}

export const startRenewals = async (database: string): Promise<Renewals> => {
  const { conninfo, psql: program } = provided()
  const gone = (): Promise<string> =>
    run(`SET client_min_messages = error; DROP DATABASE IF EXISTS ${database} WITH (FORCE);`)
  await gone()
  await run(`CREATE DATABASE ${database};`)
  const at = `${conninfo.replace(/ dbname=\S+/, '')} dbname=${database}`
  const go = (sql: string, ...args: string[]) =>
    psql({
      psql: program,
      conninfo: at,
      args: ['-q', '-At', '-F', FIELD, '-P', 'null=∅', '-v', 'SHOW_CONTEXT=never', ...args],
      sql,
    })
  const rowsOf = (stdout: string): string[][] =>
    stdout === ''
      ? []
      : stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.split(FIELD))
  const ask = async (sql: string): Promise<string[][]> => {
    const { code, stdout, stderr } = await go(sql, '-v', 'ON_ERROR_STOP=1')
    if (code !== 0) throw new Error(stderr)
    return rowsOf(stdout)
  }
  await ask(
    `${await makeVault()} SET client_min_messages = warning; ${CREATE_WRAPPERS} CREATE EXTENSION k8s_fdw;`,
  )
  return {
    say: async (sql) => {
      const { stdout, stderr } = await go(sql)
      return { rows: rowsOf(stdout), messages: stderr }
    },
    ask,
    secret: (sql) => execFileSync(program, ['-X', '-At', '-d', at, '-c', sql], { encoding: 'utf8' }).trim(),
    fails: async (sql) => {
      const { code, stderr } = await go(sql, '-v', 'ON_ERROR_STOP=1')
      if (code === 0) throw new Error('there was no error')
      return stderr.trim()
    },
    end: async () => {
      await gone()
    },
  }
}

/** A token of kubectl's, whose text no message may have. */
export const tokenOf = (account: string, namespace: string, ...args: string[]): string => {
  const token = kubectl(['create', 'token', account, '--namespace', namespace, ...args]).trim()
  noteToken(token)
  return token
}

/** The signature of a JWT tells it from others. */
export const noteToken = (token: string): void => {
  for (const part of token.split('.').slice(1)) noteSecret(part)
}

export const secretNamed = (name: string): string =>
  `SELECT decrypted_secret FROM vault.decrypted_secrets WHERE name = ${quoted(name)};`

export const claimsOf = (token: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
