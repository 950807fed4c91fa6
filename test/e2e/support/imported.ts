// What an imported schema holds, and what the API server has in the same places.
import { getText } from './oracle.ts'
import { listPath, type ServedKind } from './served.ts'
import { rows } from './sql.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export interface Table {
  readonly name: string
  readonly apiVersion: string
  readonly kind: string
  readonly columns: readonly { readonly name: string; readonly type: string; readonly path: string[] }[]
}

const METADATA = [
  'name',
  'namespace',
  'uid',
  'resource_version',
  'generation',
  'creation_timestamp',
  'deletion_timestamp',
  'labels',
  'annotations',
  'owner_references',
  'finalizers',
]

const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

const pathOf = (name: string, paths: Record<string, string>): string[] => {
  const path = paths[name]
  if (path !== undefined) return path.split('.')
  if (name === 'attrs') return []
  return METADATA.includes(name) ? ['metadata', camelCase(name)] : [camelCase(name)]
}

export const tablesOf = async (schema: string): Promise<Table[]> => {
  const found = await rows(`
    SELECT jsonb_build_object('name', c.relname,
        'options', (SELECT jsonb_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(t.ftoptions) AS o),
        'columns', (SELECT jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
                      FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0))
      FROM pg_class AS c JOIN pg_foreign_table AS t ON t.ftrelid = c.oid
     WHERE c.relnamespace = '${schema}'::regnamespace ORDER BY c.relname COLLATE "C"`)
  return found.map(([text = '']) => {
    const { name, options, columns } = JSON.parse(text) as {
      name: string
      options: Record<string, string>
      columns: [string, string][]
    }
    const paths = JSON.parse(options['columns'] ?? '{}') as Record<string, string>
    return {
      name,
      apiVersion: options['apiversion'] ?? '',
      kind: options['kind'] ?? '',
      columns: columns.map(([column, type]) => ({ name: column, type, path: pathOf(column, paths) })),
    }
  })
}

export const at = (object: Json, path: readonly string[]): Json =>
  path.reduce<Json>(
    (value, key) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? (value[key] ?? null) : null,
    object,
  )

const SUFFIX: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  k: 1e3,
  M: 1e6,
  m: 1e-3,
}

const quantity = (text: string): number => {
  const [, digits = '', suffix = ''] = /^([0-9.]+)(.*)$/.exec(text) ?? []
  return Number(digits) * (suffix === '' ? 1 : (SUFFIX[suffix] ?? NaN))
}

export const asColumn = (value: Json, type: string): Json => {
  if (value === null || type === 'jsonb') return value
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (type === 'timestamp with time zone') {
    // Microseconds, which a Date does not have.
    const fraction = /\.(\d+)Z$/.exec(text)?.[1] ?? ''
    return `${new Date(text).toISOString().slice(0, 19)}.${fraction.padEnd(6, '0')}`
  }
  if (type === 'numeric' || (type === 'bigint' && typeof value === 'string')) return quantity(text)
  return type === 'text' ? text : value
}

export type Row = Record<string, Json>

/** The others have objects that fit no column, or many of one kind. */
const NAMESPACES = ['default', 'each', 'kube-system']

export const inOrder = (rows: Row[]): Row[] =>
  rows
    .map((row) => ({ row, key: JSON.stringify([row['namespace'], row['name']]) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ row }) => row)

/** Each row as JSON, timestamps with their microseconds. */
export const contents = async (schema: string, table: Table): Promise<Row[]> => {
  const columns = table.columns.map(({ name, type }) =>
    type === 'timestamp with time zone'
      ? `to_char("${name}" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS "${name}"`
      : `"${name}"`,
  )
  const namespaced = table.columns.some(({ name }) => name === 'namespace')
  const where = namespaced ? `WHERE namespace IN ('${NAMESPACES.join("', '")}')` : ''
  const found = await rows(
    `SELECT to_jsonb(t) FROM (SELECT ${columns.join(', ')} FROM ${schema}."${table.name}" ${where} OFFSET 0) AS t`,
  )
  return found.map(([text = '']) => JSON.parse(text) as Row)
}

/** Every value, and annotations of other tools, as those are that this suite makes. */
const masked = (object: { [key: string]: Json }): { [key: string]: Json } => {
  if (object['kind'] !== 'Secret') return object
  const stars = (value: Json): Json =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.keys(value).map((key) => [key, '***']))
      : value
  const metadata = object['metadata'] as { [key: string]: Json }
  const annotations = metadata['annotations'] ?? null
  return {
    ...object,
    ...(object['data'] === undefined ? {} : { data: stars(object['data']) }),
    metadata: annotations === null ? metadata : { ...metadata, annotations: stars(annotations) },
  }
}

export const objectsOf = async (kind: ServedKind): Promise<Row[]> => {
  const { items, apiVersion } = JSON.parse(await getText(listPath(kind))) as {
    items: { [key: string]: Json }[]
    apiVersion: string
  }
  const isRead = (item: Row): boolean => {
    const namespace = at(item, ['metadata', 'namespace'])
    return namespace === null || NAMESPACES.includes(namespace as string)
  }
  return items.filter(isRead).map((item) => masked({ apiVersion, kind: kind.kind, ...item }))
}
