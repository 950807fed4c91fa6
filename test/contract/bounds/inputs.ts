// Inputs of any size and of a hostile shape, for every expression and loop that meets what a cluster answers.
// Runs nothing: bounds.test.ts measures.
import type { Request, Response } from '../../support/portable-host/imports.ts'
import { failure, json, list, text } from '../responses.ts'
import { API_URL } from '../run-scan.ts'
import type { ScanSpec } from '../run-scan.ts'
import type { TypeOid } from '../../../src/host.ts'
import { MATRIX_TYPES } from '../types/table.ts'

/** What is run with an input of about that many bytes. */
export type Case = readonly [name: string, make: (bytes: number) => Work]
export type Work = { readonly scan: ScanSpec } | { readonly imported: (request: Request) => Response }

const fill = (unit: string, bytes: number): string =>
  unit.repeat(Math.max(1, Math.floor(bytes / Buffer.byteLength(unit))))
/** So many entries that all of them together have about so many bytes. */
const many = <T>(bytes: number, each: number, make: (i: number) => T): T[] =>
  Array.from({ length: Math.max(1, Math.floor(bytes / each)) }, (_, i) => make(i))
const record = (bytes: number, each: number, key: (i: number) => string, value: unknown): object =>
  Object.fromEntries(many(bytes, each, (i) => [key(i), value]))

/** A JSON text in the place of the field `v`. */
const withText = (value: string, kind = 'PodList'): Response =>
  text(
    200,
    `{"kind":"${kind}","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"a"},"v":${value}}]}`,
    [['content-type', 'application/json']],
  )

const STRINGS: readonly (readonly [name: string, make: (bytes: number) => string])[] = [
  ['digits and a line break', (n) => `${fill('1', n)}\n`],
  ['digits and a letter', (n) => `${fill('1', n)}x`],
  ['digits', (n) => fill('1', n)],
  ['zeros', (n) => fill('0', n)],
  ['zeros between ones', (n) => `1.${fill('0', n)}1`],
  ['points', (n) => fill('.', n)],
  ['an exponent', (n) => `1e${fill('1', n)}`],
  ['a unit', (n) => `${fill('9', n)}Ei`],
  ['signs', (n) => fill('+-', n)],
  ['backslashes', (n) => fill('\\', n)],
  ['backslashes and what looks like an escape', (n) => fill('\\\\u0000', n)],
  ['control characters', (n) => fill('\u0001\n', n)],
  ['characters of two bytes', (n) => fill('é', n)],
  ['characters of four bytes', (n) => fill('😀', n)],
  ['a time with a long fraction', (n) => `2026-01-01T00:00:00.${fill('5', n)}Z`],
  ['a time with a long fraction and no zone', (n) => `2026-01-01T00:00:00.${fill('5', n)}`],
  ['hexadecimal digits', (n) => fill('abcdef01', n)],
  ['spaces', (n) => fill(' ', n)],
]
const NUMBERS: readonly (readonly [name: string, make: (bytes: number) => string])[] = [
  ['digits', (n) => fill('1', n)],
  ['digits, negative', (n) => `-${fill('9', n)}`],
  ['zeros between ones', (n) => `1.${fill('0', n)}1`],
  ['zeros after the point', (n) => `0.${fill('0', n)}`],
  ['digits after the point', (n) => `0.${fill('1', n)}`],
  ['an exponent', (n) => `1e${fill('1', n)}`],
  ['an exponent of zeros', (n) => `1e${fill('0', n)}5`],
]
const TREES: readonly (readonly [name: string, make: (bytes: number) => unknown])[] = [
  ['small numbers', (n) => many(n, 2, (i) => i % 10)],
  ['texts', (n) => many(n, 9, (i) => `t${i % 100000}`)],
  ['empty maps', (n) => many(n, 3, () => ({}))],
  ['empty lists', (n) => many(n, 3, () => [])],
  ['maps', (n) => many(n, 22, (i) => ({ type: `t${i % 1000}`, a: 1 }))],
  ['a map of many keys', (n) => record(n, 14, (i) => `key${i}`, 1)],
  ['a map of many keys in turn', (n) => record(n, 14, (i) => `key${999999 - i}`, 1)],
  ['maps of keys of their own', (n) => many(n, 16, (i) => ({ [`key${i}`]: 1 }))],
  [
    'two long texts',
    (n) => [
      { type: fill('é', n / 2), a: 1 },
      { type: fill('é', n / 2), a: 2 },
    ],
  ],
  ['one long text', (n) => fill('a', n)],
  ['a long key', (n) => ({ [fill('a', n)]: 1 })],
]
/** 1.0 and its like keep their text. */
const EXACT = (n: number): string => `[${many(n, 4, () => '1.0').join(',')}]`
const EXACT_MAP = (n: number): string => `{${many(n, 16, (i) => `"key${i}":1.0`).join(',')}}`
const DEEP = (n: number): string =>
  `[${many(n, 803, () => '['.repeat(400) + '1' + ']'.repeat(400)).join(',')}]`
