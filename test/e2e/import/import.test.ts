// IMPORT FOREIGN SCHEMA of everything that the cluster serves: a table for each kind, and each column with what the API
// server has.
import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  asColumn,
  at,
  contents,
  inOrder,
  objectsOf,
  tablesOf,
  type Row,
  type Table,
} from '../support/imported.ts'
import { apply } from '../support/manifests.ts'
import { getText, suiteApi } from '../support/oracle.ts'
import { servedKinds, type ServedKind } from '../support/served.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run } from '../support/sql.ts'

const SCHEMA = 'imported'
let kinds: ServedKind[] = []
let tables: Table[] = []

beforeAll(async () => {
  await apply(suiteApi(), 'one-of-each.yaml')
  await createServer('importing')
  await run(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE; CREATE SCHEMA ${SCHEMA};
    IMPORT FOREIGN SCHEMA "*" FROM SERVER importing INTO ${SCHEMA};`)
  kinds = (await servedKinds()).filter((kind) => kind.listable)
  tables = await tablesOf(SCHEMA)
})

const tableOf = (kind: ServedKind): Table | undefined =>
  tables.find((table) => table.apiVersion === kind.apiVersion && table.kind === kind.kind)

/** What the API server has, and what the table shows: again if it has changed in between, as a lease that is renewed. */
const asOfOneMoment = async (kind: ServedKind, table: Table): Promise<{ want: Row[]; got: Row[] }> => {
  for (let left = 5; ; left--) {
    const want = await objectsOf(kind)
    const got = await contents(SCHEMA, table)
    if (left === 0 || isDeepStrictEqual(await objectsOf(kind), want)) return { want, got }
  }
}

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
      const { want, got } = await asOfOneMoment(kind, table)
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
