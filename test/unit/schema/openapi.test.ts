// What a schema becomes: the types of columns, and how deep they go.
import { describe, expect, it } from 'vitest'
import { OpenApi, type Members } from '../../../src/schema/openapi.ts'
import { isObject, type JsonValue } from '../../../src/json/values.ts'

/** As the hosts' documents give it: containers by their places. */
const membersOf = (root: JsonValue): Members => {
  const places: JsonValue[] = [root]
  const shallow = (value: JsonValue): JsonValue =>
    isObject(value) || Array.isArray(value) ? places.push(value) - 1 : value
  return (place) => {
    const value = places[place ?? 0] ?? null
    if (Array.isArray(value)) return value.map(shallow)
    return isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, child]) => [key, shallow(child)]))
      : value
  }
}

const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` })
const QUANTITY =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$'

const SHARED: { [name: string]: JsonValue } = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { oneOf: [{ type: 'string' }, { type: 'number' }] },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': {
    format: 'int-or-string',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
  },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { description: 'a time', type: 'string', format: 'date-time' },
  Inner: {
    description: 'inner',
    type: 'object',
    properties: { deep: { type: 'string' }, more: ref('Inner') },
  },
  Loop: { allOf: [ref('Loop')] },
}

const documentOf = (properties: JsonValue, more: { [name: string]: JsonValue } = {}): OpenApi =>
  new OpenApi(
    membersOf({
      'com.example.v1.Thing': {
        description: 'A thing.',
        type: 'object',
        properties,
        'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Thing' }],
      },
      ...SHARED,
      ...more,
    }),
  )

const specOf = (fields: JsonValue, depth = 1): string[] =>
  (
    documentOf({ spec: { type: 'object', properties: fields } }).fieldsOf(
      'example.com',
      'v1',
      'Thing',
      depth,
    ) ?? []
  ).map(({ path, type }) => `${path.join('.')} ${type}`)

it('says which fields are for reading, and what is below them', () => {
  const inner = { type: 'object', readOnly: true, properties: { y: { type: 'string' } } }
  const spec = {
    type: 'object',
    properties: { a: { type: 'string', readOnly: true }, b: { type: 'string' }, x: inner },
  }
  const fields = documentOf({ spec }).fieldsOf('example.com', 'v1', 'Thing', 2) ?? []
  expect(fields.filter(({ isReadOnly }) => isReadOnly).map(({ path }) => path.join('.'))).toEqual([
    'spec.a',
    'spec.x.y',
  ])
})

describe('types', () => {
  const cases: [name: string, schema: JsonValue, type: string][] = [
    ['a string', { type: 'string' }, 'text'],
    ['an enum', { type: 'string', enum: ['a', 'b'] }, 'text'],
    ['bytes', { type: 'string', format: 'byte' }, 'text'],
    ['a date and time', { type: 'string', format: 'date-time', nullable: true }, 'timestamptz'],
    ['a boolean', { type: 'boolean', default: false }, 'boolean'],
    ['an int32', { type: 'integer', format: 'int32', minimum: 0 }, 'integer'],
    ['an int64', { type: 'integer', format: 'int64' }, 'bigint'],
    ['an integer', { type: 'integer' }, 'bigint'],
    ['a double', { type: 'number', format: 'double' }, 'double precision'],
    ['a number', { type: 'number' }, 'double precision'],
    ['a list', { type: 'array', items: { type: 'string' } }, 'jsonb'],
    ['a map', { type: 'object', additionalProperties: { type: 'string' } }, 'jsonb'],
    ['an object of any fields', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, 'jsonb'],
    ['anything', { 'x-kubernetes-preserve-unknown-fields': true }, 'jsonb'],
    ['nothing said', {}, 'jsonb'],
    ['an object', { type: 'object', properties: { a: { type: 'string' } } }, 'jsonb'],
    ['a union', { anyOf: [{ type: 'string' }, { type: 'object' }] }, 'jsonb'],
    ['a quantity', ref('io.k8s.apimachinery.pkg.api.resource.Quantity'), 'numeric'],
    [
      'a described quantity',
      { description: 'x', allOf: [ref('io.k8s.apimachinery.pkg.api.resource.Quantity')] },
      'numeric',
    ],
    [
      "a CRD's quantity",
      {
        anyOf: [{ type: 'integer' }, { type: 'string' }],
        'x-kubernetes-int-or-string': true,
        pattern: QUANTITY,
      },
      'numeric',
    ],
    ['an integer or text', ref('io.k8s.apimachinery.pkg.util.intstr.IntOrString'), 'jsonb'],
    [
      "a CRD's integer or text",
      { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
      'jsonb',
    ],
    [
      'a time by reference',
      { default: {}, allOf: [ref('io.k8s.apimachinery.pkg.apis.meta.v1.Time')] },
      'timestamptz',
    ],
    ['a reference to nothing', ref('nowhere'), 'jsonb'],
    ['a reference to itself', ref('Loop'), 'jsonb'],
    ['a type that is none', { type: ['string', 'null'] }, 'jsonb'],
    ['no schema at all', 7, 'jsonb'],
  ]
  it.each(cases)('%s', (_, schema, type) => {
    expect(specOf({ field: schema })).toEqual([`spec.field ${type}`])
  })
})

describe('depth', () => {
  const FIELDS = { inner: ref('Inner'), list: { type: 'array', items: ref('Inner') }, z: { type: 'boolean' } }

  it.each([
    [0, ['spec jsonb']],
    [1, ['spec.inner jsonb', 'spec.list jsonb', 'spec.z boolean']],
    [2, ['spec.inner.deep text', 'spec.inner.more jsonb', 'spec.list jsonb', 'spec.z boolean']],
    // A schema in itself is gone into once.
    [9, ['spec.inner.deep text', 'spec.inner.more jsonb', 'spec.list jsonb', 'spec.z boolean']],
  ])('%d', (depth, want) => {
    expect(specOf(FIELDS, depth)).toEqual(want)
  })

  it('goes one level less into what is neither spec nor status', () => {
    const document = documentOf({
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object', properties: { name: { type: 'string' } } },
      status: { type: 'object', properties: { phase: { type: 'string' } } },
      roleRef: { type: 'object', properties: { kind: { type: 'string' } } },
    })
    const at = (depth: number): string[] =>
      (document.fieldsOf('example.com', 'v1', 'Thing', depth) ?? []).map((field) => field.path.join('.'))
    expect(at(0)).toEqual(['roleRef', 'status'])
    expect(at(1)).toEqual(['roleRef', 'status.phase'])
    expect(at(2)).toEqual(['roleRef.kind', 'status.phase'])
  })

  it('takes the properties of all parts of a schema', () => {
    const spec = {
      type: 'object',
      properties: { own: { type: 'string' } },
      allOf: [{ properties: { own: { type: 'integer' }, other: { type: 'boolean' } } }, ref('Inner')],
    }
    const fields = documentOf({ spec }).fieldsOf('example.com', 'v1', 'Thing', 1) ?? []
    expect(fields.map(({ path, type }) => `${path.join('.')} ${type}`)).toEqual([
      'spec.deep text',
      'spec.more jsonb',
      'spec.other boolean',
      'spec.own text',
    ])
  })
})

describe('an object that may have more fields than its schema lists', () => {
  const OPEN = { 'x-kubernetes-preserve-unknown-fields': true }
  const properties = { size: { type: 'integer' }, map: { type: 'object', properties: { a: {} }, ...OPEN } }

  it.each([
    ['x-kubernetes-preserve-unknown-fields', OPEN],
    ['x-kubernetes-embedded-resource', { 'x-kubernetes-embedded-resource': true }],
    ['additionalProperties of any kind', { additionalProperties: true }],
    ['additionalProperties with a schema', { additionalProperties: { type: 'string' } }],
  ])('is a column of its own beside them: %s', (_, more) => {
    const document = documentOf({ spec: { type: 'object', properties, ...more } })
    const at = (depth: number): string[] =>
      (document.fieldsOf('example.com', 'v1', 'Thing', depth) ?? []).map(({ path }) => path.join('.'))
    expect(at(0)).toEqual(['spec'])
    expect(at(1)).toEqual(['spec', 'spec.map', 'spec.size'])
    expect(at(2)).toEqual(['spec', 'spec.map', 'spec.map.a', 'spec.size'])
  })

  it('is none where the schema says that there are no others', () => {
    expect(
      specOf({ map: { type: 'object', properties: { a: {} }, additionalProperties: false } }, 2),
    ).toEqual(['spec.map.a jsonb'])
  })

  it('has spec and status where it is the whole object', () => {
    const kinds = [{ group: 'example.com', version: 'v1', kind: 'Open' }]
    const of = (properties: JsonValue): string[] =>
      (
        documentOf(
          {},
          { 'x.Open': { ...OPEN, properties, 'x-kubernetes-group-version-kind': kinds } },
        ).fieldsOf('example.com', 'v1', 'Open', 1) ?? []
      ).map(({ path, type }) => `${path.join('.')} ${type}`)
    expect(of({})).toEqual(['spec jsonb', 'status jsonb'])
    expect(of({ spec: { properties: { a: { type: 'string' } } }, data: {} })).toEqual([
      'status jsonb',
      'data jsonb',
      'spec.a text',
    ])
  })
})

describe('a kind', () => {
  it('is found by its group, version and kind alone', () => {
    const kinds = [{ group: 'example.com', version: 'v1', kind: 'Odd' }]
    const options = [{ group: 'example.com', version: 'v1', kind: 'Other' }, ...kinds]
    const document = documentOf(
      {},
      {
        'x.Odd': { properties: { wrong: {} }, 'x-kubernetes-group-version-kind': options },
        'x.y': { properties: { right: { type: 'string' } }, 'x-kubernetes-group-version-kind': kinds },
      },
    )
    expect(document.fieldsOf('example.com', 'v1', 'Odd', 1)?.map((field) => field.path)).toEqual([['right']])
    expect(document.fieldsOf('example.com', 'v2', 'Odd', 1)).toBeNull()
    expect(document.fieldsOf('', 'v1', 'Thing', 1)).toBeNull()
    expect(document.descriptionOf('example.com', 'v1', 'Thing')).toBe('A thing.')
  })

  it('is not found in a document that is none', () => {
    for (const root of [null, 7, 'text', [1]]) {
      expect(new OpenApi(membersOf(root)).fieldsOf('example.com', 'v1', 'Thing', 1)).toBeNull()
    }
  })
})