const LONG_NUMBERS = (n: number): string => `[${fill('1', n / 2)},${fill('1', n / 2)}]`

const PATHS = [
  '{.v}',
  '{.v[*]}',
  '{.v.*}',
  '{..[*]}',
  '{..type}',
  '{.v[?(@.type=="t7")].a}',
  '{.v[?(@.type>"t7")].a}',
  '{.v[?(@>=1)]}',
  '{.v[?(@.type)]}',
  '{.v[-1:]}',
  '{.v[::2]}',
  "{.v['a','b']}",
  '{.v[0,1]}',
  '{range .v[*]}{.type}{"\\n"}{end}',
  '{.v} {.v}',
]

const column = (path: string, type: TypeOid, respond: Response): Work => ({
  scan: {
    tableOptions: { object: 'pods', columns: JSON.stringify({ v: path }), on_error: 'null' },
    columns: [{ name: 'v', type }],
    respond: [respond],
  },
})

/** One value in a column of each type, and once more by way of a tree. */
const everyType = (value: string): Work => {
  const ways = MATRIX_TYPES.flatMap((type, i) => [
    { name: `leaf_${i}`, type, path: 'v' },
    { name: `tree_${i}`, type, path: "{['v','none']}" },
  ])
  return {
    scan: {
      tableOptions: {
        object: 'pods',
        columns: JSON.stringify(Object.fromEntries(ways.map(({ name, path }) => [name, path]))),
        on_error: 'null',
      },
      columns: ways.map(({ name, type }) => ({ name, type })),
      respond: [withText(value)],
    },
  }
}

/** Two cells of each type. */
export const CELLS: readonly Case[] = [
  ...STRINGS.map(([name, make]): Case => [`a text: ${name}`, (n) => everyType(JSON.stringify(make(n)))]),
  ...NUMBERS.map(([name, make]): Case => [`a number: ${name}`, (n) => everyType(make(n))]),
]
export const CELLS_OF_CASE = 2 * MATRIX_TYPES.length

/** One value, and a column for each path to it. */
const everyPath = (value: string, paths: readonly string[] = PATHS): Work => ({
  scan: {
    tableOptions: {
      object: 'pods',
      columns: JSON.stringify(Object.fromEntries(paths.map((path, i) => [`c${i}`, path]))),
      on_error: 'null',
    },
    columns: paths.map((_, i) => ({ name: `c${i}`, type: i % 2 === 0 ? 'json' : 'string' })),
    respond: [withText(value)],
  },
})

const trees: Case[] = [
  ...TREES.map(([name, make]): Case => [`paths into ${name}`, (n) => everyPath(JSON.stringify(make(n)))]),
  ['paths into numbers with a zero', (n) => everyPath(EXACT(n))],
  ['paths into a map of numbers with a zero', (n) => everyPath(EXACT_MAP(n))],
  // `..` prints each level with all that is below it.
  [
    'paths into deep lists',
    (n) =>
      everyPath(
        DEEP(n),
        PATHS.filter((path) => !path.startsWith('{..')),
      ),
  ],
  ['paths into long numbers', (n) => everyPath(LONG_NUMBERS(n))],
]

