// Kept tables in tests: how a refresh reads, and what the API server has in place of the rows.
import { kubectl } from './kubectl.ts'
import { rows, run } from './sql.ts'

export type How = 'list' | 'watch'

/** Has refreshes list or watch, however many objects there are. */
export const refreshBy = (how: How): Promise<string> =>
  run(`CREATE OR REPLACE FUNCTION k8s_fdw.watched_from() RETURNS integer LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS 'SELECT ${how === 'watch' ? 0 : 1000000}';`)

/** As it is delivered. */
export const refreshAsDelivered = (): Promise<string> =>
  run(`CREATE OR REPLACE FUNCTION k8s_fdw.watched_from() RETURNS integer LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS 'SELECT 500';`)

export interface Refreshed {
  readonly counts: string
  readonly how: string
}

/** `counts` are those of what was added, changed and deleted. */
export const refresh = async (table: string): Promise<Refreshed> => {
  const [[counts = '', how = ''] = []] = await rows(
    `SELECT concat_ws(' ', added, changed, deleted), how FROM k8s_fdw.refresh('${table}')`,
  )
  return { counts, how }
}

interface ConfigMap {
  readonly metadata: {
    readonly namespace: string
    readonly name: string
    readonly uid: string
    readonly labels?: Record<string, string>
  }
  readonly data?: Record<string, string>
}

const inOrder = (texts: string[]): string[] => texts.sort((a, b) => (a < b ? -1 : 1))
const sorted = (map: Record<string, string> | undefined): [string, string][] | null =>
  map === undefined ? null : Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))

/** The ConfigMaps that kubectl lists, each as one text. */
export const listed = (...args: string[]): string[] => listedBy(kubectl, ...args)

/** As a kubectl of another cluster lists them. */
export const listedBy = (ask: (args: readonly string[]) => string, ...args: string[]): string[] =>
  textsOf(ask(['get', 'configmaps', '-o', 'json', ...args]))

/** The ConfigMaps of a list in JSON, each as one text. */
export const textsOf = (list: string): string[] => {
  const { items } = JSON.parse(list) as { items: ConfigMap[] }
  return inOrder(
    items.map(({ metadata, data }) =>
      JSON.stringify([
        metadata.namespace,
        metadata.name,
        metadata.uid,
        sorted(metadata.labels),
        sorted(data),
      ]),
    ),
  )
}

/** The rows of a query with the columns namespace, name, uid, labels and data, in the form of `listed`. */
export const shown = async (from: string, ask = rows): Promise<string[]> => {
  const found = await ask(`SELECT jsonb_build_array(namespace, name, uid, labels, data) FROM ${from}`)
  return inOrder(
    found.map(([text = '']) => {
      const [namespace, name, uid, labels, data] = JSON.parse(text) as [
        string,
        string,
        string,
        Record<string, string> | null,
        Record<string, string> | null,
      ]
      return JSON.stringify([namespace, name, uid, sorted(labels ?? undefined), sorted(data ?? undefined)])
    }),
  )
}
