// Every place in which a token must not be, how it is read, and which places each of Postgres' own reasons fills.
import type { Level, Reason } from './ways.ts'

export const PLACES = [
  'error',
  'DETAIL',
  'HINT',
  'CONTEXT',
  'notices',
  'trace',
  'rows',
  'EXPLAIN',
  'settings',
  'pg_stat_activity',
  'pg_stat_statements',
  'log',
  'log as CSV',
  'log as JSON',
  'options',
  'comments',
  'dump',
] as const
export type Place = (typeof PLACES)[number]

const LOGS: readonly Place[] = ['log', 'log as CSV', 'log as JSON']
/** These have CONTEXT whatever log_error_verbosity says. */
const STRUCTURED_LOGS: readonly Place[] = ['log as CSV', 'log as JSON']

/** The places that a reason fills; `fails`: the statement does not succeed. */
export const filledBy = (reason: Reason, level: Level, fails: boolean): readonly Place[] => {
  switch (reason) {
    case 'running statement':
      return level === 'statements' ? ['pg_stat_activity', ...LOGS] : ['pg_stat_activity']
    case 'statement that succeeds':
      return ['pg_stat_statements']
    case 'option':
      return ['options', 'dump']
    case 'user mapping':
      // The role that reads the options is not the owner here.
      return ['dump']
    case 'statement inside a function or DO':
      if (level === 'debug') return ['CONTEXT', ...LOGS]
      return fails ? ['CONTEXT', ...STRUCTURED_LOGS] : ['CONTEXT']
    case 'line of COPY':
      return ['CONTEXT', ...LOGS]
    case 'statement that Postgres refuses by itself':
    case 'error caught and raised again':
    case 'other statement of the same string':
    case 'query that fails':
      return LOGS
  }
}

const FIELD =
  /^(ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|LOG|DEBUG|DETAIL|HINT|CONTEXT|QUERY|LOCATION|LINE \d+|STATEMENT): /
const PLACE_OF_FIELD: Readonly<Record<string, Place>> = {
  ERROR: 'error', FATAL: 'error', PANIC: 'error', DETAIL: 'DETAIL', HINT: 'HINT', CONTEXT: 'CONTEXT', QUERY: 'CONTEXT',
  WARNING: 'notices', NOTICE: 'notices', LOG: 'notices', DEBUG: 'notices', INFO: 'trace',
} // prettier-ignore

/** What psql printed, by the fields of the messages. `LINE` is psql's own, of what was typed into it. */
export const fieldsOf = (messages: string): Map<Place, string> => {
  const texts = new Map<Place, string>()
  let place: Place | undefined
  for (const line of messages.split('\n')) {
    const field = FIELD.exec(line)?.[1]
    if (field !== undefined) place = PLACE_OF_FIELD[field]
    if (place !== undefined) texts.set(place, `${texts.get(place) ?? ''}${line}\n`)
  }
  return texts
}

/** As a role without rights reads them. */
export const OPTIONS = `SELECT srvoptions FROM pg_foreign_server UNION ALL SELECT ftoptions FROM pg_foreign_table
  UNION ALL SELECT fdwoptions FROM pg_foreign_data_wrapper UNION ALL SELECT attfdwoptions FROM pg_attribute
  UNION ALL SELECT umoptions FROM pg_user_mappings;`
export const COMMENTS = `SELECT description FROM pg_description UNION ALL SELECT description FROM pg_shdescription;`
export const ACTIVITY = `SELECT query FROM pg_stat_activity WHERE application_name = 'tokens'`
export const STATEMENTS = `SELECT query FROM pg_stat_statements;`
export const SETTINGS = `SELECT current_setting('k8s_fdw.before', true), current_setting('k8s_fdw.logged', true),
  current_setting('k8s_fdw.busy', true);`