const SECRETS: readonly (readonly [name: string, make: (bytes: number) => object])[] = [
  ['many values', (n) => ({ data: record(n, 20, (i) => `key${i}`, 'YQ==') })],
  ['a large value', (n) => ({ data: { a: fill('YWFh', n) } })],
  [
    'many annotations',
    (n) => ({ metadata: { name: 'a', annotations: record(n, 20, (i) => `key${i}`, 'v') } }),
  ],
  ['many labels', (n) => ({ metadata: { name: 'a', labels: record(n, 20, (i) => `key${i}`, 'v') } })],
  ['a large annotation', (n) => ({ metadata: { name: 'a', annotations: { a: fill('YWFh', n) } } })],
  [
    'many managed fields',
    (n) => ({ metadata: { name: 'a', managedFields: many(n, 20, (i) => ({ manager: `m${i}` })) } }),
  ],
]
const secrets: Case[] = SECRETS.map(([name, make]): Case => [
  `a Secret of ${name}`,
  (n) => ({
    scan: {
      tableOptions: { object: 'secrets' },
      columns: [
        { name: 'attrs', type: 'json' },
        { name: 'labels', type: 'json' },
        { name: 'annotations', type: 'json' },
      ],
      respond: [list([{ metadata: { name: 'a' }, ...make(n) }], {}, 'SecretList')],
    },
  }),
])

const pods = (respond: ScanSpec['respond']): Work => ({
  scan: { columns: [{ name: 'name', type: 'string' }], tableOptions: { object: 'pods' }, respond },
})
/** A first page with a continue token, then an empty one. */
const twoPages =
  (token: string) =>
  (request: Request): Response =>
    list([], request.url.includes('continue=') ? {} : { continue: token })

const answers: Case[] = [
  ['a Status of control characters', (n) => pods([failure(500, 'X', fill('\n\t', n))])],
  ['a Status of characters of two bytes', (n) => pods([failure(403, 'X', fill('é ', n))])],
  ['a Status of spaces', (n) => pods([failure(503, 'X', `${fill(' service unavailable', n)} `)])],
  ['an error that is no JSON', (n) => pods([text(502, fill('<title', n))])],
  ['an HTML page of titles', (n) => pods([text(502, `<html>${fill('<title', n)}`)])],
  ['a 200 of spaces', (n) => pods([text(200, fill(' ', n))])],
  ['a 200 that is nearly a Table', (n) => pods([text(200, `{${fill(' ', n)}"kind":"Table"}`)])],
  [
    'a warning of backslashes',
    (n) => pods([{ ...list([]), headers: [['warning', `299 - "${fill('\\\\', n)}"`]] }]),
  ],
  [
    'a warning without an end',
    (n) => pods([{ ...list([]), headers: [['warning', `299 - "${fill('\\a', n)}`]] }]),
  ],
  ['a warning of a word', (n) => pods([{ ...list([]), headers: [['warning', `299 ${fill('a', n)}`]] }])],
  ['a URL elsewhere', (n) => pods([{ ...list([]), url: `https://${fill('a:1', n)}/` }])],
  ['a URL of slashes', (n) => pods([{ ...list([]), url: fill('//', n) }])],
  ['a continue token', (n) => pods(twoPages(fill('a', n)))],
  ['a continue token to encode', (n) => pods(twoPages(fill('=/', n)))],
  ['a continue token of characters of two bytes', (n) => pods(twoPages(fill('é', n)))],
  ['a list of a long kind', (n) => pods([list([{ metadata: { name: 'a' } }], {}, fill('List', n))])],
  ['an answer of another kind', (n) => pods([json(200, { kind: fill('a', n) })])],
  ['an object of a long name', (n) => pods([list([{ metadata: { name: fill('é', n) } }])])],
  [
    'a misfit in an object of a long name',
    (n) => column('{.metadata.name}', 'i32', list([{ metadata: { name: fill('\n', n) } }])),
  ],
  [
    'a Table of many columns',
    (n) =>
      pods([
        json(200, {
          kind: 'Table',
          apiVersion: 'meta.k8s.io/v1',
          metadata: {},
          columnDefinitions: many(n, 30, (i) => ({ name: `c${i}`, format: i === 0 ? 'name' : '' })),
          rows: [{ cells: ['a'] }],
        }),
      ]),
  ],
  [
    'items without an object',
    (n) => pods([json(200, { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: many(n, 2, () => 0) })]),
  ],
  ['no answer, with a long reason', (n) => pods([fill(' for url (a ', n)])],
  ['no answer, with a long word', (n) => pods([`a for url (${fill('a', n)}`])],
]

