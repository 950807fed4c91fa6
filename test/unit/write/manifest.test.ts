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

describe('the object of a new row', () => {
  it('is made of its columns', () => {
    const made = manifestOf(resource, [name, change(['data', 'k'], 'v')], 'shop')
    expect(made.object).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'shop' },
      data: { k: 'v' },
    })
    expect(made.namespace).toBe('shop')
  })

  it('is made of a manifest, with columns above it', () => {
    const manifest = {
      metadata: { name: 'x', namespace: 'shop', uid: 'u', labels: { l: '1' } },
      data: { k: 'v' },
      status: {},
    }
    const made = manifestOf(resource, [change(['data', 'k'], 'w'), change([], manifest), name], null)
    expect(made.object).toMatchObject({
      metadata: { name: 'a', namespace: 'shop', labels: { l: '1' } },
      data: { k: 'w' },
      status: {},
    })
    expect(made.metadata).not.toHaveProperty('uid')
  })

  it('is in no namespace where its kind is in none', () => {
    expect(manifestOf({ ...resource, namespaced: false }, [name], null).namespace).toBeNull()
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
    expect(errorOf(() => manifestOf(resource, changes, namespace)).message).toBe(want)
  })

  it('is refused in a namespace where its kind is in none', () => {
    const changes = [name, change(['metadata', 'namespace'], 'x')]
    expect(errorOf(() => manifestOf({ ...resource, namespaced: false }, changes, null)).message).toBe(
      'the row has the namespace "x", but objects of kind ConfigMap are in no namespace',
    )
  })
})
