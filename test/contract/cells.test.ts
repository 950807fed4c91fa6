// Every column type with every kind of JSON value.
import { expect, it } from 'vitest'
import { list, listServer, text } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { CellValue } from './run-scan.ts'
import { MATRIX_TYPES } from './types/table.ts'
import { TYPE_NAMES } from '../../src/read/cells.ts'
import { TYPE_OIDS } from '../../component/adapter/type-oids.ts'
import type { TypeOid } from '../../src/host.ts'

/** `json` is the value's JSON text; `want` its cell, or why there is none. */
type Case = readonly [type: TypeOid, json: string, want: CellValue | { readonly no: string }]

const no = (reason: string): { readonly no: string } => ({ no: reason })
const BIG = '9007199254740993'
const notInteger = (value: string, type: string): { readonly no: string } =>
  no(`${value} is not an integer, so it does not fit type ${type}`)
const outOfRange = (value: string, type: string): { readonly no: string } =>
  no(`${value} is out of range, so it does not fit type ${type}`)

const CASES: readonly Case[] = [
  ['string', '"ä\\u0041\\n😀"', 'äA\n😀'],
  ['string', 'true', 'true'],
  ['string', '1.50', '1.50'],
  ['string', BIG, BIG],
  ['string', '{"b": [1, 2.0],"a":null}', '{"b": [1, 2.0],"a":null}'],
  ['string', '[]', '[]'],
  ['string', '""', ''],
  ['string', '"a\\u0000b"', 'a\ufffdb'],
  ['string', 'null', null],
  ['json', '"a\\"b"', '"a\\"b"'],
  ['json', `{"n":${BIG}}`, `{"n":${BIG}}`],
  ['json', '[1, "x", null]', '[1, "x", null]'],
  ['json', '12', '12'],
  ['json', 'null', null],
  ['bool', 'true', true],
  ['bool', 'false', false],
  ['bool', '"true"', true],
  ['bool', '"false"', false],
  ['bool', '"True"', no('"True" is neither true nor false, so it does not fit type boolean')],
  ['bool', '1', no('1 is neither true nor false, so it does not fit type boolean')],
  ['bool', '[]', no('[] is neither true nor false, so it does not fit type boolean')],
  ['i8', '"A"', 65],
  ['i8', '"7"', 55],
  ['i8', '-128', -128],
  ['i8', '128', outOfRange('128', '"char"')],
  ['i8', '"AB"', no('"AB" is not one ASCII character, so it does not fit type "char"')],
  ['i8', '"ä"', no('"ä" is not one ASCII character, so it does not fit type "char"')],
  ['i16', '32767', 32767],
  ['i16', '-32768', -32768],
  ['i16', '32768', outOfRange('32768', 'smallint')],
  ['i32', '-2147483648', -2147483648],
  ['i32', '2147483648', outOfRange('2147483648', 'integer')],
  ['i32', '"8080"', 8080],
  ['i32', '"-0012"', -12],
  ['i32', '1e3', 1000],
  ['i32', '5.0', 5],
  ['i32', '-0', 0],
  ['i32', '1.5', notInteger('1.5', 'integer')],
  ['i32', '"100m"', notInteger('"100m"', 'integer')],
  ['i32', '"1e3"', 1000],
  ['i32', '"1e-3"', notInteger('"1e-3"', 'integer')],
  ['i32', '""', notInteger('""', 'integer')],
  ['i32', 'true', notInteger('true', 'integer')],
  ['i32', '{"a":1}', notInteger('{"a":1}', 'integer')],
  ['i64', BIG, BigInt(BIG)],
  ['i64', '9223372036854775807', 9223372036854775807n],
  ['i64', '-9223372036854775808', -9223372036854775808n],
  ['i64', '9223372036854775808', outOfRange('9223372036854775808', 'bigint')],
  ['i64', `"${BIG}"`, BigInt(BIG)],
  ['f32', '1.5', 1.5],
  ['f32', '1e39', outOfRange('1e39', 'real')],
  ['f64', '0.1', 0.1],
  ['f64', '1e400', outOfRange('1e400', 'double precision')],
  ['f64', '"128Mi"', 134217728],
  ['f64', '"NaN"', no('"NaN" is not a number or a quantity, so it does not fit type double precision')],
  ['numeric', '"100m"', 0.1],
  ['numeric', '"128Mi"', 134217728],
  ['numeric', '"1e3"', 1000],
  ['numeric', '"12E"', 12e18],
  ['numeric', '"-1.5Ki"', -1536],
  ['numeric', '250', 250],
  ['other', '"100m"', '0.1'],
  ['other', '"8Ei"', '9223372036854775808'],
  ['other', '0.12345678901234567', '0.12345678901234567'],
  ['other', '"12X"', no('"12X" is not a number or a quantity, so it does not fit type numeric')],
  ['numeric', '"12X"', no('"12X" is not a number or a quantity, so it does not fit type numeric')],
  [
    'numeric',
    BIG,
    no(`${BIG} has more than 15 digits, which the host cannot carry, so it does not fit type numeric`),
  ],
  ['date', '"2024-02-29"', 1709200800n],
  ['date', '"2024-02-29T23:30:00-02:00"', 1709287200n],
  ['date', '"2023-02-29"', no('"2023-02-29" is not an RFC 3339 time or date, so it does not fit type date')],
  ['date', '20240229', no('20240229 is not an RFC 3339 time or date, so it does not fit type date')],
  ['timestamp', '"2024-01-02T03:04:05Z"', 1704164645000000n],
  ['timestamptz', '"2024-01-02T03:04:05.123456Z"', 1704164645123456n],
  ['timestamptz', '"2024-01-02T03:04:05+05:30"', 1704144845000000n],
  ['timestamptz', '"1969-12-31T23:59:59.5Z"', -500000n],
  [
    'timestamptz',
    '"soon"',
    no('"soon" is not an RFC 3339 time or date, so it does not fit type timestamptz'),
  ],
  ['uuid', '"00000000-0000-0000-0000-00000000000A"', '00000000-0000-0000-0000-00000000000A'],
  ['uuid', '"0000"', no('"0000" is not a UUID, so it does not fit type uuid')],
]

