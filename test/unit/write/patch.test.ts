import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/json/values.ts'
import { jsonPatch, mergePatch, needsJsonPatch } from '../../../src/write/patch.ts'
import { errorOf } from '../support/fakes.ts'

const identity = { namespace: 'n', name: 'a', uid: 'u', resourceVersion: '7' }
const metadata = { uid: 'u', resourceVersion: '7' }
const TESTS = [
  { op: 'test', path: '/metadata/uid', value: 'u' },
  { op: 'test', path: '/metadata/resourceVersion', value: '7' },
]
const change = (place: (string | number)[], value: JsonValue) => ({ column: 'c', place, value })

describe('a merge patch', () => {
  it('sets, removes, and says in which state the object has to be', () => {
    const changes = [
      change(['spec', 'a'], 1),
      change(['spec', 'b'], null),
      change(['metadata', 'labels', 'x'], 'y'),
    ]
    expect(mergePatch(identity, changes)).toEqual({
      metadata: { ...metadata, labels: { x: 'y' } },
      spec: { a: 1, b: null },
    })
  })
})

describe('a JSON patch', () => {
  it('is for places with an index, and for maps', () => {
    expect(needsJsonPatch([change(['a'], 1), change(['b'], [1])])).toBe(false)
    expect(needsJsonPatch([change(['a'], 1), change(['a', 0], 1)])).toBe(true)
    expect(needsJsonPatch([change(['a'], {})])).toBe(true)
  })

  it('replaces a whole map, and makes a field before it removes it', () => {
    const changes = [change(['m'], { a: 1, b: null, c: { d: null, e: [null] } }), change(['n'], null)]
    expect(jsonPatch(identity, changes, null)).toEqual([
      ...TESTS,
      { op: 'add', path: '/m', value: { a: 1, c: { e: [null] } } },
      { op: 'add', path: '/n', value: null },
      { op: 'remove', path: '/n' },
    ])
  })

  it('of an object that is not known supposes that all is there', () => {
    const changes = [
      change(['l', 0, 'a/b~c'], 1),
      change(['l', 1], 2),
      change(['l', 2], null),
      change(['l', 3], null),
    ]
    expect(jsonPatch(identity, changes, null)).toEqual([
      ...TESTS,
      { op: 'add', path: '/l/0/a~1b~0c', value: 1 },
      { op: 'replace', path: '/l/1', value: 2 },
      { op: 'remove', path: '/l/3' },
      { op: 'remove', path: '/l/2' },
    ])
  })

  it('of an object makes what is missing, and removes only what is there', () => {
    const changes = [
      change(['l', 0, 'a'], 1),
      change(['l', 1], 2),
      change(['m', 'n', 0, 'o'], 3),
      change(['m', 'n', 0, 'p'], 4),
      change(['q', 0], null),
    ]
    expect(jsonPatch(identity, changes, { l: [{}] })).toEqual([
      ...TESTS,
      { op: 'add', path: '/l/0/a', value: 1 },
      { op: 'add', path: '/l/1', value: 2 },
      { op: 'add', path: '/m', value: { n: [{ o: 3, p: 4 }] } },
      { op: 'add', path: '/m/n/0/p', value: 4 },
    ])
  })

  it('has no element to set beyond the end of a list', () => {
    const { message } = errorOf(() => jsonPatch(identity, [change(['l', 2], 1)], { l: [] }))
    expect(message).toBe('column "c" cannot be written: the object has no element that l[2] leads to')
  })
})
