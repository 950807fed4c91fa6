// What the Accept header asks for, and whether an answer is a Table.
import { describe, expect, it } from 'vitest'
import { LIST_TYPES, OBJECT_TYPES, looksLikeTable } from '../../../src/cluster/media-types.ts'

describe('the Accept header', () => {
  it.each(Object.values(LIST_TYPES).concat(Object.values(OBJECT_TYPES)))(
    '%s ends with plain JSON',
    (types) => {
      expect(types.split(',').pop()).toBe('application/json')
    },
  )

  it('asks for an object as metadata where a list would be a Table', () => {
    expect(LIST_TYPES.table).toContain('as=Table;')
    expect(OBJECT_TYPES.table).toBe(OBJECT_TYPES.metadata)
  })
})

describe('a Table', () => {
  it.each([
    { start: '{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{', is: true },
    { start: '{\n  "kind": "Table",\n  "apiVersion": "meta.k8s.io/v1beta1",', is: true },
    { start: '{"kind":"PodList","apiVersion":"v1","metadata":{', is: false },
    // A custom resource may be called Table.
    { start: '{"kind":"Table","apiVersion":"furniture.example.com/v1"', is: false },
    { start: '', is: false },
  ])('$start: $is', ({ start, is }) => {
    expect(looksLikeTable(start)).toBe(is)
  })
})
