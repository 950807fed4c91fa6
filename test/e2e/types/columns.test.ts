// Columns without a path, on every kind that the API server lists. Its schema and its answers are the oracle.
import { beforeAll, describe, expect, it } from 'vitest'
import { getText } from '../support/oracle.ts'
import { isOwn } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'
import { readFileSync } from 'node:fs'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

interface Schema {
  readonly properties?: { readonly [name: string]: unknown }
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[]
}

interface Kind {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  /** The fields at the top, metadata included. */
  readonly fields: readonly string[]
}

type JsonObject = { readonly [key: string]: unknown }

const parse = async <T>(path: string): Promise<T> => JSON.parse(await getText(path)) as T
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const listPath = ({ apiVersion, plural }: Kind): string =>
  `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/${plural}`

let definitions: { readonly [name: string]: Schema }

/** What the API server lists of its own, each kind once. */
async function builtInKinds(): Promise<Kind[]> {
  const groups = await parse<{ groups: { preferredVersion: { groupVersion: string } }[] }>('/apis')
  const versions = ['v1', ...groups.groups.map((group) => group.preferredVersion.groupVersion)]
  const kinds: Kind[] = []
  for (const apiVersion of versions.filter((version) => !version.includes('example.com'))) {
    const { resources } = await parse<{ resources: { name: string; kind: string; verbs: string[] }[] }>(
      apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`,
    )
    for (const { name, kind, verbs } of resources) {
      if (name.includes('/') || !verbs.includes('list')) continue
      const [version = '', group = ''] = apiVersion.split('/').reverse()
      const schema = Object.values(definitions).find((definition) =>
        definition['x-kubernetes-group-version-kind']?.some(
          (gvk) => gvk.group === group && gvk.version === version && gvk.kind === kind,
        ),
      )
      const fields = Object.keys(schema?.properties ?? {}).filter((field) => !AMBIGUOUS.includes(field))
      kinds.push({ apiVersion, kind, plural: name, fields })
    }
  }
  return kinds
}

/** The rows of a table with these columns, each as jsonb. */
async function select(kind: Kind, columns: readonly string[]): Promise<JsonObject[]> {
  const declared = columns.map((name) => `"${name}" jsonb`).join(', ')
  const [made] = await rows(`SET client_min_messages = error;
    DROP FOREIGN TABLE IF EXISTS columns.t;
    CREATE FOREIGN TABLE columns.t (${declared})
      SERVER columns OPTIONS (apiVersion '${kind.apiVersion}', kind '${kind.kind}', on_error 'null');
    -- The host asks for no column of a table that is named as one value; a subquery's rows are no such.
    SELECT coalesce(json_agg(t), '[]') FROM (SELECT * FROM columns.t OFFSET 0) AS t`)
  return JSON.parse(made?.[0] ?? '') as JsonObject[]
}

/** As a cell of type jsonb, which holds no U+0000. */
const cell = (value: unknown): unknown =>
  value === undefined ? null : (JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '\\ufffd')) as unknown)

/** At the top of a rare kind, but elsewhere in common ones: there the path has to be said. */
const AMBIGUOUS = [
  'conditions',
  'capacity',
  'maximumVolumeSize',
  'nodeTopology',
  'storageClassName',
  'driverName',
]

beforeAll(async () => {
  ;({ definitions } = await parse<{ definitions: typeof definitions }>('/openapi/v2'))
  await createServer('columns')
  await run('CREATE SCHEMA columns')
})

const wantedOf = (kind: Kind, items: readonly JsonObject[]): JsonObject[] =>
  items.map((item) =>
    Object.fromEntries(
      kind.fields.map((field) => [
        field,
        cell({ apiVersion: kind.apiVersion, kind: kind.kind, ...item }[field]),
      ]),
    ),
  )

const differenceOf = (got: unknown, wanted: unknown): string => {
  try {
    expect(got).toEqual(wanted)
    return ''
  } catch (error) {
    return String(error).slice(0, 300)
  }
}

describe('columns without a path', () => {
  it('show the field at the top of every kind that the API server lists', async () => {
    const kinds = await builtInKinds()
    expect(kinds.length).toBeGreaterThan(40)
    let objects = 0
    const wrong: string[] = []
    for (const kind of kinds) {
      // Each request computes them anew, in any order.
      if (kind.kind === 'ComponentStatus') continue
      let difference = ''
      // A lease is renewed every few seconds, so what was different once may be the same the next time.
      for (let attempt = 0; attempt < 3 && (attempt === 0 || difference !== ''); attempt++) {
        const { items } = await parse<{ items: JsonObject[] }>(listPath(kind))
        const got = await select(kind, kind.fields).catch((error: unknown) => String(error))
        if (attempt === 0) objects += items.length
        if (kind.kind !== 'Secret') difference = differenceOf(got, wantedOf(kind, items))
      }
      if (difference !== '') wrong.push(`${kind.kind} ${kind.fields.join()}: ${difference}`)
    }
    expect(wrong).toEqual([])
    expect(objects).toBeGreaterThan(100)
  })

  it.each(['snake case', 'lower case'])(
    'show every field of the metadata, and the top, in %s',
    async (form) => {
      const meta = Object.keys(
        definitions['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta']?.properties ?? {},
      )
      expect(meta.length).toBeGreaterThan(14)
      const lower = form === 'lower case'
      const top = ['apiVersion', 'kind', 'data', 'binaryData', 'immutable'].map((field) => ({
        column: lower ? field.toLowerCase() : snake(field),
        field,
      }))
      const kind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', fields: [] }
      const { items } = await parse<{ items: (JsonObject & { metadata: JsonObject })[] }>(listPath(kind))
      const got = await select(
        { ...kind },
        [...meta.map(snake), ...top.map(({ column }) => column), 'attrs'].filter((name) => name !== ''),
      ).catch((error: unknown) => String(error))
      expect(got).toEqual(
        items.map((item) => {
          const whole: JsonObject = { apiVersion: 'v1', kind: 'ConfigMap', ...item }
          return {
            ...Object.fromEntries(meta.map((field) => [snake(field), cell(item.metadata[field])])),
            ...Object.fromEntries(top.map(({ column, field }) => [column, cell(whole[field])])),
            attrs: cell(whole),
          }
        }),
      )
    },
  )

  it('show the fields of a custom resource that has neither spec nor status', async () => {
    const kind = { apiVersion: 'odd.example.com/v1', kind: 'Oddity', plural: 'oddities', fields: [] }
    const { items } = await parse<{ items: JsonObject[] }>(listPath(kind))
    const names = ['type', 'value', 'data', 'description', 'spec', 'status', 'kind', 'apiVersion', 'attrs']
    const whole = { apiVersion: kind.apiVersion, kind: kind.kind, ...items[0] } as JsonObject
    expect(await select(kind, names)).toEqual([
      Object.fromEntries(names.map((name) => [name, name === 'attrs' ? whole : cell(whole[name])])),
    ])
  })

  it('are NULL in a whole row as one value where the host asks for none of them, as Wrappers', async () => {
    const sql = `SET client_min_messages = error;
      CREATE FOREIGN TABLE columns.whole (name text)
        SERVER columns OPTIONS (apiVersion 'odd.example.com/v1', kind 'Oddity');`
    await run(sql)
    expect(await rows('SELECT whole FROM columns.whole')).toEqual([[isOwn ? '(two-headed)' : '()']])
    expect(await rows('SELECT t FROM (SELECT * FROM columns.whole OFFSET 0) AS t')).toEqual([
      ['(two-headed)'],
    ])
  })

  it('are there in a whole row of a subquery, however it is used', async () => {
    const whole = '(SELECT * FROM columns.whole)'
    const query = (sql: string): Promise<string[][]> => rows(`SET client_min_messages = error; ${sql}`)
    expect(await query(`SELECT t FROM ${whole} AS t`)).toEqual([['(two-headed)']])
    expect(await query(`SELECT to_jsonb(t), row_to_json(t) FROM ${whole} AS t`)).toEqual([
      ['{"name": "two-headed"}', '{"name":"two-headed"}'],
    ])
    expect(await query(`SELECT t IS NULL, t IS NOT NULL FROM ${whole} AS t`)).toEqual([['f', 't']])
    expect(await query(`SELECT jsonb_agg(t) FROM ${whole} AS t`)).toEqual([['[{"name": "two-headed"}]']])
    expect(
      await query(`SELECT v.n, t FROM (VALUES ('two-headed'), ('none')) AS v (n) LEFT JOIN ${whole} AS t ON t.name = v.n
        WHERE v.n = 'none' OR t IS NOT NULL ORDER BY 1`),
    ).toEqual([
      ['none', '∅'],
      ['two-headed', '(two-headed)'],
    ])
    expect(await query(`WITH t AS (SELECT * FROM columns.whole) SELECT DISTINCT t FROM t`)).toEqual([
      ['(two-headed)'],
    ])
    // Of a row beside columns only those are asked for.
    expect(await query('SELECT whole, name FROM columns.whole')).toEqual([['(two-headed)', 'two-headed']])
  })

  it.each(AMBIGUOUS)('are not guessed for the name %s', async (name) => {
    const kind = { apiVersion: 'v1', kind: 'Node', plural: 'nodes', fields: [] }
    await expect(select(kind, [name])).rejects.toThrow(`column "${name}" has no path`)
  })

  it('say what to write where a name is no field that is known', async () => {
    expect(
      await failure(`SET client_min_messages = error;
        CREATE FOREIGN TABLE columns.payload (payload jsonb)
          SERVER columns OPTIONS (apiVersion 'odd.example.com/v1', kind 'Oddity');
        SELECT * FROM columns.payload`),
    ).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[option] column "payload" has no path, and its name is not one that has a path by itself. Hint: write OPTIONS (alias 'spec.…') after the column's type, or, without the extension k8s_fdw, the table option columns '{"payload":"spec.…"}'"`,
    )
  })

  it('show a CustomResourceDefinition as the API server does', async () => {
    const kind = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      plural: 'customresourcedefinitions',
      fields: [],
    }
    const { items } = await parse<{ items: JsonObject[] }>(listPath(kind))
    const got = await select(kind, ['attrs'])
    expect(got).toEqual(
      items.map((item) => ({ attrs: { apiVersion: kind.apiVersion, kind: kind.kind, ...item } })),
    )
  })

  it('mask a Secret', async () => {
    const kind = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', fields: [] }
    const got = await select(kind, ['name', 'type', 'immutable', 'data'])
    expect(got.find(({ name }) => name === 'vault')).toEqual({
      name: 'vault',
      type: 'Opaque',
      immutable: true,
      data: { bit: '***', combination: '***' },
    })
  })
})

