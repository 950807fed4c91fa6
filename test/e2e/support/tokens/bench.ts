// The databases in which each way is tried by each role at each level of logging, and what then stands where.
import { randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { psql } from '../../../support/psql.ts'
import { ACTIVITY, COMMENTS, fieldsOf, OPTIONS, SETTINGS, STATEMENTS, type Place } from './places.ts'
import { WAYS, written, type Level, type Way, type Who } from './ways.ts'

export interface Bench {
  readonly psql: string
  /** A superuser's, without a database. */
  readonly conninfo: string
  /** The log's files, by place. */
  readonly logs: ReadonlyMap<Place, string>
  readonly url: string
  readonly packaged: string
  /** Makes a file that the server can read. */
  readonly write: (name: string, content: string) => string
  /** SQL that makes Wrappers, and what is between it and our own statements. */
  readonly wrappers: string
  readonly vault: string
  readonly script: string
  readonly packageUrl: string
}

export interface Case {
  readonly way: Way
  readonly who: Who
  readonly level: Level
  readonly id: string
  readonly token: string
}

const LEVELS: readonly Level[] = ['default', 'debug', 'statements']
const SETTINGS_OF: Readonly<Record<Level, string>> = {
  default: '',
  debug: 'log_min_messages = debug5; log_error_verbosity = verbose; client_min_messages = debug5',
  statements: "log_statement = 'all'; log_min_error_statement = debug5",
}
const ROLES: Readonly<Record<Who, string>> = {
  superuser: 'postgres',
  'plain role': 'tokens_plain',
  'role of a hosted database': 'tokens_hosted',
}

const databaseOf = (who: Who, level: Level): string =>
  `tokens_${who === 'role of a hosted database' ? 'hosted_' : ''}${level}`

const ways = (who: Who, level: Level): Way[] =>
  WAYS.filter(
    (way) => (way.who ?? ['superuser', 'plain role']).includes(who) && (way.levels ?? LEVELS).includes(level),
  )

/** Two parts that no text has by chance; half of one is enough to be found. */
const fresh = (): string =>
  `eyJhbGciOiJSUzI1NiJ9.${randomBytes(24).toString('hex')}.${randomBytes(24).toString('hex')}`

export const CASES: readonly Case[] = LEVELS.flatMap((level, l) =>
  (Object.keys(ROLES) as Who[]).flatMap((who, w) =>
    ways(who, level).map((way, n) => ({ way, who, level, id: `s${l}${w}${n}`, token: fresh() })),
  ),
)

export const isIn = (token: string, text: string): boolean =>
  token
    .split('.')
    .slice(1)
    .some((part) => text.includes(part.slice(0, 24)) || text.includes(part.slice(-24)))

const at = (bench: Bench, who: Who, database: string): string =>
  `${bench.conninfo.replace(/ (user|dbname)=\S+/g, '')} dbname=${database} user=${ROLES[who]} application_name=tokens`

const QUIET = ['-q', '-At', '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=always']

const must = async (bench: Bench, who: Who, database: string, sql: string): Promise<string> => {
  const result = await psql({
    psql: bench.psql,
    conninfo: at(bench, who, database),
    args: [...QUIET, '-v', 'ON_ERROR_STOP=1'],
    sql: `SET client_min_messages = error;\n${sql}`,
  })
  if (result.code !== 0) throw new Error(`${sql}\n${result.stderr}`)
  return result.stdout
}

const makeDatabase = async (bench: Bench, who: Who, level: Level): Promise<void> => {
  const name = databaseOf(who, level)
  const settings = SETTINGS_OF[level].split('; ').filter((setting) => setting !== '')
  await must(
    bench,
    'superuser',
    'postgres',
    `CREATE DATABASE ${name};\n${settings.map((setting) => `ALTER DATABASE ${name} SET ${setting};\n`).join('')}`,
  )
  await must(
    bench,
    'superuser',
    name,
    `${bench.wrappers} ${bench.vault}
    GRANT CREATE ON SCHEMA public TO PUBLIC;`,
  )
  if (who === 'role of a hosted database') {
    await must(
      bench,
      'superuser',
      name,
      `GRANT CREATE ON DATABASE ${name} TO ${ROLES[who]};
      GRANT USAGE ON FOREIGN DATA WRAPPER wasm_wrapper TO ${ROLES[who]};`,
    )
    await must(bench, who, name, bench.script)
  } else {
    await must(
      bench,
      'superuser',
      name,
      `SET k8s_fdw.package_url = '${bench.packageUrl}'; ${bench.script}
      GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO ${ROLES['plain role']};`,
    )
  }
}

/** What a role is told in one of the databases. */
export const ask = (bench: Bench, who: Who, level: Level, sql: string): Promise<string> =>
  must(bench, who, databaseOf(who, level), sql)

/** The options that something takes, by the extension's own list. */
export const optionsOf = async (bench: Bench, place: string): Promise<string[]> => {
  const sql = `SELECT unnest(names) FROM k8s_fdw.known_options() WHERE place = '${place}';`
  return (await must(bench, 'superuser', databaseOf('superuser', 'default'), sql)).trim().split('\n').sort()
}

export interface Seen {
  readonly texts: ReadonlyMap<Place, string>
  /** All errors, also of what was asked afterwards. */
  readonly errors: string
}

const PLAN = '=== plan ==='
const SEEN = '=== activity ==='

/** Goes a way, and hears what is said. */
export const go = async (bench: Bench, one: Case): Promise<Seen> => {
  const { way, who, level } = one
  const database = databaseOf(who, level)
  const sqlOf = (text: string): string => written(text, { ...bench, ...one })
  if (way.prepared !== undefined) await must(bench, 'superuser', database, sqlOf(way.prepared))
  if (way.before !== undefined) await must(bench, who, database, sqlOf(way.before))
  const watch = `\\! '${bench.psql}' -X -At -d '${at(bench, 'superuser', 'postgres').replace(' application_name=tokens', '')}' -c "${ACTIVITY}"`
  const sql = sqlOf(way.sql)
  // In a transaction of its own, where settings that are local to it can be read.
  const statement =
    way.error === undefined
      ? `BEGIN;\n${sql}\n\\echo ${SEEN}\n${watch}\n\\echo ${SEEN}\n${SETTINGS}\nCOMMIT;`
      : `${sql}\n\\echo ${SEEN}\n${watch}\n\\echo ${SEEN}`
  const result = await psql({
    psql: bench.psql,
    conninfo: at(bench, who, database),
    args: QUIET,
    sql: `${statement}\nROLLBACK;\n\\echo ${PLAN}\n${sqlOf(way.then ?? '')}\n`,
  })
  const [before = '', activity = '', rest = ''] = result.stdout.split(`${SEEN}\n`)
  const [settings = '', plan = ''] = rest.split(`${PLAN}\n`)
  const texts = new Map([
    ...fieldsOf(result.stderr),
    ['rows', before],
    ['pg_stat_activity', activity],
    ['settings', settings],
    ['EXPLAIN', plan],
  ] as [Place, string][])
  return { texts, errors: result.stderr.match(/^ERROR: .*$/gm)?.join('\n') ?? '' }
}

export const prepare = async (bench: Bench): Promise<void> => {
  await must(
    bench,
    'superuser',
    'postgres',
    `CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
    CREATE ROLE ${ROLES['plain role']} LOGIN; CREATE ROLE ${ROLES['role of a hosted database']} LOGIN;`,
  )
  for (const level of LEVELS) {
    await makeDatabase(bench, 'superuser', level)
    await makeDatabase(bench, 'role of a hosted database', level)
  }
}

/** What stands in the databases and the logs at the end: each place by database; logs and statistics are the server's. */
export const leftBehind = async (bench: Bench): Promise<(one: Case) => ReadonlyMap<Place, string>> => {
  const server = new Map<Place, string>([
    ...[...bench.logs].map(([place, path]) => [place, readFileSync(path, 'utf8')] as [Place, string]),
    ['pg_stat_statements', await must(bench, 'superuser', 'postgres', STATEMENTS)],
  ])
  const databases = new Map<string, Map<Place, string>>()
  for (const level of LEVELS) {
    for (const who of ['superuser', 'role of a hosted database'] as const) {
      const name = databaseOf(who, level)
      const reader = who === 'superuser' ? 'plain role' : who
      const dump = spawnSync(join(dirname(bench.psql), 'pg_dump'), ['-d', at(bench, 'superuser', name)], {
        encoding: 'utf8',
        maxBuffer: 1 << 30,
      })
      if (dump.status !== 0) throw new Error(dump.stderr)
      databases.set(
        name,
        new Map<Place, string>([
          ['options', await must(bench, reader, name, OPTIONS)],
          ['comments', await must(bench, reader, name, COMMENTS)],
          ['dump', dump.stdout],
        ]),
      )
    }
  }
  return ({ who, level }) => new Map([...server, ...(databases.get(databaseOf(who, level)) ?? [])])
}
