import { describe, expect, it } from 'vitest'
import { isFixed, placeOf, refuseOverlap, refusePlace } from '../../../src/write/places.ts'
import { errorOf } from '../support/fakes.ts'

const paths = new Map([
  ['replicas', 'spec.replicas'],
  ['note', "{.metadata.annotations['a.b/c']}"],
  ['image', 'spec.containers[0].image'],
  ['last', 'spec.containers[-1].image'],
  ['all', '{..image}'],
  ['text', '{.metadata.name}-{.metadata.uid}'],
  ['constant', '{"x"}'],
])

describe('the place of a column', () => {
  it.each([
    ['replicas', ['spec', 'replicas']],
    ['image', ['spec', 'containers', 0, 'image']],
    ['labels', ['metadata', 'labels']],
    ['owner_references', ['metadata', 'ownerReferences']],
    ['attrs', []],
    // Of the two places that a name with dots may mean, the one key.
    ['note', ['metadata', 'annotations', 'a.b/c']],
  ])('%s is %j', (column, place) => {
    expect(placeOf(column, paths)).toEqual(place)
  })

  it.each(['last', 'all', 'text', 'constant'])('%s is none', (column) => {
    expect(errorOf(() => placeOf(column, paths)).message).toContain('does not lead to one place')
  })

  it.each(['object_key', 'label_selector', 'nonsense'])('%s is no field', (column) => {
    expect(errorOf(() => placeOf(column, paths)).message).toContain(`column "${column}" cannot be written`)
  })
})

describe('a place that the user may write', () => {
  it.each([
    [['spec', 'a'], false, null],
    [['metadata', 'labels', 'a'], false, null],
    [['metadata', 'name'], true, null],
    [['metadata', 'name'], false, null],
    [[], true, null],
    [['kind'], true, null],
    [['status'], false, 'status'],
    [['spec', 'replicas'], false, 'scale'],
  ] as const)('%j (new: %s, %s)', (place, isNew, subresource) => {
    expect(errorOf(() => refusePlace('c', place, isNew, subresource, () => true))).toEqual({})
  })

  it('is one below status where that is written with the rest', () => {
    expect(errorOf(() => refusePlace('c', ['status', 'x'], false, null, () => false))).toEqual({})
  })
})

describe('a place that the user may not write', () => {
  it.each([
    [[], false, null, 'it is the whole object'],
    [['metadata'], true, null, 'it has fields of the API server'],
    [['metadata', 'uid'], true, null, 'the API server sets metadata.uid'],
    [['metadata', 'managedFields'], false, null, 'the API server sets metadata.managedFields'],
    [['metadata', 'generateName'], false, null, 'the API server sets metadata.generateName'],
    [['status', 'x'], true, null, 'status.x is what the cluster says of the object'],
    [['spec'], false, 'status', "the table has the option subresource 'status', and spec is no part of that"],
    [
      ['metadata', 'labels'],
      false,
      'scale',
      "the table has the option subresource 'scale', through which spec.replicas alone is written",
    ],
  ] as const)('%j (new: %s, %s)', (place, isNew, subresource, why) => {
    const { message, hint } = errorOf(() => refusePlace('c', place, isNew, subresource, () => true))
    expect(message).toBe(`column "c" cannot be written: ${why}`)
    expect(hint).not.toBe('')
  })

  it('is one that an object keeps', () => {
    expect([['kind'], ['metadata', 'uid'], ['metadata', 'labels'], ['spec', 'kind']].map(isFixed)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})

describe('columns that write the same', () => {
  it('are refused', () => {
    const change = (column: string, ...place: (string | number)[]) => ({ column, place })
    expect(errorOf(() => refuseOverlap([change('a', 'x', 'y'), change('b', 'x', 'z'), change('c')]))).toEqual(
      {},
    )
    expect(errorOf(() => refuseOverlap([change('a', 'x'), change('b', 'x', 'z')])).message).toContain(
      'column "a" writes x too',
    )
    expect(errorOf(() => refuseOverlap([change('a', 'x', 0), change('b', 'x', 0)])).message).toContain(
      'column "a" writes x[0] too',
    )
  })
})