const LOG_COLUMNS = [
  { name: 'line_number', type: 'i64' },
  { name: 'timestamp', type: 'timestamptz' },
  { name: 'line', type: 'string' },
] as const
const log = (body: string): Work => ({
  scan: {
    tableOptions: { object: 'pods/log' },
    columns: [...LOG_COLUMNS, { name: 'namespace', type: 'string' }, { name: 'name', type: 'string' }],
    quals: ['namespace', 'name'].map((field) => ({
      field,
      operator: '=',
      value: { tag: 'string', val: 'x' },
    })),
    respond: [text(200, body)],
  },
})
const logs: Case[] = [
  ['a log of one line', (n) => log(fill('a', n))],
  ['a log of one stamped line', (n) => log(`2026-01-01T00:00:00Z ${fill('é', n)}`)],
  ['a log of a stamp', (n) => log(`2026-01-01T00:00:00.${fill('1', n)}`)],
  ['a log of spaces', (n) => log(fill(' ', n))],
]

const discovered = (object: string, apis: object, more: object = {}): Work => ({
  scan: {
    tableOptions: { object },
    columns: [{ name: 'name', type: 'string' }],
    respond: ({ url }) => {
      const path = url.slice(API_URL.length)
      return path === '/apis' ? json(200, apis) : path === '/api' ? json(404, {}) : json(200, more)
    },
  },
})
const groupsOf = (items: unknown[]): object => ({ kind: 'APIGroupDiscoveryList', items })
const resourcesOf = (resources: unknown[]): object =>
  groupsOf([{ metadata: { name: 'g' }, versions: [{ version: 'v1', resources }] }])
const resource = (name: string, more: object = {}): object => ({
  resource: name,
  responseKind: { kind: name },
  scope: 'Namespaced',
  verbs: ['list'],
  ...more,
})
const discovery: Case[] = ['podz', 'api_resources'].flatMap((object): Case[] => [
  [`${object}: a kind of a long name`, (n) => discovered(object, resourcesOf([resource(fill('a', n))]))],
  [
    `${object}: a kind of a long name in capitals`,
    (n) => discovered(object, resourcesOf([resource(fill('É', n))])),
  ],
  [`${object}: many kinds`, (n) => discovered(object, resourcesOf(many(n, 90, (i) => resource(`pod${i}`))))],
  [
    `${object}: many kinds that come close`,
    (n) => discovered(object, resourcesOf(many(n, 90, (i) => resource(`pod${i % 10}`)))),
  ],
  [
    `${object}: many groups`,
    (n) =>
      discovered(
        object,
        groupsOf(
          many(n, 130, (i) => ({
            metadata: { name: `g${i}` },
            versions: [{ version: 'v1', resources: [resource(`pod${i}`)] }],
          })),
        ),
      ),
  ],
  [
    `${object}: many versions`,
    (n) =>
      discovered(
        object,
        groupsOf([
          {
            metadata: { name: 'g' },
            versions: many(n, 110, (i) => ({ version: `v${i}`, resources: [resource('pod')] })),
          },
        ]),
      ),
  ],
  [
    `${object}: many groups of one kind`,
    (n) =>
      discovered(
        object,
        groupsOf(
          many(n, 130, (i) => ({
            metadata: { name: `g${i}` },
            versions: [{ version: 'v1', resources: [resource('podz')] }],
          })),
        ),
      ),
  ],
  [
    `${object}: many short names`,
    (n) => discovered(object, resourcesOf([resource('a', { shortNames: many(n, 8, (i) => `s${i}`) })])),
  ],
  [
    `${object}: many stale versions`,
    (n) =>
      discovered(
        object,
        groupsOf([
          {
            metadata: { name: 'g' },
            versions: many(n, 44, (i) => ({ version: `v${i}`, freshness: 'Stale' })),
          },
        ]),
      ),
  ],
  [`${object}: many empty groups`, (n) => discovered(object, groupsOf(many(n, 3, () => ({}))))],
  [
    `${object}: an older list of many kinds`,
    (n) =>
      discovered(
        object,
        { kind: 'APIGroupList', groups: [{ preferredVersion: { groupVersion: 'g/v1' }, versions: [] }] },
        { resources: many(n, 44, (i) => ({ name: `a${i}`, kind: 'A', verbs: ['list'] })) },
      ),
  ],
])

