// The table of JSON values by column types through psql, with Postgres' own conversions as the oracle. Values that no
// API server would give come from a server of the test's own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellFormed } from '../../support/portable-host/json-tree.ts'
import { readMatrix } from '../../contract/types/table.ts'
import { startFaults, type FaultServer } from '../support/faults.ts'
import { isOwn } from '../support/left-out.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { quoted, rows, run, session } from '../support/sql.ts'

const ROWS = readMatrix().flatMap(({ json }, id) => {
  if (json === null) return []
  // Its U+0000 is shown as U+FFFD, which psql cannot be asked to make of it.
  const hasNul = /(^|[^\\])(\\\\)*\\u0000/.test(json)
  return [{ id, json, hasNul }]
})

const TYPES = [
  'boolean',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double precision',
  'numeric',
  'date',
  'timestamp',
  'timestamptz',
  'uuid',
]
const column = (type: string): string => `a_${type.replaceAll(' ', '_')}`

let server: FaultServer

/** Numbers that the host's JSON parser refuses. */
const BEYOND_DOUBLES = /^-?1[eE]-?(400|401|999999999999)$|^1\.7976931348623159e308$/

const listOf = (items: readonly string[]): string =>
  `{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[${items.join(',')}]}`

const itemOf = (id: number, json: string): string =>
  `{"metadata":{"name":"${id}","namespace":"x"},"spec":{"v":${json}}}`

