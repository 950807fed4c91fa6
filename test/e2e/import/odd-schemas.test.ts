// IMPORT FOREIGN SCHEMA of custom resources whose schemas are odd: names that a path could take for something else, objects that
// keep more than they list, versions without a v, groups that share a plural, values that fit no column. kubectl and the API
// server's own JSON are the judges.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kubectl } from '../support/kubectl.ts'
import { isOwn } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { getText } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const OPEN = { 'x-kubernetes-preserve-unknown-fields': true }
const TEXT = { type: 'string' }

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const definition = (group: string, kind: string, version: string, schema: object): object => {
  const plural = `${kind.toLowerCase()}s`
  const names = { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` }
  const versions = [
    {
      name: version,
      served: true,
      storage: true,
      schema: { openAPIV3Schema: { type: 'object', ...schema } },
    },
  ]
  return { metadata: { name: `${plural}.${group}` }, spec: { group, scope: 'Cluster', names, versions } }
}

/** Each beside what it could be taken for. */
const NAMES = [
  'log.level',
  'a..b',
  '.a',
  'a.',
  '',
  ' ',
  '0',
  '1',
  '*',
  '$',
  '@',
  "it's",
  'say "x"',
  'back\\slash',
  'end\\',
  '[0]',
  "']['",
  '{a}',
  'a,b',
  'line\nfeed',
  'tab\t',
  'Größe',
  '日本.語',
  '😀.x',
  '__proto__',
  'constructor',
  'true',
  'range',
  'end',
  'fooBar',
  'foobar',
  'FOOBAR',
  'foo_bar',
  'foo-bar',
  'name',
  'labels',
  'attrs',
  'ctid',
  'label_selector',
  'cluster',
]
const properties = (): object => Object.fromEntries(NAMES.map((name) => [name, TEXT]))
const values = (where: string): object => Object.fromEntries(NAMES.map((name) => [name, `${where} ${name}`]))
const LOG = {
  log: { type: 'object', properties: { level: TEXT, 'deep.er': TEXT } },
  metadata: { type: 'object', properties: { name: TEXT } },
}

const DEFINITIONS = [
  definition('odd.example.com', 'Board', 'v1', {
    properties: {
      spec: { type: 'object', properties: { ...properties(), ...LOG } },
      status: { type: 'object', properties: { ...properties(), ...LOG } },
      inner: { type: 'object', properties: { ...properties(), ...LOG } },
      'top.log': TEXT,
      'metadata.name': TEXT,
      top: { type: 'object', properties: { log: TEXT } },
    },
  }),
  definition('open.example.com', 'Bundle', 'v1', {
    ...OPEN,
    properties: {
      spec: {
        type: 'object',
        ...OPEN,
        properties: { size: { type: 'integer' }, map: { type: 'object', ...OPEN, properties: { a: TEXT } } },
      },
    },
  }),
  definition('lab.example.com', 'Box', 'alpha', {
    properties: { spec: { type: 'object', properties: { width: { type: 'integer' } } } },
  }),
  definition('lab.example.com', 'Crate', 'v1-beta', { ...OPEN }),
  definition('v1.lab.example.com', 'Demo', 'v1alpha1', { ...OPEN }),
  definition('one.twin.example.com', 'Twin', 'v1', { ...OPEN }),
  definition('two.twin.example.com', 'Twin', 'v1', { ...OPEN }),
  definition('worth.example.com', 'Worth', 'v1', {
    properties: {
      spec: {
        type: 'object',
        properties: {
          size: {
            anyOf: [{ type: 'integer' }, TEXT],
            'x-kubernetes-int-or-string': true,
            pattern:
              '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$',
          },
          small: { type: 'integer', format: 'int32' },
          note: TEXT,
          deep: { type: 'object', ...OPEN },
        },
      },
    },
  }),
]
const named = (body: object): string => (body as { metadata: { name: string } }).metadata.name

const nested = (levels: number): object => (levels === 0 ? {} : { a: nested(levels - 1) })

const OBJECTS: [path: string, name: string, object: object][] = [
  [
    'odd.example.com/v1/boards',
    'all',
    {
      spec: { ...values('spec'), log: { level: 'debug' } },
      status: values('status'),
      inner: values('inner'),
      'top.log': 'flat',
      'metadata.name': 'other',
    },
  ],
  [
    'odd.example.com/v1/boards',
    'nested',
    {
      spec: { log: { level: 'debug', 'deep.er': 'x' }, metadata: { name: 'no' } },
      status: { log: { level: 'debug' } },
      inner: { log: { level: 'debug' } },
      top: { log: 'nested' },
    },
  ],
  [
    'open.example.com/v1/bundles',
    'one',
    { spec: { size: 3, color: 'red', map: { a: 'x', b: 'y' } }, status: { ok: true }, other: 1 },
  ],
  ['lab.example.com/alpha/boxs', 'small', { spec: { width: 3 } }],
  ['v1.lab.example.com/v1alpha1/demos', 'one', {}],
  ['one.twin.example.com/v1/twins', 'first', {}],
  [
    'worth.example.com/v1/worths',
    'plain',
    { spec: { size: '1.2Gi', small: 1, note: 'a', deep: nested(20) } },
  ],
  [
    'worth.example.com/v1/worths',
    'odd',
    { spec: { size: '1Pi', small: 2, note: 'a\u0000b', deep: nested(140) } },
  ],
]

const made: string[] = []

const retried = async (act: () => Promise<unknown>): Promise<void> => {
  for (let tries = 0; ; tries++) {
    try {
      await act()
      return
    } catch (error) {
      if (tries === 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

beforeAll(async () => {
  for (const body of DEFINITIONS) await create(CRDS, body)
  for (const [path, name, object] of OBJECTS) {
    await retried(() =>
      create(`/apis/${path}`, {
        apiVersion: path.split('/').slice(0, 2).join('/'),
        kind: {
          boards: 'Board',
          bundles: 'Bundle',
          boxs: 'Box',
          demos: 'Demo',
          twins: 'Twin',
          worths: 'Worth',
        }[path.split('/')[2] ?? ''],
        metadata: { name },
        ...object,
      }),
    )
    made.push(`/apis/${path}/${name}`)
  }
  const groups = [
    'odd.example.com/v1',
    'open.example.com/v1',
    'lab.example.com/alpha',
    'worth.example.com/v1',
    'one.twin.example.com/v1',
    'two.twin.example.com/v1',
    'v1.lab.example.com/v1alpha1',
  ]
  for (const group of groups) await retried(async () => getText(`/openapi/v3/apis/${group}`))
  await createServer('odd')
  await run('DROP SCHEMA IF EXISTS odd CASCADE; CREATE SCHEMA odd;')
})

afterAll(async () => {
  for (const path of made) await remove(path)
  for (const body of DEFINITIONS) await remove(`${CRDS}/${named(body)}`)
})

const at = (object: Json, path: readonly string[]): Json =>
  path.reduce<Json>(
    (value, key) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
        ? (value[key] ?? null)
        : null,
    object,
  )

it('each column reads its own field alone, however it is called', async () => {
  await run(`IMPORT FOREIGN SCHEMA "odd.example.com/v1" FROM SERVER odd INTO odd OPTIONS (depth '2');`)
  const { items } = JSON.parse(await getText('/apis/odd.example.com/v1/boards')) as { items: Json[] }
  const columns = await rows(
    `SELECT attname FROM pg_attribute WHERE attrelid = 'odd.boards'::regclass AND attnum > 0`,
  )
  const own = columns.flat()
  const got = (
    await rows('SELECT to_jsonb(t) FROM (SELECT * FROM odd.boards OFFSET 0) AS t ORDER BY t.name')
  ).map(([text = '']) => JSON.parse(text) as { [column: string]: Json })
  // Each value names its place, so that a column that shows it tells which field it reads.
  const all = items[0] ?? null
  const fields = ['spec', 'status', 'inner'].flatMap((section) => NAMES.map((name) => [section, name]))
  const readers = fields.map((path) => own.filter((column) => got[0]?.[column] === at(all, path)))
  expect(readers.filter((found) => found.length !== 1)).toEqual([])
  fields.forEach((path, i) =>
    expect(got[1]?.[readers[i]?.[0] ?? ''], path.join(' ')).toBe(at(items[1] ?? null, path)),
  )
  expect(got.map((row) => row['top_log'])).toEqual([null, 'nested'])
  expect(got.map((row) => row['top_top_log'])).toEqual(['flat', null])
  expect(got.map((row) => row['metadata_name'])).toEqual(['other', null])
  expect(await rows(`SELECT name FROM odd.boards WHERE log_level = 'debug' ORDER BY name`)).toEqual([
    ['all'],
    ['nested'],
  ])
})

it('an object that keeps more than it lists is a column as a whole', async () => {
  await run(`IMPORT FOREIGN SCHEMA "open.example.com/v1" FROM SERVER odd INTO odd OPTIONS (depth '2');`)
  expect(
    await rows(
      `SELECT spec->>'color', size, map->>'b', map_a, status->>'ok', attrs->>'other' FROM odd.bundles`,
    ),
  ).toEqual([['red', '3', 'y', 'x', 'true', '1']])
})

it('versions and groups are what kubectl takes', async () => {
  await run(
    `IMPORT FOREIGN SCHEMA "lab.example.com/alpha" FROM SERVER odd INTO odd; IMPORT FOREIGN SCHEMA "lab.example.com/v1-beta" FROM SERVER odd INTO odd;`,
  )
  expect(await rows('SELECT name, width FROM odd.boxs')).toEqual([['small', '3']])
  expect(await rows('SELECT name FROM odd.crates')).toEqual([])
  for (const [object, name] of [
    ['boxs.alpha.lab.example.com', 'small'],
    ['box.lab', 'small'],
    ['demos.v1', 'one'],
    ['demos.v1.lab', 'one'],
    ['demos.v1.lab.example.com', 'one'],
    ['demo.v1alpha1.v1.lab.example.com', 'one'],
  ] as const) {
    expect(kubectl(['get', object, '-o', 'name']).trim().split('/')[1], object).toBe(name)
    await run(
      `DROP FOREIGN TABLE IF EXISTS odd.named; CREATE FOREIGN TABLE odd.named (name text) SERVER odd OPTIONS (object '${object}')`,
    )
    expect(await rows('SELECT name FROM odd.named'), object).toEqual([[name]])
  }
})

it('a plural of two groups is named by both', async () => {
  expect(await failure(`IMPORT FOREIGN SCHEMA "*" LIMIT TO (twins) FROM SERVER odd INTO odd`)).toContain(
    'k8s_fdw[option] there is no table "twins" for LIMIT TO: 2 groups have a kind of that name. Hint: their tables go by their group too: "one_twin_example_com_twins" or "two_twin_example_com_twins"',
  )
  await run(`IMPORT FOREIGN SCHEMA "*" LIMIT TO (one_twin_example_com_twins) FROM SERVER odd INTO odd`)
  expect(await rows('SELECT name FROM odd.one_twin_example_com_twins')).toEqual([['first']])
})

it('one odd value does not end the query of an imported table, and is named with what to do', async () => {
  await run(`IMPORT FOREIGN SCHEMA "worth.example.com/v1" FROM SERVER odd INTO odd`)
  const read = async (columns: string): Promise<[string[][], string]> => {
    const answer = await session(`SELECT name, ${columns} FROM odd.worths ORDER BY name;`)
    return [answer.rows, answer.messages]
  }
  const size =
    'k8s_fdw: 1 value does not fit its column and is NULL: Worth odd: column "size": "1Pi" has more than 15 digits, which the host cannot carry, so it does not fit type numeric; declare the column text, of which k8s_fdw.quantity(column) makes the exact number, or bigint, if all its values are whole numbers'
  // Our own host carries a numeric digit for digit.
  expect(await read('size, small')).toEqual([
    [
      ['odd', isOwn ? '1125899906842624' : '∅', '2'],
      ['plain', '1288490188.8', '1'],
    ],
    isOwn ? '' : expect.stringContaining(size),
  ])
  const [noted, warning] = await read('note')
  expect(noted).toEqual([
    ['odd', 'a\ufffdb'],
    ['plain', 'a'],
  ])
  expect(warning).toContain(
    'k8s_fdw: 1 value has U+0000, which Postgres cannot hold, and is shown with U+FFFD in its place: Worth odd: column "note"',
  )
  const [deep, problem] = await read(`deep IS NULL, attrs IS NULL, jsonb_typeof(deep)`)
  expect(deep).toEqual([
    isOwn ? ['odd', 'f', 'f', 'object'] : ['odd', 't', 't', '∅'],
    ['plain', 'f', 'f', 'object'],
  ])
  // Our own host carries as many levels as the component reads.
  if (!isOwn)
    expect(problem).toContain(
      'the value has more than 127 levels, which the host cannot carry as jsonb; declare the column text',
    )
  await run('ALTER FOREIGN TABLE odd.worths ALTER COLUMN size TYPE bigint')
  expect((await read('size'))[0]).toEqual([
    ['odd', '1125899906842624'],
    ['plain', '∅'],
  ])
  await run('ALTER FOREIGN TABLE odd.worths ALTER COLUMN size TYPE text')
  expect((await read('k8s_fdw.quantity(size)'))[0]).toEqual([
    ['odd', '1125899906842624'],
    ['plain', '1288490188.8'],
  ])
})

it('the bytes of CSI capacities are exact', async () => {
  await create('/apis/storage.k8s.io/v1/namespaces/default/csistoragecapacities', {
    metadata: { name: 'lake' },
    storageClassName: 'lake',
    capacity: '1Pi',
    maximumVolumeSize: '9223372036854775807',
  })
  made.push('/apis/storage.k8s.io/v1/namespaces/default/csistoragecapacities/lake')
  await run(
    'IMPORT FOREIGN SCHEMA "storage.k8s.io/v1" LIMIT TO (csistoragecapacities) FROM SERVER odd INTO odd',
  )
  expect(
    await rows(
      `SELECT capacity, maximum_volume_size, pg_size_pretty(sum(capacity) OVER ()) FROM odd.csistoragecapacities WHERE name = 'lake'`,
    ),
  ).toEqual([['1125899906842624', '9223372036854775807', '1024 TB']])
})