const EXACT = 'text, of which k8s_fdw.quantity(column) makes the exact number'
/** Numbers that columns of some types hold and others do not, and the types with which people begin. */
const NUMBERS = [
  '"10Pi"',
  '"1.5Gi"',
  '12345678901234567890',
  '0.1',
  '"1n"',
  '"100m"',
  '9223372036854775807',
  '9223372036854775808',
  '1e30',
]
const FIRST_TYPES: readonly TypeOid[] = ['i32', 'i64', 'numeric', 'f32', 'f64', 'string']

onEachEngine('cells', (scan, engine) => {
  const tableOptions = { object: 'pods', columns: '{"v": "spec.v"}' }
  const body = (json: string): string =>
    `{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a","namespace":"x"},"spec":{"v":${json}}}]}`

  it.each(CASES)('%s of %s', async (type, json, want) => {
    const columns = [{ name: 'v', type }]
    const result = await scan({ tableOptions, columns, respond: [text(200, body(json))] })
    if (typeof want === 'object' && want !== null) {
      expect(result.error).toContain(`k8s_fdw[cell] Pod x/a: column "v": ${want.no}. Hint: `)
    } else {
      expect(result).toMatchObject({ error: null, rows: [[want]] })
    }
  })

  it('gives NULL for what is missing or null, whatever the type', async () => {
    const columns = TYPE_OIDS.map((type) => ({ name: 'v', type }))
    const items = [{ spec: {} }, { spec: { v: null } }, { spec: null }, {}, { spec: 'x' }]
    const result = await scan({ tableOptions, columns, respond: [list(items)] })
    expect(result).toMatchObject({ error: null, rows: items.map(() => TYPE_OIDS.map(() => null)) })
  })

  it('cuts a long value in its error', async () => {
    const columns = [{ name: 'v', type: 'i32' }] as const
    const result = await scan({ tableOptions, columns, respond: [text(200, body(`"${'ä'.repeat(1000)}"`))] })
    expect(result.error).toBe(
      `k8s_fdw[cell] Pod x/a: column "v": "${'ä'.repeat(100)}…" is not an integer, so it does not fit type integer. ` +
        `Hint: declare the column text or jsonb, or give the table the option on_error 'null'`,
    )
  })

  it('does not read what is longer than any value of the type', async () => {
    for (const type of MATRIX_TYPES) {
      if (type === 'string' || type === 'json') continue
      for (const value of [`"${'1'.repeat(1001)}"`, '1'.repeat(1001), `"${'1'.repeat(1000)}\\n"`]) {
        const result = await scan({
          tableOptions,
          columns: [{ name: 'v', type }],
          respond: [text(200, body(value))],
        })
        expect(result.error).toBe(
          `k8s_fdw[cell] Pod x/a: column "v": ${value.slice(0, value.startsWith('"') ? 101 : 100)}…${value.startsWith('"') ? '"' : ''} has more than 1000 characters, so it does not fit type ${TYPE_NAMES[type]}. ` +
            `Hint: declare the column text or jsonb, or give the table the option on_error 'null'`,
        )
      }
    }
  })

  it.each([
    ['i64', '"100m"', 'is not an integer', 'numeric, text or jsonb'],
    ['i32', '"4Gi"', 'is out of range', 'bigint, text or jsonb'],
    ['i64', '"8Ei"', 'is out of range', EXACT],
    ['i64', '"10E"', 'is out of range', 'numeric, text or jsonb'],
    [
      'numeric',
      '"1Pi"',
      'has more than 15 digits, which the host cannot carry',
      `${EXACT}, or bigint, if all its values are whole numbers`,
    ],
    ['numeric', '"8Ei"', 'has more than 15 digits, which the host cannot carry', EXACT],
    ['numeric', '0.12345678901234567', 'has more than 15 digits, which the host cannot carry', EXACT],
    ['f32', '1e39', 'is out of range', 'numeric, text or jsonb'],
    ['f64', '1e400', 'is out of range', EXACT],
    ['f64', '1e401', 'is out of range', 'text or jsonb'],
    ['bool', '1', 'is neither true nor false', 'bigint, text or jsonb'],
    ['bool', '"yes"', 'is neither true nor false', 'text or jsonb'],
  ] as const)('names a column that %s of %s fits', async (type, json, problem, fitting) => {
    const columns = [{ name: 'v', type }] as const
    const result = await scan({ tableOptions, columns, respond: [text(200, body(json))] })
    expect(result.error).toBe(
      `k8s_fdw[cell] Pod x/a: column "v": ${json} ${problem}, so it does not fit type ${TYPE_NAMES[type]}. ` +
        `Hint: declare the column ${fitting}, or give the table the option on_error 'null'`,
    )
  })

  /** The types that the hints lead through, from `first` to one that holds all values. */
  const followHints = async (first: TypeOid, values: readonly string[]): Promise<string[]> => {
    const items = values.map((json, i) => `{"metadata":{"name":"p${i}"},"spec":{"v":${json}}}`)
    const answer = text(200, `{"kind":"PodList","apiVersion":"v1","items":[${items.join(',')}]}`)
    const tried: string[] = []
    let type: TypeOid | undefined = first
    while (type !== undefined && !tried.includes(TYPE_NAMES[type])) {
      tried.push(TYPE_NAMES[type])
      const { error } = await scan({ tableOptions, columns: [{ name: 'v', type }], respond: [answer] })
      if (error === null) return tried
      const named = / Hint: declare the column ([a-z]+( precision)?)/.exec(error)?.[1]
      type = TYPE_OIDS.find((oid) => TYPE_NAMES[oid] === named)
    }
    throw new Error(`the hints do not end: ${tried.join(', ')}, ${String(type)}`)
  }

  it.each(FIRST_TYPES)('leads from %s to a type that holds a value, and in no circle', async (first) => {
    for (const value of NUMBERS) await followHints(first, [value])
    // Each scan costs an instance of the component.
    const seconds = engine === 'source' ? NUMBERS : []
    for (const a of NUMBERS) for (const b of seconds) await followHints(first, [a, b])
    await followHints(first, NUMBERS)
    await followHints(first, NUMBERS.slice().reverse())
  })

  it("makes NULL of what does not fit under on_error 'null', and says so once", async () => {
    const columns = [
      { name: 'name', type: 'string' },
      { name: 'v', type: 'i32' },
    ] as const
    const items = ['1', 'x', 'y', 3].map((v, i) => ({
      metadata: { name: `p${i}`, namespace: 'x' },
      spec: { v },
    }))
    const result = await scan({
      tableOptions: { ...tableOptions, on_error: 'null' },
      columns,
      passes: [Infinity, Infinity],
      respond: [list(items)],
    })
    const rows = [
      ['p0', 1],
      ['p1', null],
      ['p2', null],
      ['p3', 3],
    ]
    expect(result).toMatchObject({ error: null, rows: [...rows, ...rows] })
    expect(result.warnings).toEqual([
      'k8s_fdw: 2 values do not fit their columns and are NULL; the first: ' +
        'Pod x/p1: column "v": "x" is not an integer, so it does not fit type integer; declare the column text or jsonb',
    ])
  })

  it.each([
    {
      name: 'over several columns, pages and rescans',
      passes: [Infinity, 3, Infinity, Infinity],
      want: 1333,
    },
    {
      name: 'of the rows that were read, where a first pass stops early',
      passes: [10, Infinity],
      want: 1333,
    },
    { name: 'of the rows that were read under a LIMIT', passes: [10], want: 13 },
  ])('counts each value once: $name', async ({ passes, want }) => {
    const columns = [
      { name: 'name', type: 'string' },
      { name: 'v', type: 'i32' },
      { name: 'w', type: 'bool' },
    ] as const
    // Every one of `v` fits not, and every third of `w`.
    const items = Array.from({ length: 1000 }, (_, i) => ({
      metadata: { name: `p${i}`, namespace: 'x' },
      spec: { v: 'x', w: i % 3 === 1 ? 'maybe' : true },
    }))
    const result = await scan({
      serverOptions: { page_size: '300' },
      tableOptions: { object: 'pods', columns: '{"v":"spec.v","w":"spec.w"}', on_error: 'null' },
      columns,
      passes,
      ...(passes.length === 1 ? { limit: { count: 10, offset: 0 } } : {}),
      respond: listServer(items),
    })
    expect(result.error).toBe(null)
    const wanted = passes.map((read) => Math.min(read, items.length)).reduce((sum, read) => sum + read, 0)
    expect(result.rows).toHaveLength(wanted)
    const texts = result.warnings.map((warning) => warning.replace(/^k8s_fdw: (\d+) .*/, '$1'))
    expect(texts.reduce((sum, count) => sum + Number(count), 0)).toBe(want)
    expect(result.warnings[0]).toBe(
      `k8s_fdw: ${texts[0]} values do not fit their columns and are NULL; the first: ` +
        'Pod x/p0: column "v": "x" is not an integer, so it does not fit type integer; declare the column text or jsonb',
    )
    expect(result.warnings).toHaveLength(1)
  })

  it('says so at the end of a scan that stops early', async () => {
    const columns = [{ name: 'v', type: 'bool' }] as const
    const result = await scan({
      tableOptions: { ...tableOptions, on_error: 'null' },
      columns,
      passes: [1],
      respond: [list([{ metadata: { name: 'a' }, spec: { v: 7 } }, {}])],
    })
    expect(result.warnings).toEqual([
      'k8s_fdw: 1 value does not fit its column and is NULL: ' +
        'Pod a: column "v": 7 is neither true nor false, so it does not fit type boolean; declare the column bigint, text or jsonb',
    ])
  })

  it('keeps every digit of a large integer', async () => {
    const columns = [
      { name: 'attrs', type: 'json' },
      { name: 'text', type: 'string' },
      { name: 'n', type: 'i64' },
      { name: 'all', type: 'json' },
    ] as const
    const paths = { text: 'spec.n', n: 'spec.n', all: 'spec' }
    const result = await scan({
      tableOptions: { object: 'pods', columns: JSON.stringify(paths) },
      columns,
      respond: [text(200, `{"kind":"PodList","apiVersion":"v1","items":[{"spec":{"n":${BIG}}}]}`)],
    })
    expect(result.rows).toEqual([
      [`{"apiVersion":"v1","kind":"Pod","spec":{"n":${BIG}}}`, BIG, BigInt(BIG), `{"n":${BIG}}`],
    ])
  })

  it('adds what items of a list lack', async () => {
    const columns = [
      { name: 'attrs', type: 'json' },
      { name: 'api_version', type: 'string' },
      { name: 'kind', type: 'string' },
    ] as const
    const items = ['{}', '{ "kind":"Own" }', '{"apiVersion":"own/v1","kind":"Own","x":1}']
    const result = await scan({
      tableOptions: { object: 'deployments' },
      columns,
      respond: [text(200, `{"kind":"DeploymentList","apiVersion":"apps/v1","items":[${items.join(',')}]}`)],
    })
    expect(result.rows).toEqual([
      ['{"apiVersion":"apps/v1","kind":"Deployment"}', 'apps/v1', 'Deployment'],
      ['{"apiVersion":"apps/v1", "kind":"Own" }', 'apps/v1', 'Own'],
      ['{"apiVersion":"own/v1","kind":"Own","x":1}', 'own/v1', 'Own'],
    ])
  })

  it('takes the last of duplicate keys, and keys that JavaScript knows too', async () => {
    const columns = ['a', 'b', 'c'].map((name) => ({ name, type: 'string' as const }))
    const paths = { a: 'spec.constructor', b: 'spec.__proto__', c: '{.spec["__proto__","toString"]}' }
    const respond = [
      text(
        200,
        '{"items":[{"spec":{"constructor":"1","constructor":"2","__proto__":"p"}},{"spec":{"__proto__":{}}},{"spec":{}}]}',
      ),
    ]
    const result = await scan({
      tableOptions: { object: 'pods', columns: JSON.stringify(paths) },
      columns,
      respond,
    })
    expect(result.rows).toEqual([
      ['2', 'p', 'p'],
      [null, '{}', '{}'],
      [null, null, null],
    ])
  })
})