const schema = (properties: object, more: object = {}): Work => ({
  imported: ({ url }) => {
    const path = url.slice(API_URL.length)
    if (path === '/api') return json(404, {})
    if (path === '/apis')
      return json(200, resourcesOf([resource('widgets', { responseKind: { kind: 'Widget' } })]))
    return json(200, {
      components: {
        schemas: {
          'g.v1.Widget': {
            type: 'object',
            properties: { spec: { type: 'object', properties } },
            'x-kubernetes-group-version-kind': [{ group: 'g', version: 'v1', kind: 'Widget' }],
            ...more,
          },
        },
      },
    })
  },
})
const texts = (name: string): object => ({ [name]: { type: 'string' } })
const schemas: Case[] = [
  ['a property of capitals', (n) => schema(texts(fill('A', n)))],
  ['a property of capitals and a plural', (n) => schema(texts(`${fill('A', n)}sa`))],
  ['a property of small letters', (n) => schema(texts(fill('a', n)))],
  ['a property of camels', (n) => schema(texts(fill('aB', n)))],
  ['a property of camels with a dash', (n) => schema(texts(`${fill('aBC', n)}-`))],
  ['a property of underscores', (n) => schema(texts(`a${fill('_', n)}b`))],
  ['a property of dashes', (n) => schema(texts(fill('-a', n)))],
  ['a property of characters of two bytes', (n) => schema(texts(fill('é', n)))],
  ['a property of quotes', (n) => schema(texts(fill(`'"`, n)))],
  ['a property of backslashes', (n) => schema(texts(fill('\\', n)))],
  ['many properties', (n) => schema(record(n, 30, (i) => `p${i}`, { type: 'string' }))],
  ['many properties in turn', (n) => schema(record(n, 30, (i) => `p${999999 - i}`, { type: 'string' }))],
  [
    'many properties of one name',
    (n) =>
      schema(
        record(n, 60, (i) => `p${'-'.repeat(1 + (i % 50))}${'_'.repeat(1 + i / 50)}`, { type: 'string' }),
      ),
  ],
  ['a long description', (n) => schema({ a: { type: 'string', description: fill('a ', n) } })],
  ['a description of spaces', (n) => schema({ a: { type: 'string', description: fill('  \n', n) } })],
  ['a long pattern', (n) => schema({ a: { format: 'int-or-string', pattern: fill('(a+)+', n) } })],
  [
    'many references',
    (n) => schema({ a: { allOf: many(n, 60, () => ({ $ref: '#/components/schemas/g.v1.Widget' })) } }),
  ],
  [
    'a schema in a schema',
    (n) =>
      schema(
        many(Math.min(n, 400), 1, (i) => i).reduce<object>(
          (inner, i) => ({ [`p${i}`]: { type: 'object', properties: inner } }),
          texts(fill('a', n)),
        ),
      ),
  ],
  [
    'many schemas',
    (n) =>
      schema(
        {},
        record(n, 20, (i) => `s${i}`, {}),
      ),
  ],
]

/** Inputs that a table shows. */
export const OBJECTS: readonly Case[] = [...trees, ...secrets, ...logs]
/** Inputs that may be an error. */
export const ANSWERS: readonly Case[] = [...answers, ...discovery, ...schemas]