describe("a Secret's value that does not fit", () => {
  const encoded = Buffer.from('17-38-04-not-real').toString('base64')

  it('is in no error and no warning, even where it is shown', async () => {
    const types = ['boolean', '"char"', 'integer', 'bigint', 'real', 'numeric', 'date', 'timestamptz', 'uuid']
    for (const type of types) {
      const answer = await session(`SET client_min_messages = warning;
        DROP FOREIGN TABLE IF EXISTS columns.shown, columns.forgiven;
        CREATE FOREIGN TABLE columns.shown (v ${type} OPTIONS (alias 'data.combination'))
          SERVER columns OPTIONS (object 'secrets', namespace 'zoo', reveal_secrets 'true');
        CREATE FOREIGN TABLE columns.forgiven (v ${type} OPTIONS (alias 'data.combination'))
          SERVER columns OPTIONS (object 'secrets', namespace 'zoo', reveal_secrets 'true', on_error 'null');
        SELECT * FROM columns.shown; SELECT * FROM columns.forgiven;`)
      const said = answer.messages.match(
        /Secret zoo\/vault: column "v": the value \(hidden, for it is a Secret's\) is /g,
      )
      expect(said, `${type}: ${answer.messages}`).toHaveLength(2)
    }
    const { transcript, postgresLog } = provided()
    expect(readFileSync(transcript, 'utf8')).not.toContain(encoded)
    if (postgresLog !== undefined) expect(readFileSync(postgresLog, 'utf8')).not.toContain(encoded)
  })
})

describe('a text with U+0000', () => {
  it('is shown with U+FFFD in its place, also within jsonb, with a warning', async () => {
    const table = (name: string, column: string, options: string): string =>
      `CREATE FOREIGN TABLE columns.${name} (name text, ${column}) SERVER columns OPTIONS (object 'configmaps', namespace 'zoo', ${options});`
    const answer = await session(`SET client_min_messages = warning;
      ${table('nul_text', "v text OPTIONS (alias 'data.text')", "field_selector 'metadata.name=nul'")}
      ${table('nul_jsonb', 'data jsonb', "field_selector 'metadata.name=nul'")}
      ${table('nul_attrs', 'attrs jsonb', "field_selector 'metadata.name=nul'")}
      SELECT v FROM columns.nul_text; SELECT data->>'text' FROM columns.nul_jsonb; SELECT attrs #>> '{data,text}' FROM columns.nul_attrs;`)
    expect(answer.messages).toMatchInlineSnapshot(`
      "WARNING:  k8s_fdw: 1 value has U+0000, which Postgres cannot hold, and is shown with U+FFFD in its place: ConfigMap zoo/nul: column "v"
      DETAIL:  Wrappers
      WARNING:  k8s_fdw: 1 value has U+0000, which Postgres cannot hold, and is shown with U+FFFD in its place: ConfigMap zoo/nul: column "data"
      DETAIL:  Wrappers
      WARNING:  k8s_fdw: 1 value has U+0000, which Postgres cannot hold, and is shown with U+FFFD in its place: ConfigMap zoo/nul: column "attrs"
      DETAIL:  Wrappers
      "
    `)
    expect(answer.rows).toEqual(Array.from({ length: 3 }, () => ['before\ufffdafter']))
  })
})
