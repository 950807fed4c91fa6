import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/json/values.ts'
import { manifestOf } from '../../../src/write/manifest.ts'
import { errorOf } from '../support/fakes.ts'

const resource = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: [],
  namespaced: true,
}
const change = (place: (string | number)[], value: JsonValue) => ({ column: 'c', place, value })
const name = change(['metadata', 'name'], 'a')
const made = (
  changes: ReturnType<typeof change>[],
  namespace: string | null,
  { namespaced = true, namespaces = null as string[] | null, applies = false } = {},
) => manifestOf(changes, { namespace, namespaces }, applies, () => ({ ...resource, namespaced }))

describe('the object of a new row', () => {
  it('is made of its columns', () => {
    const { object, namespace } = made([name, change(['data', 'k'], 'v')], 'shop')
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'shop' },
      data: { k: 'v' },
    })
    expect(namespace).toBe('shop')
  })

  it('is made of a manifest, with columns above it', () => {
    const manifest = {
      metadata: { name: 'x', namespace: 'shop', uid: 'u', labels: { l: '1' } },
      data: { k: 'v' },
      status: {},
    }
    const { object, metadata } = made([change(['data', 'k'], 'w'), change([], manifest), name], null)
    expect(object).toMatchObject({
      metadata: { name: 'a', namespace: 'shop', labels: { l: '1' } },
      data: { k: 'w' },
      status: {},
    })
    expect(metadata).not.toHaveProperty('uid')
  })

  it('is in no namespace where its kind is in none', () => {
    expect(made([name], null, { namespaced: false }).namespace).toBeNull()
  })

  it.each([
    [[], 'shop', 'the row has no name, and an object of kind ConfigMap needs one'],
    [[name], null, 'the row has no namespace, and objects of kind ConfigMap are in one'],
    [
      [name, change(['metadata', 'namespace'], 'x')],
      'shop',
      `the row's namespace is "x", and the table's "shop"`,
    ],
    [[name, change(['kind'], 'Pod')], 'shop', `the row's kind is "Pod", and the table's "ConfigMap"`],
    [
      [change([], 'text')],
      'shop',
      'column "c" cannot be written: it is the whole object, and its value is none',
    ],
    [
      [name, change(['l', 1], 1)],
      'shop',
      'column "c" cannot be written: the object has no list for l[1] to be the next element of',
    ],
  ])('is refused: %j in %s', (changes, namespace, want) => {
    expect(errorOf(() => made(changes, namespace)).message).toBe(want)
  })

  it('is refused in a namespace where its kind is in none', () => {
    const changes = [name, change(['metadata', 'namespace'], 'x')]
    expect(errorOf(() => made(changes, null, { namespaced: false })).message).toBe(
      'the row has the namespace "x", but objects of kind ConfigMap are in no namespace',
    )
  })

  it('is in a namespace that the table shows', () => {
    const within = (namespace: string): unknown =>
      errorOf(() =>
        made([name, change(['metadata', 'namespace'], namespace)], null, { namespaces: ['a', 'b'] }),
      )
    expect(within('b')).toEqual({})
    expect(within('c')).toMatchObject({
      code: 'write',
      message: `the row's namespace is "c", which is none of the table's: a, b`,
      hint: 'the table would not show the row: insert into a table of that namespace, or add it to the option namespaces',
    })
  })

  it('is called by the API server only where it is not applied', () => {
    const changes = [change([], { metadata: { generateName: 'a-' } })]
    expect(errorOf(() => made(changes, 'shop'))).toEqual({})
    expect(errorOf(() => made(changes, 'shop', { applies: true }))).toMatchObject({
      message: 'the row has no name, and an object of kind ConfigMap needs one',
      hint: 'write the column name, or metadata.name in a manifest: a name that the API server makes up (generateName) cannot be applied, but takes INSERT without on_insert into the table of the kind',
    })
  })

  it.each([
    [[{ kind: 'ConfigMap' }], 'c'],
    [{ kind: 'List', items: [] }, "c->'items'"],
    [{ kind: 'ConfigMapList', items: [{}] }, "c->'items'"],
  ])('is one object, and not %j', (value, items) => {
    expect(errorOf(() => made([change([], value)], 'shop'))).toMatchObject({
      message: 'column "c" cannot be written: it is a list of objects, and a row is one',
      hint: `write each as a row: INSERT … SELECT item FROM …, jsonb_array_elements(${items}) AS item`,
    })
  })

  it('may be of a kind whose name ends as that of a list', () => {
    const list = { kind: 'ConfigMap', metadata: { name: 'a' }, items: [1] }
    expect(made([change([], list)], 'shop').object).toMatchObject({ items: [1] })
  })
})
