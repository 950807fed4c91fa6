// Owns: IMPORT FOREIGN SCHEMA of all that the cluster serves: a table for each kind, each column with what the API server has.
// Never: what a schema becomes in detail; the unit tests have that.
import { beforeAll, describe, expect, it } from 'vitest'
import { createOneOfEach } from './support/one-of-each.ts'
import { getText } from './support/oracle.ts'
import { listPath, servedKinds, type ServedKind } from './support/served.ts'
import { createServer } from './support/servers-in-sql.ts'
import { rows, run } from './support/sql.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

interface Table {
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

const tablesOf = async (schema: string): Promise<Table[]> => {
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

const at = (object: Json, path: readonly string[]): Json =>
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

const asColumn = (value: Json, type: string): Json => {
  if (value === null || type === 'jsonb') return value
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (type === 'timestamp with time zone') {
    // Microseconds, which a Date does not have.
    const fraction = /\.(\d+)Z$/.exec(text)?.[1] ?? ''
    return `${new Date(text).toISOString().slice(0, 19)}.${fraction.padEnd(6, '0')}`
  }
  if (type === 'numeric') return quantity(text)
  return type === 'text' ? text : value
}

type Row = Record<string, Json>

/** The others have objects that fit no column, or many of one kind. */
const NAMESPACES = ['default', 'each', 'kube-system']

const inOrder = (rows: Row[]): Row[] =>
  rows
    .map((row) => ({ row, key: JSON.stringify([row['namespace'], row['name']]) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ row }) => row)

/** Each row as JSON, timestamps with their microseconds. */
const contents = async (schema: string, table: Table): Promise<Row[]> => {
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

const masked = (object: { [key: string]: Json }): { [key: string]: Json } => {
  const { data } = object
  if (object['kind'] !== 'Secret' || typeof data !== 'object' || data === null) return object
  return { ...object, data: Object.fromEntries(Object.keys(data).map((key) => [key, '***'])) }
}

const objectsOf = async (kind: ServedKind): Promise<Row[]> => {
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

const SCHEMA = 'imported'
let kinds: ServedKind[] = []
let tables: Table[] = []

beforeAll(async () => {
  await createOneOfEach()
  await createServer('importing')
  await run(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE; CREATE SCHEMA ${SCHEMA};
    IMPORT FOREIGN SCHEMA "*" FROM SERVER importing INTO ${SCHEMA};`)
  kinds = (await servedKinds()).filter((kind) => kind.listable)
  tables = await tablesOf(SCHEMA)
})

const tableOf = (kind: ServedKind): Table | undefined =>
  tables.find((table) => table.apiVersion === kind.apiVersion && table.kind === kind.kind)

describe('IMPORT FOREIGN SCHEMA "*"', () => {
  it('makes a table for each kind that can be listed, and no other', () => {
    expect(kinds.length).toBeGreaterThan(55)
    const named = (one: { apiVersion: string; kind: string }): string => `${one.apiVersion} ${one.kind}`
    expect(tables.map(named).sort()).toEqual(kinds.map(named).sort())
  })

  it('names them by their plural, and by their group too where the core group has that plural', () => {
    const expected = kinds.map(({ group, plural }) =>
      plural === 'events' && group !== '' ? 'events_k8s_io_events' : plural,
    )
    expect(tables.map((table) => table.name).sort()).toEqual(expected.sort())
  })

  it('gives every column of every object what the API server has there', async () => {
    const types = new Set<string>()
    for (const kind of kinds) {
      const table = tableOf(kind)
      if (table === undefined) throw new Error(`no table for ${kind.kind}`)
      const want = await objectsOf(kind)
      const got = await contents(SCHEMA, table)
      const wanted = want.map((object) =>
        Object.fromEntries(
          table.columns.map(({ name, type, path }) => {
            const value = asColumn(at(object, path), type)
            if (value !== null) types.add(type)
            return [name, value]
          }),
        ),
      )
      expect(inOrder(got), table.name).toEqual(inOrder(wanted))
    }
    expect([...types].sort()).toEqual([
      'bigint',
      'boolean',
      'double precision',
      'integer',
      'jsonb',
      'numeric',
      'text',
      'timestamp with time zone',
    ])
  })

  it('leaves out no field of any object', async () => {
    const elsewhere = ['apiVersion', 'kind', 'metadata', 'spec', 'status']
    for (const kind of kinds) {
      const paths = (tableOf(kind)?.columns ?? []).map((column) => column.path.join('.'))
      for (const object of await objectsOf(kind)) {
        const fields = Object.keys(object)
          .filter((field) => !elsewhere.includes(field))
          .concat(
            ...['spec', 'status'].map((part) =>
              Object.keys(at(object, [part]) ?? {}).map((field) => `${part}.${field}`),
            ),
          )
        for (const field of fields) expect(paths, `${kind.kind} ${field}`).toContain(field)
      }
    }
  })

  it('comments on tables and columns with the API server’s own words', async () => {
    const document = JSON.parse(await getText('/openapi/v3/apis/apps/v1')) as {
      components: {
        schemas: Record<string, { description: string; properties: Record<string, { description: string }> }>
      }
    }
    const schemas = document.components.schemas
    const found = await rows(`
      SELECT coalesce(a.attname, ''), d.description
        FROM pg_description AS d LEFT JOIN pg_attribute AS a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
       WHERE d.objoid = '${SCHEMA}.deployments'::regclass AND (d.objsubid = 0 OR a.attname IN ('replicas', 'uid')) ORDER BY 1`)
    expect(found).toEqual([
      ['', schemas['io.k8s.api.apps.v1.Deployment']?.description],
      ['replicas', schemas['io.k8s.api.apps.v1.DeploymentSpec']?.properties['replicas']?.description],
      ['uid', 'Unique in time and space.'],
    ])
    expect(
      await rows(
        `SELECT count(*) FROM pg_foreign_table WHERE array_to_string(ftoptions, ' ') LIKE '%comments=%'`,
      ),
    ).toEqual([['0']])
  })

  it('gives the same tables a second time', async () => {
    await run(`DROP SCHEMA IF EXISTS ${SCHEMA}_again CASCADE; CREATE SCHEMA ${SCHEMA}_again;
      IMPORT FOREIGN SCHEMA "*" FROM SERVER importing INTO ${SCHEMA}_again;`)
    expect(await tablesOf(`${SCHEMA}_again`)).toEqual(tables)
  })
})