/** What psql can send: the JSON text, and the text that Postgres shall convert. */
function given(): string {
  const values = ROWS.filter(({ hasNul }) => !hasNul).map(({ id, json }) => {
    const value = /^[[{]/.test(json) ? null : json.startsWith('"') ? (JSON.parse(json) as string) : json
    const text = value === null ? 'NULL' : quoted(wellFormed(value))
    return `(${id}, ${quoted(json.replaceAll(/\\ud83d(?!\\)|\\ude00(?=y)/g, '\ufffd'))}, ${text})`
  })
  return `INSERT INTO matrix.given VALUES ${values.join(',')};`
}

beforeAll(async () => {
  const deep = '['.repeat(200) + ']'.repeat(200)
  server = await startFaults({
    matrix: { body: listOf(ROWS.map(({ id, json }) => itemOf(id, json))) },
    jsonb: {
      body: listOf(
        ROWS.filter(({ json }) => !BEYOND_DOUBLES.test(json)).map(({ id, json }) => itemOf(id, json)),
      ),
    },
    misfits: { body: listOf([itemOf(1, '"x"'), itemOf(2, '"y"'), itemOf(3, '3'), itemOf(4, '"z"')]) },
    deep: { body: listOf([itemOf(1, deep)]) },
    huge: { body: listOf([itemOf(1, '1e400')]) },
  })
  for (const name of ['matrix', 'jsonb', 'misfits', 'deep', 'huge'])
    await createServer(`matrix_${name}`, { api_url: `${server.url}/${name}` })
  const typed = TYPES.map((type) => `${column(type)} ${type} OPTIONS (alias 'spec.v')`)
  await run(`SET client_min_messages = warning;
    CREATE SCHEMA matrix;
    CREATE FUNCTION matrix.convert(value text, type text) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE made text;
    BEGIN
      -- A time without a zone, and a day, are those in UTC; Postgres itself would drop the text's zone.
      EXECUTE format(CASE type WHEN 'date' THEN 'SELECT ((%L::timestamptz AT TIME ZONE ''UTC'')::date)::text'
                               WHEN 'timestamp' THEN 'SELECT (%L::timestamptz AT TIME ZONE ''UTC'')::text'
                               ELSE 'SELECT (%L::%s)::text' END, value, type) INTO made;
      RETURN made;
    EXCEPTION WHEN data_exception THEN RETURN NULL;
    END $$;
    CREATE TABLE matrix.given (id integer, json text, value text);
    CREATE FOREIGN TABLE matrix.source (
      id integer OPTIONS (alias 'metadata.name'), a_text text OPTIONS (alias 'spec.v'), ${typed.join(', ')})
      SERVER matrix_matrix OPTIONS (object 'pods', on_error 'null');
    CREATE FOREIGN TABLE matrix.jsonb (id integer OPTIONS (alias 'metadata.name'), v jsonb OPTIONS (alias 'spec.v'))
      SERVER matrix_jsonb OPTIONS (object 'pods', on_error 'null');
    CREATE FOREIGN TABLE matrix.misfits (id integer OPTIONS (alias 'metadata.name'),
        v integer OPTIONS (alias 'spec.v'), w boolean OPTIONS (alias 'spec.v'))
      SERVER matrix_misfits OPTIONS (object 'pods', on_error 'null');
    CREATE FOREIGN TABLE matrix.deep (v jsonb OPTIONS (alias 'spec.v')) SERVER matrix_deep OPTIONS (object 'pods');
    CREATE FOREIGN TABLE matrix.huge (v jsonb OPTIONS (alias 'spec.v')) SERVER matrix_huge OPTIONS (object 'pods');`)
  await run(given())
  await run(`SET client_min_messages = error; SET timezone = 'UTC';
    CREATE TABLE matrix.got AS SELECT * FROM matrix.source;`)
})

afterAll(() => server.close())

/** Values that are not what Postgres makes of the same text: `value: ours, theirs`. */
const differences = async (type: string, where: string): Promise<string[]> => {
  const found = await rows(`SET timezone = 'UTC';
    SELECT value || coalesce(': ' || ours, '') || coalesce(' | ' || theirs, '') FROM (
      SELECT id, value, ${column(type)}::text AS ours, matrix.convert(value, '${type}') AS theirs
        FROM matrix.got JOIN matrix.given USING (id) WHERE value IS NOT NULL) AS pair
     WHERE ${where} ORDER BY id`)
  return found.flat()
}

describe('the matrix in Postgres', () => {
  it('has all rows', async () => {
    expect(await rows('SELECT count(*) FROM matrix.got')).toEqual([[String(ROWS.length)]])
  })

  it.each(TYPES)('%s: whatever both take is the same', async (type) => {
    const equal = ['real', 'double precision', 'numeric'].includes(type)
      ? `ours::${type} <> theirs::${type}`
      : 'ours <> theirs'
    expect(await differences(type, equal)).toEqual([])
  })

  it('takes what Postgres does not: quantities, and times that RFC 3339 allows', async () => {
    const found: { [type: string]: string[] } = {}
    for (const type of TYPES) found[type] = await differences(type, 'ours IS NOT NULL AND theirs IS NULL')
    if (isOwn) {
      // Two more, as it carries each numeric digit for digit.
      const more = ['1Pi: 1125899906842624', '8Ei: 9223372036854775808']
      expect(found['numeric']).toEqual(expect.arrayContaining(more))
      found['numeric'] = found['numeric']?.filter((pair) => !more.includes(pair)) ?? []
    }
    expect(found).toMatchInlineSnapshot(`
      {
        "bigint": [
          "1.0: 1",
          "-0.0: 0",
          "100.000: 100",
          "1e3: 1000",
          "1E+3: 1000",
          "1.5e1: 15",
          "100e-2: 1",
          "1e18: 1000000000000000000",
          "0e999: 0",
          "1.0: 1",
          "128Mi: 134217728",
          "1Ki: 1024",
          "0.5Gi: 536870912",
          "16393932Ki: 16787386368",
          "1Pi: 1125899906842624",
          "1e3: 1000",
          "1E3: 1000",
          "5.: 5",
          "-1.5Ki: -1536",
        ],
        "boolean": [],
        "date": [
          "0000-12-31: 0001-12-31 BC",
          "2024-01-02T03:04:05+23:59: 2024-01-01",
          "2016-12-31T23:59:60.5Z: 2017-01-01",
        ],
        "double precision": [
          "100m: 0.1",
          "250m: 0.25",
          "128Mi: 134217728",
          "1Ki: 1024",
          "0.5Gi: 536870912",
          "16393932Ki: 16787386368",
          "1Pi: 1.125899906842624e+15",
          "8Ei: 9.223372036854776e+18",
          "12E: 1.2e+19",
          "5n: 5e-09",
          "-1.5Ki: -1536",
        ],
        "integer": [
          "1.0: 1",
          "-0.0: 0",
          "100.000: 100",
          "1e3: 1000",
          "1E+3: 1000",
          "1.5e1: 15",
          "100e-2: 1",
          "0e999: 0",
          "1.0: 1",
          "128Mi: 134217728",
          "1Ki: 1024",
          "0.5Gi: 536870912",
          "1e3: 1000",
          "1E3: 1000",
          "5.: 5",
          "-1.5Ki: -1536",
        ],
        "numeric": [
          "100m: 0.1",
          "250m: 0.25",
          "128Mi: 134217728",
          "1Ki: 1024",
          "0.5Gi: 536870912",
          "16393932Ki: 16787386368",
          "12E: 12000000000000000000",
          "5n: 0.000000005",
          "-1.5Ki: -1536",
        ],
        "real": [
          "100m: 0.1",
          "250m: 0.25",
          "128Mi: 1.3421773e+08",
          "1Ki: 1024",
          "0.5Gi: 5.368709e+08",
          "16393932Ki: 1.6787386e+10",
          "1Pi: 1.1258999e+15",
          "8Ei: 9.223372e+18",
          "12E: 1.2e+19",
          "5n: 5e-09",
          "-1.5Ki: -1536",
        ],
        "smallint": [
          "1.0: 1",
          "-0.0: 0",
          "100.000: 100",
          "1e3: 1000",
          "1E+3: 1000",
          "1.5e1: 15",
          "100e-2: 1",
          "0e999: 0",
          "1.0: 1",
          "1Ki: 1024",
          "1e3: 1000",
          "1E3: 1000",
          "5.: 5",
          "-1.5Ki: -1536",
        ],
        "timestamp": [
          "0000-12-31: 0001-12-31 00:00:00 BC",
          "2024-01-02T03:04:05+23:59: 2024-01-01 03:05:05",
          "2016-12-31T23:59:60.5Z: 2017-01-01 00:00:00.5",
        ],
        "timestamptz": [
          "0000-12-31: 0001-12-31 00:00:00+00 BC",
          "2024-01-02T03:04:05+23:59: 2024-01-01 03:05:05+00",
          "2016-12-31T23:59:60.5Z: 2017-01-01 00:00:00.5+00",
        ],
        "uuid": [],
      }
    `)
  })

  it('refuses what Postgres takes: words, spaces, and what would lose digits', async () => {
    const found: { [type: string]: string } = {}
    for (const type of TYPES) {
      // From version 16 on, Postgres takes 0x10 and 1_000 too.
      const refused = "ours IS NULL AND theirs IS NOT NULL AND value !~ '^0[xb]|_'"
      const values = (await differences(type, refused)).map((pair) => pair.split(' | ')[0] ?? '')
      found[type] = values.map((value) => (value.trim() === value ? value : `"${value}"`)).join(', ')
    }
    if (isOwn) {
      // It loses no digits.
      expect(found['numeric']).toBe('1e401, " 42 ", "42 ", 1e401, NaN, Infinity, -Infinity, inf, infinity')
      delete found['numeric']
      expect(found).toMatchInlineSnapshot(`
        {
          "bigint": "" 42 ", "42 "",
          "boolean": "True, TRUE, t, yes, on, " true", 0, 1, 0",
          "date": "Infinity, -Infinity, 2024-1-2, 20240102, 2024-001, 10000-01-01, 2024-01-02T03:04:05, 2024-01-02T03:04Z, 2024-01-02T03:04:05+0530, 2024-01-02T03:04:05+05, 2024-01-02T03:04:05 Z, 2024-01-02T03:04:05UTC, 2024-01-02T03:04:05.Z, 2024-01-02T24:00:00Z, " 2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z ", now, today, epoch, infinity",
          "double precision": "" 42 ", "42 ", NaN, Infinity, -Infinity, inf, infinity",
          "integer": "" 42 ", "42 "",
          "real": "" 42 ", "42 ", NaN, Infinity, -Infinity, inf, infinity",
          "smallint": "" 42 ", "42 "",
          "timestamp": "Infinity, -Infinity, 2024-1-2, 20240102, 2024-001, 10000-01-01, 2024-01-02T03:04:05, 2024-01-02T03:04Z, 2024-01-02T03:04:05+0530, 2024-01-02T03:04:05+05, 2024-01-02T03:04:05 Z, 2024-01-02T03:04:05UTC, 2024-01-02T03:04:05.Z, 2024-01-02T24:00:00Z, " 2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z ", now, today, epoch, infinity",
          "timestamptz": "Infinity, -Infinity, 2024-1-2, 20240102, 2024-001, 10000-01-01, 2024-01-02T03:04:05, 2024-01-02T03:04Z, 2024-01-02T03:04:05+0530, 2024-01-02T03:04:05+05, 2024-01-02T03:04:05 Z, 2024-01-02T03:04:05UTC, 2024-01-02T03:04:05.Z, 2024-01-02T24:00:00Z, " 2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z ", now, today, epoch, infinity",
          "uuid": "{01234567-89ab-cdef-0123-456789abcdef}, 0123-4567-89ab-cdef-0123-4567-89ab-cdef",
        }
      `)
      return
    }
    expect(found).toMatchInlineSnapshot(`
      {
        "bigint": "" 42 ", "42 "",
        "boolean": "True, TRUE, t, yes, on, " true", 0, 1, 0",
        "date": "Infinity, -Infinity, 2024-1-2, 20240102, 2024-001, 10000-01-01, 2024-01-02T03:04:05, 2024-01-02T03:04Z, 2024-01-02T03:04:05+0530, 2024-01-02T03:04:05+05, 2024-01-02T03:04:05 Z, 2024-01-02T03:04:05UTC, 2024-01-02T03:04:05.Z, 2024-01-02T24:00:00Z, " 2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z ", now, today, epoch, infinity",
        "double precision": "" 42 ", "42 ", NaN, Infinity, -Infinity, inf, infinity",
        "integer": "" 42 ", "42 "",
        "numeric": "9007199254740991, 9007199254740992, 9007199254740993, -9007199254740993, 1234567890123456, 9223372036854775807, 9223372036854775808, -9223372036854775808, -9223372036854775809, 18446744073709551615, 123456789012345678901234567890, 0.30000000000000004, 0.12345678901234567, 123456789012345.6, 1.401298464324817e-45, 2.2250738585072014e-308, 5e-324, 2e-324, 1.7976931348623157e308, 1.7976931348623159e308, 1E400, -1E400, 1e-400, 1e401, " 42 ", "42 ", 9007199254740993, 9223372036854775807, 9223372036854775808, 1e400, 1e401, 1e-400, NaN, Infinity, -Infinity, inf, infinity",
        "real": "" 42 ", "42 ", NaN, Infinity, -Infinity, inf, infinity",
        "smallint": "" 42 ", "42 "",
        "timestamp": "Infinity, -Infinity, 2024-1-2, 20240102, 2024-001, 10000-01-01, 2024-01-02T03:04:05, 2024-01-02T03:04Z, 2024-01-02T03:04:05+0530, 2024-01-02T03:04:05+05, 2024-01-02T03:04:05 Z, 2024-01-02T03:04:05UTC, 2024-01-02T03:04:05.Z, 2024-01-02T24:00:00Z, " 2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z ", now, today, epoch, infinity",
        "timestamptz": "Infinity, -Infinity, 2024-1-2, 20240102, 2024-001, 10000-01-01, 2024-01-02T03:04:05, 2024-01-02T03:04Z, 2024-01-02T03:04:05+0530, 2024-01-02T03:04:05+05, 2024-01-02T03:04:05 Z, 2024-01-02T03:04:05UTC, 2024-01-02T03:04:05.Z, 2024-01-02T24:00:00Z, " 2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z ", now, today, epoch, infinity",
        "uuid": "{01234567-89ab-cdef-0123-456789abcdef}, 0123-4567-89ab-cdef-0123-4567-89ab-cdef",
      }
    `)
  })

  it('text', async () => {
    expect(
      await rows(`SELECT value, a_text FROM matrix.got JOIN matrix.given USING (id) WHERE a_text <> value`),
    ).toEqual([])
  })

  it('jsonb is what Postgres makes of the same JSON', async () => {
    const got = await rows(`SELECT json || ': ' || v::text || ' | ' || (json::jsonb)::text
      FROM matrix.jsonb JOIN matrix.given USING (id) WHERE v <> json::jsonb ORDER BY id`)
    if (isOwn) {
      expect(got).toEqual([])
      return
    }
    expect(got.flat()).toMatchInlineSnapshot(`
      [
        "-9223372036854775809: -9223372036854776000 | -9223372036854775809",
        "123456789012345678901234567890: 123456789012345680000000000000 | 123456789012345678901234567890",
        "0.12345678901234567: 0.12345678901234568 | 0.12345678901234567",
        "2e-324: 0.0 | 0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000002",
      ]
    `)
  })

  it("beyond the host's JSON", async () => {
    const { messages, rows: found } = await session('SELECT * FROM matrix.deep; SELECT * FROM matrix.huge;')
    if (isOwn) {
      // Neither levels nor digits are a limit of our own host.
      expect([messages, found.length]).toEqual(['', 2])
      return
    }
    expect(messages).toMatchInlineSnapshot(`
      "ERROR:  guest fdw error: k8s_fdw[cell] Pod x/1: column "v": the value has more than 127 levels, which the host cannot carry as jsonb. Hint: declare the column text, or show a part of it by a path of its own, or give the table the option on_error 'null'
      ERROR:  convert cell failed: number out of range at line 1 column 5
      "
    `)
  })
})

const WARNING = /k8s_fdw: (\d+) values? do/g
const warned = async (sql: string): Promise<number[]> =>
  [...(await session(sql)).messages.matchAll(WARNING)].map(([, count]) => Number(count))

describe("on_error 'null' warns once a scan", () => {
  it.each([
    { name: 'all rows and columns', sql: 'SELECT * FROM matrix.misfits', want: [7] },
    { name: 'the columns that are read', sql: 'SELECT id, v FROM matrix.misfits', want: [3] },
    { name: 'nothing where no misfit is read', sql: 'SELECT id FROM matrix.misfits', want: [] },
    { name: 'the rows up to a LIMIT', sql: 'SELECT id, v FROM matrix.misfits LIMIT 2', want: [2] },
    {
      name: 'not again for each rescan',
      sql: `SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;
        SELECT a, m.v FROM generate_series(1, 5) AS a CROSS JOIN LATERAL (SELECT * FROM matrix.misfits OFFSET 0) AS m`,
      want: [3],
    },
    {
      name: 'each table of a join',
      sql: 'SELECT a.v, b.w FROM matrix.misfits AS a JOIN matrix.misfits AS b USING (id)',
      want: [4, 3],
    },
  ])('$name', async ({ sql, want }) => {
    expect((await warned(sql)).sort()).toEqual(want.sort())
  })

  it('and names the first', async () => {
    expect((await session('SELECT * FROM matrix.misfits')).messages).toContain(
      'k8s_fdw: 7 values do not fit their columns and are NULL; the first: Pod x/1: column "v": "x" is not an integer, so it does not fit type integer; declare the column text or jsonb',
    )
  })
})
